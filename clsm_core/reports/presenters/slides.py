"""What a report gives to show in a plenary assembly: one idea a page (001-04, 003-16).

Each page says its idea as a title; below it, a few figures, a chart or a short list. An assembly is
open to more people than the steering committee: nothing of the commission's figures is here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from clsm_core.reports.content import Block, Part
from clsm_core.roadmap.queries.counts.measures import words

MOST_ROWS = 8
MOST_POINTS = 5
LONGEST = 160


def slides_of(
    source: Any, parts: Sequence[Part], essential: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    """Return the pages, those without data left out."""
    blocks = {(part.code, one.title): one for part in parts for one in part.blocks}
    comments = {one.code: one.comment for one in parts}
    figures, year = source.figures, source.year.number
    meetings, actions = figures["meetings"], figures["actions"]
    made = [
        slide(f"{year} en quelques chiffres", tiles=essential),
        _bars(
            f"Nous nous sommes réunis {_times(words(meetings.total))}",
            blocks.get(("governance", figures["bodies"].title)),
            "Par instance ; la barre pâle est ce qui était prévu.",
        ),
        _bars(
            "Qui est venu",
            blocks.get(("governance", figures["presence"].title)),
            "Présence de chaque collège, parmi les personnes attendues.",
            column=3,
        ),
        _bars(
            _done(actions.total, actions.whole),
            blocks.get(("progress", actions.title)),
            "Par axe ; la barre pâle compte les actions prévues.",
        ),
        _bars(
            "Sur quoi nous travaillons",
            blocks.get(("progress", figures["themes"].title)),
            "Nombre d’actions par thématique ; la partie foncée est réalisée.",
            column=2,
        ),
        _listed(
            "Ce que nous avons repéré",
            blocks.get(("needs", "Besoins repérés dans l’année")),
            "Besoins, du plus pressant au moins pressant.",
        ),
        _bars(
            "Nos partenariats",
            blocks.get(("partnerships", figures["partnerships"].title)),
            "Partenariats en cours, par nature ; la partie foncée a commencé dans l’année.",
            column=2,
        ),
        _bars(
            "Qui finance la coordination",
            blocks.get(("budget", figures["post_fundings"].title)),
            "",
        ),
        _conformity(source),
        _prospects(blocks.get(("prospects", "Ce que les actions annoncent")), comments),
    ]
    return [one for one in made if one["tiles"] or one["rows"] or one["points"]]


def slide(title: str, *, lead: str = "", **content: Any) -> dict[str, Any]:
    """Return a page: its idea, and one of tiles, rows or points."""
    return {
        "title": title,
        "lead": lead,
        "tiles": [],
        "rows": [],
        "scale": 1,
        "points": [],
        "more": "",
        **content,
    }


def _bars(title: str, block: Block | None, lead: str, *, column: int = 1) -> dict[str, Any]:
    """Draw the first lines of a chart.

    Args:
        column: the column of the block that is written beside the bars.
    """
    if block is None or not block.bars:
        return slide(title)
    rows = [
        {"label": row[0], "text": row[column], "low": ends[0], "high": ends[1]}
        for row, ends in zip(block.rows, block.bars, strict=True)
        if ends is not None
    ]
    hidden = len(rows) - MOST_ROWS
    return slide(
        title,
        lead=lead,
        rows=rows[:MOST_ROWS],
        scale=block.scale,
        more=f"et {hidden} de plus dans le bilan" if hidden > 0 else "",
    )


def _listed(title: str, block: Block | None, lead: str) -> dict[str, Any]:
    if block is None:
        return slide(title)
    hidden = len(block.rows) - MOST_POINTS
    return slide(
        title,
        lead=lead,
        points=[shortened(row[0]) for row in block.rows[:MOST_POINTS]],
        more=f"et {hidden} de plus dans le bilan" if hidden > 0 else "",
    )


def _conformity(source: Any) -> dict[str, Any]:
    met = sum(one.status == "conforme" for one in source.criteria)
    return slide(
        f"Référentiel national : {met} critère{'s' if met > 1 else ''} conforme"
        f"{'s' if met > 1 else ''} sur {len(source.criteria)}",
        points=[f"{one.number}. {one.title} : {one.status.value}" for one in source.criteria],
    )


def _prospects(block: Block | None, comments: dict[str, str]) -> dict[str, Any]:
    written = [one.strip() for one in comments.get("prospects", "").split("\n") if one.strip()]
    announced = [f"{row[1]} : {row[2]}" for row in block.rows] if block else []
    points = [shortened(one) for one in [*written, *announced]]
    return slide("Et maintenant", points=points[:MOST_POINTS])


def _done(done: Decimal, planned: Decimal) -> str:
    many = "s" if done > 1 else ""
    return f"{words(done) or '0'} action{many} réalisée{many} sur {words(planned)}"


def _times(number: str) -> str:
    return f"{number or '0'} fois"


def shortened(text: str) -> str:
    """Keep the beginning of a long text, cut between two words."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + "…"
