"""How the rows of meetings are opened: found from the member's council, or 404."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from clsm_core.council.models import Council
from clsm_core.governance.models import AgendaPoint, Meeting
from clsm_core.governance.permissions import may_validate
from clsm_core.governance.queries import backlog, meetings


def meeting_or_404(request: Any, pk: UUID) -> Meeting:
    """Return a meeting that the member may read. Raises: Http404."""
    found = meetings.meeting_of(request.member, pk)
    if found is None:
        raise Http404
    return found


def inside_or_404(request: Any, pk: UUID) -> Meeting:
    """Return a meeting of a body that the member reads whole. Raises: Http404."""
    found = meeting_or_404(request, pk)
    if not meetings.is_inside(request.member, found):
        raise Http404
    return found


def signed_off_or_404(request: Any, pk: UUID) -> Meeting:
    """Return a meeting whose minutes the member may validate. Raises: Http404."""
    found = inside_or_404(request, pk)
    if not may_validate(request.member, found.body):
        raise Http404
    return found


def point_or_404(request: Any, pk: UUID) -> tuple[Meeting, AgendaPoint]:
    """Return a point of an agenda with its meeting. Raises: Http404."""
    point = AgendaPoint.objects.filter(
        pk=pk, body__council=request.member.council, meeting__isnull=False
    ).first()
    if point is None:
        raise Http404
    meeting = inside_or_404(request, point.meeting_id)
    point.meeting = meeting
    return meeting, point


def subject_or_404(request: Any, pk: UUID) -> AgendaPoint:
    """Return a subject that waits. Raises: Http404."""
    found = backlog.subject_of(request.member, pk)
    if found is None:
        raise Http404
    return found


def page_of(council: Council, meeting: Meeting, anchor: str = "") -> str:
    """Return the address of a meeting's page."""
    return reverse("governance:meeting", args=[council.slug, meeting.pk]) + anchor
