"""Keep, list and close the vaults open in sessions (security.md §2.4; decisions 17, 23).

An open vault is in two halves: a row here, sealed under a random key that only the browser's
``Strict`` cookie holds. Neither half alone, nor the login's session, opens anything.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta
from typing import Any

from cases.models import VaultOpening
from cases.vault import session
from cases.vault.errors import VaultError
from cases.vault.identity import Identity

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
KEY_BYTES = 32


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
        proved_at=at,
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
