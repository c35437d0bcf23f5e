"""What is read of the register of decisions, always among those that a member may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from clsm_core.council.models import Council
from clsm_core.directory.models import Contact
from clsm_core.governance.models import (
    AgendaPoint,
    Body,
    Decision,
    DecisionState,
    Meeting,
    MeetingState,
    MinutesState,
    Vote,
)
from clsm_core.governance.voting import Result, result_of
from clsm_core.ui.plain import plain

OPEN = (DecisionState.TO_DO, DecisionState.ONGOING)
VOICES = ("rule", "voters", "in_favour", "against", "abstained")
LATE = "retard"
# What rests on a decision, by the name of its rows: in words, and which of them still stand.
_RESTING: dict[str, tuple[str, dict[str, Any]]] = {
    "bodies": ("une instance", {}),
    "framework_documents": ("un document-cadre", {}),
}


def rests(related: str, words: str, **standing: Any) -> None:
    """Declare rows that rest on a decision: while one stands, the decision keeps its kind.

    Args:
        related: the name of these rows on a decision.
        words: what such a row is, as a sentence says it.
        standing: which of them count.
    """
    _RESTING[related] = (words, standing)


def resting_on(decision: Decision) -> list[str]:
    """Return, in words, what rests on a decision."""
    return [
        words
        for related, (words, standing) in _RESTING.items()
        if getattr(decision, related).filter(**standing).exists()
    ]


@dataclass(frozen=True)
class Filters:
    """What a list of decisions is narrowed by; None narrows nothing."""

    body: UUID | None = None
    kind: str = ""
    year: int | None = None
    owner: UUID | None = None
    state: str = ""
    words: str = ""


def with_everything(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Load what a line of the register shows."""
    return decisions.select_related("meeting__body", "owner", "vote", "point")


def narrowed(decisions: QuerySet[Decision], filters: Filters, on: date) -> QuerySet[Decision]:
    """Return the decisions that match; the state apart, which the tiles count."""
    if filters.body:
        decisions = decisions.filter(meeting__body=filters.body)
    if filters.kind:
        decisions = decisions.filter(kind=filters.kind)
    if filters.year:
        decisions = decisions.filter(year=filters.year)
    if filters.owner:
        decisions = decisions.filter(owner=filters.owner)
    asked = plain(filters.words).split()
    if asked:
        # A council decides a few dozen times a year: its texts are read whole, without accents.
        texts = decisions.values_list("pk", "year", "number", "title", "text")
        decisions = decisions.filter(
            pk__in=[
                pk
                for pk, year, number, title, text in texts
                if all(word in plain(f"{year}-{number:02d} {title} {text}") for word in asked)
            ]
        )
    return decisions


def in_state(decisions: QuerySet[Decision], state: str, on: date) -> QuerySet[Decision]:
    """Return the decisions in a state, or late."""
    if state == LATE:
        return decisions.filter(late(on))
    return decisions.filter(state=state) if state else decisions


def late(on: date) -> Q:
    """Return the condition of a decision that is open beyond its due day."""
    return Q(state__in=OPEN, due_on__lt=on)


def counts_of(decisions: QuerySet[Decision], on: date) -> dict[str, int]:
    """Count the decisions by state, and those that are late, in one query."""
    return decisions.aggregate(
        all=Count("pk"),
        late=Count("pk", filter=late(on)),
        **{state: Count("pk", filter=Q(state=state)) for state in DecisionState.values},
    )


def decision_of(visible: QuerySet[Decision], decision_id: UUID) -> Decision | None:
    """Return one decision among those one may read."""
    return with_everything(visible).select_related("council").filter(pk=decision_id).first()


def choices_of(visible: QuerySet[Decision]) -> tuple[list[Body], list[int], list[Contact]]:
    """Return the bodies, years and owners that occur in a register."""
    bodies = Body.objects.filter(pk__in=visible.values("meeting__body")).order_by("name")
    years = visible.order_by("-year").values_list("year", flat=True).distinct()
    owners = Contact.objects.filter(pk__in=visible.values("owner"))
    return list(bodies), list(years), list(owners)


def recordable_meeting(council: Council, meeting_id: UUID) -> Meeting | None:
    """Return a held meeting of the council whose minutes are not validated."""
    return recordable_meetings(council).filter(pk=meeting_id).first()


def recordable_meetings(council: Council) -> QuerySet[Meeting]:
    """Return the held meetings in whose minutes a decision may still be written."""
    return (
        Meeting.objects.filter(body__council=council, state=MeetingState.HELD)
        .exclude(minutes_state__in=(MinutesState.VALIDATED, MinutesState.CIRCULATED))
        .select_related("body")
        .order_by("-starts_at")
    )


def points_of(meeting: Meeting) -> QuerySet[AgendaPoint]:
    """Return the points of a meeting's agenda."""
    return AgendaPoint.objects.filter(meeting=meeting).order_by("rank", "created_at")


def result_of_voices(voices: Mapping[str, Any]) -> Result:
    """Return what counts decide. Raises: ValueError when they do not add up."""
    counts = {name: int(voices[name] or 0) for name in VOICES[1:]}
    return result_of(str(voices["rule"]), **counts)


def result_of_vote(vote: Vote) -> Result:
    """Return what a recorded vote decided."""
    return result_of_voices({name: getattr(vote, name) for name in VOICES})


def is_rejected(decision: Decision) -> bool:
    """Tell whether a vote rejected a decision."""
    vote = Vote.objects.filter(decision=decision).first()
    return vote is not None and not result_of_vote(vote).is_adopted
