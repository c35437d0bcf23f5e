"""What a report says, as plain values: parts made of blocks, drawn alike on a page and on paper.

Promises: a chart is a column of its table, drawn from the very numbers that stand beside it; an
empty block draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from clsm_core.council.words import HARD
from clsm_core.roadmap.queries.counts.measures import Line, Measure, percent_words, words

MOST_LINES = 15


@dataclass
class Block:
    """A titled piece of a part: sentences, facts, a table whose rows may each carry a bar.

    ``bars`` holds, for each row, a sure end and a pale one on ``scale``; ``numbers`` are the
    columns that are aligned as numbers; ``widths`` are shares of the line.
    """

    title: str = ""
    text: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    bars: list[list[float] | None] = field(default_factory=list)
    scale: float = 0
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing would be drawn but a title."""
        return not (self.text or self.facts or self.rows)


@dataclass
class Part:
    """One of the thirteen parts of an annual report."""

    code: str
    title: str
    blocks: list[Block] = field(default_factory=list)
    comment: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether the part says nothing, the coordination's comment included."""
        return not self.comment.strip() and all(one.is_empty for one in self.blocks)

    def plain(self) -> dict[str, Any]:
        """Return the part as plain values, its empty blocks left out."""
        kept = [asdict(one) for one in self.blocks if not one.is_empty]
        for one in kept:
            one["facts"] = [(label[:1].upper() + label[1:], value) for label, value in one["facts"]]
        return {"code": self.code, "title": self.title, "blocks": kept, "comment": self.comment}


def table(
    title: str,
    headers: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Sequence[object]],
    *,
    numbers: Sequence[int] = (),
    note: str = "",
) -> Block:
    """Return a table without its empty columns, an empty block without rows."""
    texts = [[str(cell) for cell in row] for row in rows]
    kept = [n for n in range(len(headers)) if n == 0 or any(row[n] for row in texts)]
    return Block(
        title=title,
        headers=[headers[n] for n in kept],
        widths=[widths[n] for n in kept],
        rows=[[row[n] for n in kept] for row in texts],
        numbers=[rank for rank, n in enumerate(kept) if n in numbers],
        note=note if rows else "",
    )


def chart(measure: Measure, head: str, *, note: str = "") -> Block:
    """Return an indicator as bars beside their numbers, and what they are counted among."""
    if not measure.is_filled and not measure.whole:
        return Block(title=measure.title)
    shown, hidden = measure.lines[:MOST_LINES], measure.lines[MOST_LINES:]
    has_whole = bool(measure.of_label)
    headers = [head, measure.value_label]
    if has_whole:
        headers.append(measure.of_label)
    rows = [
        [one.label, _amount(one.value, measure), *([_amount(one.of, measure)] if has_whole else [])]
        for one in shown
    ]
    notes = [note] if note else []
    if hidden:
        rest = sum((one.value or Decimal(0) for one in hidden), Decimal(0))
        notes.append(f"Et {len(hidden)} autres lignes, {words(rest)} en tout.")
    ends = [
        [
            float(one.value or 0),
            float(max(one.of or 0, one.value or 0) if has_whole else one.value or 0),
        ]
        for one in shown
    ]
    return Block(
        title=measure.title,
        headers=headers,
        widths=[2.6, 1.0, *([1.0] if has_whole else [])],
        rows=rows,
        numbers=list(range(1, len(headers))),
        bars=list(ends),
        scale=max((end for _, end in ends), default=0) or 1,
        note=" ".join(notes),
    )


def rates(measure: Measure, head: str, *, note: str = "") -> Block:
    """Return an indicator as shares: each bar is a part of the whole line."""
    if not any(one.of for one in measure.lines):
        return Block(title=measure.title)
    return Block(
        title=measure.title,
        headers=[head, measure.value_label, measure.of_label, "Taux"],
        widths=[2.4, 0.9, 0.9, 0.7],
        rows=[
            [one.label, words(one.value), words(one.of), percent_words(one)]
            for one in measure.lines
        ],
        numbers=[1, 2, 3],
        bars=[[float(one.percent or 0), 100.0] for one in measure.lines],
        scale=100,
        note=note,
    )


def shares(measure: Measure, head: str, *, note: str = "") -> Block:
    """Return amounts with the part of each in the whole."""
    if not measure.is_filled:
        return Block(title=measure.title)
    return Block(
        title=measure.title,
        headers=[head, "Montant", "Part"],
        widths=[2.4, 1.1, 0.7],
        rows=[
            [one.label, _amount(one.value, measure), percent_words(one)] for one in measure.lines
        ],
        numbers=[1, 2],
        bars=[[float(one.value or 0)] * 2 for one in measure.lines],
        scale=float(max((one.value or Decimal(0) for one in measure.lines), default=Decimal(1))),
        note=note,
    )


def fact(line: Line, unit: str = "") -> tuple[str, str]:
    """Return a line as a fact in words."""
    value = words(line.value)
    told = " ".join(one for one in (value, unit or line.text) if one)
    return (line.label, told)


def _amount(value: Decimal | None, measure: Measure) -> str:
    told = words(value)
    return f"{told}{HARD}€" if told and measure.unit == "€" else told
