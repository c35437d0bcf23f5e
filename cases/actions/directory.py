"""The signed directory: its roots, who enters it, under whose signatures (ED, E7; decision 22)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from audit import recorder
from audit.events import MAXIMUM_OBJECTS, Event
from cases.access.directory import Directory, pinned_root
from cases.models import Commission, DirectoryRoot, Mandate, MemberKey, MemberVault
from cases.vault import directory, roots
from cases.vault.directory import DirectoryEntry
from cases.vault.identity import Identity, PublicIdentity, kem_key_id
from cases.vault.roots import RootStatement

Officer = tuple[Any, Identity]
IN_OFFICE = (Mandate.Status.ACTIVE, Mandate.Status.SUSPENDED)


@dataclass(frozen=True)
class SignedAgain:
    """What became of the entries: still live, kept with their end, left to be signed anew."""

    live: tuple[UUID, ...]
    ended: tuple[UUID, ...]
    left_out: tuple[UUID, ...]


def lock(commission: Commission) -> None:
    """Keep a commission's directory to this transaction, and read its row again."""
    Commission.objects.select_for_update().get(pk=commission.pk)
    commission.refresh_from_db()


def next_root(root: RootStatement, *, at: datetime, **changes: Any) -> RootStatement:
    """Return the statement that follows a root, with what changes in it."""
    return replace(root, serial=root.serial + 1, previous=root.fingerprint, at=at, **changes)


def add_root(
    *,
    commission: Commission,
    statement: RootStatement,
    signatures: Sequence[bytes],
    at: datetime,
    is_pinned_apart: bool = False,
) -> None:
    """Write a root and repeat its keys on the commission's row.

    ``is_pinned_apart``: the operator pins this very root, since nothing before it can sign it (the
    first one, or one made after both officers were lost).

    Raises: BadSignature when it does not follow the root in force.
    """
    blob = roots.assemble(statement, signatures)
    if not is_pinned_apart:
        rows = DirectoryRoot.objects.filter(commission=commission).order_by("serial")
        chain = [bytes(row) for row in rows.values_list("statement", flat=True)]
        roots.verify_chain([*chain, blob], pinned_root(commission.pk))
    commission.recovery_public = statement.recovery
    commission.recovery_key_id = kem_key_id(statement.recovery)
    commission.statistics_public = statement.statistics
    commission.root_fingerprint = statement.fingerprint
    commission.save()
    DirectoryRoot(
        commission=commission, serial=statement.serial, statement=blob, created_at=at
    ).save(force_insert=True)


@transaction.atomic
def sign_key(
    *,
    commission: Commission,
    user: Any,
    officers: list[Officer],
    at: datetime,
    is_officer: bool = False,
) -> MemberKey:
    """Enter a member's public key in the directory, signed by one or two officers (E7).

    Officers sign each other; a member's entry carries as many signatures as the commission
    requires. Her former entry ends: it still proves what she signed before. An officer whose
    mandate is renewed stays one, with her statistics key.

    Raises: InvalidValue when an officer would sign her own key.
    """
    vault = MemberVault.objects.get(user=user)
    mandate = Mandate.objects.filter(commission=commission, user=user).order_by("-ends_on").first()
    assert mandate is not None
    public = PublicIdentity.from_bytes(bytes(vault.public))
    entry = DirectoryEntry(
        member=user.pk,
        commission=commission.pk,
        public=public,
        not_before=at,
        not_after=_end_of(mandate, at),
        serial=_next_serial(commission, user.pk),
    )
    live = MemberKey.objects.select_for_update().filter(
        commission=commission, user=user, revoked_at__isnull=True
    )
    former = live.filter(key_id=public.key_id, is_officer=True).first()
    kept = former.statistics_wrap if former else None
    live.update(revoked_at=at, statistics_wrap=None)
    key = _enter(
        commission, entry, officers, at, is_officer=is_officer or former is not None, kept=kept
    )
    _record_signed(commission, officers, [user.pk], at)
    return key


def sign_again(
    *, commission: Commission, register: Directory, officers: list[Officer], at: datetime
) -> SignedAgain:
    """Sign under new officers every entry that the former ones attested; end the former rows.

    Who left keeps her end: what she signed before stays good, and she signs nothing more. Who is
    no longer in office ends now. The officers' own entries are made apart.

    ``register`` is the directory under the former root.
    """
    rows = MemberKey.objects.select_for_update().filter(commission=commission)
    ends = {(row.user_id, row.serial): row.revoked_at for row in rows}
    were_live = {row.user_id for row in rows if row.revoked_at is None}
    MemberKey.objects.filter(commission=commission, revoked_at__isnull=True).update(
        revoked_at=at, statistics_wrap=None
    )
    in_office = set(
        Mandate.objects.filter(
            commission=commission, status__in=IN_OFFICE, ends_on__gte=at.date()
        ).values_list("user_id", flat=True)
    )
    own = {identity.key_id for _, identity in officers}
    live, ended = [], []
    for key_id, entry in sorted(register.by_key.items()):
        if key_id in own:
            continue
        held = register.by_user.get(entry.member)
        is_live = held is not None and held.public.key_id == key_id
        end = at if is_live else ends[entry.member, entry.serial]
        if is_live and entry.member in in_office:
            end = None
        not_after = entry.not_after if end is None else min(entry.not_after, end)
        if not_after <= entry.not_before:
            continue
        again = replace(entry, serial=_next_serial(commission, entry.member), not_after=not_after)
        _enter(commission, again, officers, at, revoked_at=end)
        (live if end is None else ended).append(entry.member)
    _record_signed(commission, officers, [*live, *ended], at)
    left_out = were_live - {*live, *ended} - {user.pk for user, _ in officers}
    return SignedAgain(tuple(live), tuple(ended), tuple(sorted(left_out)))


def _enter(
    commission: Commission,
    entry: DirectoryEntry,
    officers: list[Officer],
    at: datetime,
    *,
    is_officer: bool = False,
    kept: bytes | None = None,
    revoked_at: datetime | None = None,
) -> MemberKey:
    signers = [one for one in officers if one[1].key_id != entry.public.key_id]
    blob = directory.sign(signers[0][1], entry)
    if len(signers) > 1:
        blob = directory.countersign(signers[1][1], blob, signers[0][1].public)
    key = MemberKey(
        commission=commission,
        user_id=entry.member,
        key_id=entry.public.key_id,
        serial=entry.serial,
        is_officer=is_officer,
        public=entry.public.to_bytes(),
        entry=blob,
        statistics_wrap=kept,
        signed_by=signers[0][0],
        countersigned_by=signers[1][0] if len(signers) > 1 else None,
        created_at=at,
        revoked_at=revoked_at,
    )
    key.save(force_insert=True)
    return key


def _next_serial(commission: Commission, user_id: UUID) -> int:
    rows = MemberKey.objects.filter(commission=commission, user_id=user_id)
    return int(rows.aggregate(last=Max("serial"))["last"] or 0) + 1


def _record_signed(
    commission: Commission, officers: Iterable[Officer], members: list[UUID], at: datetime
) -> None:
    for start in range(0, len(members), MAXIMUM_OBJECTS):
        for officer, _ in officers:
            recorder.done(
                Event(
                    action="member.key_signed",
                    actor=officer.pk,
                    commission=commission.pk,
                    objects=tuple(members[start : start + MAXIMUM_OBJECTS]),
                ),
                at=at,
            )


def _end_of(mandate: Mandate, at: datetime) -> datetime:
    return datetime.combine(mandate.ends_on, datetime.max.time().replace(microsecond=0), at.tzinfo)
