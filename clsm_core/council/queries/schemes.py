"""What a council is linked with, and what its articulation table holds (002-09, criterion 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from clsm_core.council.models import ArticulationMeeting, Council, SchemeKind, SchemeLink

# The columns of the table of the national standard, on either side of the council.
BEFORE, AFTER = SchemeKind.CLS, SchemeKind.PTSM


def schemes_of(council: Council) -> QuerySet[SchemeLink]:
    """Give the links of a council with their meetings, by kind in the order of the vocabulary."""
    return SchemeLink.objects.filter(council=council).prefetch_related("meetings")


def scheme_of(council: Council, scheme_id: object) -> SchemeLink | None:
    """Give one link of the council, None when it is not there."""
    return SchemeLink.objects.filter(council=council, pk=scheme_id).first()


def meeting_of(council: Council, meeting_id: object) -> ArticulationMeeting | None:
    """Give one articulation meeting of the council, None when it is not there."""
    found = ArticulationMeeting.objects.filter(scheme__council=council, pk=meeting_id)
    return found.select_related("scheme").first()


def has_ended(scheme: SchemeLink, on: date) -> bool:
    """Tell whether a scheme is over."""
    return scheme.ends_on is not None and scheme.ends_on < on


def in_order(schemes: Iterable[SchemeLink], on: date) -> list[SchemeLink]:
    """Sort links: running before ended, then by kind and name."""
    ranks = {kind: rank for rank, kind in enumerate(SchemeKind.values)}
    return sorted(schemes, key=lambda one: (has_ended(one, on), ranks[one.kind], one.name))


def met_within_a_year(schemes: Iterable[SchemeLink], on: date) -> bool:
    """Tell whether an articulation meeting was held in the last twelve months (criterion 9)."""
    return any(
        0 <= (on - meeting.on).days <= 366
        for scheme in schemes
        for meeting in scheme.meetings.all()
    )
