"""Minutes: written, read again, validated, circulated; frozen once validated (D-06).

Promises: minutes are validated as they were read, and their PDF is kept from then on; they change
only after a reopening, whose reason is kept and told to those who had received them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.models import Contact
from clsm_core.governance.actions import letters
from clsm_core.governance.actions.meetings import FROZEN, hold, require_not_frozen
from clsm_core.governance.models import (
    LetterKind,
    Meeting,
    MeetingState,
    MinutesCorrection,
    MinutesState,
    ValidatedMinutes,
)


class Drawn(NamedTuple):
    """Minutes drawn once: the fingerprint of what they say, and the PDF that says it."""

    fingerprint: str
    content: bytes


@transaction.atomic
def write(*, meeting: Meeting, text: str, notes: Mapping[UUID, str]) -> Meeting:
    """Write the minutes: the text as a whole and the notes of each point.

    Raises: Refusal when the meeting was not held, or minutes are validated.
    """
    if meeting.state != MeetingState.HELD:
        raise Refusal("Le compte rendu s’écrit une fois la réunion tenue : notez les présences.")
    require_not_frozen(meeting)
    for point in meeting.points.filter(pk__in=list(notes)):
        if point.notes != notes[point.pk]:
            point.notes = notes[point.pk]
            point.version += 1
            point.save()
    meeting.minutes_text = text
    if meeting.minutes_state == MinutesState.NONE:
        meeting.minutes_state = MinutesState.DRAFT
    return _saved(meeting)


@transaction.atomic
def finish(*, meeting: Meeting) -> Meeting:
    """Say that the minutes are written, to be validated. Raises: Refusal."""
    if meeting.minutes_state != MinutesState.DRAFT:
        raise Refusal("Ce compte rendu n’est pas en rédaction.")
    has_notes = meeting.points.exclude(notes="").exists()
    if not (meeting.minutes_text.strip() or has_notes or meeting.decisions.exists()):
        raise Refusal("Ce compte rendu est vide : écrivez-le d’abord.")
    meeting.minutes_state = MinutesState.WRITTEN
    return _saved(meeting)


@transaction.atomic
def validate(
    *,
    meeting: Meeting,
    seen: str,
    draw: Callable[[Meeting, datetime], Drawn],
    by: Any,
    at: datetime,
) -> Meeting:
    """Validate the minutes that were read: they change no more, and their PDF is kept.

    Args:
        seen: the fingerprint of the minutes on the page that is confirmed.
        draw: draws the minutes as they are written now.

    Raises: Refusal when they wait for no validation, or are no longer those that were read.
    """
    hold(meeting)
    if meeting.minutes_state != MinutesState.WRITTEN:
        raise Refusal("Ce compte rendu n’attend pas de validation.")
    meeting.minutes_state = MinutesState.VALIDATED
    meeting.validated_on = timezone.localtime(at).date()
    meeting.validated_by = by
    _saved(meeting)
    drawn = draw(meeting, at)
    if drawn.fingerprint != seen:
        raise Refusal(
            "Le compte rendu a changé depuis que vous l’avez lu : rien n’est validé. Relisez-le"
            " ci-dessus, puis validez-le."
        )
    kept = ValidatedMinutes(
        meeting=meeting, edition=meeting.minutes_edition, content=drawn.content, made_at=at
    )
    kept.full_clean()
    kept.save()
    return meeting


@transaction.atomic
def circulate(*, meeting: Meeting, by: Any, at: datetime) -> Meeting:
    """Send the validated minutes to whoever was convened or came. Raises: Refusal."""
    if meeting.minutes_state not in FROZEN:
        raise Refusal("Le compte rendu se diffuse une fois validé.")
    meeting.minutes_state = MinutesState.CIRCULATED
    meeting.circulated_at = at
    _saved(meeting)
    letters.ask(
        meeting=meeting,
        contacts=recipients(meeting),
        kind=LetterKind.MINUTES,
        number=meeting.minutes_edition,
        by=by,
        at=at,
    )
    return meeting


def recipients(meeting: Meeting) -> list[Contact]:
    """Return who receives the minutes: everybody on the sheet, by name."""
    rows = meeting.attendances.select_related("contact__organisation")
    return [one.contact for one in rows.order_by("contact__sort_key", "pk")]


@transaction.atomic
def reopen(*, meeting: Meeting, reason: str, by: Any, at: datetime) -> Meeting:
    """Reopen validated minutes to correct them; those who received them are told why.

    Raises: Refusal.
    """
    if meeting.minutes_state not in FROZEN:
        raise Refusal("Ce compte rendu n’est pas validé : il se corrige sans être rouvert.")
    edition = meeting.minutes_edition
    correction = MinutesCorrection(
        meeting=meeting, edition=edition, reason=reason, reopened_by=by, reopened_at=at
    )
    correction.full_clean()
    correction.save()
    received = letters.reached(meeting, [LetterKind.MINUTES])
    meeting.minutes_state = MinutesState.DRAFT
    meeting.minutes_edition = edition + 1
    meeting.validated_on = meeting.validated_by = meeting.circulated_at = None
    meeting.is_published = False
    _saved(meeting)
    letters.ask(
        meeting=meeting,
        contacts=received,
        kind=LetterKind.CORRECTION,
        number=edition,
        by=by,
        at=at,
    )
    return meeting


@transaction.atomic
def publish(*, meeting: Meeting, is_published: bool) -> Meeting:
    """Show validated minutes to the public, or stop showing them. Raises: Refusal."""
    if is_published and meeting.minutes_state not in FROZEN:
        raise Refusal("Seul un compte rendu validé se publie.")
    meeting.is_published = is_published
    return _saved(meeting)


def _saved(meeting: Meeting) -> Meeting:
    meeting.full_clean()
    meeting.version += 1
    meeting.save()
    return meeting
