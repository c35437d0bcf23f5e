"""Who may do what in a body: the role in the council, then the mandates held in the body today.

The coordination does everything. Presidents and co-animators of the council, or of the body by a
mandate of the contact linked with their account, sign off and publish. Members of the steering
committee read every body. Contributors and readers read the bodies where they sit today, and what
was published. Nothing here is remembered: a mandate that ended yesterday opens nothing today.

Source: decisions 46; domain.md D.3.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from clsm_core.council.access import Member
from clsm_core.council.models import CouncilRole
from clsm_core.council.permissions import Act
from clsm_core.directory.models import Contact
from clsm_core.governance.models import (
    Body,
    BodyMandate,
    Decision,
    FrameworkDocument,
    Meeting,
    SeatRole,
)

READS_EVERYTHING = frozenset(
    set(CouncilRole.values) - {CouncilRole.CONTRIBUTOR, CouncilRole.READER}
)
SIGNS = (SeatRole.PRESIDENT, SeatRole.CO_ANIMATOR)


def in_force(on: Any, *, prefix: str = "") -> Q:
    """Return the condition of a mandate that runs on a day."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": on})
    )


def contact_of(member: Member) -> Contact | None:
    """Return the contact of the council's directory that is this account, if there is one."""
    return Contact.objects.filter(council=member.council, account=member.user).first()


def mandates_of(member: Member) -> QuerySet[BodyMandate]:
    """Return the mandates that this account holds today, through its contact."""
    return BodyMandate.objects.filter(
        in_force(member.today),
        body__council=member.council,
        contact__council=member.council,
        contact__account=member.user,
    )


def reads_everything(member: Member) -> bool:
    """Tell whether every body of the council may be read."""
    return bool(member.roles & READS_EVERYTHING)


def visible_bodies(member: Member) -> QuerySet[Body]:
    """Return the bodies whose page, meetings and papers this account may read."""
    bodies = Body.objects.filter(council=member.council)
    if reads_everything(member):
        return bodies
    return bodies.filter(pk__in=mandates_of(member).values("body"))


def visible_meetings(member: Member) -> QuerySet[Meeting]:
    """Return the meetings that this account may read: those of its bodies, and published ones."""
    meetings = Meeting.objects.filter(body__council=member.council)
    if reads_everything(member):
        return meetings
    return meetings.filter(Q(body__in=visible_bodies(member)) | Q(is_published=True))


def visible_decisions(member: Member) -> QuerySet[Decision]:
    """Return the decisions that this account may read: those of the meetings it may read."""
    decisions = Decision.objects.filter(council=member.council)
    if reads_everything(member):
        return decisions
    return decisions.filter(meeting__in=visible_meetings(member))


def visible_framework(member: Member) -> QuerySet[FrameworkDocument]:
    """Return the framework documents that this account may read: a project is for who steers."""
    documents = FrameworkDocument.objects.filter(council=member.council)
    return documents if reads_everything(member) else documents.filter(is_signed=True)


def may_validate(member: Member, body: Body) -> bool:
    """Tell whether this account may sign off the minutes of a body, or publish them."""
    if body.council_id != member.council.pk:
        return False
    if member.may(Act.VALIDATE):
        return True
    return mandates_of(member).filter(body=body, role__in=SIGNS).exists()


def may_manage(member: Member) -> bool:
    """Tell whether this account writes what the coordination writes."""
    return member.may(Act.MANAGE)
