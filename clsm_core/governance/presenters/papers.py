"""The papers of governance: blocks of text, facts and tables, on one sober template.

Promises: a paper's name and title name nobody; the same data and day give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from clsm_core.council.models import Council
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.pdf import compile_pdf
from clsm_core.ui.spreadsheet import Sheet, Value, csv_bytes, ods_bytes
from clsm_core.ui.templatetags.ui import day

TEMPLATE = Path(__file__).parents[1] / "documents" / "paper.typ"


@dataclass
class Block:
    """A part of a paper; what is empty is not printed.

    ``widths`` are shares of the line, one a column.
    """

    title: str = ""
    level: int = 2
    text: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    headers: Sequence[str] = ()
    widths: Sequence[float] = ()
    rows: list[list[str]] = field(default_factory=list)
    note: str = ""


def printed(
    council: Council,
    heading: str,
    blocks: Iterable[Block],
    *,
    at: datetime,
    lead: Sequence[str] = (),
) -> bytes:
    """Return a paper as a tagged PDF."""
    data = {
        "council": council.name,
        "heading": heading,
        "lead": list(lead),
        "foot": f"édité le {day(at)}",
        "blocks": [asdict(one) for one in blocks],
    }
    return compile_pdf(TEMPLATE, data, at=at, title=f"{heading} – {council.name}")


def tabled(
    title: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[Value]],
    *,
    extension: str,
    at: datetime,
) -> bytes:
    """Return a table as a spreadsheet.

    Args:
        extension: ``csv`` or ``ods``.
    """
    if extension == "csv":
        return csv_bytes(headers, rows)
    return ods_bytes([Sheet(title, headers, rows)], title=title, at=at)


def words(cells: Iterable[Any]) -> list[str]:
    """Write the cells of a page's table as the texts of a paper's."""
    return [
        "" if text is None else str(text)
        for text in (cell.text if isinstance(cell, Cell) else cell for cell in cells)
    ]


def lines(facts: Iterable[Fact]) -> list[tuple[str, str]]:
    """Write the facts of a page as those of a paper."""
    return [
        (fact.label, "non renseigné" if fact.value in (None, "") else str(fact.value))
        for fact in facts
    ]
