"""A page of the list of situations: counted and ordered by the database, one page read.

However long the list, three questions: the counts of the tiles, the page, and the ledger's event.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from cases import queries
from cases.access import exceptional, recording, summaries
from cases.access.facts import SituationLine
from cases.domain.lifecycle import SituationState
from cases.permissions import Viewer

LINES_A_PAGE = 50
# What is due, by the states in which it is; the agreement's own due is told apart.
DUE_STATES = {
    "restitution": (SituationState.REVIEWED,),
    "revue": (SituationState.RESTITUTED, SituationState.FOLLOW_UP),
    "information": (SituationState.PREPARING,),
}


@dataclass(frozen=True)
class Kept:
    """What a list keeps: a state, something late, a code, or these situations alone."""

    state: str = ""
    due: str = ""
    code: str = ""
    only: frozenset[uuid.UUID] | None = None


@dataclass(frozen=True)
class StateCounts:
    """How many situations of a state, and how many of them have something late, by kind."""

    state: str
    number: int
    late: dict[str, int]


@dataclass(frozen=True)
class SituationList:
    """One page of the list, and the counts of the whole."""

    lines: tuple[SituationLine, ...]
    number: int
    page: int
    counts: tuple[StateCounts, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether no situation at all is visible."""
        return not self.counts

    def late(self, due: str) -> int:
        """Return how many situations have something of a kind late."""
        return sum(one.late[due] for one in self.counts)


def situations(viewer: Viewer, kept: Kept, page: int = 1) -> SituationList:
    """Return a page of the viewer's situations, what is due first; one event without objects."""
    recording.shown(viewer, "list.shown")
    today = viewer.at.date()
    late = {
        due: Q(next_on__lt=today, state__in=[state.value for state in states])
        for due, states in DUE_STATES.items()
    }
    rows = queries.situations(viewer, exceptional.woken(viewer)).annotate(next_on=queries.NEXT_ON)
    counted = (
        rows.order_by()
        .values("state")
        .annotate(number=Count("pk"), **{due: Count("pk", filter=q) for due, q in late.items()})
    )
    counts = tuple(
        StateCounts(one["state"], one["number"], {due: one[due] for due in late})
        for one in counted.values("state", "number", *late)
    )
    if kept.state:
        rows = rows.filter(state=kept.state)
    if kept.due in late:
        rows = rows.filter(late[kept.due])
    if kept.code:
        rows = rows.filter(code=kept.code)
    if kept.only is not None:
        rows = rows.filter(pk__in=kept.only)
    number = rows.count() if kept.code or kept.only is not None else _number(counts, kept)
    page = max(1, min(page, -(-number // LINES_A_PAGE)))
    first = (page - 1) * LINES_A_PAGE
    shown = rows.order_by(queries.DUE_FIRST, "-changed_at", "pk")[first : first + LINES_A_PAGE]
    lines = tuple(summaries.line(row, viewer.at) for row in shown)
    return SituationList(lines=lines, number=number, page=page, counts=counts)


def _number(counts: Iterable[StateCounts], kept: Kept) -> int:
    """Return how many lines a filter by state and lateness keeps, from the counts."""
    return sum(
        one.late.get(kept.due, one.number)
        for one in counts
        if not kept.state or one.state == kept.state
    )
