"""The one-way ticket from the commission to the council (decision 2).

Signed with Ed25519, valid 60 seconds, used once, bound to its audience, naming the council's row.
It travels in a POST body. The council holds the public key only, so it can make none.
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LIFETIME = timedelta(seconds=60)
LABEL = b"clsm/ticket/v1\x00"


class TicketRefused(Exception):
    """A ticket does not open a session; ``code`` says why, for the ledger only."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Ticket:
    """What a ticket says."""

    id: uuid.UUID
    council_user: uuid.UUID
    audience: str
    issued_at: datetime


def issue(
    *, council_user: uuid.UUID, audience: str, at: datetime, sign: Callable[[bytes], bytes]
) -> str:
    """Return a ticket for a council row, as base64 of body ‖ signature (64 bytes)."""
    body = json.dumps(
        {
            "id": str(uuid.uuid4()),
            "user": str(council_user),
            "audience": audience,
            "issued_at": at.timestamp(),
        },
        separators=(",", ":"),
        sort_keys=True,
    ).encode()
    return base64.urlsafe_b64encode(body + sign(LABEL + body)).decode()


def read(text: str, *, public_key: bytes, audience: str, at: datetime) -> Ticket:
    """Return a ticket that may still be used. Raises: TicketRefused."""
    try:
        blob = base64.urlsafe_b64decode(text.encode())
        body, signature = blob[:-64], blob[-64:]
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, LABEL + body)
        said = json.loads(body)
        ticket = Ticket(
            id=uuid.UUID(said["id"]),
            council_user=uuid.UUID(said["user"]),
            audience=said["audience"],
            issued_at=datetime.fromtimestamp(said["issued_at"], at.tzinfo),
        )
    except InvalidSignature as forged:
        raise TicketRefused("forged") from forged
    except (binascii.Error, ValueError, KeyError, TypeError) as unreadable:
        raise TicketRefused("unreadable") from unreadable
    if ticket.audience != audience:
        raise TicketRefused("audience")
    if not timedelta(0) <= at - ticket.issued_at + timedelta(seconds=2):
        raise TicketRefused("future")
    if at - ticket.issued_at > LIFETIME:
        raise TicketRefused("expired")
    return ticket
