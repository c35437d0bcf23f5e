"""« Qui peut voir, pourquoi, jusqu’à quand »: everybody, each with the rule's own answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cases.access import readers as access
from cases.access.agreements import Standing
from cases.access.facts import OpenSituation, SectionView
from cases.domain.rights import DeclineReason, InterestReason
from cases.domain.sections import InformationCategory, Section
from cases.models import Invitation, Recusal, Situation
from cases.permissions import Role, Viewer
from cases.presenters.rights import section_words, why_not
from clsm_core.ui.components import Cell
from clsm_core.ui.templatetags.ui import day, short_day

SECTION_HEADERS = ("Volet", "Vous", "Qui d’autre peut l’ouvrir")
OUTSIDE_HEADERS = ("Membre", "Fonction, structure", "Pourquoi")
STATUS = {
    access.LIVE: ("en cours", "done"),
    access.COMING: ("à venir", ""),
    access.DORMANT: ("en veille", ""),
    access.REFUSED: ("fermé par la règle", "attention"),
}
GUEST = "guest"


@dataclass(frozen=True)
class RightLine:
    """One right: what, whether it opens, why, since when, until when, by whom."""

    sections: str
    status: str
    kind: str
    why: str
    rules: str
    since: datetime
    until: datetime
    given_by: str
    grants: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class ReaderSheet:
    """Everything that one person holds."""

    name: str
    function: str
    is_lead: bool
    can_end: bool
    rights: list[RightLine]
    grants: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class AsideLine:
    """Somebody who stands aside."""

    id: uuid.UUID
    name: str
    words: str
    since: datetime
    can_lift: bool


@dataclass(frozen=True)
class GuestLine:
    """Somebody invited to a point, and what became of it."""

    id: uuid.UUID
    name: str
    words: str
    sitting_on: datetime
    is_open: bool


@dataclass(frozen=True)
class ReadersPage:
    """The whole screen."""

    readers: list[ReaderSheet]
    aside: list[AsideLine]
    guests: list[GuestLine]
    outside: list[list[Cell | str]]
    closed: str
    trustees: str
    sections: list[list[Cell | str]]


def page(
    viewer: Viewer, opened: OpenSituation, situation: Situation, agreed: Standing
) -> ReadersPage:
    """Return the screen; as many questions to the database whoever is on it."""
    held = access.seats(situation.commission, viewer.at)
    recusals = list(
        Recusal.objects.filter(situation=situation, lifted_at__isnull=True).select_related("user")
    )
    aside = frozenset(row.user_id for row in recusals)
    return ReadersPage(
        readers=[_sheet(viewer, one) for one in access.readers(viewer, situation, agreed, held)],
        aside=_aside(viewer, situation, recusals),
        guests=_guests(situation, opened),
        outside=[
            [
                one.name,
                ", ".join(filter(None, (one.function, one.organisation))) or "—",
                why_not(one.reason),
            ]
            for one in access.outside(viewer, situation, agreed, held, aside)
        ],
        closed=_closed(agreed),
        trustees=_trustees(situation),
        sections=[
            [section.label.capitalize(), _own(section), ", ".join(section.holders) or "personne"]
            for section in opened.sections
        ],
    )


def _sheet(viewer: Viewer, reader: access.Reader) -> ReaderSheet:
    """Return one person's sheet; a lead is replaced, one's own rights end by stepping aside."""
    lines = [_line(right) for right in reader.rights]
    grants = tuple(grant for line in lines for grant in line.grants)
    return ReaderSheet(
        name=reader.name,
        function=" · ".join(filter(None, (reader.function, reader.organisation))),
        is_lead=reader.is_lead,
        can_end=bool(grants) and not reader.is_lead and reader.user_id != viewer.user_id,
        rights=lines,
        grants=grants,
    )


def _line(right: access.Right) -> RightLine:
    status, kind = STATUS[right.status]
    why = right.basis
    if right.why:
        why = f"{why}, {right.why}"
    if right.sitting_on:
        why = f"{why} du {short_day(right.sitting_on)}"
    if right.status == access.REFUSED:
        status = f"{status} : {why_not(right.reason)}"
    return RightLine(
        sections=section_words(right.sections),
        status=status,
        kind=kind,
        why=f"{why} ({right.level})",
        rules=", ".join(right.rules),
        since=right.since,
        until=right.until,
        given_by=right.given_by,
        # A sleeping right is the commission's way back: it ends with the depositary's office.
        grants=() if right.status == access.DORMANT else right.grants,
    )


def _aside(viewer: Viewer, situation: Situation, rows: Iterable[Recusal]) -> list[AsideLine]:
    """Return who stands aside; the coded reason is for those who keep the commission."""
    coordinates = viewer.holds(situation.commission_id, Role.COORDINATOR)
    knows = coordinates or viewer.holds(situation.commission_id, Role.DPO)
    found = []
    for row in rows:
        words = Recusal.Kind(row.kind).label
        if knows and row.reason in InterestReason.codes():
            words = f"{words} : {InterestReason(row.reason).label}"
        found.append(
            AsideLine(
                id=row.pk,
                name=row.user.full_name,
                words=words,
                since=row.declared_at,
                can_lift=coordinates and row.user_id != viewer.user_id,
            )
        )
    return found


def _guests(situation: Situation, opened: OpenSituation) -> list[GuestLine]:
    """Return who was invited; a guest in the room is named to whoever reads the core."""
    named = {
        document.id: document.payload
        for document in opened.section(Section.CORE.value).documents
        if document.kind == GUEST and document.payload
    }
    rows = Invitation.objects.filter(situation=situation).select_related("user", "item__sitting")
    return [
        GuestLine(
            id=row.pk,
            name=guest_name(row, named),
            words=guest_words(row),
            sitting_on=row.item.sitting.starts_at,
            is_open=row.state in (Invitation.State.PROPOSED, Invitation.State.ACCEPTED),
        )
        for row in rows
    ]


def guest_name(row: Invitation, named: dict[uuid.UUID, dict[str, object] | None]) -> str:
    """Name a guest: her account, or what the core says of her when it is open."""
    if row.user is not None:
        return ", ".join(filter(None, (row.user.full_name, row.user.job_title)))
    said = named.get(row.document_id) if row.document_id else None
    if not said:
        return "Personne invitée en salle (nom scellé dans le socle)"
    parts = (str(said.get(key, "")) for key in ("name", "function", "organisation"))
    return ", ".join(filter(None, parts))


def guest_words(row: Invitation) -> str:
    """Say what became of an invitation."""
    words = "accès numérique" if row.user_id else "en salle, sans accès numérique"
    words = f"{words}, {Invitation.State(row.state).label}"
    if row.decline_reason in DeclineReason.codes():
        words = f"{words} ({DeclineReason(row.decline_reason).label.lower()})"
    if row.user_id and row.sections:
        words = f"{words} · {section_words(row.sections)}"
    if row.user_id is None:
        signed = f"engagement signé le {day(row.commitment_on)}" if row.commitment_on else ""
        words = f"{words} · {signed or 'engagement à signer'}"
    if row.attended_at:
        words = f"{words} · présent"
    return words


def _closed(agreed: Standing) -> str:
    """Say what the agreement keeps closed to every ordinary reader."""
    opened = agreed.perimeter
    if not agreed.status.allows_naming:
        return (
            f"Accord {agreed.status.label} : hors du référent et de l’animation, rien ne s’ouvre."
        )
    kept = [one.label for one in InformationCategory if one not in opened.categories]
    return f"La personne garde fermé : {', '.join(kept)}." if kept else ""


def _trustees(situation: Situation) -> str:
    commission = situation.commission
    return (
        f"La clé de secours est partagée en {commission.recovery_trustees} parts de papier : il en "
        f"faut {commission.recovery_threshold} réunies, hors ligne, pour redonner des accès perdus."
    )


def _own(section: SectionView) -> Cell | str:
    if section.readable:
        if section.section == Section.IDENTITY.value:
            return "oui, par un geste enregistré"
        return "oui, lecture et écriture" if section.writable else "oui, lecture"
    return Cell("scellé", kind="")
