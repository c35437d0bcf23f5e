"""The slots of a member's vault: make them, open them, move them to a new pepper (decision 17)."""

from __future__ import annotations

import os
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings

from cases.models import MemberVault, VaultSlot
from cases.vault import member, session, slots
from cases.vault.errors import WrongPassphrase
from cases.vault.identity import Identity

PEPPER_PURPOSE = "pepper"
KEY_BYTES = 32
FORMATS = {
    VaultSlot.Kind.PASSPHRASE: slots.SlotKind.PASSPHRASE,
    VaultSlot.Kind.RECOVERY: slots.SlotKind.RECOVERY,
    VaultSlot.Kind.PASSKEY: slots.SlotKind.PRF,
}


def pepper_version() -> int:
    """Return the version of the pepper that closes new slots."""
    return int(settings.KEYS.current_version(PEPPER_PURPOSE))


def pepper(version: int) -> slots.Pepper:
    """Return the provider's HMAC: a stolen database alone cannot guess passphrases."""
    return lambda data: bytes(settings.KEYS.hmac(PEPPER_PURPOSE, data, version))


def make_slot(
    *, user: Any, kind: str, secret: bytes | str, vault_key: bytes, at: datetime, **passkey: Any
) -> VaultSlot:
    """Close a vault key under a secret and return the slot, not saved.

    Raises: InvalidValue when the secret has a wrong size.
    """
    version = pepper_version()
    made = uuid.uuid4()
    blob = slots.make_slot(FORMATS[kind], secret, vault_key, user.pk, made, pepper(version), cost())
    return VaultSlot(
        pk=made,
        user=user,
        kind=kind,
        blob=blob,
        pepper_version=version,
        created_at=at,
        **passkey,
    )


def vault_key_of(slot: VaultSlot, output: bytes) -> bytes:
    """Return the vault key from a slot and its costly half. Raises: WrongPassphrase.

    A slot under a former pepper is closed again under the present one: an opening is the only
    moment when it can be (security.md §2.4).
    """
    blob, held = bytes(slot.blob), slot.pepper_version
    vault_key = slots.open_slot_with_output(blob, output, slot.user_id, slot.pk, pepper(held))
    present = pepper_version()
    if held != present:
        renewed = slots.close_again(blob, output, vault_key, slot.user_id, slot.pk, pepper(present))
        VaultSlot.objects.filter(pk=slot.pk, pepper_version=held).update(
            blob=renewed, pepper_version=present
        )
    return vault_key


def cost() -> slots.SlotParameters:
    """Return the configured cost of the passphrase slot."""
    said = settings.SLOT_COST
    return slots.SlotParameters(said["memory"], said["iterations"], said["lanes"])


def has_vault(user: Any) -> bool:
    """Tell whether an account has a vault."""
    return MemberVault.objects.filter(user=user).exists()


def passkey_marks(user: Any) -> set[str]:
    """Return the passkeys that open an account's vault (SHA-256 of their ids, hexadecimal)."""
    kind = VaultSlot.Kind.PASSKEY
    return set(VaultSlot.objects.filter(user=user, kind=kind).values_list("credential", flat=True))


def costly_half(user: Any, passphrase: str) -> bytes | None:
    """Return the Argon2id output of the passphrase slot; None when there is no such slot.

    Raises: UnknownFormat when its cost was raised beyond the ceilings.
    """
    slot = VaultSlot.objects.filter(user=user, kind=VaultSlot.Kind.PASSPHRASE).first()
    return slots.slot_output(bytes(slot.blob), passphrase) if slot else None


def identity_from_output(user: Any, output: bytes) -> Identity:
    """Open the identity from the passphrase slot's output. Raises: WrongPassphrase."""
    slot = VaultSlot.objects.filter(user=user, kind=VaultSlot.Kind.PASSPHRASE).first()
    if slot is None:
        raise WrongPassphrase
    return identity_of(user, vault_key_of(slot, output))


def vault_key_from_secret(
    user: Any, kind: str, secret: bytes | str, *, credential: str = ""
) -> bytes:
    """Return the vault key by one of the slots. Raises: WrongPassphrase."""
    slot = VaultSlot.objects.filter(user=user, kind=kind, credential=credential).first()
    if slot is None:
        raise WrongPassphrase
    return vault_key_of(slot, slots.slot_output(bytes(slot.blob), secret))


def identity_from_secret(
    user: Any, kind: str, secret: bytes | str, *, credential: str = ""
) -> Identity:
    """Open the identity by one of the slots. Raises: WrongPassphrase."""
    return identity_of(user, vault_key_from_secret(user, kind, secret, credential=credential))


def identity_of(user: Any, vault_key: bytes) -> Identity:
    """Open the identity with the vault key. Raises: VaultError when it was changed."""
    vault = MemberVault.objects.get(user=user)
    return member.open_identity(vault_key, bytes(vault.sealed_identity), user.pk)


def seal_pending(user: Any, output: bytes) -> tuple[bytes, bytes]:
    """Seal a slot's output between the passphrase and the second factor.

    Returns (key for the five-minute cookie, sealed half for the pending session).
    """
    key = os.urandom(KEY_BYTES)
    return key, session.seal_pending(key, output, user.pk)


def open_pending(user: Any, key: bytes, blob: bytes) -> Identity:
    """Return the identity once the second factor is accepted. Raises: VaultError."""
    return identity_from_output(user, session.open_pending(key, blob, user.pk))
