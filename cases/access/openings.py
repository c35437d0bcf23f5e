"""Keep, list and close the vaults open in sessions (security.md §2.4; decisions 17, 23).

An open vault is in two halves: a row here, sealed under a random key that only the browser's
``Strict`` cookie holds. Neither half alone, nor the login's session, opens anything.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, OuterRef, Subquery

from audit import recorder
from audit.events import Event, Outcome
from cases.models import AgendaItem, Mandate, Sitting, VaultOpening
from cases.vault import session
from cases.vault.errors import VaultError
from cases.vault.identity import Identity

IDLE_MINUTES = 30
ABSOLUTE = timedelta(hours=8)
# A presenter's vault waits for the words of a sitting, never for ever.
PRESENTING = timedelta(hours=4)
# How long one presentation of a secret covers sensitive acts.
FRESH = timedelta(minutes=10)
DEVICES = 2
KEY_BYTES = 32
# Not every request of a page writes its row.
UNWRITTEN = timedelta(seconds=20)


@dataclass(frozen=True)
class Device:
    """A vault open somewhere: where, since when, last used when."""

    id: uuid.UUID
    label: str
    opened_at: datetime
    used_at: datetime
    is_this_one: bool


def _binding(session_key: str) -> bytes:
    return hashlib.sha256(f"clsm-vault-session:{session_key}".encode()).digest()


def _mark(session_key: str) -> str:
    return _binding(session_key).hex()


def _rows(user: Any, at: datetime) -> Any:
    """Return an account's openings, newest first, with the idle time that binds them.

    The shortest idle time of her commissions binds all of her vaults (decision 23).
    """
    shortest = (
        Mandate.objects.filter(
            user=OuterRef("user"),
            status=Mandate.Status.ACTIVE,
            starts_on__lte=at.date(),
            ends_on__gte=at.date(),
        )
        .order_by()
        .values("user")
        .annotate(shortest=Min("commission__vault_idle_minutes"))
        .values("shortest")
    )
    return (
        VaultOpening.objects.filter(user=user)
        .annotate(idle_minutes=Subquery(shortest))
        .order_by("-opened_at")
    )


def _of_session(user: Any, session_key: str, at: datetime) -> Any:
    return _rows(user, at).filter(session=_mark(session_key)).first()


def _presented(user_id: uuid.UUID) -> Any:
    return Sitting.objects.filter(presented_by_id=user_id, state=Sitting.State.OPEN)


def _is_presenting(user_id: uuid.UUID) -> bool:
    """Tell whether a sitting that this account opened still has a point to examine."""
    return AgendaItem.objects.filter(
        sitting__in=_presented(user_id), removed_at__isnull=True, review__isnull=True
    ).exists()


def _may_last(row: Any, at: datetime) -> bool:
    """Tell whether an opening may still be used, read where no agenda is visible (a login)."""
    if _ends_at(row, at) > at:
        return True
    waits = at < min(row.used_at + PRESENTING, row.opened_at + ABSOLUTE)
    return bool(waits and _presented(row.user_id).exists())


def _ends_at(row: Any, at: datetime) -> datetime:
    """Return when an opening ends by itself if it is not used again."""
    last = row.opened_at + ABSOLUTE
    idle = row.used_at + timedelta(minutes=row.idle_minutes or IDLE_MINUTES)
    if idle <= at < row.used_at + PRESENTING and _is_presenting(row.user_id):
        idle = row.used_at + PRESENTING
    return min(last, idle)


def open_in_session(
    *, user: Any, identity: Identity, session_key: str, at: datetime, device: str = ""
) -> bytes:
    """Keep a vault open for a session; return the key that goes into the cookie (32 bytes).

    One opening a session: an earlier one of the same session is destroyed. Two devices a member:
    a third closes the oldest, which is recorded (decision 23). ``device`` names the browser in
    words; the next request fills it when it is not known here.

    Raises: LedgerUnavailable.
    """
    key = os.urandom(KEY_BYTES)
    mark = _mark(session_key)
    VaultOpening.objects.filter(session=mark).delete()
    living = [row for row in _rows(user, at) if _may_last(row, at)]
    kept = [row.pk for row in living[: DEVICES - 1]]
    VaultOpening.objects.filter(user=user).exclude(pk__in=kept).delete()
    for _ in living[DEVICES - 1 :]:
        _record_closed(user.pk, "third_device", at)
    VaultOpening.objects.create(
        user=user,
        session=mark,
        device=device,
        blob=session.seal_session(key, identity, _binding(session_key)),
        opened_at=at,
        used_at=at,
        proved_at=at,
    )
    return key


def opened(
    *, user: Any, session_key: str | None, key: bytes, at: datetime, device: str = ""
) -> Identity | None:
    """Return the identity of an open vault, None when it is closed, idle or not this session's.

    Asked inside the viewer's context: whose sitting is under way is read there.
    """
    if not session_key or len(key) != KEY_BYTES:
        return None
    row = _of_session(user, session_key, at)
    if row is None:
        return None
    if _ends_at(row, at) <= at:
        VaultOpening.objects.filter(pk=row.pk).delete()
        return None
    try:
        identity = session.open_session(key, bytes(row.blob), _binding(session_key))
    except VaultError:
        # Another browser's cookie, or bytes that were changed: they cannot be told apart (T-10).
        refused = Event(
            action="vault.refused",
            outcome=Outcome.DENIED,
            actor=user.pk,
            purpose="opening_altered",
        )
        recorder.denied(refused, at=at)
        return None
    changed: dict[str, Any] = {}
    if at - row.used_at > UNWRITTEN:
        changed["used_at"] = at
    if device and not row.device:
        changed["device"] = device
    if changed:
        _write(row.pk, **changed)
    return identity


def _write(opening: uuid.UUID, **changed: Any) -> None:
    """Write on an opening, unless another request of the same session is writing on it.

    Two posts at once must never wait here for each other's whole act.
    """
    free = VaultOpening.objects.select_for_update(skip_locked=True, of=("self",))
    if free.filter(pk=opening).values_list("pk", flat=True).first():
        VaultOpening.objects.filter(pk=opening).update(**changed)


def minutes_left(*, user: Any, session_key: str | None, at: datetime) -> int | None:
    """Return the minutes before an open vault closes by itself, None when it is closed."""
    if not session_key:
        return None
    row = _of_session(user, session_key, at)
    if row is None:
        return None
    end = _ends_at(row, at)
    return max(0, int((end - at).total_seconds() // 60)) if end > at else None


def is_fresh(*, user: Any, session_key: str | None, at: datetime) -> bool:
    """Tell whether a secret opened this session's vault less than ten minutes ago (decision 23)."""
    if not session_key:
        return False
    return VaultOpening.objects.filter(
        user=user, session=_mark(session_key), proved_at__gt=at - FRESH
    ).exists()


def prove(*, user: Any, session_key: str, at: datetime) -> None:
    """Write that a secret was presented again for this session's vault."""
    for row in VaultOpening.objects.filter(user=user, session=_mark(session_key)):
        _write(row.pk, proved_at=at, used_at=at)


def close(*, session_key: str | None) -> None:
    """Close the vault of a session."""
    if session_key:
        VaultOpening.objects.filter(session=_mark(session_key)).delete()


def close_all(user_id: uuid.UUID) -> None:
    """Close every vault of an account, wherever it is open."""
    VaultOpening.objects.filter(user_id=user_id).delete()


def devices(*, user: Any, session_key: str | None, at: datetime) -> list[Device]:
    """Return where an account's vault is open now, newest first."""
    mark = _mark(session_key) if session_key else ""
    return [
        Device(row.pk, row.device, row.opened_at, row.used_at, row.session == mark)
        for row in _rows(user, at)
        if _ends_at(row, at) > at
    ]


def close_device(*, user: Any, opening: uuid.UUID, at: datetime) -> bool:
    """Close one of an account's own vaults; tell whether there was one.

    Raises: LedgerUnavailable.
    """
    found, _ = VaultOpening.objects.filter(user=user, pk=opening).delete()
    if found:
        _record_closed(user.pk, "asked", at)
    return bool(found)


def _record_closed(user_id: uuid.UUID, purpose: str, at: datetime) -> None:
    recorder.authenticated(
        Event(action="vault.device_closed", actor=user_id, objects=(user_id,), purpose=purpose),
        at=at,
    )
