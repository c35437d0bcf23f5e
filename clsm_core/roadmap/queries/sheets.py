"""Sheets of a roadmap: one in full, those of a list, where one may go from its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from clsm_core.council.models import Council
from clsm_core.roadmap.models import (
    ActionSheet,
    Indicator,
    Partner,
    PartnerRole,
    Roadmap,
    SheetStatus,
    YearReview,
)
from clsm_core.roadmap.shape import KINDS, Kind
from clsm_core.roadmap.vocabulary import Extent, Theme
from clsm_core.ui.plain import plain

_S = SheetStatus
WAYS: dict[str, tuple[str, ...]] = {
    _S.PROPOSED: (_S.VALIDATED, _S.POSTPONED, _S.ABANDONED),
    _S.VALIDATED: (_S.ONGOING, _S.POSTPONED, _S.ABANDONED),
    _S.ONGOING: (_S.DONE, _S.POSTPONED, _S.ABANDONED),
    _S.DONE: (_S.ONGOING,),
    _S.ABANDONED: (_S.PROPOSED,),
}
LEADING = (PartnerRole.PILOT, PartnerRole.CARRIER)


def ways_from(sheet: ActionSheet) -> tuple[str, ...]:
    """Return the states that an action may take next; postponed, it resumes what it was."""
    if sheet.status == SheetStatus.POSTPONED:
        again = SheetStatus.ONGOING if sheet.decision_id else SheetStatus.PROPOSED
        return (again, SheetStatus.ABANDONED)
    return WAYS[sheet.status]


@dataclass(frozen=True)
class Filters:
    """What a list of sheets is narrowed by; what is empty narrows nothing."""

    words: str = ""
    theme: str = ""
    pilot: str = ""
    extent: str = ""
    status: str = ""


def sheet_of(council: Council, sheet_id: UUID) -> ActionSheet | None:
    """Give one sheet of the council with all its parts, None when it is not there."""
    return in_full(ActionSheet.objects.filter(axis__council=council, pk=sheet_id)).first()


def bare_sheet_of(council: Council, sheet_id: UUID) -> ActionSheet | None:
    """Give one sheet of the council without its lists, None when it is not there."""
    return (
        ActionSheet.objects.filter(axis__council=council, pk=sheet_id)
        .select_related("axis__roadmap", "objective__strategic")
        .first()
    )


def in_full(sheets: QuerySet[ActionSheet]) -> QuerySet[ActionSheet]:
    """Load all that a sheet's page or paper shows, in a constant number of queries."""
    indicators = Indicator.objects.prefetch_related("values")
    related = [kind.related for kind in KINDS if kind.model is not Indicator]
    return sheets.select_related(
        "axis__roadmap",
        "objective__strategic",
        "decision",
        "chained_with__axis__roadmap",
        "proposed_by",
    ).prefetch_related(
        *related,
        Prefetch("indicator_lines", queryset=indicators),
        "needs",
        "reviews",
        Prefetch("chained", queryset=ActionSheet.objects.select_related("axis__roadmap")),
    )


def sheets_in(roadmap: Roadmap) -> QuerySet[ActionSheet]:
    """Give the sheets of a roadmap, in the order of their codes, with who leads them."""
    leading = Partner.objects.filter(role__in=LEADING)
    return (
        ActionSheet.objects.filter(axis__roadmap=roadmap)
        .select_related("axis")
        .prefetch_related(
            Prefetch("partner_lines", queryset=leading, to_attr="leaders"), "step_lines"
        )
        .order_by("axis__number", "number")
    )


def line_of(sheet: ActionSheet, kind: Kind, line_id: UUID) -> Any | None:
    """Give one line of a list of a sheet, None when it is not there."""
    return kind.model._default_manager.filter(sheet=sheet, pk=line_id).first()


def indicator_of(sheet: ActionSheet, indicator_id: UUID) -> Indicator | None:
    """Give one indicator of a sheet with its values, None when it is not there."""
    found = Indicator.objects.filter(sheet=sheet, pk=indicator_id)
    return found.prefetch_related("values").first()


def review_of(sheet: ActionSheet, review_id: UUID) -> YearReview | None:
    """Give one review of a sheet, None when it is not there."""
    return YearReview.objects.filter(sheet=sheet, pk=review_id).first()


def narrowed(sheets: Iterable[ActionSheet], filters: Filters) -> list[ActionSheet]:
    """Return the sheets that match, the state apart; accents and case do not count.

    A roadmap holds a few dozen sheets: they are read whole.
    """
    asked = plain(filters.words).split()
    sheets = list(sheets)
    names = dict(pilots_of(sheets))
    pilot = names.get(filters.pilot, "")
    found = []
    for sheet in sheets:
        leaders = [line.name for line in sheet.leaders]
        if filters.theme and filters.theme not in sheet.theme_codes:
            continue
        if filters.extent and filters.extent not in sheet.extents:
            continue
        if pilot and pilot not in leaders:
            continue
        texts = plain(" ".join([*_texts(sheet), *leaders])) if asked else ""
        if all(word in texts for word in asked):
            found.append(sheet)
    return found


def pilots_of(sheets: Iterable[ActionSheet]) -> list[tuple[str, str]]:
    """Return those who lead sheets, each once: the id of a line where they do, their name.

    The id stands in addresses, where no name does.
    """
    found = {line.name: str(line.pk) for sheet in sheets for line in sheet.leaders}
    return [(found[name], name) for name in sorted(found, key=plain)]


def _texts(sheet: ActionSheet) -> list[str]:
    labels = [Theme(code).label for code in sheet.theme_codes if code in Theme.values]
    labels += [Extent(code).label for code in sheet.extents if code in Extent.values]
    return [
        sheet.code,
        sheet.title,
        sheet.context,
        sheet.description,
        sheet.strategic_objective,
        sheet.specific_objective,
        sheet.themes,
        sheet.territories,
        *labels,
    ]
