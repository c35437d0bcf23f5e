"""What the hand-over dossier gathers: council, directory and governance, as they stand on a day.

The number of queries does not depend on how much a council has written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from clsm_core.council.models import Council, Post, SchemeLink
from clsm_core.council.queries.post import posts_of
from clsm_core.council.queries.schemes import has_ended, in_order, schemes_of
from clsm_core.council.queries.territory import Territory, territory_of
from clsm_core.directory.models import Contact, MailingList, Organisation, Partnership
from clsm_core.directory.queries.mailing import lists_of
from clsm_core.governance.models import (
    Body,
    BodyMandate,
    Decision,
    FrameworkDocument,
    Meeting,
    MeetingState,
    MinutesState,
)
from clsm_core.governance.queries import bodies as bodies_queries
from clsm_core.governance.queries import decisions as decisions_queries
from clsm_core.governance.queries import framework as framework_queries
from clsm_core.governance.validity import add_months

MANDATES_WARNED_MONTHS = 3
VERIFIED_MONTHS = 12
PLANNED = (MeetingState.PLANNED, MeetingState.CONVENED)


@dataclass(frozen=True)
class Dossier:
    """Everything that who arrives needs to know."""

    territory: Territory
    posts: list[Post]
    bodies: list[Body]
    lives: dict[UUID, bodies_queries.Life]
    coordinators: set[UUID]
    last_meetings: list[Meeting]
    next_meetings: list[Meeting]
    open_decisions: list[Decision]
    documents: list[FrameworkDocument]
    partnerships: list[Partnership]
    schemes: list[SchemeLink]
    lists: list[MailingList]
    unclosed_meetings: list[Meeting]
    unfinished_minutes: list[Meeting]
    ending_mandates: list[BodyMandate]
    unverified: int
    organisations: int
    contacts: int


def dossier_of(council: Council, at: datetime, *, shown: int = 6) -> Dossier:
    """Gather the dossier of a council.

    Args:
        shown: how many last and next meetings it lists.
    """
    today = timezone.localdate(at)
    bodies = sorted(
        bodies_queries.open_bodies(council, today),
        key=lambda one: (bodies_queries.ORDER.index(one.kind), one.name),
    )
    meetings = Meeting.objects.filter(body__council=council).select_related("body")
    held = meetings.filter(state=MeetingState.HELD).order_by("-starts_at")
    organisations = Organisation.objects.filter(council=council, is_active=True)
    decisions = decisions_queries.with_everything(
        Decision.objects.filter(council=council, state__in=decisions_queries.OPEN)
    )
    return Dossier(
        territory=territory_of(council),
        posts=list(posts_of(council)),
        bodies=bodies,
        lives=bodies_queries.lives_of(bodies, at),
        coordinators=bodies_queries.coordinators(council, today),
        last_meetings=list(held[:shown]),
        next_meetings=list(
            meetings.filter(state__in=PLANNED, starts_at__gte=at).order_by("starts_at")[:shown]
        ),
        open_decisions=sorted(
            decisions, key=lambda one: (one.due_on or date.max, one.year, one.number)
        ),
        documents=list(framework_queries.documents_of(council)),
        partnerships=list(_partnerships(council)),
        schemes=in_order(schemes_of(council), today),
        lists=[one for one in lists_of(council) if one.is_active],
        unclosed_meetings=list(
            meetings.filter(state__in=PLANNED, starts_at__lt=at).order_by("starts_at")
        ),
        unfinished_minutes=list(
            held.exclude(minutes_state=MinutesState.CIRCULATED).order_by("starts_at")
        ),
        ending_mandates=list(
            BodyMandate.objects.filter(
                body__in=bodies,
                ends_on__gte=today,
                ends_on__lte=add_months(today, MANDATES_WARNED_MONTHS),
            )
            .select_related("body", "contact")
            .order_by("ends_on", "contact__sort_key")
        ),
        # D-09: a year without a check.
        unverified=organisations.filter(
            Q(verified_on__isnull=True) | Q(verified_on__lt=add_months(today, -VERIFIED_MONTHS))
        ).count(),
        organisations=organisations.count(),
        contacts=Contact.objects.filter(council=council, is_active=True).count(),
    )


def running_schemes(schemes: list[SchemeLink], on: date) -> list[SchemeLink]:
    """Return the links that are not over."""
    return [one for one in schemes if not has_ended(one, on)]


def _partnerships(council: Council) -> QuerySet[Partnership]:
    return (
        Partnership.objects.filter(council=council)
        .prefetch_related("organisations")
        .order_by("-starts_on", "pk")
    )
