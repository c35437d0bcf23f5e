"""Open, keep and close a member's vault (security.md §2.4; decisions 17, 23).

The open vault is in two halves: a row here, sealed under a random key that only the browser's
``Strict`` cookie holds. Neither half alone, nor the login's session, opens anything.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from cases.models import MemberVault, VaultOpening, VaultSlot
from cases.vault import member, session, slots
from cases.vault.errors import VaultError, WrongPassphrase
from cases.vault.identity import Identity

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
PEPPER_PURPOSE = "pepper"
KEY_BYTES = 32


def pepper(data: bytes) -> bytes:
    """Return the provider's HMAC: a stolen database alone cannot guess passphrases."""
    return bytes(settings.KEYS.hmac(PEPPER_PURPOSE, data))


def cost() -> slots.SlotParameters:
    """Return the configured cost of the passphrase slot."""
    said = settings.SLOT_COST
    return slots.SlotParameters(said["memory"], said["iterations"], said["lanes"])


def has_vault(user: Any) -> bool:
    """Tell whether an account has a vault."""
    return MemberVault.objects.filter(user=user).exists()


def costly_half(user: Any, passphrase: str) -> bytes | None:
    """Return the Argon2id output of the passphrase slot; None when there is no such slot."""
    slot = VaultSlot.objects.filter(user=user, kind=VaultSlot.Kind.PASSPHRASE).first()
    return slots.slot_output(bytes(slot.blob), passphrase) if slot else None


def identity_from_output(user: Any, output: bytes) -> Identity:
    """Open the identity from the passphrase slot's output. Raises: WrongPassphrase."""
    slot = VaultSlot.objects.filter(user=user, kind=VaultSlot.Kind.PASSPHRASE).first()
    if slot is None:
        raise WrongPassphrase
    vault_key = slots.open_slot_with_output(bytes(slot.blob), output, user.pk, slot.pk, pepper)
    return _identity(user, vault_key)


def identity_from_secret(user: Any, kind: str, secret: bytes | str) -> Identity:
    """Open the identity by one of the slots. Raises: WrongPassphrase."""
    slot = VaultSlot.objects.filter(user=user, kind=kind).first()
    if slot is None:
        raise WrongPassphrase
    vault_key = slots.open_slot(bytes(slot.blob), secret, user.pk, slot.pk, pepper)
    return _identity(user, vault_key)


def _identity(user: Any, vault_key: bytes) -> Identity:
    vault = MemberVault.objects.get(user=user)
    return member.open_identity(vault_key, bytes(vault.sealed_identity), user.pk)


def _binding(session_key: str) -> bytes:
    return hashlib.sha256(f"clsm-vault-session:{session_key}".encode()).digest()


def open_in_session(*, user: Any, identity: Identity, session_key: str, at: datetime) -> bytes:
    """Keep a vault open for a session; return the key that goes into the cookie (32 bytes).

    One opening a session: an earlier one of the same session is destroyed.
    """
    key = os.urandom(KEY_BYTES)
    mark = _binding(session_key).hex()
    VaultOpening.objects.filter(session=mark).delete()
    VaultOpening.objects.create(
        user=user,
        session=mark,
        blob=session.seal_session(key, identity, _binding(session_key)),
        opened_at=at,
        used_at=at,
    )
    return key


def opened(*, user: Any, session_key: str | None, key: bytes, at: datetime) -> Identity | None:
    """Return the identity of an open vault, None when it is closed, idle or not this session's."""
    if not session_key or len(key) != KEY_BYTES:
        return None
    row = VaultOpening.objects.filter(user=user, session=_binding(session_key).hex()).first()
    if row is None:
        return None
    if at - row.used_at > IDLE or at - row.opened_at > ABSOLUTE:
        row.delete()
        return None
    try:
        identity = session.open_session(key, bytes(row.blob), _binding(session_key))
    except VaultError:
        return None
    if at - row.used_at > timedelta(seconds=20):
        VaultOpening.objects.filter(pk=row.pk).update(used_at=at)
    return identity


def minutes_left(*, user: Any, session_key: str | None, at: datetime) -> int | None:
    """Return the minutes before an open vault closes by itself, None when it is closed."""
    if not session_key:
        return None
    row = VaultOpening.objects.filter(user=user, session=_binding(session_key).hex()).first()
    if row is None:
        return None
    end = min(row.used_at + IDLE, row.opened_at + ABSOLUTE)
    return max(0, int((end - at).total_seconds() // 60)) if end > at else None


def close(*, session_key: str | None) -> None:
    """Close the vault of a session."""
    if session_key:
        VaultOpening.objects.filter(session=_binding(session_key).hex()).delete()


def seal_pending(user: Any, output: bytes) -> tuple[bytes, bytes]:
    """Seal a slot's output between the passphrase and the second factor.

    Returns (key for the five-minute cookie, sealed half for the pending session).
    """
    key = os.urandom(KEY_BYTES)
    return key, session.seal_pending(key, output, user.pk)


def open_pending(user: Any, key: bytes, blob: bytes) -> Identity:
    """Return the identity once the second factor is accepted. Raises: VaultError."""
    return identity_from_output(user, session.open_pending(key, blob, user.pk))
