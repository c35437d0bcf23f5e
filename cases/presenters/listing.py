"""The list of situations: counted tiles that filter it, one line a situation, in codes only."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from cases import queries
from cases.access.facts import SituationLine
from cases.access.lists import Kept, SituationList
from cases.domain.agreement import Expression
from cases.domain.agreement_reminders import due
from cases.domain.codes import normalise_code
from cases.domain.lifecycle import SituationState
from cases.permissions import Role, Viewer
from clsm_core.ui.components import Cell, Tile
from clsm_core.ui.templatetags.ui import short_day

DUE = {
    "restitution": "restitutions en retard",
    "revue": "à revoir",
    "information": "personnes à informer",
    "accord": "accords à recueillir ou renouveler",
}
KIND_OF_DUE = {"restitution à faire": "restitution", "à revoir": "revue"}
HEADERS = ("Code", "État", "Référent", "À faire", "Avant le")


@dataclass(frozen=True)
class Filters:
    """What the address asks for: a state, something due, a code; never any content."""

    state: str = ""
    due: str = ""
    code: str = ""

    @property
    def query(self) -> str:
        """Return the part of the address that keeps the filter."""
        held = {"etat": self.state, "suivi": self.due, "code": self.code}
        return urlencode({key: value for key, value in held.items() if value})


def filters(asked: dict[str, str]) -> Filters:
    """Read the filters of an address; unknown values filter nothing."""
    state, due = asked.get("etat", ""), asked.get("suivi", "")
    typed = asked.get("code", "").strip()[:20]
    return Filters(
        state=state if state in SituationState.codes() else "",
        due=due if due in DUE else "",
        code=(normalise_code(typed) or typed) if typed else "",
    )


def kept(asked: Filters, to_renew: frozenset[uuid.UUID]) -> Kept:
    """Return what the list keeps, as its reading takes it."""
    only = to_renew if asked.due == "accord" else None
    return Kept(state=asked.state, due=asked.due, code=asked.code, only=only)


def page_asked(asked: dict[str, str]) -> int:
    """Return the page of the list that an address asks for; the first by default."""
    number = asked.get("page", "")
    return int(number) if number.isdecimal() and len(number) < 7 else 1


def _is_due(line: SituationLine, due: str) -> bool:
    kind = KIND_OF_DUE.get(line.next_label, "information")
    return line.next_date is not None and line.is_overdue and kind == due


def due_counts(lines: Iterable[SituationLine], to_renew: frozenset[uuid.UUID]) -> dict[str, int]:
    """Count what is late, by kind."""
    lines = list(lines)
    counts = {due: sum(_is_due(line, due) for line in lines) for due in DUE if due != "accord"}
    counts["accord"] = len(to_renew)
    return counts


def due_tiles(counts: dict[str, int], current: str = "") -> list[Tile]:
    """Return a tile for each thing that is due; a zero stays shown, calmly."""
    return [
        Tile(
            label,
            counts[due],
            _address({"suivi": due}),
            current=due == current,
            kind="attention" if counts[due] else "",
        )
        for due, label in DUE.items()
    ]


def late_tiles(found: SituationList, to_renew: frozenset[uuid.UUID], asked: Filters) -> list[Tile]:
    """Return a tile for each thing that is late somewhere, and for the one being read."""
    counts = {due: len(to_renew) if due == "accord" else found.late(due) for due in DUE}
    return [tile for tile in due_tiles(counts, asked.due) if tile.number or tile.current]


def state_tiles(found: SituationList, asked: Filters) -> list[Tile]:
    """Return the tiles that filter the list by state."""
    counts = {one.state: one.number for one in found.counts}
    is_whole = not asked.query
    tiles = [Tile("toutes", sum(counts.values()), reverse("cases:situations"), current=is_whole)]
    tiles += [
        Tile(
            state.label,
            counts[state.value],
            _address({"etat": state.value}),
            current=asked.state == state.value,
        )
        for state in SituationState
        if counts.get(state.value)
    ]
    return tiles


def rows(lines: Iterable[SituationLine]) -> list[list[Cell | str]]:
    """Return the rows of the table, in codes, dates and members' names."""
    return [
        [
            Cell(
                line.situation.code,
                url=reverse("cases:situation", args=[line.situation.code]),
                is_code=True,
            ),
            _state(line),
            line.situation.lead_name or "—",
            line.next_label or "—",
            _next_date(line),
        ]
        for line in lines
    ]


def _state(line: SituationLine) -> Cell | str:
    if line.situation.is_withdrawn:
        return Cell("accord retiré : à clore", kind="danger")
    if line.situation.is_limited:
        return Cell("traitement limité", kind="attention")
    return line.situation.state_label


def _next_date(line: SituationLine) -> Cell | str:
    if line.next_date is None:
        return "—"
    words = short_day(line.next_date)
    return Cell(f"{words}, en retard", kind="attention") if line.is_overdue else words


def agreements_to_renew(viewer: Viewer) -> frozenset[uuid.UUID]:
    """Return the situations in work whose agreement the viewer must ask for, or ask for again.

    Missing, over, near its end, a year old, or an exception to put right, for those that she leads
    or coordinates. Two questions to the database, however many there are (C-09, C-10, C-18).
    """
    desks = viewer.commissions_with([Role.COORDINATOR])
    working: dict[uuid.UUID, tuple[datetime | None, int]] = {
        pk: (reopened, days)
        for pk, reopened, days in queries.situations(viewer)
        .filter(
            Q(lead_id=viewer.user_id) | Q(commission_id__in=desks),
            state__in=[state.value for state in queries.WORKING_STATES],
            is_withdrawn=False,
            is_anonymous=False,
        )
        .order_by()
        .values_list("pk", "reopened_at", "commission__agreement_reminder_days")
    }
    histories: dict[uuid.UUID, list[Expression]] = defaultdict(list)
    for pk, expression in queries.dated_expressions(working):
        reopened, _ = working[pk]
        # A reopening starts a new cycle; objections and withdrawals stay (C-09).
        if reopened is None or expression.recorded_at >= reopened or expression.kind.is_stop:
            histories[pk].append(expression)
    return frozenset(
        pk
        for pk, (_, days) in working.items()
        if due(histories[pk], viewer.at, notice_days=days) is not None
    )


def _address(query: dict[str, str]) -> str:
    return f"{reverse('cases:situations')}?{urlencode(query)}"
