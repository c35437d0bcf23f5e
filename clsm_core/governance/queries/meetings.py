"""Meetings that somebody may read, and everything that one meeting's page shows."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from clsm_core.accounts.models import User
from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.governance import permissions
from clsm_core.governance.models import (
    AgendaPoint,
    Attendance,
    Body,
    BodyKind,
    Decision,
    Document,
    Letter,
    Meeting,
    MeetingState,
    ValidatedMinutes,
)


def bodies_that_meet(member: Member) -> QuerySet[Body]:
    """Return the bodies somebody reads that hold meetings here; a commission's are elsewhere."""
    return permissions.visible_bodies(member).exclude(kind=BodyKind.COMMISSION)


def open_bodies(council: Council, on: date) -> QuerySet[Body]:
    """Return the bodies of a council for which a meeting may be planned."""
    bodies = Body.objects.filter(council=council).exclude(kind=BodyKind.COMMISSION)
    return bodies.filter(Q(ends_on=None) | Q(ends_on__gte=on))


def meeting_of(member: Member, pk: UUID) -> Meeting | None:
    """Return a meeting that somebody may read, None otherwise."""
    meetings = permissions.visible_meetings(member).exclude(body__kind=BodyKind.COMMISSION)
    related = ("body__council", "series", "validated_by")
    return meetings.select_related(*related).filter(pk=pk).first()


def published_meeting(council: Council, pk: UUID) -> Meeting | None:
    """Return a meeting whose validated minutes the council shows to anybody."""
    meetings = Meeting.objects.filter(body__council=council, is_published=True)
    return meetings.select_related("body__council").filter(pk=pk).first()


def is_inside(member: Member, meeting: Meeting) -> bool:
    """Tell whether somebody reads the body itself, not its published minutes alone."""
    return permissions.visible_bodies(member).filter(pk=meeting.body_id).exists()


def reads_drafts(member: Member, meeting: Meeting) -> bool:
    """Tell whether somebody reads minutes before they are validated: who writes or signs them."""
    return permissions.may_manage(member) or permissions.may_validate(member, meeting.body)


def listed(member: Member, *, body: Body | None = None) -> QuerySet[Meeting]:
    """Return the meetings of a council that somebody may read, with their count of points."""
    meetings = permissions.visible_meetings(member).exclude(body__kind=BodyKind.COMMISSION)
    if body is not None:
        meetings = meetings.filter(body=body)
    return meetings.select_related("body").annotate(points_count=Count("points"))


def coming(meetings: QuerySet[Meeting], at: datetime) -> QuerySet[Meeting]:
    """Return what is planned, and what is past but was not noted as held."""
    return meetings.exclude(_ended(at)).order_by("starts_at", "pk")


def past(meetings: QuerySet[Meeting], at: datetime) -> QuerySet[Meeting]:
    """Return what was held or cancelled, the last first."""
    return meetings.filter(_ended(at)).order_by("-starts_at", "pk")


def _ended(at: datetime) -> Q:
    is_gone = Q(state=MeetingState.CANCELLED, starts_at__lt=at)
    return Q(state=MeetingState.HELD) | is_gone


def points_of(meeting: Meeting) -> list[AgendaPoint]:
    """Return the agenda in its order, with its decisions and where a point went on.

    Accounts are left out: what sends mails in the background may not read them.
    """
    points = meeting.points.select_related("carried_to__meeting")
    decisions = Decision.objects.select_related("vote").order_by("year", "number")
    return list(
        points.prefetch_related(Prefetch("decisions", queryset=decisions)).order_by(
            "rank", "created_at", "pk"
        )
    )


def authors_of(points: list[AgendaPoint]) -> dict[UUID, str]:
    """Return the names of who proposed some points, by account."""
    wanted = {one.proposed_by_id for one in points if one.proposed_by_id}
    return {one.pk: one.full_name for one in User.objects.filter(pk__in=wanted)}


def decisions_of(meeting: Meeting) -> list[Decision]:
    """Return the decisions of a meeting in their order, with their votes."""
    found = meeting.decisions.select_related("vote", "owner", "point")
    return list(found.order_by("year", "number"))


def documents_of(meeting: Meeting) -> list[Document]:
    """Return the files of a meeting, without their bytes, withdrawn ones included."""
    return list(meeting.documents.defer("content").select_related("added_by"))


def kept_minutes(meeting: Meeting) -> bytes | None:
    """Return the PDF kept when this edition of the minutes was validated, None when none was."""
    kept = ValidatedMinutes.objects.filter(meeting=meeting, edition=meeting.minutes_edition)
    content = kept.values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def letters_of(meeting: Meeting) -> list[Letter]:
    """Return the mails asked about a meeting, the last first."""
    return list(meeting.letters.select_related("contact").order_by("-asked_at", "pk"))


def attendances_of(meeting: Meeting) -> list[Attendance]:
    """Return who was convened or came, by name."""
    rows = meeting.attendances.select_related("contact__organisation", "represented_by")
    return list(rows.order_by("contact__sort_key", "pk"))


def next_meetings(body: Body, after: datetime) -> QuerySet[Meeting]:
    """Return the meetings of a body that are still to come."""
    states = [MeetingState.PLANNED, MeetingState.CONVENED]
    return body.meetings.filter(state__in=states, starts_at__gte=after).order_by("starts_at")
