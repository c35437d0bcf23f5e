"""The whole content of an annual report, as plain values: made live, or read as it was frozen.

Promises: the page, the PDF, the editable text and the slides of a report all come from these
values; a validated report is read from what it kept, and no later data reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clsm_core.council.models import Council
from clsm_core.reports.computed import computed
from clsm_core.reports.conformity import conformity_of
from clsm_core.reports.measures import Figures, plain, words
from clsm_core.reports.models import AnnualReport, ReportState
from clsm_core.reports.presenters.parts import Source, left_out, parts_of
from clsm_core.reports.presenters.slides import slides_of
from clsm_core.reports.years import Year
from clsm_core.ui.templatetags.ui import day


def content_of(council: Council, year: Year, comments: Mapping[str, str]) -> dict[str, Any]:
    """Make the content of a report from the data of a year."""
    figures = computed(council, year)
    source = Source(council, year, figures, conformity_of(council, year, figures))
    parts = parts_of(source, comments)
    kept = [one.plain() for one in parts if not one.is_empty]
    until = "" if year.is_over else f" Année en cours, chiffres au {day(year.on)}."
    return {
        "year": year.number,
        "council": council.name,
        "lead": f"Ce que le conseil a fait et appris en {year.number}.{until}",
        "essential": essential(figures),
        "parts": [{"number": rank, **one} for rank, one in enumerate(kept, start=1)],
        "left_out": left_out(parts),
        "slides": slides_of(source, parts, essential(figures)),
        "figures": plain(figures),
    }


def shown(report: AnnualReport, year: Year) -> dict[str, Any]:
    """Return what a report says: frozen once it is validated, made now before."""
    if report.state == ReportState.VALIDATED:
        frozen: dict[str, Any] = report.figures
        return frozen
    return content_of(report.council, year, report.comments)


def essential(figures: Figures) -> list[list[str]]:
    """Return the few counts that open a report: a number and its words; zeros are left out."""
    people, actions = figures["people"], figures["actions"]
    found = [
        [words(figures["meetings"].total), "réunions tenues"],
        [words(people.of_line("personnes différentes présentes").value), "personnes venues"],
        [words(people.of_line("structures représentées").value), "structures représentées"],
        [f"{words(actions.total)} sur {words(actions.whole)}", "actions réalisées"]
        if actions.whole
        else ["", ""],
        [words(figures["partnerships"].whole), "partenariats en cours"],
        [words(figures["groups"].whole), "groupes de travail ouverts"],
    ]
    kept = [one for one in found if one[0] not in ("", "0")]
    return [[number, _singular(number, label)] for number, label in kept]


def _singular(number: str, label: str) -> str:
    """Write the words of one thing: « 1 réunion tenue »."""
    if number != "1":
        return label
    return " ".join(word.removesuffix("s") for word in label.split())
