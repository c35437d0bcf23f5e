"""Who came: noted for everybody at once, guests added on the spot (D.1 émargement, D-06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.models import Contact
from clsm_core.governance.actions.meetings import require_not_frozen
from clsm_core.governance.models import (
    Attendance,
    Meeting,
    MeetingState,
    Presence,
    SignedHow,
)
from clsm_core.governance.queries.attendance import THERE, day_of


@dataclass(frozen=True)
class Line:
    """What is noted of one person."""

    row: Attendance
    presence: str
    represented_by: Contact | None
    signed: str


def may_be_noted(meeting: Meeting, at: datetime) -> bool:
    """Tell whether the day of a meeting has come, and it was not cancelled."""
    if meeting.state == MeetingState.CANCELLED:
        return False
    return day_of(meeting) <= timezone.localtime(at).date()


@transaction.atomic
def record(*, meeting: Meeting, lines: Iterable[Line], at: datetime) -> Meeting:
    """Note the presence of everybody; the meeting is held from then on.

    Raises: Refusal before the day, once minutes are validated, when a representative is not there
        or represents herself.
    """
    require_recordable(meeting, at)
    noted = list(lines)
    there = {one.row.contact_id for one in noted if one.presence in THERE}
    for line in noted:
        field = f"represented_by_{line.row.contact_id.hex}"
        representative = line.represented_by
        if line.presence == Presence.REPRESENTED:
            if representative is None:
                raise Refusal("Dites qui représente cette personne.", field=field)
            if representative.pk == line.row.contact_id:
                raise Refusal("Personne ne se représente soi-même.", field=field)
            if representative.pk not in there:
                raise Refusal(
                    "Qui représente quelqu’un doit être noté présent, sur place ou à distance.",
                    field=field,
                )
        row = line.row
        row.presence = line.presence
        row.represented_by = representative if line.presence == Presence.REPRESENTED else None
        row.signed = line.signed if line.presence in THERE else SignedHow.NOT
        row.full_clean()
        row.save()
    meeting.state = MeetingState.HELD
    meeting.has_changed = False
    meeting.full_clean()
    meeting.version += 1
    meeting.save()
    return meeting


@transaction.atomic
def add_guests(*, meeting: Meeting, contacts: Iterable[Contact]) -> int:
    """Add people to a meeting as guests; return how many are new.

    Raises: Refusal once minutes are validated, or when it was cancelled.
    """
    require_not_frozen(meeting)
    if meeting.state == MeetingState.CANCELLED:
        raise Refusal("Cette réunion est annulée.")
    number = 0
    for contact in contacts:
        row = Attendance(meeting=meeting, contact=contact, is_guest=True)
        row.full_clean()
        row.save()
        number += 1
    meeting.version += 1
    meeting.save()
    return number


@transaction.atomic
def remove_guest(*, row: Attendance) -> None:
    """Take a guest away, before a presence is noted.

    Raises: Refusal.
    """
    require_not_frozen(row.meeting)
    if not row.is_guest or row.presence or row.meeting.letters.filter(contact=row.contact).exists():
        raise Refusal("Cette personne est membre, convoquée ou déjà notée : elle reste inscrite.")
    row.delete()


def require_recordable(meeting: Meeting, at: datetime) -> None:
    """Demand that presences may be noted. Raises: Refusal."""
    require_not_frozen(meeting)
    if not may_be_noted(meeting, at):
        raise Refusal("Les présences se notent à partir du jour de la réunion.")
