"""Background work of governance: the mails of meetings (decision 42).

Promise: an address receives a mail once. It is marked before it leaves, so that a worker stopped in
between sends nothing twice; what failed or was interrupted is said on the meeting's page.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from procrastinate.contrib.django import app

from audit import recorder
from audit.events import Event, Outcome
from clsm_core.accounts.clock import now
from clsm_core.governance.actions.letters import TASK
from clsm_core.governance.models import Letter
from clsm_core.governance.presenters import letters
from clsm_core.governance.queries.letters import is_current, meetings_that_wait

logger = logging.getLogger(__name__)


@app.task(name=TASK, queue=settings.JOB_QUEUE)
def send_meeting_letters(meeting_id: str) -> int:
    """Send the mails of a meeting that wait; return how many left."""
    pk = uuid.UUID(meeting_id)
    made: dict[tuple[str, int], letters.Words] = {}
    number = 0
    while (letter := _claimed(pk)) is not None:
        if not is_current(letter, letter.meeting):
            continue
        key = (letter.kind, letter.number)
        if key not in made:
            made[key] = letters.words(letter.meeting, letter.kind, at=now())
        number += _sent(letter, made[key])
    return number


@app.periodic(cron="*/10 * * * *", periodic_id=settings.JOB_QUEUE)
@app.task(name="resume_meeting_letters", queue=settings.JOB_QUEUE)
def resume_meeting_letters(timestamp: int) -> int:
    """Send what waits since more than five minutes: its own job was lost, or failed."""
    before = now() - timedelta(minutes=5)
    return sum(send_meeting_letters(str(pk)) for pk in meetings_that_wait(before))


def _claimed(pk: uuid.UUID) -> Letter | None:
    """Mark the next mail that waits as tried, and return it with its meeting as it now stands."""
    with transaction.atomic():
        waiting = Letter.objects.select_for_update(skip_locked=True, of=("self",))
        letter = (
            waiting.filter(meeting=pk, tried_at__isnull=True)
            .select_related("contact", "meeting__body__council")
            .order_by("asked_at", "pk")
            .first()
        )
        if letter is not None:
            letter.tried_at = now()
            letter.save(update_fields=["tried_at"])
    return letter


def _sent(letter: Letter, made: letters.Words) -> bool:
    """Send one mail; one that the mail server refuses keeps the others from nothing."""
    has_left = False
    # Who left the directory since is not written to, sent again or not.
    if letter.contact.email and letter.contact.is_active:
        try:
            with get_connection() as connection:
                has_left = bool(connection.send_messages([letters.mail(letter, made)]))
        # An address that no header can hold is a ValueError.
        except (OSError, ValueError):
            logger.error("a mail about a meeting could not be sent")
    _settle(letter, at=now(), has_left=has_left)
    return has_left


def _settle(letter: Letter, *, at: datetime, has_left: bool) -> None:
    """Write what became of a mail, with its line in the ledger."""
    with transaction.atomic():
        letter.has_failed = not has_left
        letter.sent_at = at if has_left else None
        letter.save(update_fields=["has_failed", "sent_at"])
        event = Event(
            action="letter.sent" if has_left else "letter.failed",
            outcome=Outcome.OK if has_left else Outcome.ERROR,
            objects=(letter.meeting_id, letter.pk),
        )
        recorder.done(event, at=at)
