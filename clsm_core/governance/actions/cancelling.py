"""Meetings cancelled: nothing of what they held is lost (domain.md D.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import agendas, letters
from clsm_core.governance.actions.meetings import OPEN
from clsm_core.governance.models import LetterKind, Meeting, MeetingState


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, by: Any, at: datetime) -> Meeting:
    """Cancel a meeting; whoever was convened is told, its subjects wait again.

    Raises: Refusal.
    """
    if meeting.state not in OPEN:
        raise Refusal("Cette réunion est déjà tenue ou annulée.")
    told = letters.reached(meeting)
    meeting.state = MeetingState.CANCELLED
    meeting.cancelled_reason = reason
    meeting.has_changed = False
    if told:
        meeting.sequence += 1
    meeting.full_clean()
    meeting.version += 1
    meeting.save()
    for point in meeting.points.filter(carried_to=None).order_by("rank", "created_at"):
        agendas.carry_over(point=point, to=None)
    letters.ask(
        meeting=meeting,
        contacts=told,
        kind=LetterKind.CANCELLED,
        number=meeting.sequence,
        by=by,
        at=at,
    )
    return meeting
