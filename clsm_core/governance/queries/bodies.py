"""What is read of the bodies: who sits today, when they met, what is missing.

Every reading starts from a council, and costs the same number of queries for one row or twenty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from clsm_core.council.models import Council, CouncilMembership, CouncilRole
from clsm_core.directory.models import College, Contact
from clsm_core.governance.models import (
    Body,
    BodyKind,
    BodyMandate,
    Decision,
    DecisionKind,
    DecisionState,
    Meeting,
    MeetingState,
    Quality,
)
from clsm_core.governance.permissions import in_force

PLANNED = (MeetingState.PLANNED, MeetingState.CONVENED)
# The order in which bodies are shown: from strategy to work.
ORDER = tuple(BodyKind.values[i] for i in (0, 1, 3, 2, 4))


def day_of(meeting: Meeting) -> date:
    """Return the legal day on which a meeting begins."""
    return timezone.localdate(meeting.starts_at)


def open_bodies(council: Council, on: date) -> QuerySet[Body]:
    """Return the bodies that are not closed on a day, those to come included."""
    return Body.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), council=council)


def body_of(visible: QuerySet[Body], body_id: UUID) -> Body | None:
    """Return one body among those one may see."""
    found: Body | None = (
        visible.select_related("created_by__meeting__body").filter(pk=body_id).first()
    )
    return found


def outlives(on: date) -> Q:
    """Return the condition of a mandate that runs beyond a day."""
    return Q(ends_on__isnull=True) | Q(ends_on__gt=on)


def founding_decisions(council: Council) -> QuerySet[Decision]:
    """Return the decisions of the steering committee that may still found a group (D-03)."""
    return (
        Decision.objects.filter(
            council=council,
            kind=DecisionKind.NEW_GROUP,
            meeting__body__kind=BodyKind.STEERING,
            bodies__isnull=True,
        )
        .exclude(state=DecisionState.DROPPED)
        .select_related("meeting__body")
    )


@dataclass
class Life:
    """Where a body stands on a day."""

    last: Meeting | None = None
    next: Meeting | None = None
    held_this_year: int = 0
    planned_this_year: int = 0
    mandates: list[BodyMandate] = field(default_factory=list)


def lives_of(bodies: Iterable[Body], at: datetime) -> dict[UUID, Life]:
    """Return, for each body, its last and next meetings, its year and who sits today.

    Two queries, however many bodies.
    """
    lives: dict[UUID, Life] = defaultdict(Life)
    ids = [body.pk for body in bodies]
    today = timezone.localdate(at)
    meetings = Meeting.objects.filter(body__in=ids).exclude(state=MeetingState.CANCELLED)
    for meeting in meetings.order_by("starts_at"):
        life = lives[meeting.body_id]
        this_year = day_of(meeting).year == today.year
        if meeting.state == MeetingState.HELD:
            life.last = meeting
            life.held_this_year += this_year
        elif meeting.starts_at >= at:
            life.next = life.next or meeting
            life.planned_this_year += this_year
    for mandate in seats_today(BodyMandate.objects.filter(body__in=ids), today):
        lives[mandate.body_id].mandates.append(mandate)
    return lives


def seats_today(mandates: QuerySet[BodyMandate], on: date) -> QuerySet[BodyMandate]:
    """Return who sits on a day, by college then name, with what a list shows of them."""
    return (
        mandates.filter(in_force(on))
        .select_related("contact__organisation")
        .order_by("contact__sort_key", "contact_id")
    )


def history_of(body: Body) -> QuerySet[BodyMandate]:
    """Return every mandate of a body, the latest first."""
    return body.mandates.select_related("contact__organisation", "stands_in_for__contact").order_by(
        "-starts_on", "contact__sort_key", "pk"
    )


def meetings_of(body: Body) -> QuerySet[Meeting]:
    """Return the meetings of a body, the latest first."""
    return body.meetings.order_by("-starts_at")


def sitting_now(body: Body, on: date) -> QuerySet[BodyMandate]:
    """Return the titulars of a body on a day: whom a substitute may stand in for."""
    return seats_today(body.mandates.filter(quality=Quality.TITULAR), on)


def available_contacts(body: Body, on: date) -> QuerySet[Contact]:
    """Return the active contacts of the council who do not sit in a body on a day."""
    seated = body.mandates.filter(in_force(on)).values("contact")
    return active_contacts(body.council).exclude(pk__in=seated)


def active_contacts(council: Council) -> QuerySet[Contact]:
    """Return the contacts whom the council still convenes."""
    return Contact.objects.filter(council=council, is_active=True).select_related("organisation")


def coordinators(council: Council, on: date) -> set[Any]:
    """Return the accounts that coordinate a council on a day."""
    found = CouncilMembership.objects.filter(
        in_force(on), council=council, role=CouncilRole.COORDINATOR, ended_at__isnull=True
    )
    return set(found.values_list("user_id", flat=True))


def colleges_of(mandates: Iterable[BodyMandate]) -> dict[str, list[BodyMandate]]:
    """Part mandates by college, in the order of the glossary."""
    parted: dict[str, list[BodyMandate]] = {college: [] for college in College.values}
    for mandate in mandates:
        parted[mandate.college].append(mandate)
    return {college: seats for college, seats in parted.items() if seats}
