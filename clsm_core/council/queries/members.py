"""Who holds a role in a council, and when."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from clsm_core.accounts.models import User
from clsm_core.council.models import Council, CouncilMembership, CouncilRole


def memberships_of(council: Council) -> QuerySet[CouncilMembership]:
    """Give every role of a council, the last begun first."""
    return (
        CouncilMembership.objects.filter(council=council)
        .select_related("user")
        .order_by("-starts_on", "role", "id")
    )


def membership_of(council: Council, membership_id: object) -> CouncilMembership | None:
    """Give one role of the council, None when it is not there."""
    return memberships_of(council).filter(pk=membership_id).first()


def name_of(membership: CouncilMembership) -> str:
    """Give the name of a person as this council wrote it."""
    return membership.person_name or membership.user.full_name


def is_held(membership: CouncilMembership, on: date) -> bool:
    """Tell whether a role opens the council on a day."""
    return (
        membership.ended_at is None
        and membership.starts_on <= on
        and (membership.ends_on is None or membership.ends_on >= on)
    )


def is_to_come(membership: CouncilMembership, on: date) -> bool:
    """Tell whether a role begins later."""
    return membership.ended_at is None and membership.starts_on > on


def overlapping(
    council: Council, user: User, role: str, starts_on: date, ends_on: date | None
) -> QuerySet[CouncilMembership]:
    """Give the same role of the same person at overlapping dates."""
    found = memberships_of(council).filter(user=user, role=role, ended_at__isnull=True)
    found = found.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
    return found if ends_on is None else found.filter(starts_on__lte=ends_on)


def coordinators_after(
    council: Council, leaving: CouncilMembership, last_day: date
) -> QuerySet[CouncilMembership]:
    """Give who else coordinates, without end, from the day after at the latest."""
    return (
        memberships_of(council)
        .filter(
            role=CouncilRole.COORDINATOR,
            ended_at__isnull=True,
            ends_on__isnull=True,
            starts_on__lte=last_day + timedelta(days=1),
            user__is_active=True,
        )
        .exclude(pk=leaving.pk)
        .exclude(user=leaving.user)
    )
