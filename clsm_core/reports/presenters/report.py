"""The whole content of an annual report, as plain values: made live, or read as it was frozen.

Promises: the page, the PDF, the editable text and the slides of a report all come from these
values; a validated report is read from what it kept, and no later data reach it. What comes from
the commission is in the edition of the steering committee only (docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clsm_core.council.models import Council
from clsm_core.reports.computed import computed
from clsm_core.reports.conformity import conformity_of
from clsm_core.reports.models import AnnualReport, ReportPart, ReportState
from clsm_core.reports.presenters.parts import Source, left_out, parts_of
from clsm_core.reports.presenters.parts_observation import cited, notes_in, readings_in
from clsm_core.reports.presenters.slides import slides_of
from clsm_core.roadmap.queries.counts.measures import Figures, plain, words
from clsm_core.roadmap.queries.counts.meetings import PEOPLE
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.templatetags.ui import day

RESERVED = frozenset({ReportPart.COMMISSION.value})
WHY_RESERVED = "réservée au comité de pilotage, qui la lit dans son édition"


def content_of(council: Council, year: Year, comments: Mapping[str, str]) -> dict[str, Any]:
    """Make the content of a report from the data of a year."""
    figures = computed(council, year)
    source = Source(
        council,
        year,
        figures,
        conformity_of(council, year, figures),
        readings_in(council, year),
        notes_in(council, year),
    )
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
        "cited": cited(source),
        "slides": slides_of(source, parts, essential(figures)),
        "figures": plain(figures),
    }


def shown(report: AnnualReport, year: Year, *, is_steering: bool) -> dict[str, Any]:
    """Return what a report says: frozen once it is validated, made now before.

    Args:
        is_steering: whether the commission's part is shown too.
    """
    content: dict[str, Any] = (
        report.figures
        if report.state == ReportState.VALIDATED
        else content_of(report.council, year, report.comments)
    )
    return content if is_steering else general(content)


def has_reserved(content: Mapping[str, Any]) -> bool:
    """Tell whether a report holds a part that only the steering committee reads."""
    return any(one["code"] in RESERVED for one in content["parts"])


def general(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the edition that every member and the public may read: reserved parts are only named.

    Source: docs/adr/0013; product.md (what reaches the steering committee reaches it alone).
    """
    kept = [one for one in content["parts"] if one["code"] not in RESERVED]
    reserved = [[one["title"], WHY_RESERVED] for one in content["parts"] if one not in kept]
    order = [str(one) for one in ReportPart.labels]
    return {
        **content,
        "parts": [{**one, "number": rank} for rank, one in enumerate(kept, start=1)],
        "left_out": sorted(
            [*content["left_out"], *reserved], key=lambda pair: order.index(pair[0])
        ),
        "cited": [],
    }


def essential(figures: Figures) -> list[list[str]]:
    """Return the few counts that open a report: a number and its words; zeros are left out."""
    people, actions = figures["people"], figures["actions"]
    found = [
        [words(figures["meetings"].total), "réunions tenues"],
        [words(people.of_line(PEOPLE).value), "personnes venues"],
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
