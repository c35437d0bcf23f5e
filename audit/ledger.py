"""How an event becomes bytes (canonical body, salt, MAC) and the ledger becomes files.

The same event always gives the same body; the salt keeps the hash that outlives a purge
from revealing the event. Hashing and chaining are those of `audit.verifier`, done by the
database at commit.

Source: security.md 4.2-4.3; decision 31.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from audit.events import Event
from audit.verifier import Head, Row, body_mac, genesis, leaf_hash, link_hash

__all__ = [
    "LANES",
    "MINIMUM_KEY_BYTES",
    "SALT_BYTES",
    "SealedEvent",
    "canonical_body",
    "genesis",
    "heads_to_text",
    "leaf_hash",
    "link_hash",
    "row_to_line",
    "seal",
]

VERSION = 1
SALT_BYTES = 16
MINIMUM_KEY_BYTES = 32
LANES = ("commission", "governance", "owner")
"""One chain a service, and one for the owner's commands (decision 31)."""


@dataclass(frozen=True)
class SealedEvent:
    """What the recorder inserts: id, canonical body, 16-byte salt, 32-byte MAC."""

    id: UUID
    body: bytes
    salt: bytes
    mac: bytes


def canonical_body(event: Event, *, event_id: UUID, at: datetime) -> bytes:
    """Write an event as canonical JSON: sorted keys, no space, ASCII only.

    ASCII escapes make line ends and direction marks harmless wherever a line is printed.

    Raises:
        ValueError: `at` is naive.
    """
    if at.tzinfo is None:
        raise ValueError("the time of an event is aware")
    fields = {
        "v": VERSION,
        "id": str(event_id),
        "ts": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": event.action,
        "outcome": event.outcome.value,
        "actor": None if event.actor is None else str(event.actor),
        "role": event.role,
        "commission": None if event.commission is None else str(event.commission),
        "objects": [str(identifier) for identifier in event.objects],
        "sections": list(event.sections),
        "fields": list(event.fields),
        "purpose": event.purpose,
        "request": event.request_id,
        "session": event.session_h8,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")


def seal(event: Event, *, key: bytes, at: datetime) -> SealedEvent:
    """Give an event its id, its salt and the service's MAC.

    Args:
        key: the MAC key of the service's lane, 32 bytes at least.
        at: time of the event, aware.

    Raises:
        ValueError: the key is shorter than 32 bytes or the time is naive.
    """
    if len(key) < MINIMUM_KEY_BYTES:
        raise ValueError(f"the MAC key of the ledger has {MINIMUM_KEY_BYTES} bytes at least")
    event_id = uuid4()
    body = canonical_body(event, event_id=event_id, at=at)
    salt = os.urandom(SALT_BYTES)
    return SealedEvent(id=event_id, body=body, salt=salt, mac=body_mac(key, salt, body))


def row_to_line(lane: str, row: Row) -> str:
    """Write one row as a line of an export, without the line end."""
    return json.dumps(
        {
            "lane": lane,
            "seq": row.seq,
            "leaf": row.leaf_hash.hex(),
            "mac": row.mac.hex(),
            "h": row.h.hex(),
            # Latin-1 maps every byte to one character: an altered body stays exact.
            "body": None if row.body is None else row.body.decode("latin-1"),
            "salt": None if row.salt is None else row.salt.hex(),
        },
        separators=(",", ":"),
    )


def heads_to_text(heads: Mapping[str, Head]) -> str:
    """Write the heads of the lanes as a small file to keep elsewhere."""
    lanes = {lane: {"seq": head.seq, "h": head.h.hex()} for lane, head in sorted(heads.items())}
    return json.dumps({"clsm_ledger_heads": 1, "lanes": lanes}, indent=2) + "\n"
