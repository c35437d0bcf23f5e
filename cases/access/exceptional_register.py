"""The register of exceptional accesses: who sees which, and what each may do about them.

The desk sees those of its commission; a lead those of her situations; the two who asked and
confirmed their own; a permanent member the emergencies that wait for a second person, once asked.
Whoever stepped aside sees none. Codes, names and dates only: words are opened apart.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from audit.queries import showings_between
from cases.access import recording
from cases.access.exceptional import labels, live
from cases.domain.choice import Choice
from cases.domain.exceptional import (
    CONTROL,
    EMERGENCY,
    FOLLOW_UP_WITHIN,
    LAPSES,
    AccessKind,
    conclusion_label,
    reason_label,
)
from cases.models import ExceptionalAccess
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer

DESKS = (Role.COORDINATOR, Role.DPO)
SECONDS = {
    AccessKind.EMERGENCY: (Role.COORDINATOR, Role.PERMANENT, Role.DEPOSITARY),
    AccessKind.CONTROL: (Role.COORDINATOR,),
}
LINES_A_PAGE = 50


class Status(Choice):
    """Where an access stands."""

    WAITING = "waiting", "attend une seconde personne"
    LAPSED = "lapsed", "restée sans réponse"
    DECLINED = "declined", "non confirmée"
    OPEN = "open", "en cours"
    ENDED = "ended", "terminé"


@dataclass(frozen=True)
class Place:
    """What is known of a situation here; its code is empty once the agreement is withdrawn."""

    id: uuid.UUID
    commission_id: uuid.UUID
    code: str
    lead_id: uuid.UUID | None
    is_shut: bool


@dataclass(frozen=True)
class AccessLine:
    """An access as pages show it, and what the viewer may do about it."""

    id: uuid.UUID
    kind: AccessKind
    place: Place
    status: Status
    sections: tuple[str, ...]
    reason: str
    asked_by: uuid.UUID
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None
    follow_up_due_at: datetime | None
    is_overdue: bool
    followed_up_by_name: str
    followed_up_at: datetime | None
    conclusion: str
    may: frozenset[str]

    @property
    def is_emergency(self) -> bool:
        """Tell a depositary's emergency from the DPO's control."""
        return self.kind is AccessKind.EMERGENCY


def places() -> dict[uuid.UUID, Place]:
    """Return the code and lead of every situation of which the viewer may see an access."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, commission_id, code, lead_id, is_shut FROM clsm_exceptional_situations()"
        )
        return {row[0]: Place(*row) for row in cursor.fetchall()}


def status_of(row: ExceptionalAccess, at: datetime) -> Status:
    """Return where an access stands at a moment."""
    if row.decided_at is None:
        is_over = row.ended_at is not None or at - row.asked_at > LAPSES[AccessKind(row.kind)]
        return Status.LAPSED if is_over else Status.WAITING
    if not row.is_confirmed:
        return Status.DECLINED
    is_open = row.ended_at is None and row.ends_at is not None and at < row.ends_at
    return Status.OPEN if is_open else Status.ENDED


def visible(viewer: Viewer, known: Iterable[Place]) -> Q:
    """Return the first lock's filter on the register; the database narrows it again."""
    places_known = list(known)
    seconds = viewer.commissions_with(SECONDS[AccessKind.EMERGENCY])
    hers = [
        place.id
        for place in places_known
        if place.lead_id == viewer.user_id or viewer.holds(place.commission_id, *DESKS)
    ]
    confirmable = Q(
        kind=AccessKind.EMERGENCY.value,
        decided_at__isnull=True,
        ended_at__isnull=True,
        situation__in=[place.id for place in places_known if place.commission_id in seconds],
    )
    mine = Q(asked_by=viewer.user_id) | Q(decided_by=viewer.user_id)
    of_known = Q(situation__in=[place.id for place in places_known])
    return of_known & (mine | Q(situation__in=hers) | confirmable)


def register(viewer: Viewer, page: int = 1) -> tuple[list[AccessLine], int]:
    """Return a page of the register, newest first, and how many lines there are.

    Raises: Refused for whoever sits in no commission; LedgerUnavailable.
    """
    if not viewer.commissions_with((*MEMBER_ROLES, Role.DPO)):
        raise Refused("role")
    recording.shown(viewer, "exceptional.shown")
    known = places()
    rows = ExceptionalAccess.objects.filter(visible(viewer, known.values()))
    number = rows.count()
    first = (max(1, page) - 1) * LINES_A_PAGE
    chosen = rows.select_related("asked_by", "decided_by", "followed_up_by")
    chosen = chosen.order_by("-asked_at", "pk")[first : first + LINES_A_PAGE]
    return [_line(viewer, row, known) for row in chosen], number


def find(viewer: Viewer, pk: uuid.UUID) -> tuple[ExceptionalAccess, AccessLine]:
    """Return an access that the viewer may see, with what it shows. Raises: Refused."""
    known = places()
    row = (
        ExceptionalAccess.objects.filter(visible(viewer, known.values()), pk=pk)
        .select_related("asked_by", "decided_by", "followed_up_by")
        .first()
    )
    if row is None:
        raise Refused("exceptional")
    return row, _line(viewer, row, known)


def _line(viewer: Viewer, row: ExceptionalAccess, known: dict[uuid.UUID, Place]) -> AccessLine:
    kind = AccessKind(row.kind)
    place = known[row.situation_id]
    status = status_of(row, viewer.at)
    due = None
    if row.is_confirmed and row.decided_at is not None:
        due = row.decided_at + FOLLOW_UP_WITHIN
    ends = [one for one in (row.ended_at, row.ends_at) if one is not None]
    return AccessLine(
        id=row.pk,
        kind=kind,
        place=place,
        status=status,
        sections=labels(row.sections),
        reason=reason_label(row.kind, row.reason),
        asked_by=row.asked_by_id,
        asked_by_name=row.asked_by.full_name,
        asked_at=row.asked_at,
        decided_by_name=row.decided_by.full_name if row.decided_by else "",
        decided_at=row.decided_at,
        ends_at=row.ends_at,
        closed_at=min(ends) if status is Status.ENDED and ends else None,
        follow_up_due_at=due,
        is_overdue=due is not None and row.followed_up_at is None and due < viewer.at,
        followed_up_by_name=row.followed_up_by.full_name if row.followed_up_by else "",
        followed_up_at=row.followed_up_at,
        conclusion=conclusion_label(row.kind, row.conclusion) if row.conclusion else "",
        may=_acts(viewer, row, place, status),
    )


def _acts(viewer: Viewer, row: ExceptionalAccess, place: Place, status: Status) -> frozenset[str]:
    """Return what the viewer may do; each action checks again, and so does the database."""
    found = set()
    is_asker = row.asked_by_id == viewer.user_id
    kind = AccessKind(row.kind)
    is_second = viewer.holds(place.commission_id, *SECONDS[kind])
    if status is Status.WAITING:
        if is_second and not is_asker and not place.is_shut:
            found |= {"confirm", "decline"}
        elif is_asker:
            found |= {"decline"}
    concerned = (row.asked_by_id, row.decided_by_id, place.lead_id)
    if status is Status.OPEN and (
        viewer.user_id in concerned or viewer.holds(place.commission_id, *DESKS)
    ):
        found |= {"end"}
    had_part = kind is AccessKind.EMERGENCY and viewer.user_id in concerned[:2]
    if row.is_confirmed and row.followed_up_at is None and not had_part:
        found |= {"follow_up"} if viewer.holds(place.commission_id, Role.DPO) else set()
    return frozenset(found)


def opened_sections(row: ExceptionalAccess) -> tuple[str, ...]:
    """Return the sections that were really shown under an access, from the ledger.

    Through the DPO's own connection: for the DPO's pages alone.
    """
    if row.decided_at is None or row.ends_at is None:
        return ()
    until = row.ends_at if row.ended_at is None else min(row.ends_at, row.ended_at)
    purpose = EMERGENCY if row.kind == AccessKind.EMERGENCY else CONTROL
    shown = showings_between(
        row.situation_id, actor=row.asked_by_id, start=row.decided_at, end=until, purpose=purpose
    )
    return labels({section for one in shown for section in one.sections})


@dataclass(frozen=True)
class Waiting:
    """How many accesses wait for the viewer: to confirm or decide, to follow up, late ones."""

    to_confirm: int = 0
    to_decide: int = 0
    to_follow_up: int = 0
    overdue: int = 0


def waiting(viewer: Viewer) -> Waiting:
    """Count what waits for the viewer, in one question besides the situations'."""
    seconds = viewer.commissions_with(SECONDS[AccessKind.EMERGENCY])
    if not seconds and not viewer.commissions_with([Role.DPO]):
        return Waiting()
    known = places() if _any_waits() else {}
    if not known:
        return Waiting()
    rows = ExceptionalAccess.objects.filter(
        visible(viewer, known.values()),
        Q(decided_at__isnull=True) | Q(is_confirmed=True, followed_up_at__isnull=True),
    ).select_related("asked_by", "decided_by", "followed_up_by")
    lines = [_line(viewer, row, known) for row in rows]
    confirmed = [line for line in lines if "confirm" in line.may]
    followed = [line for line in lines if "follow_up" in line.may]
    return Waiting(
        to_confirm=sum(line.is_emergency for line in confirmed),
        to_decide=sum(not line.is_emergency for line in confirmed),
        to_follow_up=len(followed),
        overdue=sum(line.is_overdue for line in followed),
    )


def _any_waits() -> bool:
    """Tell whether the database shows the viewer any access that waits for somebody."""
    return ExceptionalAccess.objects.filter(
        Q(decided_at__isnull=True) | Q(is_confirmed=True, followed_up_at__isnull=True)
    ).exists()


def own_open(user_id: uuid.UUID, at: datetime) -> list[tuple[uuid.UUID, str, str, datetime]]:
    """Return the accesses under way of an account, for the frame: id, kind, code, end.

    Seen under the context of the page's viewer; anywhere else the database shows none.
    """
    rows = ExceptionalAccess.objects.filter(live(at), asked_by=user_id)
    found = rows.order_by("ends_at").values_list("pk", "kind", "situation__code", "ends_at")
    return list(found)
