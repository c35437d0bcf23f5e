"""Which mails about a meeting still say what is, and which meetings have some that wait."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from clsm_core.governance.models import Letter, LetterKind, Meeting, MeetingState, MinutesState


def is_current(letter: Letter, meeting: Meeting) -> bool:
    """Tell whether a mail that has not left still says what is.

    A convocation is not sent once the meeting changed again, was cancelled or held; minutes are
    not once they were reopened.
    """
    if letter.kind in (LetterKind.CONVENED, LetterKind.CHANGED):
        return meeting.state == MeetingState.CONVENED and letter.number == meeting.sequence
    if letter.kind == LetterKind.CANCELLED:
        return meeting.state == MeetingState.CANCELLED and letter.number == meeting.sequence
    is_circulated = meeting.minutes_state == MinutesState.CIRCULATED
    if letter.kind == LetterKind.MINUTES:
        return is_circulated and letter.number == meeting.minutes_edition
    return not is_circulated and letter.number == meeting.minutes_edition - 1


def meetings_that_wait(before: datetime) -> list[UUID]:
    """Return the meetings with mails that were asked before a moment and never tried."""
    waiting = Letter.objects.filter(tried_at__isnull=True, asked_at__lt=before)
    return sorted(set(waiting.values_list("meeting_id", flat=True)))
