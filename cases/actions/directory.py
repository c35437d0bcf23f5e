"""The signed directory: who enters it, under whose signatures (E7; decision 22)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import recorder
from audit.events import Event
from cases.models import Commission, Mandate, MemberKey, MemberVault
from cases.vault import directory
from cases.vault.directory import DirectoryEntry
from cases.vault.identity import Identity, PublicIdentity


@transaction.atomic
def sign_key(
    *,
    commission: Commission,
    user: Any,
    officers: list[tuple[Any, Identity]],
    at: datetime,
    is_officer: bool = False,
) -> MemberKey:
    """Enter a member's public key in the directory, signed by one or two officers (E7).

    Officers sign each other; a member's entry carries as many signatures as the commission
    requires. Raises: InvalidValue when an officer would sign her own key.
    """
    vault = MemberVault.objects.get(user=user)
    mandate = Mandate.objects.filter(commission=commission, user=user).order_by("-ends_on").first()
    assert mandate is not None
    serial = MemberKey.objects.filter(commission=commission, user=user).count() + 1
    public = _public(vault)
    entry = DirectoryEntry(
        member=user.pk,
        commission=commission.pk,
        public=public,
        not_before=at,
        not_after=_end_of(mandate, at),
        serial=serial,
    )
    signers = [identity for _, identity in officers if identity.key_id != public.key_id]
    blob = directory.sign(signers[0], entry)
    if len(signers) > 1:
        blob = directory.countersign(signers[1], blob, signers[0].public)
    key = MemberKey(
        commission=commission,
        user=user,
        key_id=public.key_id,
        serial=serial,
        is_officer=is_officer,
        public=bytes(vault.public),
        entry=blob,
        signed_by=officers[0][0],
        countersigned_by=officers[1][0] if len(signers) > 1 else None,
        created_at=at,
    )
    key.save(force_insert=True)
    for officer, _ in officers:
        recorder.done(
            Event(
                action="member.key_signed",
                actor=officer.pk,
                commission=commission.pk,
                objects=(user.pk,),
            ),
            at=at,
        )
    return key


def _public(vault: MemberVault) -> PublicIdentity:
    return PublicIdentity.from_bytes(bytes(vault.public))


def _end_of(mandate: Mandate, at: datetime) -> datetime:
    return datetime.combine(mandate.ends_on, datetime.max.time().replace(microsecond=0), at.tzinfo)
