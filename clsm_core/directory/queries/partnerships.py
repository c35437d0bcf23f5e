"""Partnerships of a council: counted by nature, listed by where they stand (000-24)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from clsm_core.council.models import Council
from clsm_core.directory.models import Partnership

ENDING_SOON, ENDED = "bientot-finis", "finis"
STATES = ("", ENDING_SOON, ENDED)
MONTHS_BEFORE_END = 6
_MONTHS = 12


class Counts(NamedTuple):
    """How many partnerships stand where, and how many in force of each nature (000-24)."""

    states: dict[str, int]
    natures: dict[str, int]


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, the last of the month when there is none."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    for number in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, number)
        except ValueError:
            continue
    raise AssertionError


def ending_soon(today: date) -> Q:
    """Return the condition of a partnership that ends within six months."""
    return Q(ends_on__gte=today, ends_on__lte=months_after(today, MONTHS_BEFORE_END))


def in_force(today: date) -> Q:
    """Return the condition of a partnership that is not over."""
    return Q(ends_on__isnull=True) | Q(ends_on__gte=today)


def counts_of(council: Council, today: date) -> Counts:
    """Count the partnerships of a council, in two queries."""
    found = Partnership.objects.filter(council=council)
    states = found.aggregate(
        going=Count("pk", filter=in_force(today)),
        soon=Count("pk", filter=ending_soon(today)),
        over=Count("pk", filter=Q(ends_on__lt=today)),
    )
    natures = found.filter(in_force(today)).order_by("nature").values_list("nature")
    return Counts(
        {"": states["going"], ENDING_SOON: states["soon"], ENDED: states["over"]},
        dict(natures.annotate(number=Count("pk"))),
    )


def listed(council: Council, today: date, *, state: str, nature: str) -> QuerySet[Partnership]:
    """List the partnerships that stand somewhere, with their organisations."""
    found = Partnership.objects.filter(council=council).prefetch_related("organisations")
    if state == ENDED:
        found = found.filter(ends_on__lt=today)
    else:
        found = found.filter(ending_soon(today) if state == ENDING_SOON else in_force(today))
    return found.filter(nature=nature) if nature else found


def partnership_of(council: Council, partnership_id: UUID) -> Partnership | None:
    """Return one partnership of the council, None when it is not there."""
    return (
        Partnership.objects.filter(council=council, pk=partnership_id)
        .prefetch_related("organisations")
        .first()
    )
