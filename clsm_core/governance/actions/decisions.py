"""Record what a body decided, and what became of it.

Promises: numbers follow each other within a council's year, without gap or duplicate, even when two
people record at once; a decision changes while the minutes of its meeting are not validated, and
never after: only its follow-ups go on. Nothing is deleted. While a group, a document, an action, a
priority rests on a decision, it keeps its kind and is not dropped.

Source: domain.md D.1 (décision), D-03, D-04, D-05, D-06; 001-08.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.governance.models import (
    AgendaPoint,
    BodyKind,
    Decision,
    DecisionKind,
    DecisionState,
    FollowUp,
    Meeting,
    MeetingState,
    MinutesState,
    Vote,
)
from clsm_core.governance.queries.bodies import day_of
from clsm_core.governance.queries.decisions import is_rejected, resting_on, result_of_voices

SEALED = (MinutesState.VALIDATED, MinutesState.CIRCULATED)
CLOSED = (
    "Le compte rendu de cette réunion est validé : la décision ne change plus. Notez ce qu’elle"
    " devient par un suivi."
)


@transaction.atomic
def record(
    *,
    council: Council,
    meeting: Meeting,
    point: AgendaPoint | None,
    values: Mapping[str, Any],
    voices: Mapping[str, Any] | None = None,
) -> Decision:
    """Write a decision of a held meeting in the register, under the next number of its year.

    Args:
        voices: the fields of ``Vote``, when the body voted.
    Raises:
        Refusal: when the meeting was not held, its minutes are validated, or the vote does not add
            up. A decision that the vote rejects is kept as dropped.
    """
    meeting = _open_minutes(council, meeting)
    if point is not None and point.meeting_id != meeting.pk:
        raise Refusal("Ce point n’est pas à l’ordre du jour de la réunion.", field="point")
    # One recorder at a time for a council: the next waits here, then reads the number just given.
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    year = day_of(meeting).year
    last = Decision.objects.filter(council=council, year=year).aggregate(last=Max("number"))["last"]
    decision = Decision(
        council=council, meeting=meeting, point=point, year=year, number=(last or 0) + 1
    )
    for name, value in values.items():
        setattr(decision, name, value)
    if voices and not _adopted(voices):
        decision.state = DecisionState.DROPPED
    decision.full_clean()
    decision.save()
    if voices:
        _write_vote(decision, voices)
    return decision


@transaction.atomic
def edit(
    *,
    council: Council,
    decision: Decision,
    values: Mapping[str, Any],
    voices: Mapping[str, Any] | None = None,
) -> Decision:
    """Correct a decision while its minutes are not validated.

    Raises:
        Refusal: once they are, or when a vote that was recorded is left out.
    """
    _open_minutes(council, decision.meeting)
    if values.get("kind", decision.kind) != Decision.objects.get(pk=decision.pk).kind:
        _refuse_when_it_carries(decision, "son type ne change plus", field="kind")
    for name, value in values.items():
        setattr(decision, name, value)
    point = decision.point
    if point is not None and point.meeting_id != decision.meeting_id:
        raise Refusal("Ce point n’est pas à l’ordre du jour de la réunion.", field="point")
    if voices:
        was_rejected = is_rejected(decision)
        if not _adopted(voices):
            _refuse_when_it_carries(decision, "le vote ne peut pas la rejeter")
            decision.state = DecisionState.DROPPED
        elif was_rejected and decision.state == DecisionState.DROPPED:
            decision.state = DecisionState.TO_DO
        _write_vote(decision, voices)
    elif Vote.objects.filter(decision=decision).exists():
        raise Refusal("Un vote a été inscrit : corrigez-le, il ne s’efface pas.", field="rule")
    decision.version += 1
    decision.full_clean()
    decision.save()
    return decision


@transaction.atomic
def follow(
    *, decision: Decision, on: date, state: str, text: str, by: Any, today: date
) -> FollowUp:
    """Add a dated line of what was done; the decision takes its state.

    Raises:
        Refusal: for a day to come, or before the meeting, or a line that says nothing.
    """
    if on > today:
        raise Refusal("Un suivi raconte ce qui est fait : sa date n’est pas à venir.", field="on")
    if on < day_of(decision.meeting):
        raise Refusal("La décision n’était pas encore prise ce jour-là.", field="on")
    if not text.strip() and state == decision.state:
        raise Refusal("Écrivez ce qui a été fait, ou changez l’état.", field="text")
    if state != DecisionState.DROPPED and is_rejected(decision):
        raise Refusal("Le vote a rejeté cette décision : elle reste sans suite.", field="state")
    if state == DecisionState.DROPPED:
        _refuse_when_it_carries(decision, "elle ne peut pas être abandonnée", field="state")
    follow_up = FollowUp(decision=decision, on=on, state=state, text=text.strip(), written_by=by)
    follow_up.full_clean()
    follow_up.save()
    decision.state = state
    decision.version += 1
    decision.save()
    return follow_up


def stood_on(*, council: Council, decision: Decision | None, kinds: Sequence[str] = ()) -> Decision:
    """Return a decision of the steering committee on which something is about to rest.

    Nobody drops it nor changes its kind before the end of the act.

    Args:
        kinds: those that it may be of; any without.
    Raises:
        Refusal: there is none, or it is another body's, of another kind, or without effect.
    """
    rows = Decision.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(council=council, pk=decision.pk).first() if decision else None
    if found is None:
        raise Refusal("Choisissez une décision du registre.", field="decision")
    if kinds and found.kind not in kinds:
        labels = " ou ".join(f"« {DecisionKind(kind).label} »" for kind in kinds)
        raise Refusal(f"Il faut une décision de type {labels}.", field="decision")
    if found.meeting.body.kind != BodyKind.STEERING:
        raise Refusal("Il faut une décision du comité de pilotage.", field="decision")
    if found.state == DecisionState.DROPPED:
        raise Refusal("Cette décision est abandonnée.", field="decision")
    return found


def _open_minutes(council: Council, meeting: Meeting) -> Meeting:
    """Return a held meeting whose minutes may still change, kept so until the end of the act."""
    # Half a lock: recording waits for a validation that runs, and the other way round.
    found = (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .filter(body__council=council, pk=meeting.pk)
        .get()
    )
    if found.state != MeetingState.HELD:
        raise Refusal("Une décision se prend dans une réunion qui s’est tenue.")
    if found.minutes_state in SEALED:
        raise Refusal(CLOSED)
    return found


def _adopted(voices: Mapping[str, Any]) -> bool:
    try:
        return result_of_voices(voices).is_adopted
    except ValueError as wrong:
        raise Refusal("Il y a plus de voix que de votants.", field="voters") from wrong


def _refuse_when_it_carries(decision: Decision, why: str, *, field: str = "") -> None:
    """Raise: Refusal while something rests on a decision."""
    if resting := resting_on(decision):
        raise Refusal(f"Une décision porte {' et '.join(resting)} : {why}.", field=field)


def _write_vote(decision: Decision, voices: Mapping[str, Any]) -> None:
    vote = Vote.objects.filter(decision=decision).first() or Vote(decision=decision)
    for name, value in voices.items():
        setattr(vote, name, value)
    vote.full_clean()
    vote.save()
