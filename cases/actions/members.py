"""Members' keys: a vault with its slots, an entry in the signed directory."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import recorder
from audit.events import Event
from cases.access import vaults
from cases.models import Commission, Mandate, MemberKey, MemberVault, VaultSlot
from cases.vault import directory, slots
from cases.vault.directory import DirectoryEntry
from cases.vault.errors import WrongPassphrase
from cases.vault.identity import Identity, PublicIdentity
from cases.vault.member import new_member_vault
from cases.vault.passphrases import check_passphrase
from cases.vault.recovery_code import new_recovery_code, parse_recovery_code


def check(user: Any, passphrase: str) -> None:
    """Refuse a weak passphrase. Raises: WeakPassphrase with a French message (ASVS 6.2)."""
    own = [user.first_name, user.last_name, user.email.split("@")[0], user.organisation]
    check_passphrase(passphrase, [word for word in own if word])


@transaction.atomic
def enrol(*, user: Any, passphrase: str, at: datetime) -> tuple[Identity, str]:
    """Make a member's vault with its two mandatory slots; return (identity, kit de secours).

    The kit is shown once and kept nowhere. Raises: WeakPassphrase.
    """
    check(user, passphrase)
    made = new_member_vault(user.pk)
    code = new_recovery_code()
    MemberVault(
        user=user, public=made.identity.public.to_bytes(), sealed_identity=made.sealed_identity
    ).save(force_insert=True)
    secrets: list[tuple[str, slots.SlotKind, bytes | str]] = [
        (VaultSlot.Kind.PASSPHRASE, slots.SlotKind.PASSPHRASE, passphrase),
        (VaultSlot.Kind.RECOVERY, slots.SlotKind.RECOVERY, parse_recovery_code(code)),
    ]
    for kind, slot_kind, secret in secrets:
        slot = uuid.uuid4()
        blob = slots.make_slot(
            slot_kind, secret, made.vault_key, user.pk, slot, vaults.pepper, vaults.cost()
        )
        VaultSlot(pk=slot, user=user, kind=kind, blob=blob, created_at=at).save(force_insert=True)
    recorder.done(Event(action="member.key_published", actor=user.pk, objects=(user.pk,)), at=at)
    return made.identity, code


@transaction.atomic
def renew_kit(*, user: Any, passphrase: str, at: datetime) -> str:
    """Replace the kit de secours by a new one and return it; the former opens nothing any more.

    The passphrase gives the vault key, which the open identity does not hold. Two at once: the
    second waits for the first and replaces it. Raises: WrongPassphrase.
    """
    slot = VaultSlot.objects.filter(user=user, kind=VaultSlot.Kind.PASSPHRASE).first()
    if slot is None:
        raise WrongPassphrase
    vault_key = slots.open_slot(bytes(slot.blob), passphrase, user.pk, slot.pk, vaults.pepper)
    MemberVault.objects.select_for_update().get(user=user)
    code = new_recovery_code()
    made = uuid.uuid4()
    blob = slots.make_slot(
        slots.SlotKind.RECOVERY,
        parse_recovery_code(code),
        vault_key,
        user.pk,
        made,
        vaults.pepper,
        vaults.cost(),
    )
    VaultSlot.objects.filter(user=user, kind=VaultSlot.Kind.RECOVERY).delete()
    VaultSlot(pk=made, user=user, kind=VaultSlot.Kind.RECOVERY, blob=blob, created_at=at).save(
        force_insert=True
    )
    return code


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
