"""Break-glass and the DPO's control: one asks and signs, another confirms and signs (§2.4, C-73).

Nothing is wrapped again for an emergency: the depositary's sleeping right opens while what two
people signed stands. A control opens by rights of a day that the coordinator signs. Neither writes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from cases.access import exceptional as standing
from cases.access import exceptional_register as register
from cases.access import exceptional_words, recording, situations, sleeping
from cases.access.directory import directory_of
from cases.access.exceptional_register import Status
from cases.actions import exceptional_mails, grants, wrapping
from cases.domain.exceptional import (
    LASTS,
    LONGEST_WORDS,
    REASONS,
    AccessKind,
)
from cases.domain.exceptions import (
    AgreementWithdrawn,
    DomainError,
    NotAllowed,
    SituationLimited,
    UnknownCode,
)
from cases.domain.sections import Section
from cases.models import Commission, ExceptionalAccess, Grant, Mandate, Situation
from cases.permissions import Refused, Role, Viewer
from cases.vault import exceptional
from cases.vault.errors import BadSignature, VaultError
from cases.vault.identity import Identity

ASKERS = {AccessKind.EMERGENCY: Role.DEPOSITARY, AccessKind.CONTROL: Role.DPO}
CONTROLLABLE = tuple(section.value for section in Section if section is not Section.HEALTH)
"""What a control may open: a DPO takes no part in care (C-22)."""


class SamePerson(DomainError):
    """An act of two people takes two."""

    code = "same_person"
    message = "Vous avez fait cette demande : une autre personne doit la confirmer."


class Altered(DomainError):
    """The request is not what somebody signed."""

    code = "exceptional_altered"
    message = "Cette demande a été altérée : elle ne fera rien. La DPO en est alertée."


@dataclass(frozen=True)
class _Said:
    """What somebody asks: of which situation, to read what, why, in a code and in words."""

    situation: uuid.UUID
    commission: uuid.UUID
    kind: AccessKind
    sections: tuple[str, ...]
    reason: str
    words: str
    lead: uuid.UUID | None


def ask_emergency(
    *, viewer: Viewer, code: str, reason: str, words: str, is_lead_absent: bool
) -> ExceptionalAccess:
    """Ask to read, as the depositary, what the person did not close; it waits for a second person.

    Raises: Refused; NotAllowed when the lead can be reached, when nothing would open or a request
    stands; UnknownCode; BadSignature, Expired when her key is not attested; VaultLocked.
    """
    found = sleeping.situation(viewer, code)
    if not is_lead_absent:
        raise NotAllowed(
            "La personne référente peut être jointe : c’est à elle d’agir.", code="lead_present"
        )
    opened = sleeping.preview(viewer, found)
    if not opened.sections:
        raise NotAllowed(opened.refusal, code="nothing_opens")
    said = _Said(
        situation=found.id,
        commission=found.commission_id,
        kind=AccessKind.EMERGENCY,
        sections=opened.sections,
        reason=reason,
        words=words,
        lead=found.lead_id,
    )
    return _ask(viewer, said)


def controlled(viewer: Viewer, code: str) -> Situation:
    """Return a situation that the DPO may ask to read. Raises: Refused; see ``ask_control``."""
    situation = situations.find(viewer, code)
    if not viewer.holds(situation.commission_id, Role.DPO):
        raise Refused("exceptional", commission=situation.commission_id, objects=(situation.pk,))
    return situation


def ask_control(
    *, viewer: Viewer, situation: Situation, reason: str, words: str, sections: Iterable[str]
) -> ExceptionalAccess:
    """Ask, as the DPO, to read sections for a day; it waits for the coordinator (C-73).

    Withdrawn or limited, it stays closed to her as to everybody but its lead.

    Raises: Refused; AgreementWithdrawn, SituationLimited; NotAllowed; UnknownCode; VaultLocked.
    """
    if not viewer.holds(situation.commission_id, Role.DPO):
        raise Refused("exceptional", commission=situation.commission_id, objects=(situation.pk,))
    _require_open(situation)
    chosen = tuple(sorted(set(sections)))
    if not chosen or not set(chosen) <= set(CONTROLLABLE):
        raise NotAllowed("Choisissez les volets à lire.", code="sections_missing")
    said = _Said(
        situation=situation.pk,
        commission=situation.commission_id,
        kind=AccessKind.CONTROL,
        sections=chosen,
        reason=reason,
        words=words,
        lead=situation.lead_id,
    )
    return _ask(viewer, said)


def _require_open(situation: Situation) -> None:
    if situation.is_withdrawn:
        raise AgreementWithdrawn
    if situation.is_limited:
        raise SituationLimited


def _ask(viewer: Viewer, said: _Said) -> ExceptionalAccess:
    words = said.words.strip()
    if said.reason not in REASONS[said.kind].codes():
        raise UnknownCode
    if not words:
        raise NotAllowed("Dites pourquoi, en quelques mots.", code="reason_missing")
    if len(words) > LONGEST_WORDS:
        raise NotAllowed(f"Le motif compte au plus {LONGEST_WORDS} caractères.", code="too_long")
    own = ExceptionalAccess.objects.filter(
        situation_id=said.situation, kind=said.kind.value, asked_by=viewer.user_id
    )
    for row in own.filter(ended_at__isnull=True):
        if register.status_of(row, viewer.at) in (Status.WAITING, Status.OPEN):
            raise NotAllowed("Une demande est déjà en cours pour cette situation.", code="pending")
    # One that nobody answered in time leaves its place.
    for row in own.filter(decided_at__isnull=True, ended_at__isnull=True):
        _decide(viewer, row, is_confirmed=False)
        record(viewer, row, said.commission, "exceptional.declined")
    identity = _attested(viewer, said.commission)
    row = ExceptionalAccess(
        pk=uuid.uuid4(),
        situation_id=said.situation,
        kind=said.kind.value,
        sections=list(said.sections),
        reason=said.reason,
        asked_by_id=viewer.user_id,
        asked_at=viewer.at,
    )
    row.words_version, row.words = exceptional_words.sealed(row, exceptional_words.WORDS, words)
    statement = exceptional.AccessStatement(
        access=row.pk,
        situation=said.situation,
        kind=said.kind.value,
        sections=said.sections,
        reason_sha256=exceptional.reason_digest(said.reason),
        holder=viewer.user_id,
        holder_key_id=identity.key_id,
        asked_at=viewer.at,
    )
    row.statement = exceptional.ask(identity, statement)
    row.save(force_insert=True)
    record(viewer, row, said.commission, "exceptional.asked")
    exceptional_mails.asked(viewer, row, said.commission, said.lead)
    return row


def _attested(viewer: Viewer, commission: uuid.UUID) -> Identity:
    """Return the viewer's keys, once the directory attests them. Raises: VaultError."""
    identity = viewer.open_identity()
    found = directory_of(viewer, Commission.objects.get(pk=commission))
    if found.of_user(viewer.user_id, viewer.at).public.key_id != identity.key_id:
        raise BadSignature("directory_entry")
    return identity


def decline(*, viewer: Viewer, pk: uuid.UUID) -> None:
    """Decline a request, or take back one's own. Raises: Refused; NotAllowed."""
    row, line = register.find(viewer, pk)
    if "decline" not in line.may:
        raise too_late(line)
    _decide(viewer, row, is_confirmed=False)
    record(viewer, row, line.place.commission_id, "exceptional.declined")


def confirm(*, viewer: Viewer, pk: uuid.UUID) -> None:
    """Confirm a request as the second person: it opens now, for its time.

    Raises: SamePerson; Refused; NotAllowed once it was decided, lapsed or its asker left; Altered,
    recorded as an alert; BadSignature, Expired when the viewer's key is not attested; VaultLocked.
    """
    row, line = register.find(viewer, pk)
    if row.asked_by_id == viewer.user_id and line.status is Status.WAITING:
        raise SamePerson
    if "confirm" not in line.may:
        raise too_late(line)
    commission = Commission.objects.get(pk=line.place.commission_id)
    identity = _attested(viewer, commission.pk)
    try:
        holder = standing.asked(row, directory_of(viewer, commission))
    except VaultError:
        recording.alert(
            viewer,
            standing.ALTERED,
            commission=commission.pk,
            objects=(row.situation_id, row.pk),
            sections=row.sections,
        )
        raise Altered from None
    mandate = _seat_of_asker(row, commission, viewer.at)
    ends_at = _end(line.kind, mandate, viewer.at)
    row.statement = exceptional.confirm(
        identity,
        bytes(row.statement or b""),
        holder,
        confirmer=viewer.user_id,
        confirmed_at=viewer.at,
        ends_at=ends_at,
    )
    _decide(viewer, row, is_confirmed=True, ends_at=ends_at, statement=row.statement)
    record(viewer, row, commission.pk, "exceptional.confirmed")
    holders: set[uuid.UUID] = set()
    if line.kind is AccessKind.CONTROL:
        holders = _give_control(viewer, row, mandate, ends_at)
    exceptional_mails.confirmed(viewer, row, commission.pk, line.place.lead_id, holders)


def too_late(line: register.AccessLine) -> Exception:
    """Say that it is decided already to whoever could have decided it, nothing to anybody else."""
    if line.status is Status.WAITING:
        return refusal(line)
    words = "Cette demande a déjà reçu sa réponse."
    if line.status is Status.LAPSED:
        words = "Cette demande est restée trop longtemps sans réponse : qu’elle soit refaite."
    return NotAllowed(words, code="decided")


def refusal(line: register.AccessLine) -> Refused:
    """Refuse an act on an access, alike for all."""
    return Refused(
        "exceptional", commission=line.place.commission_id, objects=(line.place.id, line.id)
    )


def _seat_of_asker(row: ExceptionalAccess, commission: Commission, at: datetime) -> Mandate:
    """Return the mandate under which she asked, still in force. Raises: NotAllowed."""
    today = at.date()
    found = Mandate.objects.filter(
        commission=commission,
        user=row.asked_by_id,
        user__is_active=True,
        status=Mandate.Status.ACTIVE,
        role=ASKERS[AccessKind(row.kind)],
        starts_on__lte=today,
        ends_on__gte=today,
    ).first()
    if found is None:
        raise NotAllowed(
            "La personne qui l’a demandé n’est plus en fonction : écartez cette demande.",
            code="asker_left",
        )
    return found


def _end(kind: AccessKind, mandate: Mandate, at: datetime) -> datetime:
    last = datetime.combine(mandate.ends_on, time(23, 59, 59), at.tzinfo)
    return min(at + LASTS[kind], last)


def _decide(viewer: Viewer, row: ExceptionalAccess, **fields: object) -> None:
    changed = ExceptionalAccess.objects.filter(
        pk=row.pk, decided_at__isnull=True, ended_at__isnull=True
    ).update(decided_by_id=viewer.user_id, decided_at=viewer.at, **fields)
    if changed != 1:
        raise NotAllowed("Cette demande a déjà reçu sa réponse.", code="decided")


def _give_control(
    viewer: Viewer, row: ExceptionalAccess, mandate: Mandate, ends_at: datetime
) -> set[uuid.UUID]:
    """Sign the DPO's rights of a day; return who holds rights there, to be told."""
    situation = situations.situation_of(viewer, row.situation_id)
    _require_open(situation)
    told = set(
        Grant.objects.filter(
            situation=situation,
            is_dormant=False,
            revoked_at__isnull=True,
            not_after__gt=viewer.at,
        ).values_list("recipient_id", flat=True)
    )
    terms = wrapping.Terms(
        level=Grant.Level.READ,
        basis=Grant.Basis.DPO,
        not_before=viewer.at,
        not_after=ends_at,
        reason=row.reason,
    )
    given = grants.give(viewer, situation, mandate, row.sections, terms)
    if set(given) != set(row.sections):
        raise NotAllowed(
            "Votre coffre n’ouvre pas tous les volets demandés : il faut quelqu’un qui les gère.",
            code="keys_not_held",
        )
    return told


def record(viewer: Viewer, row: ExceptionalAccess, commission: uuid.UUID, action: str) -> None:
    recording.done(
        viewer,
        action,
        commission=commission,
        objects=(row.situation_id, row.pk, row.asked_by_id),
        sections=row.sections,
        purpose=row.reason,
    )
