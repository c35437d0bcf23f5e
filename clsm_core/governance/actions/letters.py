"""Mails about a meeting: asked in the transaction of the act, sent in the background.

Promise: the queue is given an opaque id alone; each person is asked one mail a subject and number;
none leaves when the act is undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from audit import recorder
from audit.events import Event
from clsm_core.accounts.posting import Refusal
from clsm_core.directory.models import Contact
from clsm_core.governance.models import Letter, LetterKind, Meeting
from clsm_core.governance.queries.letters import is_current

TASK = "send_meeting_letters"
CONVOCATIONS = (LetterKind.CONVENED, LetterKind.CHANGED)


def reached(
    meeting: Meeting, kinds: Iterable[str] = CONVOCATIONS, *, has_left: bool = False
) -> list[Contact]:
    """Return who was asked such a mail and still has an address.

    Args:
        has_left: leave out those whose mail has not left: what they receive is their first.
    """
    told = meeting.letters.filter(kind__in=list(kinds))
    if has_left:
        told = told.filter(sent_at__isnull=False)
    found = Contact.objects.filter(pk__in=told.values("contact"), is_active=True).exclude(email="")
    return list(found.order_by("sort_key", "pk"))


def ask(
    *,
    meeting: Meeting,
    contacts: Iterable[Contact],
    kind: str,
    number: int,
    by: Any,
    at: datetime,
) -> int:
    """Ask one mail a person, and queue the work; return how many are new."""
    known = set(
        meeting.letters.filter(kind=kind, number=number).values_list("contact_id", flat=True)
    )
    wanted = [one for one in contacts if one.email and one.is_active and one.pk not in known]
    for contact in wanted:
        letter = Letter(meeting=meeting, contact=contact, kind=kind, number=number, asked_at=at)
        letter.full_clean()
        letter.save()
    if wanted:
        _record("letter.asked", meeting, by=by, at=at)
        queue(meeting)
    return len(wanted)


@transaction.atomic
def ask_again(*, meeting: Meeting, by: Any, at: datetime) -> int:
    """Queue again what failed or was interrupted; return how many.

    Raises: Refusal when nothing waits.
    """
    stuck = Letter.objects.select_for_update().filter(
        meeting=meeting, sent_at__isnull=True, tried_at__isnull=False
    )
    number = 0
    for letter in stuck:
        if not is_current(letter, meeting):
            continue
        letter.tried_at, letter.has_failed = None, False
        letter.save(update_fields=["tried_at", "has_failed"])
        number += 1
    if not number:
        raise Refusal("Tous les courriers de cette réunion sont partis ou attendent leur envoi.")
    _record("letter.asked", meeting, by=by, at=at)
    queue(meeting)
    return number


def queue(meeting: Meeting) -> None:
    """Queue the sending, in the caller's transaction: an opaque id is all it says."""
    app.configure_task(TASK, queue=settings.JOB_QUEUE).defer(meeting_id=str(meeting.pk))


def _record(action: str, meeting: Meeting, *, by: Any, at: datetime) -> None:
    event = Event(action=action, actor=by.pk, objects=(meeting.pk,))
    recorder.done(event, at=at)
