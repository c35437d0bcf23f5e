"""Compare a name with the identities one may open, and ask of the others only whom to ask.

Every identity compared is opened, hence recorded, before anything is answered; the answer is a
code, a state and a lead, never an identity. What was typed stays in memory. Of a situation whose
identity is closed to her, a member learns at most that one may exist, through a few keyed bits
that many names share; a mere referrer learns nothing (decision 25; security.md §2.4).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection

from cases import queries
from cases.access import identities, keys, recording, summaries
from cases.access.facts import SituationFacts
from cases.domain import names
from cases.domain.identity import NAMES, birth_year_of
from cases.domain.lifecycle import SituationState
from cases.models import Commission, Grant, SealedDocument, Situation
from cases.permissions import MEMBER_ROLES, REFERRING_ROLES, Role, Viewer
from cases.vault import hints
from clsm_core.accounts.models import User

HINTS = "duplicate-hint"
MOST_OBJECTS = 200
# Who is told that a situation may exist: members who refer or screen, never a mere referrer.
ASKING_ROLES = tuple(role for role in REFERRING_ROLES if role != Role.REFERRER)


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; nothing of it outlives the request."""

    last_name: str = field(repr=False)
    first_name: str = field(default="", repr=False)
    birth_year: int | None = field(default=None, repr=False)

    @property
    def names(self) -> tuple[str, str]:
        """Return the names as they are compared."""
        return (self.last_name, self.first_name)


@dataclass(frozen=True)
class Found:
    """What a comparison tells: situations by their clear facts, colleagues to ask."""

    situations: tuple[SituationFacts, ...] = ()
    ask: tuple[str, ...] = ()
    compared: int = 0

    def __bool__(self) -> bool:
        return bool(self.situations or self.ask)


def asked_of(identity: dict[str, Any]) -> Asked:
    """Return what an identity asks, as typed in a referral or as opened."""
    return Asked(
        str(identity.get("last_name") or ""),
        str(identity.get("first_name") or ""),
        birth_year_of(identity),
    )


def by_name(viewer: Viewer, asked: Asked) -> Found:
    """Compare a name with every identity that the viewer may reveal.

    Raises: VaultLocked; LedgerUnavailable.
    """
    opened = _open(viewer, viewer.commissions_with(MEMBER_ROLES))
    return Found(situations=_alike(viewer, opened, asked), compared=len(opened))


def duplicates(
    viewer: Viewer, commission: Commission, asked: Asked, *, but: Situation | None = None
) -> Found:
    """Look in a commission for a person about to be referred, or whose referral is screened.

    ``but`` is the referral itself. A closed vault compares nothing, and the hints alone answer. Who
    is only a referrer is answered nothing, whatever exists.

    Raises: LedgerUnavailable.
    """
    if not viewer.holds(commission.pk, *ASKING_ROLES) or not asked.last_name:
        return Found()
    opened = [] if viewer.identity is None else _open(viewer, [commission.pk])
    opened = [one for one in opened if but is None or one[0].pk != but.pk]
    known = [situation.pk for situation, _ in opened] + ([but.pk] if but is not None else [])
    return Found(
        situations=_alike(viewer, opened, asked),
        ask=_leads(commission.pk, asked, known),
        compared=len(opened),
    )


def screened(viewer: Viewer, referral: Situation) -> Found | None:
    """Look for the person of a referral being screened; None when it names nobody, or is sealed.

    Raises: VaultLocked; LedgerUnavailable.
    """
    row = identities.row_of(referral)
    dek = identities.dek_of(viewer, referral, row) if row is not None else None
    if row is None or dek is None:
        return None
    recording.shown(
        viewer,
        "identity.searched",
        commission=referral.commission_id,
        objects=(referral.pk,),
        sections=[identities.IDENTITY],
    )
    said = keys.shown(viewer, referral, dek, row)
    if said is None:
        return None
    return duplicates(viewer, referral.commission, asked_of(said), but=referral)


def identities_held(viewer: Viewer) -> list[dict[str, Any]]:
    """Return every identity that the viewer may reveal, to be compared in memory with a text.

    Each is in the ledger before it is opened. Raises: VaultLocked; LedgerUnavailable.
    """
    opened = _open(viewer, viewer.commissions_with(MEMBER_ROLES))
    said = (shown() for _, shown in opened)
    return [one for one in said if one is not None]


Opened = tuple[Situation, Callable[[], dict[str, Any] | None]]


def _open(viewer: Viewer, commissions: Iterable[uuid.UUID]) -> list[Opened]:
    """Open the identities that the viewer may reveal now; each is in the ledger first."""
    found: list[Opened] = []
    for situation, row in _candidates(viewer, list(commissions)):
        dek = identities.dek_of(viewer, situation, row)
        if dek is not None:
            found.append((situation, partial(keys.shown, viewer, situation, dek, row)))
    by_commission: dict[uuid.UUID, list[uuid.UUID]] = {}
    for situation, _ in found:
        by_commission.setdefault(situation.commission_id, []).append(situation.pk)
    if not by_commission:
        recording.shown(viewer, "identity.searched")
    for commission, objects in by_commission.items():
        for start in range(0, len(objects), MOST_OBJECTS):
            recording.shown(
                viewer,
                "identity.searched",
                commission=commission,
                objects=objects[start : start + MOST_OBJECTS],
                sections=[identities.IDENTITY],
            )
    return found


def _candidates(
    viewer: Viewer, commissions: list[uuid.UUID]
) -> list[tuple[Situation, SealedDocument]]:
    """Return the situations and referrals with an identity on which the viewer holds a right."""
    held = Grant.objects.filter(
        recipient_id=viewer.user_id,
        section=identities.IDENTITY,
        revoked_at__isnull=True,
        is_dormant=False,
        not_before__lte=viewer.at,
        not_after__gt=viewer.at,
    ).values("situation")
    rows = {
        situation.pk: situation
        for visible in (queries.situations(viewer), queries.referrals(viewer))
        for situation in visible.filter(
            pk__in=held, commission_id__in=commissions, is_anonymous=False
        )
        if situation.state not in (SituationState.ARCHIVED, SituationState.ERASED)
    }
    documents = SealedDocument.objects.filter(
        situation__in=list(rows), section=identities.IDENTITY, kind=identities.KIND
    ).order_by("created_at")
    latest = {document.situation_id: document for document in documents}
    return [(rows[pk], document) for pk, document in latest.items()]


def _alike(viewer: Viewer, opened: Iterable[Opened], asked: Asked) -> tuple[SituationFacts, ...]:
    alike = []
    for situation, shown in opened:
        said = shown()
        if said is None:
            continue
        held = [str(said.get(name) or "") for name in NAMES]
        if names.is_alike(asked.names, held) and names.are_years_compatible(
            asked.birth_year, birth_year_of(said)
        ):
            alike.append(summaries.facts(situation))
    return tuple(sorted(alike, key=lambda one: one.code))


# --- a few bits of those that are closed -----------------------------------------------------
def hint_of(commission: uuid.UUID, said: dict[str, Any]) -> int | None:
    """Return the hint to keep with an agreed identity; None when it says too little, or too few.

    It needs a name, a first name and a year, and enough situations for a hint to be shared.
    """
    asked = asked_of(said)
    message = _message(commission, asked)
    bits = hints.bits_for(_population(commission)) if message else 0
    if message is None or not bits:
        return None
    version = settings.KEYS.current_version(HINTS)
    return hints.make(_code(version), message, bits=bits, version=version)


def _message(commission: uuid.UUID, asked: Asked) -> bytes | None:
    if not (asked.last_name and asked.first_name and asked.birth_year):
        return None
    return hints.message(commission.bytes, names.key_of(asked.names), asked.birth_year)


def _code(version: int) -> Callable[[bytes], bytes]:
    return lambda said: settings.KEYS.hmac(HINTS, said, version)


def _population(commission: uuid.UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clsm_situations_held(%s)", [commission])
        return int(cursor.fetchone()[0])


def _leads(commission: uuid.UUID, asked: Asked, known: list[uuid.UUID]) -> tuple[str, ...]:
    """Return the names of the leads to ask about situations that stay closed."""
    message = _message(commission, asked)
    if message is None:
        return ()
    codes = [(version, _code(version)) for version in settings.KEYS.versions(HINTS)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clsm_possible_leads(%s, %s::int[], %s::uuid[])",
            [commission, hints.possible(codes, message), known],
        )
        leads = [row[0] for row in cursor.fetchall()]
    return tuple(sorted(summaries.name_of(user) for user in User.objects.filter(pk__in=leads)))
