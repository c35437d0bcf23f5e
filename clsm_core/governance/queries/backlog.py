"""Subjects that wait for a meeting, those set aside, and agendas that come back."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.governance.models import AgendaPoint, Meeting, MeetingTemplate
from clsm_core.governance.queries.meetings import bodies_that_meet


def subjects(member: Member) -> QuerySet[AgendaPoint]:
    """Return the subjects without a meeting of the bodies somebody reads, the oldest first."""
    waiting = AgendaPoint.objects.filter(meeting=None, body__in=bodies_that_meet(member))
    related = ("body", "proposed_by", "carried_from__meeting")
    return waiting.select_related(*related).order_by("body__name", "created_at", "pk")


def subject_of(member: Member, pk: UUID) -> AgendaPoint | None:
    """Return a subject without a meeting that somebody may read."""
    return subjects(member).filter(pk=pk).first()


def waiting_for(meeting: Meeting) -> list[AgendaPoint]:
    """Return the subjects that wait in a meeting's body."""
    rows = AgendaPoint.objects.filter(body=meeting.body_id, meeting=None, is_set_aside=False)
    return list(rows.select_related("proposed_by").order_by("created_at", "pk"))


def templates_of(council: Council) -> QuerySet[MeetingTemplate]:
    """Return the agendas that come back in a council."""
    return MeetingTemplate.objects.filter(council=council).order_by("name")
