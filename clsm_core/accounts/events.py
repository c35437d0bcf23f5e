"""Record what happens to accounts, in the ledger of the running service."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from audit import recorder
from audit.events import Event, Kind, Outcome, action_named
from clsm_core.accounts.clock import now

LEDGER = "ledger"
FAILURES = ("auth.failed", "ticket.refused", "vault.refused")


def session_mark(request: Any) -> str:
    """Return 8 hexadecimal digits that tell sessions apart without naming their key."""
    key = getattr(getattr(request, "session", None), "session_key", None) or ""
    return hashlib.sha256(f"clsm-session:{key}".encode()).hexdigest()[:8] if key else ""


def request_id(request: Any) -> str:
    """Return the server-made id of a request."""
    made = getattr(request, "clsm_request_id", None)
    if made is None:
        made = request.clsm_request_id = uuid.uuid4().hex
    return str(made)


def account_event(
    request: Any,
    action: str,
    *,
    actor: uuid.UUID | None = None,
    purpose: str = "",
    objects: tuple[uuid.UUID, ...] = (),
) -> None:
    """Record an event about an account at once, on the ledger's own connection.

    Raises: LedgerUnavailable, and nothing may then be opened or shown.
    """
    user = getattr(request, "user", None)
    if actor is None and user is not None and user.is_authenticated:
        actor = user.pk
    is_denial = action_named(action).kind is Kind.DENIED or action in FAILURES
    event = Event(
        action=action,
        outcome=Outcome.DENIED if is_denial else Outcome.OK,
        actor=actor,
        purpose=purpose,
        objects=objects,
        request_id=request_id(request),
        session_h8=session_mark(request),
    )
    writers = {Kind.AUTH: recorder.authenticated, Kind.SHOWN: recorder.shown}
    if is_denial:
        recorder.denied(event, at=now(LEDGER))
    else:
        writers[event.kind](event, at=now(LEDGER))
