"""Check an export of the ledger, and signatures, on any machine: one file, no Django.

What it promises: the first bad number of a lane is named, with the reason. What it cannot
promise alone: that the last rows were not cut. Only a head saved earlier (a file, a printed
minute) proves that, and the report says so when none was given.

Byte formats (`||` is concatenation):
    leaf = SHA-256(00 || salt || body)
    h_0  = SHA-256("clsm-ledger/1 " || lane)
    h_n  = SHA-256(01 || h_(n-1) || n as unsigned 64-bit big-endian || leaf || mac)
    mac  = HMAC-SHA-256(key of the lane, salt || body)
    root = Merkle tree hash of RFC 9162 section 2.1.1 over h_1 ... h_n

Usage: python -m audit.verifier EXPORT.jsonl [--head FILE] [--mac-key-file LANE=FILE]
Exit status: 0 sound, 1 a fault was found, 2 wrong usage.

Source: security.md 4.3-4.4; decisions 31, 53b.
"""

import argparse
import hashlib
import hmac
import json
import struct
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOOKAHEAD = 64
"""Rows read ahead to tell a deletion from a displacement."""


class BadSignature(Exception):
    """Say that a signature does not match its message and key."""


class UnreadableExport(ValueError):
    """Say that a line of an export, a head or a key file cannot be read."""


class Fault(StrEnum):
    """Why a number is bad."""

    ALTERED = "altered"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    WRONG_MAC = "wrong_mac"
    TAIL_CUT = "tail_cut"
    OTHER_HISTORY = "other_history"


FAULT_LABELS = {
    Fault.ALTERED: "ligne modifiée",
    Fault.DELETED: "ligne supprimée",
    Fault.INSERTED: "ligne ajoutée",
    Fault.REORDERED: "lignes déplacées",
    Fault.WRONG_MAC: "sceau du service faux (ligne écrite sans sa clé)",
    Fault.TAIL_CUT: "fin du journal coupée",
    Fault.OTHER_HISTORY: "autre histoire que celle de l’empreinte gardée",
}


@dataclass(frozen=True)
class Row:
    """One number of one lane; body and salt are None once purged at term."""

    seq: int
    leaf_hash: bytes
    mac: bytes
    h: bytes
    body: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True)
class Head:
    """The state of a lane at one moment: its last number and hash."""

    seq: int
    h: bytes


@dataclass(frozen=True)
class Report:
    """What a verification found on one lane.

    Attributes:
        fault: None when the lane is sound; bad_seq is then None too.
        purged: how many of the first numbers have lost their body at term.
        macs_checked: False when no key was given.
        tail_proved: True when a saved head was found again in the chain.
        root: RFC 9162 root over the hashes of the lane, only when sound.
    """

    lane: str
    count: int
    head: Head
    purged: int
    macs_checked: bool
    tail_proved: bool
    root: bytes | None
    fault: Fault | None = None
    bad_seq: int | None = None

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was found."""
        return self.fault is None

    def sentence(self) -> str:
        """Say the result in one French sentence or two."""
        if self.fault is not None:
            return f"Voie {self.lane} : n° {self.bad_seq} : {FAULT_LABELS[self.fault]}."
        parts = [f"Voie {self.lane} : {self.count} évènements, chaîne intègre."]
        if self.purged:
            parts.append(f"Contenu purgé à son terme jusqu’au n° {self.purged}.")
        if not self.macs_checked:
            parts.append("Sceaux du service non vérifiés (aucune clé donnée).")
        if not self.tail_proved:
            parts.append("Fin non prouvée : aucune empreinte gardée n’a été donnée.")
        return " ".join(parts)


def genesis(lane: str) -> bytes:
    """Return the hash before the first number of a lane, 32 bytes."""
    return hashlib.sha256(b"clsm-ledger/1 " + lane.encode("ascii")).digest()


def leaf_hash(salt: bytes, body: bytes) -> bytes:
    """Return the salted hash that stands for a body once the body is purged, 32 bytes."""
    return hashlib.sha256(b"\x00" + salt + body).digest()


def link_hash(previous: bytes, seq: int, leaf: bytes, mac: bytes) -> bytes:
    """Return the hash of number `seq`, bound to everything before it, 32 bytes."""
    return hashlib.sha256(b"\x01" + previous + struct.pack(">Q", seq) + leaf + mac).digest()


def body_mac(key: bytes, salt: bytes, body: bytes) -> bytes:
    """Return the service's seal on a body, 32 bytes."""
    return hmac.digest(key, salt + body, "sha256")


def verify_signature(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check an Ed25519 signature; public key 32 bytes raw, signature 64 bytes.

    Raises:
        BadSignature: the signature, the key or a length is wrong.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature("the signature does not match") from error


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 9162, section 2.1.1, over these entries.

    Computed level by level: a node without a sibling rises unchanged, which gives the same
    tree as the recursive definition.
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest()
            for i in range(0, len(level) - 1, 2)
        ]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def verify_chain(
    rows: Iterable[Row],
    *,
    lane: str,
    mac_key: bytes | None = None,
    trusted_head: Head | None = None,
) -> Report:
    """Check one lane from its first number and name the first bad one.

    Args:
        rows: in the order of their numbers, as stored or exported.
        lane: name of the lane, bound into the chain.
        mac_key: the lane's MAC key; without it an event forged by somebody who can run
            the database's own sealing cannot be told from a true one.
        trusted_head: a head saved earlier, outside the database.
    """
    walk = _Walk(lane=lane, mac_key=mac_key, trusted_head=trusted_head)
    window: deque[Row] = deque()
    source = iter(rows)
    while True:
        while len(window) < LOOKAHEAD and (row := next(source, None)) is not None:
            window.append(row)
        if not window:
            break
        fault = walk.step(window)
        if fault is not None:
            return walk.report(fault=fault)
        window.popleft()
    return walk.finish()


class _Walk:
    """The state of one pass over a lane."""

    def __init__(self, *, lane: str, mac_key: bytes | None, trusted_head: Head | None) -> None:
        """Start before the first number."""
        self.lane = lane
        self.mac_key = mac_key
        self.trusted_head = trusted_head
        self.seq = 0
        self.h = genesis(lane)
        self.purged = 0
        self.hashes: list[bytes] = []
        self.event_ids: set[bytes] = set()
        self.head_met = trusted_head is None or (
            trusted_head.seq == 0 and hmac.compare_digest(trusted_head.h, self.h)
        )

    def step(self, window: deque[Row]) -> Fault | None:
        """Take the first row of the window, or say why it cannot follow."""
        row = window[0]
        expected = self.seq + 1
        if row.seq != expected:
            return self._misplaced(window, expected)
        h = link_hash(self.h, expected, row.leaf_hash, row.mac)
        if h != row.h:
            return self._broken(window, expected)
        fault = self._check_body(row)
        if fault is not None:
            return fault
        self.seq, self.h = expected, h
        self.hashes.append(h)
        if self.trusted_head is not None and self.trusted_head.seq == expected:
            if not hmac.compare_digest(self.trusted_head.h, h):
                self.seq = expected - 1
                return Fault.OTHER_HISTORY
            self.head_met = True
        return None

    def finish(self) -> Report:
        """Close the pass: the saved head must have been met."""
        if not self.head_met:
            return self.report(fault=Fault.TAIL_CUT)
        return self.report(fault=None)

    def report(self, *, fault: Fault | None) -> Report:
        """Write down what was found so far."""
        return Report(
            lane=self.lane,
            count=self.seq,
            head=Head(seq=self.seq, h=self.h),
            purged=self.purged,
            macs_checked=self.mac_key is not None,
            tail_proved=self.trusted_head is not None and self.head_met and fault is None,
            root=tree_root(self.hashes) if fault is None else None,
            fault=fault,
            bad_seq=None if fault is None else self.seq + 1,
        )

    def _misplaced(self, window: deque[Row], expected: int) -> Fault:
        """Tell why the number that comes is not the number expected."""
        if window[0].seq < expected:
            return Fault.INSERTED
        if any(later.seq == expected for later in islice(window, 1, None)):
            return Fault.REORDERED
        return Fault.DELETED

    def _broken(self, window: deque[Row], expected: int) -> Fault:
        """Tell why the hash of the expected number does not follow the one before."""
        for later in islice(window, 1, None):
            if link_hash(self.h, expected, later.leaf_hash, later.mac) == later.h:
                # A later row is the true number `expected`: it was moved away, either by
                # an exchange (the row that stands here then follows it) or by a row put in.
                displaced = window[0]
                for number in range(expected + 1, expected + LOOKAHEAD):
                    candidate = link_hash(later.h, number, displaced.leaf_hash, displaced.mac)
                    if candidate == displaced.h:
                        return Fault.REORDERED
                return Fault.INSERTED
        return Fault.ALTERED

    def _check_body(self, row: Row) -> Fault | None:
        """Compare the body with its leaf, its seal and the events already met."""
        if row.body is None or row.salt is None:
            # A purge drops the oldest numbers: a body missing later was deleted by hand.
            if self.purged != row.seq - 1:
                return Fault.DELETED
            self.purged = row.seq
            return None
        if leaf_hash(row.salt, row.body) != row.leaf_hash:
            return Fault.ALTERED
        if self.mac_key is not None and not hmac.compare_digest(
            body_mac(self.mac_key, row.salt, row.body), row.mac
        ):
            return Fault.WRONG_MAC
        event_id = _event_id(row.body)
        if event_id is None:
            return Fault.ALTERED
        if event_id in self.event_ids:
            # The same signed event twice: a copy was played again.
            return Fault.INSERTED
        self.event_ids.add(event_id)
        return None


def _event_id(body: bytes) -> bytes | None:
    """Return the id written inside a body, 36 characters, or None when there is none.

    A canonical body holds codes and ids only, so the first `"id":"` is the key itself; a
    full parse would double the time of a verification.
    """
    event_id = body.partition(b'"id":"')[2][:37]
    return event_id[:36] if event_id[36:] == b'"' else None


def line_to_row(line: str) -> tuple[str, Row]:
    """Read one line of an export.

    Raises:
        UnreadableExport: the line is not one that an export holds.
    """
    try:
        fields: dict[str, Any] = json.loads(line)
        body, salt = fields["body"], fields["salt"]
        row = Row(
            seq=int(fields["seq"]),
            leaf_hash=bytes.fromhex(fields["leaf"]),
            mac=bytes.fromhex(fields["mac"]),
            h=bytes.fromhex(fields["h"]),
            body=None if body is None else body.encode("latin-1"),
            salt=None if salt is None else bytes.fromhex(salt),
        )
        return str(fields["lane"]), row
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableExport("a line of the export cannot be read") from error


def text_to_heads(text: str) -> dict[str, Head]:
    """Read a file of heads.

    Raises:
        UnreadableExport: the text is not one of heads.
    """
    try:
        fields = json.loads(text)
        if fields["clsm_ledger_heads"] != 1:
            raise UnreadableExport("unknown version of the head file")
        return {
            str(lane): Head(seq=int(head["seq"]), h=bytes.fromhex(head["h"]))
            for lane, head in fields["lanes"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableExport("the head file cannot be read") from error


def read_mac_keys(arguments: Sequence[str]) -> dict[str, bytes]:
    """Read `LANE=FILE` arguments; a file holds the key as hexadecimal digits.

    Raises:
        UnreadableExport: an argument without `=`, or a file that is not hexadecimal.
    """
    keys = {}
    for argument in arguments:
        lane, _, path = argument.partition("=")
        if not path:
            raise UnreadableExport("a MAC key is given as LANE=FILE")
        try:
            keys[lane] = bytes.fromhex(Path(path).read_text("ascii").strip())
        except ValueError as error:
            raise UnreadableExport(f"the MAC key of {lane} is not hexadecimal") from error
    return keys


def verify_lanes(
    lanes: Mapping[str, Iterable[Row]],
    *,
    mac_keys: Mapping[str, bytes],
    heads: Mapping[str, Head] | None,
) -> list[Report]:
    """Check every lane; a lane that only the saved heads know was cut whole."""
    heads = heads or {}
    names = sorted(set(lanes) | set(heads))
    return [
        verify_chain(
            lanes.get(name, ()),
            lane=name,
            mac_key=mac_keys.get(name),
            trusted_head=heads.get(name),
        )
        for name in names
    ]


def _rows_of(path: Path, lane: str) -> Iterator[Row]:
    """Read one lane of an export, line after line."""
    with path.open(encoding="ascii") as lines:
        for line in lines:
            if _lane_of(line) == lane:
                yield line_to_row(line)[1]


def _lane_of(line: str) -> str:
    """Read the lane at the start of a line without reading the rest of it."""
    before, _, rest = line.partition('{"lane":"')
    lane, quote, _ = rest.partition('"')
    if before or not quote:
        raise UnreadableExport("a line of the export cannot be read")
    return lane


def main(arguments: Sequence[str] | None = None) -> int:
    """Check an export from the command line."""
    parser = argparse.ArgumentParser(prog="python -m audit.verifier", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("export", type=Path)
    parser.add_argument("--head", type=Path, help="heads saved earlier")
    parser.add_argument("--mac-key-file", action="append", default=[], metavar="LANE=FILE")
    options = parser.parse_args(arguments)
    try:
        heads = text_to_heads(options.head.read_text("ascii")) if options.head else None
        keys = read_mac_keys(options.mac_key_file)
        with options.export.open(encoding="ascii") as lines:
            names = {_lane_of(line) for line in lines}
        lanes = {lane: _rows_of(options.export, lane) for lane in names}
        reports = verify_lanes(lanes, mac_keys=keys, heads=heads)
    except (UnreadableExport, OSError, UnicodeDecodeError) as error:
        print(f"Illisible : {error}", file=sys.stderr)
        return 2
    for report in reports:
        print(report.sentence())
    return 0 if all(report.is_sound for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
