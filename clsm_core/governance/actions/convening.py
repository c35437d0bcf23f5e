"""A meeting is convened: who is called is written down, each receives one mail.

Source: domain.md D.1 (convocation: date d’envoi, destinataires); RFC 5546 for the appointment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.models import Contact
from clsm_core.governance.actions import letters
from clsm_core.governance.actions.meetings import OPEN
from clsm_core.governance.models import Attendance, LetterKind, Meeting, MeetingState
from clsm_core.governance.queries.attendance import day_of, mandates_on


@transaction.atomic
def convene(
    *, meeting: Meeting, guests: Iterable[Contact], message: str, by: Any, at: datetime
) -> Meeting:
    """Convene the members of the day and the guests; those already convened learn the change.

    Raises: Refusal when the meeting is past, over, or nobody sits in its body.
    """
    if meeting.state not in OPEN:
        raise Refusal("Cette réunion est déjà tenue ou annulée.")
    if meeting.starts_at <= at:
        raise Refusal("La date de cette réunion est passée : changez-la avant de convoquer.")
    members = [one.contact for one in mandates_on(meeting.body, day_of(meeting), is_called=True)]
    if not members:
        raise Refusal(
            "Personne n’a de mandat dans cette instance à la date de la réunion : nommez ses"
            " membres d’abord."
        )
    told = {one.pk for one in letters.reached(meeting, has_left=True)}
    if meeting.state == MeetingState.CONVENED:
        meeting.sequence += 1
    meeting.state = MeetingState.CONVENED
    meeting.convened_at = at
    meeting.message = message
    meeting.has_changed = False
    meeting.full_clean()
    meeting.version += 1
    meeting.save()
    called = seat(meeting=meeting, members=members, guests=guests)
    for kind, wanted in (
        (LetterKind.CONVENED, [one for one in called if one.pk not in told]),
        (LetterKind.CHANGED, [one for one in called if one.pk in told]),
    ):
        letters.ask(
            meeting=meeting, contacts=wanted, kind=kind, number=meeting.sequence, by=by, at=at
        )
    return meeting


def seat(
    *, meeting: Meeting, members: Iterable[Contact], guests: Iterable[Contact] = ()
) -> list[Contact]:
    """Give each member of the day and each guest a line of attendance; return who has one.

    A line without presence of somebody whose mandate ended meanwhile is taken away.
    """
    seated = {one.pk: one for one in members}
    rows = {one.contact_id: one for one in meeting.attendances.select_related("contact")}
    for contact_id, row in list(rows.items()):
        if row.is_guest or contact_id in seated:
            if row.is_guest and contact_id in seated:
                row.is_guest = False
                row.save()
            continue
        if not row.presence and row.represented_by_id is None:
            row.delete()
            del rows[contact_id]
    for contact, is_guest in (
        *((one, False) for one in seated.values()),
        *((one, True) for one in guests if one.pk not in seated),
    ):
        if contact.pk not in rows:
            row = Attendance(meeting=meeting, contact=contact, is_guest=is_guest)
            row.full_clean()
            row.save()
            rows[contact.pk] = row
    return [row.contact for row in rows.values()]
