"""Which sleeping rights are awake, and which exceptional accesses stand (security.md §2.4, C-73).

An access counts when its statement verifies: two distinct members, attested by the directory when
they signed, and columns that say what they signed. A row written by SQL opens nothing and raises an
alert. Nobody signs an end: ``ended_at`` closes at once, and ``manage.py reconcile`` finds the one
that was wiped.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from hmac import compare_digest
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.access import recording
from cases.access.directory import Directory, directory_of
from cases.domain.exceptional import CONTROL, EMERGENCY, AccessKind
from cases.domain.reading import (
    Decision,
    GrantBasis,
    GrantFacts,
    GrantLevel,
    ReadingFacts,
    readable,
)
from cases.domain.sections import ProfessionCategory, Section
from cases.models import ExceptionalAccess, Grant, Situation
from cases.permissions import Role, Viewer
from cases.queries import GrantRow
from cases.vault import exceptional
from cases.vault.errors import BadSignature, VaultError
from cases.vault.exceptional import AccessStatement
from cases.vault.identity import PublicIdentity

ALTERED = "exceptional_altered"
_OWN = "exceptional"
# What the first lock's decision says, and what the ledger keeps of it.
_GROUNDS = {"emergency": EMERGENCY, "control": CONTROL}


@dataclass(frozen=True)
class StandingAccess:
    """An exceptional access under way, as a page may show it to whoever sees the situation."""

    id: uuid.UUID
    kind: str
    kind_label: str
    holder_id: uuid.UUID
    holder: str
    confirmer: str
    reason: str
    sections: tuple[str, ...]
    since: datetime
    until: datetime

    @property
    def is_emergency(self) -> bool:
        """Tell a depositary's emergency from the DPO's control."""
        return self.kind == AccessKind.EMERGENCY


def live(at: datetime) -> Q:
    """Return what makes a row an access under way, by its columns."""
    return Q(is_confirmed=True, ended_at__isnull=True, decided_at__lte=at, ends_at__gt=at)


def standing(situation: Situation, at: datetime) -> tuple[StandingAccess, ...]:
    """Return the exceptional accesses under way on a situation, oldest first, in one question.

    For whoever sees the situation. It opens nothing: keys and rules verify for themselves.
    """
    rows = (
        rows_under_way(at)
        .filter(situation=situation)
        .select_related("asked_by", "decided_by")
        .order_by("decided_at")
    )
    return tuple(_told(row) for row in rows)


def others(viewer: Viewer, situation: Situation) -> tuple[StandingAccess, ...]:
    """Return the same but the viewer's own, of which every page of hers tells her already."""
    if situation.state is None:
        return ()
    found = standing(situation, viewer.at)
    return tuple(one for one in found if one.holder_id != viewer.user_id)


def rows_under_way(at: datetime) -> QuerySet[ExceptionalAccess]:
    """Return the accesses under way; a control whose rights were all taken back is none."""
    held = Grant.objects.filter(
        situation=OuterRef("situation"),
        recipient=OuterRef("asked_by"),
        basis=Grant.Basis.DPO,
        revoked_at__isnull=True,
        not_after__gt=at,
    )
    is_held = Q(kind=AccessKind.EMERGENCY.value) | Q(Exists(held))
    return ExceptionalAccess.objects.filter(live(at), is_held)


def _told(row: ExceptionalAccess) -> StandingAccess:
    assert row.decided_by is not None
    assert row.decided_at is not None
    assert row.ends_at is not None
    return StandingAccess(
        id=row.pk,
        kind=row.kind,
        kind_label=AccessKind(row.kind).label,
        holder_id=row.asked_by_id,
        holder=row.asked_by.full_name,
        confirmer=row.decided_by.full_name,
        reason=row.reason,
        sections=labels(row.sections),
        since=row.decided_at,
        until=row.ends_at,
    )


def labels(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the words of sections, in their own order."""
    wanted = set(codes)
    return tuple(section.label for section in Section if section.value in wanted)


def under_way(viewer: Viewer) -> dict[tuple[uuid.UUID, str], frozenset[str]]:
    """Return the viewer's own accesses that verify: sections by situation and kind.

    Asked once a request, and of depositaries and DPOs alone. What does not verify is left out and
    raises its alert.

    Raises: LedgerUnavailable.
    """
    found: dict[tuple[uuid.UUID, str], frozenset[str]] | None = viewer.keys.get(_OWN)
    if found is None:
        found = {}
        for row in _own_rows(viewer):
            statement = _proved(viewer, row)
            if statement is not None:
                place = (row.situation_id, str(row.kind))
                found[place] = found.get(place, frozenset()) | frozenset(statement.sections)
        viewer.keys[_OWN] = found
    return found


def woken(viewer: Viewer) -> frozenset[uuid.UUID]:
    """Return the situations in which the viewer's sleeping rights are awake."""
    return frozenset(pk for pk, kind in under_way(viewer) if kind == AccessKind.EMERGENCY)


def sections_of(viewer: Viewer, situation: uuid.UUID, kind: AccessKind) -> frozenset[str]:
    """Return the sections that an access of the viewer's opens in a situation now."""
    return under_way(viewer).get((situation, kind.value), frozenset())


def forget(viewer: Viewer) -> None:
    """Ask again: an access was opened or closed in this request."""
    viewer.keys.pop(_OWN, None)


def _own_rows(viewer: Viewer) -> list[ExceptionalAccess]:
    of_role = {
        AccessKind.EMERGENCY: viewer.commissions_with([Role.DEPOSITARY]),
        AccessKind.CONTROL: viewer.commissions_with([Role.DPO]),
    }
    held = [
        Q(kind=kind.value, situation__commission__in=commissions)
        for kind, commissions in of_role.items()
        if commissions
    ]
    if not held:
        return []
    rows = ExceptionalAccess.objects.filter(
        reduce(or_, held),
        live(viewer.at),
        asked_by=viewer.user_id,
        # Withdrawn or limited, it is closed to her whatever was confirmed (C-04, C-65).
        situation__is_withdrawn=False,
        situation__is_limited=False,
    )
    return list(rows.select_related("situation__commission"))


def _proved(viewer: Viewer, row: ExceptionalAccess) -> AccessStatement | None:
    """Return what two people signed for a row, None when it is not what they signed."""
    try:
        register = directory_of(viewer, row.situation.commission)
    except BadSignature:
        return None  # The directory's own alert is raised.
    try:
        statement = verified(row, register)
        statement.require_valid_at(viewer.at)
    except VaultError:
        recording.alert(
            viewer,
            ALTERED,
            commission=row.situation.commission_id,
            objects=(row.situation_id, row.pk),
            sections=row.sections,
        )
        return None
    return statement


def verified(row: ExceptionalAccess, register: Directory) -> AccessStatement:
    """Return what a confirmed row's two people signed, once its columns are shown to say the same.

    Raises: VaultError when a signature, its signer or a column differs.
    """

    def of_key(key_id: str, at: datetime) -> PublicIdentity:
        entry = register.of_key(key_id, at)
        entry.require_valid_at(at)
        return entry.public

    blob = bytes(row.statement or b"")
    statement = exceptional.verify_confirmed(blob, of_key)
    assert statement.confirmer_key_id is not None
    assert statement.confirmed_at is not None
    signers = (
        register.of_key(statement.holder_key_id, statement.asked_at).member,
        register.of_key(statement.confirmer_key_id, statement.confirmed_at).member,
    )
    told = (
        *signers,
        statement.access,
        statement.situation,
        statement.kind,
        statement.sections,
        statement.holder,
        statement.confirmer,
        statement.asked_at,
        statement.confirmed_at,
        statement.ends_at,
    )
    rows = (
        row.asked_by_id,
        row.decided_by_id,
        row.pk,
        row.situation_id,
        row.kind,
        tuple(row.sections),
        row.asked_by_id,
        row.decided_by_id,
        row.asked_at,
        row.decided_at,
        row.ends_at,
    )
    same_reason = compare_digest(statement.reason_sha256, exceptional.reason_digest(row.reason))
    if told != rows or not same_reason:
        raise BadSignature("exceptional_columns")
    return statement


def asked(row: ExceptionalAccess, register: Directory) -> PublicIdentity:
    """Return the key of who asked, once the row is shown to be what she signed.

    Raises: VaultError when the signature, its signer or a column differs.
    """
    blob = bytes(row.statement or b"")
    claimed = exceptional.peek(blob)
    entry = register.of_key(claimed.holder_key_id, claimed.asked_at)
    entry.require_valid_at(claimed.asked_at)
    statement = exceptional.verify_asked(entry.public, blob)
    told = (
        entry.member,
        statement.access,
        statement.situation,
        statement.kind,
        statement.sections,
        statement.holder,
        statement.asked_at,
        statement.reason_sha256,
    )
    rows = (
        row.asked_by_id,
        row.pk,
        row.situation_id,
        row.kind,
        tuple(row.sections),
        row.asked_by_id,
        row.asked_at,
        exceptional.reason_digest(row.reason),
    )
    if told != rows:
        raise BadSignature("exceptional_columns")
    return entry.public


def ground_of(decisions: Iterable[Decision]) -> str:
    """Return the purpose that the ledger keeps of a showing, empty for a standing right's."""
    grounds = {_GROUNDS[one.reason] for one in decisions if one.reason in _GROUNDS}
    return min(grounds, default="")


def with_emergency(
    viewer: Viewer, situation: Situation, rows: Iterable[GrantRow], facts: ReadingFacts
) -> ReadingFacts:
    """Return the facts of a section under the viewer's sleeping right, when it is awake.

    Nowhere but where a page reads: whoever writes, shares or projects on a wall never has it. What
    a standing right opens already stays as it is.
    """
    opened = sections_of(viewer, situation.pk, AccessKind.EMERGENCY)
    if facts.section.value not in opened or readable(facts).allow:
        return facts
    for row in rows:
        is_hers = row.recipient_id == viewer.user_id and row.section == facts.section
        if is_hers and row.is_dormant and row.not_before <= viewer.at < row.not_after:
            grant = GrantFacts(
                section=facts.section,
                level=GrantLevel.READ,
                basis=GrantBasis(row.basis),
                not_before=row.not_before,
                not_after=row.not_after,
                is_dormant=True,
            )
            return replace(facts, grant=grant, is_emergency=True)
    return facts


def seat(
    viewer: Viewer, situation: Situation, section: Section, grant: GrantFacts | None
) -> tuple[bool, ProfessionCategory]:
    """Tell whether the mandate under which she reads counts, and its profession.

    The DPO's counts for a control alone, while one that two people signed is under way; it is no
    care, whatever she does elsewhere: health stays closed to it (C-22, C-73).
    """
    mandate = viewer.mandate_in(situation.commission_id)
    if grant is not None and grant.basis is GrantBasis.DPO:
        opened = sections_of(viewer, situation.pk, AccessKind.CONTROL)
        return section.value in opened, ProfessionCategory.NONE
    if mandate is None or mandate.role in (Role.REFERRER, Role.DPO):
        return False, ProfessionCategory.NONE
    return True, ProfessionCategory(mandate.profession)


def may_ask_control(viewer: Viewer, situation: Situation) -> bool:
    """Tell whether the viewer is the DPO, and has nothing open in an admitted situation."""
    if situation.state is None or situation.is_withdrawn or situation.is_limited:
        return False
    return viewer.holds(situation.commission_id, Role.DPO) and not sections_of(
        viewer, situation.pk, AccessKind.CONTROL
    )


def worded(viewer: Viewer, situation: Situation, decision: Decision) -> Decision:
    """Say to the DPO what her mandate opens, rather than that it does not count."""
    if decision.reason != "mandate_inactive" or not viewer.holds(situation.commission_id, Role.DPO):
        return decision
    return replace(decision, message="La DPO ne lit un volet que par un contrôle accepté.")
