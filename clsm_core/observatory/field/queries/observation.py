"""What is read of diagnoses, series, priorities and transmissions."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Model, Prefetch, Q, QuerySet

from clsm_core.council.models import Council
from clsm_core.governance.models import BodyKind, Decision, DecisionKind
from clsm_core.governance.queries.decisions import OPEN
from clsm_core.observatory.models import (
    Diagnosis,
    Need,
    Priority,
    Series,
    SeriesValue,
    Transmission,
)

Row = TypeVar("Row", bound=Model)


def one_of(rows: QuerySet[Row], row_id: UUID) -> Row | None:
    """Return one row among those of a council."""
    return rows.filter(pk=row_id).first()


def diagnoses_of(council: Council) -> QuerySet[Diagnosis]:
    """Return the diagnoses of a council, the latest period first."""
    return Diagnosis.objects.filter(council=council).select_related("decision")


def series_of(council: Council) -> QuerySet[Series]:
    """Return the series of a council with their values, by title."""
    return (
        Series.objects.filter(council=council)
        .select_related("diagnosis")
        .prefetch_related(Prefetch("values", SeriesValue.objects.order_by("year")))
    )


def priorities_of(council: Council) -> QuerySet[Priority]:
    """Return the priorities of a council, the latest first, with their decision and needs."""
    return (
        Priority.objects.filter(council=council)
        .select_related("decision")
        .prefetch_related(Prefetch("needs", Need.objects.order_by("urgency", "-seen_on")))
    )


def current(priorities: QuerySet[Priority], on: date) -> QuerySet[Priority]:
    """Return the priorities that run on a day."""
    return priorities.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def transmissions_of(council: Council) -> QuerySet[Transmission]:
    """Return what was sent to the ARS, the latest first, each with the number of its needs."""
    return Transmission.objects.filter(council=council).annotate(count=Count("needs"))


def sent_in(council: Council, year: int) -> int:
    """Count the transmissions of a year (D-08)."""
    return Transmission.objects.filter(council=council, on__year=year).count()


def orientations_of(council: Council) -> list[Decision]:
    """Return the orientations of the plenary assembly in the last year that has some."""
    decisions = (
        Decision.objects.filter(
            council=council,
            kind=DecisionKind.ORIENTATION,
            meeting__body__kind=BodyKind.PLENARY,
        )
        .exclude(state="dropped")
        .prefetch_related("needs")
        .order_by("-year", "number")
    )
    found = list(decisions[:200])
    return [one for one in found if one.year == found[0].year]


def open_decisions(council: Council) -> QuerySet[Decision]:
    """Return the decisions that are not done, those due first; orientations stand apart."""
    return (
        Decision.objects.filter(council=council, state__in=OPEN)
        .exclude(kind=DecisionKind.ORIENTATION)
        .select_related("meeting__body", "owner")
        .order_by("due_on", "year", "number")
    )
