"""What keeps a commission's keys from being lost: who holds what, who is missing, who may mend it.

Promises (security.md §2.5): counts holders exactly as the database does, from clear metadata
alone; opens nothing, changes nothing. Its lists follow what the viewer may see of grants.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases import queries
from cases.access import recording
from cases.access.directory import Directory, directory_of
from cases.models import (
    Commission,
    Grant,
    KeyShortage,
    Mandate,
    MemberKey,
    MemberVault,
    Situation,
    VaultSlot,
    Wrap,
)
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer
from cases.vault import directory
from cases.vault.errors import VaultError
from cases.vault.identity import PublicIdentity

ENOUGH = 2
DESKS = (Role.COORDINATOR, Role.DPO)
SLOTS = frozenset({VaultSlot.Kind.PASSPHRASE.value, VaultSlot.Kind.RECOVERY.value})
Key = tuple[uuid.UUID, str, int]
"""A situation, a section, a version of its key."""


@dataclass(frozen=True)
class Shortage:
    """A situation that too few members can open: sections, since when, who still can."""

    code: str
    sections: tuple[str, ...]
    since: datetime
    holders: tuple[uuid.UUID, ...]
    is_working: bool


@dataclass(frozen=True)
class WaitingKey:
    """A member's key that the directory does not attest yet; ``signed_by`` is the first officer."""

    user_id: uuid.UUID
    name: str
    function: str
    key_id: str
    words: tuple[str, ...]
    signed_by: uuid.UUID | None
    is_changed: bool


@dataclass(frozen=True)
class Holdings:
    """Who holds which key of a commission now, and how many holders each situation needs."""

    holders: dict[Key, frozenset[uuid.UUID]]
    needed: dict[uuid.UUID, int]
    codes: dict[uuid.UUID, str] = field(default_factory=dict)
    working: frozenset[uuid.UUID] = frozenset()

    def lost_by(self, user_id: uuid.UUID) -> dict[uuid.UUID, tuple[str, ...]]:
        """Return the sections, by situation, that a departure would leave with too few holders."""
        found: dict[uuid.UUID, set[str]] = defaultdict(set)
        for (situation, section, _), held in self.holders.items():
            if user_id in held and len(held) - 1 < self.needed[situation]:
                found[situation].add(section)
        return {situation: tuple(sorted(sections)) for situation, sections in found.items()}

    def holders_of(self, situation: uuid.UUID, sections: Iterable[str]) -> tuple[uuid.UUID, ...]:
        """Return who holds at least one of these sections of a situation."""
        wanted = set(sections)
        found = {
            user
            for (pk, section, _), held in self.holders.items()
            if pk == situation and section in wanted
            for user in held
        }
        return tuple(sorted(found))


def register_of(viewer: Viewer, commission: Commission) -> Directory | None:
    """Return the verified directory, None when its root was changed (the alert is recorded)."""
    try:
        return directory_of(viewer, commission)
    except VaultError:
        return None


def officers(viewer: Viewer, commission: Commission) -> frozenset[uuid.UUID]:
    """Return the accounts that the directory's root names; nobody when it was changed."""
    register = register_of(viewer, commission)
    if register is None:
        return frozenset()
    return frozenset(
        user for user, entry in register.by_user.items() if register.root.has_officer(entry.public)
    )


def is_officer(viewer: Viewer, commission: Commission) -> bool:
    """Tell whether the viewer signs for a commission: her role, and the directory's root."""
    return viewer.holds(commission.pk, *DESKS) and viewer.user_id in officers(viewer, commission)


def is_bound(viewer: Viewer, commission: Commission, user_id: uuid.UUID) -> bool:
    """Tell whether an account is an officer, for the root or for a row: she leaves by a ceremony.

    The row counts too: a root that no longer verifies frees nobody.
    """
    if user_id in officers(viewer, commission):
        return True
    return MemberKey.objects.filter(
        commission=commission, user_id=user_id, is_officer=True, revoked_at__isnull=True
    ).exists()


def require_officer(viewer: Viewer, commission: Commission) -> None:
    """Require an officer of a commission. Raises: Refused."""
    if not is_officer(viewer, commission):
        raise Refused("officer", commission=commission.pk)


def in_office(commission: Commission, at: datetime) -> list[Mandate]:
    """Return the mandates in force of those who may hold keys, by name."""
    today = at.date()
    return list(
        Mandate.objects.filter(
            commission=commission,
            status=Mandate.Status.ACTIVE,
            role__in=MEMBER_ROLES,
            starts_on__lte=today,
            ends_on__gte=today,
        )
        .select_related("user")
        .order_by("user__last_name", "user__first_name")
    )


def mandate_at_desk(viewer: Viewer, pk: uuid.UUID, *roles: str) -> Mandate:
    """Return a mandate of a commission where the viewer holds one of the roles. Raises: Refused."""
    found = Mandate.objects.filter(pk=pk).select_related("user", "commission__council").first()
    if found is None or not viewer.holds(found.commission_id, *(roles or DESKS)):
        raise Refused("mandate")
    return found


def holdings(commission: Commission, at: datetime) -> Holdings:
    """Count the holders of every live key, by the rule of the database (``clsm_short_sections``).

    A holder has a mandate in force, a key of the directory and a grant that lasts, not for a point
    of an agenda; withdrawn or limited, one is enough.
    """
    seated = {mandate.user_id for mandate in in_office(commission, at)}
    live = set(
        MemberKey.objects.filter(commission=commission, revoked_at__isnull=True).values_list(
            "user_id", "key_id"
        )
    )
    situations = Situation.objects.filter(commission=commission)
    needed, codes, working = {}, {}, set()
    for pk, code, state, withdrawn, limited in situations.values_list(
        "pk", "code", "state", "is_withdrawn", "is_limited"
    ):
        is_stopped = withdrawn or limited
        needed[pk] = 1 if is_stopped else ENOUGH
        codes[pk] = code
        if state in queries.WORKING_STATES and not is_stopped:
            working.add(pk)
    held: dict[Key, set[uuid.UUID]] = {}
    rows = Wrap.objects.filter(situation__commission=commission).values_list(
        "situation_id",
        "section",
        "key_version",
        "recipient_key_id",
        "grant__recipient_id",
        "grant__revoked_at",
        "grant__not_after",
        "grant__item",
    )
    for situation, section, version, key_id, user, revoked, until, item in rows:
        # The recovery key's own wrap has no grant: it says that the key lives.
        users = held.setdefault((situation, section, version), set())
        lasts = user in seated and (user, key_id) in live and revoked is None
        if lasts and item is None and until is not None and until > at:
            users.add(user)
    holders = {key: frozenset(users) for key, users in held.items()}
    return Holdings(holders, needed, codes, frozenset(working))


def shortages(commission: Commission, held: Holdings) -> list[Shortage]:
    """Return what the database flagged, oldest first, with who can still open it."""
    flagged: dict[uuid.UUID, list[KeyShortage]] = defaultdict(list)
    rows = KeyShortage.objects.filter(situation__commission=commission).order_by("since")
    for row in rows:
        flagged[row.situation_id].append(row)
    found = []
    for situation, lines in flagged.items():
        sections = tuple(line.section for line in lines)
        found.append(
            Shortage(
                code=held.codes.get(situation, ""),
                sections=sections,
                since=lines[0].since,
                holders=held.holders_of(situation, sections),
                is_working=situation in held.working,
            )
        )
    return found


def waiting_keys(viewer: Viewer, commission: Commission) -> list[WaitingKey]:
    """Return the members in office whose present key the directory does not attest.

    Bytes that are no key raise an alert and are not shown. Raises: LedgerUnavailable.
    """
    register = register_of(viewer, commission)
    if register is None:
        return []
    office = in_office(commission, viewer.at)
    seated = {mandate.user_id: mandate for mandate in office}
    live: dict[Any, list[MemberKey]] = defaultdict(list)
    former: dict[Any, set[str]] = defaultdict(set)
    for row in MemberKey.objects.filter(commission=commission, user__in=list(seated)):
        former[row.user_id].add(row.key_id)
        if row.revoked_at is None:
            live[row.user_id].append(row)
    found = []
    for vault in MemberVault.objects.filter(user__in=list(seated)):
        try:
            public = PublicIdentity.from_bytes(bytes(vault.public))
        except VaultError:
            recording.alert(
                viewer, "directory_entry", commission=commission.pk, objects=[vault.user_id]
            )
            continue
        entry = register.by_user.get(vault.user_id)
        own = live[vault.user_id]
        if entry is not None and entry.public.key_id == public.key_id:
            continue
        if any(row.is_officer for row in own):
            continue
        once = register.guests.get(vault.user_id)
        is_enough = once is not None and once.public.key_id == public.key_id
        if is_enough and is_guest_only(office, vault.user_id):
            continue
        mandate = seated[vault.user_id]
        first = next((row for row in own if is_signed_once(register, row, public)), None)
        found.append(
            WaitingKey(
                user_id=vault.user_id,
                name=mandate.user.full_name,
                function=", ".join(filter(None, (mandate.user.job_title, mandate.organisation))),
                key_id=public.key_id,
                words=public.words(),
                signed_by=first.signed_by_id if first else None,
                is_changed=bool(former[vault.user_id] - {public.key_id}),
            )
        )
    return sorted(found, key=lambda one: one.name)


def is_guest_only(office: Iterable[Mandate], user_id: uuid.UUID) -> bool:
    """Tell whether somebody sits as a guest and as nothing else (decision 22)."""
    roles = {mandate.role for mandate in office if mandate.user_id == user_id}
    return roles == {Role.GUEST}


def is_signed_once(register: Directory, row: MemberKey, public: PublicIdentity) -> bool:
    """Tell whether a row is one officer's signature on this very key of this very member."""
    if row.key_id != public.key_id or row.countersigned_by_id is not None:
        return False
    try:
        entry = directory.verify(bytes(row.entry), register.root.officers, 1)
    except VaultError:
        return False
    return (entry.member, entry.commission, entry.public) == (
        row.user_id,
        register.commission.pk,
        public,
    )


def without_kit(seated: Iterable[Mandate]) -> tuple[list[str], list[str]]:
    """Return the names of members without a vault, and of those whose ways to open it lack one."""
    users = {mandate.user_id: mandate.user.full_name for mandate in seated}
    vaults = set(MemberVault.objects.filter(user__in=list(users)).values_list("user_id", flat=True))
    slots: dict[Any, set[str]] = defaultdict(set)
    for user, kind in VaultSlot.objects.filter(user__in=list(users)).values_list("user_id", "kind"):
        slots[user].add(kind)
    none = [name for user, name in users.items() if user not in vaults]
    partial = [name for user, name in users.items() if user in vaults and not slots[user] >= SLOTS]
    return none, partial


def grants_to_renew(viewer: Viewer, commission: Commission) -> dict[uuid.UUID, list[Grant]]:
    """Return, by member, her live grants whose wrap is not for her present attested key.

    Only of situations whose wraps the viewer may see: those she manages, or her desk's.
    """
    register = register_of(viewer, commission)
    if register is None:
        return {}
    present = {user: entry.public.key_id for user, entry in register.by_user.items()}
    wraps = (
        Wrap.objects.filter(
            situation__commission=commission,
            grant__revoked_at__isnull=True,
            grant__not_after__gt=viewer.at,
        )
        .exclude(recipient_key_id__in=list(present.values()))
        .select_related("grant")
        .order_by("situation__code", "section", "key_version")
    )
    found: dict[uuid.UUID, list[Grant]] = defaultdict(list)
    for wrap in wraps:
        grant = wrap.grant
        if grant is not None and grant.recipient_id in present:
            found[grant.recipient_id].append(grant)
    return dict(found)
