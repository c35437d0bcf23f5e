"""What keeps keys from being lost, in plain words: who is missing, who may mend it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cases.access import continuity
from cases.access.continuity import Holdings, Shortage, WaitingKey
from cases.actions.departures import Leaving
from cases.actions.factor_resets import ResetReason, may_confirm
from cases.actions.regrants import Line
from cases.domain.sections import Section
from cases.models import Commission, JointAct, Mandate
from cases.permissions import Role, Viewer
from clsm_core.accounts.models import User
from clsm_core.ui.components import Cell
from clsm_core.ui.templatetags.ui import short_day

SHORT_HEADERS = ("Situation", "Volets", "Depuis le", "Qui peut encore l’ouvrir", "Pour y remédier")
MEMBER_HEADERS = ("Membre", "Situations ouvertes", "Son départ en laisserait avec trop peu de clés")
LINE_HEADERS = ("Situation", "Ce qui sera redonné", "Ce qui ne peut pas l’être")


@dataclass(frozen=True)
class KeyToSign:
    """A key that waits: its words, and whether this officer signs it now."""

    member: uuid.UUID
    key: str
    name: str
    function: str
    words: tuple[str, ...]
    is_changed: bool
    is_signed_by_me: bool
    is_second: bool


@dataclass(frozen=True)
class Signing:
    """The keys to sign of a commission."""

    commission: uuid.UUID
    name: str
    takes_two: bool
    keys: tuple[KeyToSign, ...]


@dataclass(frozen=True)
class Request:
    """A reset that waits for its second person."""

    id: uuid.UUID
    name: str
    reason: str
    asked_by: str
    asked_at: datetime
    can_confirm: bool
    is_mine: bool


def signing(viewer: Viewer, commission: Commission, waiting: Iterable[WaitingKey]) -> Signing:
    """Return the keys that wait in a commission, as one officer sees them."""
    return Signing(
        commission=commission.pk,
        name=commission.name,
        takes_two=commission.officers_required > 1,
        keys=tuple(
            KeyToSign(
                member=one.user_id,
                key=one.key_id,
                name=one.name,
                function=one.function,
                words=one.words,
                is_changed=one.is_changed,
                is_signed_by_me=one.signed_by == viewer.user_id,
                is_second=one.signed_by is not None and one.signed_by != viewer.user_id,
            )
            for one in waiting
        ),
    )


def names(users: Iterable[uuid.UUID]) -> str:
    """Return people's names, in order, for a sentence."""
    rows = User.objects.filter(pk__in=list(users)).order_by("last_name", "first_name")
    return ", ".join(row.full_name for row in rows)


def section_words(codes: Iterable[str]) -> str:
    """Return sections' names, for a sentence."""
    known = set(codes)
    return ", ".join(section.label for section in Section if section.value in known)


def shortage_rows(
    viewer: Viewer, commission: Commission, lines: list[Shortage]
) -> list[list[Cell | str]]:
    """Return the situations short of holders; a coordinator is led to the act that mends it."""
    people = {
        row.pk: row.full_name
        for row in User.objects.filter(pk__in={user for line in lines for user in line.holders})
    }
    mends = viewer.holds(commission.pk, Role.COORDINATOR)
    return [
        [
            Cell(line.code, is_code=True),
            section_words(line.sections),
            short_day(line.since),
            ", ".join(people[user] for user in line.holders) or "personne : clé de secours",
            Cell("Ajouter un membre", url=reverse("cases:share", args=[line.code]))
            if mends and line.holders and line.is_working
            else _who_mends(line),
        ]
        for line in lines
    ]


def _who_mends(line: Shortage) -> str:
    if line.holders:
        return "Un membre qui l’ouvre encore, ou l’animation"
    return "Les dépositaires de la clé de secours"


def member_rows(seated: Iterable[Mandate], held: Holdings) -> list[list[Cell | str]]:
    """Return, for each member, what her departure would break; the heaviest first."""
    once: dict[uuid.UUID, Mandate] = {}
    for mandate in seated:
        once.setdefault(mandate.user_id, mandate)
    opened: dict[uuid.UUID, set[uuid.UUID]] = {user: set() for user in once}
    for (situation, _, _), users in held.holders.items():
        for user in users & opened.keys():
            opened[user].add(situation)
    lost = {user: len(held.lost_by(user)) for user in once}
    order = sorted(once.values(), key=lambda one: (-lost[one.user_id], one.user.last_name))
    return [
        [
            Cell(one.user.full_name, url=reverse("cases:member", args=[one.pk])),
            Cell(len(opened[one.user_id]), is_number=True),
            Cell(_situations(lost[one.user_id]), kind="attention")
            if lost[one.user_id]
            else "aucune",
        ]
        for one in order
    ]


@dataclass(frozen=True)
class Desk:
    """The keys of a commission: what is short, who holds it up, who is not ready."""

    name: str
    is_broken: bool
    is_officer: bool
    shortages: list[list[Cell | str]]
    members: list[list[Cell | str]]
    waiting: tuple[str, ...]
    without_vault: tuple[str, ...]
    without_kit: tuple[str, ...]
    renewals: list[tuple[str, str, int]]


def desk(viewer: Viewer, commission: Commission) -> Desk:
    """Return what keeps a commission's keys from being lost, now."""
    seated = continuity.in_office(commission, viewer.at)
    held = continuity.holdings(commission, viewer.at)
    none, partial = continuity.without_kit(seated)
    by_user = {one.user_id: one for one in seated}
    gives = viewer.holds(commission.pk, Role.COORDINATOR)
    return Desk(
        name=commission.name,
        is_broken=continuity.register_of(viewer, commission) is None,
        is_officer=continuity.is_officer(viewer, commission),
        shortages=shortage_rows(viewer, commission, continuity.shortages(commission, held)),
        members=member_rows(seated, held),
        waiting=tuple(one.name for one in continuity.waiting_keys(viewer, commission)),
        without_vault=tuple(none),
        without_kit=tuple(partial),
        renewals=to_renew(viewer, commission, by_user) if gives else [],
    )


def _situations(number: int) -> str:
    return f"{number} situation{'s' if number > 1 else ''}"


def requests(viewer: Viewer, acts: Iterable[JointAct]) -> list[Request]:
    """Return the resets that wait, as one person sees them."""
    rows = list(acts)
    people = {
        row.pk: row.full_name for row in User.objects.filter(pk__in=[row.subject for row in rows])
    }
    return [
        Request(
            id=row.pk,
            name=people.get(row.subject, "compte inconnu"),
            reason=ResetReason(row.reason).label if row.reason in ResetReason.codes() else "—",
            asked_by=row.asked_by.full_name,
            asked_at=row.asked_at,
            can_confirm=may_confirm(viewer, row),
            is_mine=row.asked_by_id == viewer.user_id,
        )
        for row in rows
    ]


def regrant_rows(lines: Iterable[Line]) -> list[list[Cell | str]]:
    """Return what a regrant would do, situation by situation."""
    return [
        [
            Cell(line.code, is_code=True),
            section_words(line.given) or "rien",
            _left_out(line) or "—",
        ]
        for line in lines
    ]


def _left_out(line: Line) -> str:
    parts = []
    if line.forbidden:
        parts.append(
            f"{section_words(line.forbidden)} : l’accord, la profession ou le mandat ne le "
            "permet plus"
        )
    if line.not_mine:
        asked = names(line.ask)
        whom = f"demandez à {asked}" if asked else "la clé de secours seule l’ouvre"
        parts.append(f"{section_words(line.not_mine)} : {whom}")
    return " ; ".join(parts)


def leaving_rows(leaving: Leaving) -> list[list[Cell | str]]:
    """Return what a departure ends, with what it leaves short."""
    return [
        [
            Cell(code, is_code=True),
            section_words(sections),
            Cell(section_words(leaving.short[code]), kind="attention")
            if code in leaving.short
            else "assez de clés",
        ]
        for code, sections in leaving.held.items()
    ]


LEAVING_HEADERS = ("Situation", "Accès qui prend fin", "Ce qui manquera de clés")


def to_renew(
    viewer: Viewer, commission: Commission, seated: Mapping[uuid.UUID, Mandate]
) -> list[tuple[str, str, int]]:
    """Return who waits to receive her rights again: name, where to act, how many situations."""
    found = []
    for user, rows in continuity.grants_to_renew(viewer, commission).items():
        mandate = seated.get(user)
        if mandate is not None and user != viewer.user_id:
            number = len({row.situation_id for row in rows})
            url = reverse("cases:regrant", args=[mandate.pk])
            found.append((mandate.user.full_name, url, number))
    return sorted(found)
