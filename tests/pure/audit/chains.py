"""Build a lane in memory, as the trigger of the database builds it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from audit.events import Event
from audit.ledger import seal
from audit.verifier import Head, Row, genesis, leaf_hash, link_hash

LANE = "commission"
KEY = bytes(range(32))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def chain(length: int, *, lane: str = LANE, key: bytes = KEY) -> list[Row]:
    """Return `length` true rows."""
    rows: list[Row] = []
    previous = genesis(lane)
    for number in range(1, length + 1):
        event = Event(action="situation.shown", objects=(UUID(int=number),), sections=("core",))
        sealed = seal(event, key=key, at=START + timedelta(minutes=number))
        leaf = leaf_hash(sealed.salt, sealed.body)
        previous = link_hash(previous, number, leaf, sealed.mac)
        rows.append(Row(number, leaf, sealed.mac, previous, sealed.body, sealed.salt))
    return rows


def relinked(rows: list[Row], *, lane: str = LANE) -> list[Row]:
    """Number and link rows again, as somebody who owns the database could."""
    linked: list[Row] = []
    previous = genesis(lane)
    for number, row in enumerate(rows, start=1):
        previous = link_hash(previous, number, row.leaf_hash, row.mac)
        linked.append(replace(row, seq=number, h=previous))
    return linked


def head_of(rows: list[Row]) -> Head:
    """Return the head to keep after these rows."""
    return Head(seq=rows[-1].seq, h=rows[-1].h)
