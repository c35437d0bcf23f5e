"""The journal of erasures, kept apart from backups and applied again after a restore (C-55, T-34).

One JSON object a line. Each carries an HMAC under the commission service's ledger key, over the one
before it and itself; each export ends with a line that counts the erasures written so far. A line
changed, moved, added or taken away is named; so is an end that is missing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from cases import storage
from cases.actions.erasure import objects_left
from cases.models import Erasure
from deploy import private_files
from deploy.privileges import GUARD
from deploy.projection import OWNER, seeing_everything

_LABEL = b"clsm/erasures/v1"
_START = "0" * 64


class JournalRefused(ValueError):
    """The journal is not what this service wrote; the text names the line, in French."""


@dataclass(frozen=True)
class Entry:
    """One situation that was erased."""

    situation: UUID
    commission: UUID
    reason: str
    erased_at: datetime

    def fields(self) -> dict[str, Any]:
        """Return the entry as plain JSON values."""
        return {
            "situation": str(self.situation),
            "commission": str(self.commission),
            "reason": self.reason,
            "erased_at": self.erased_at.isoformat(),
        }


@dataclass(frozen=True)
class Applied:
    """What applying a journal did: lines read, situations erased again, those already gone."""

    read: int
    erased: int
    gone: int
    unknown: int


def export(path: Path, key: bytes) -> tuple[int, int]:
    """Add to a journal the erasures it lacks; return how many were added and how many it holds.

    Raises: JournalRefused when the journal that stands was changed; FileRefused.
    """
    private_files.require_apart(path.parent)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known, last = _read(lines, key)
    held = {entry.situation for entry in known}
    with seeing_everything(OWNER):
        rows = list(Erasure.objects.using(OWNER).order_by("erased_at", "situation"))
    added = [
        Entry(row.situation, row.commission_id, row.reason, row.erased_at)
        for row in rows
        if row.situation not in held
    ]
    if added or not lines:
        for entry in added:
            lines.append(_line(key, last, entry.fields()))
            last = json.loads(lines[-1])["mac"]
        lines.append(_line(key, last, {"end": len(known) + len(added)}))
        private_files.write(path, ("\n".join(lines) + "\n").encode())
    return len(added), len(known) + len(added)


def read(path: Path, key: bytes) -> list[Entry]:
    """Return the erasures of a journal. Raises: JournalRefused, OSError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines:
        raise JournalRefused("Le journal est vide : sa fin manque.")
    return _read(lines, key)[0]


def apply(entries: list[Entry]) -> Applied:
    """Erase again whatever a restored backup brought back; may be run any number of times."""
    erased = unknown = 0
    for entry in entries:
        with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {GUARD}")
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM cases_situation WHERE id = %s)", [entry.situation]
            )
            unknown += not cursor.fetchone()[0]
            cursor.execute(
                "SELECT clsm_shred_again(%s, %s, %s, %s)",
                [entry.situation, entry.commission, entry.reason, entry.erased_at],
            )
            erased += bool(cursor.fetchone()[0])
            left = objects_left(cursor)
        storage.remove(*left)
    return Applied(len(entries), erased, len(entries) - erased, unknown)


def _line(key: bytes, before: str, fields: dict[str, Any]) -> str:
    return json.dumps({**fields, "mac": _mac(key, before, fields)}, sort_keys=True)


def _mac(key: bytes, before: str, fields: dict[str, Any]) -> str:
    body = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    message = _LABEL + bytes.fromhex(before) + body
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def _read(lines: list[str], key: bytes) -> tuple[list[Entry], str]:
    """Return the entries and the last HMAC. Raises: JournalRefused."""
    entries: list[Entry] = []
    last, is_ended = _START, True
    for number, line in enumerate(lines, start=1):
        try:
            fields = json.loads(line)
            told = fields.pop("mac")
            if not hmac.compare_digest(told, _mac(key, last, fields)):
                raise ValueError
            is_ended = "end" in fields
            if is_ended and fields["end"] != len(entries):
                raise ValueError
            if not is_ended:
                entries.append(
                    Entry(
                        UUID(fields["situation"]),
                        UUID(fields["commission"]),
                        fields["reason"],
                        datetime.fromisoformat(fields["erased_at"]),
                    )
                )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise JournalRefused(
                f"Ligne {number} : elle n’est pas celle que ce service a écrite."
            ) from None
        last = told
    if not is_ended:
        raise JournalRefused(f"Le journal s’arrête à la ligne {len(lines)} : sa fin manque.")
    return entries, last
