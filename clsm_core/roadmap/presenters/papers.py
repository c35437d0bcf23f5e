"""The papers of the roadmap: one sheet in three layouts, the whole roadmap.

Promises: a paper's name and title name nobody; the same data and moment give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from clsm_core.council.models import Council
from clsm_core.roadmap.models import ActionSheet, Axis, Roadmap
from clsm_core.roadmap.presenters import words
from clsm_core.roadmap.presenters.layouts import Table, printed_sheet
from clsm_core.roadmap.queries import budget as budgets
from clsm_core.roadmap.queries import computed
from clsm_core.ui.pdf import compile_pdf
from clsm_core.ui.templatetags.ui import day

TEMPLATE = Path(__file__).parents[1] / "documents" / "sheets.typ"
SHEET_HEADERS = ("Fiche", "Titre", "Pilote", "État", "Avancement")
SHEET_WIDTHS = (0.6, 3, 2, 1.3, 1)
YEAR_HEADERS = (
    "Exercice",
    "Prévu",
    "Réalisé",
    "Notifié ou versé",
    "Reste à couvrir",
    "Temps valorisé",
)
YEAR_WIDTHS = (1.1, 1, 1, 1.2, 1.2, 1.2)


def sheet_pdf(council: Council, sheet: ActionSheet, layout: str, *, at: datetime) -> bytes:
    """Return a sheet on paper, in one of the layouts."""
    today = timezone.localdate(at)
    printed = printed_sheet(council, sheet, layout, today, computed.count)
    data = _data(council, [printed], None, at)
    return compile_pdf(TEMPLATE, data, at=at, title=f"Fiche-action {sheet.code} – {council.name}")


def roadmap_pdf(
    council: Council,
    roadmap: Roadmap,
    axes: Iterable[Axis],
    sheets: Iterable[ActionSheet],
    *,
    at: datetime,
) -> bytes:
    """Return a whole roadmap: its axes, objectives and budget, then each sheet.

    Args:
        axes: with their objectives, sheets and leaders.
        sheets: in full, in the order of their codes.
    """
    today = timezone.localdate(at)
    cover = {
        "title": roadmap.title,
        "lead": [
            f"Du {day(roadmap.starts_on)} au {day(roadmap.ends_on)}, {roadmap.get_state_display()}",
            *([f"Décision {roadmap.decision.code}"] if roadmap.decision else []),
        ],
        "axes": [_axis(axis) for axis in axes],
        "budget": asdict(_budget(roadmap)),
    }
    # Many sheets measure the same thing: each year of it is counted once.
    count = cache(computed.count)
    printed = [printed_sheet(council, sheet, "terres", today, count) for sheet in sheets]
    data = _data(council, printed, cover, at)
    return compile_pdf(TEMPLATE, data, at=at, title=f"{roadmap.title} – {council.name}")


def _data(
    council: Council, sheets: list[dict[str, Any]], cover: Any, at: datetime
) -> dict[str, Any]:
    return {
        "council": council.name,
        "foot": f"édité le {day(at)}",
        "sheets": sheets,
        "cover": cover,
    }


def _axis(axis: Axis) -> dict[str, Any]:
    rows = [
        [
            sheet.code,
            sheet.title,
            ", ".join(dict.fromkeys(line.name for line in sheet.leaders)) or "à désigner",
            sheet.get_status_display(),
            words.percent(sheet.progress),
        ]
        for sheet in axis.sheets.all()
    ]
    return {
        "title": f"Axe {axis.number} — {axis.title}",
        "objectives": [
            {"text": one.text, "specifics": [below.text for below in one.specifics.all()]}
            for one in axis.objectives.all()
        ],
        "table": asdict(Table(list(SHEET_HEADERS), list(SHEET_WIDTHS), rows)),
    }


def _budget(roadmap: Roadmap) -> Table:
    rows = [
        [
            str(year) if year else "sans exercice",
            words.euros(totals.planned),
            words.euros(totals.spent),
            words.euros(totals.secured),
            words.euros(totals.uncovered),
            words.euros(totals.time),
        ]
        for year, totals in budgets.by_year(roadmap)
    ]
    return Table(list(YEAR_HEADERS), list(YEAR_WIDTHS), rows)
