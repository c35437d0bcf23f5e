"""The keystore's own backup: kept apart from the main one, thirty days (decision 7).

The rows are as the provider wrapped them: the file opens nothing without its keys. It ends with a
hash of itself; what was changed is refused whole.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from cases.domain.retention import BACKUP_DAYS
from deploy import private_files
from deploy.privileges import GUARD
from deploy.projection import OWNER, seeing_everything, time_of

NAME = re.compile(r"cles-(\d{8}T\d{6})\.json")
VERSION = 1
TABLES = {
    "cases_keystore_situationkey": ("situation", "provider_version", "wrapped"),
    "cases_keystore_sectionkey": (
        "id",
        "situation",
        "section",
        "version",
        "commitment",
        "is_rotation_due",
    ),
}


class BackupRefused(ValueError):
    """The file is not a backup of keys as it was written; the text says why, in French."""


@dataclass(frozen=True)
class Restored:
    """What a restore put back, and what it left: rows that stand are never written over."""

    added: int
    kept: int
    left: int


def backup(folder: Path, *public: str, alias: str = OWNER) -> tuple[Path, int, list[str]]:
    """Write a dated file of the keystore; return it, its rows, and the files it removed by age.

    Raises: FileRefused for a folder inside the program or what it serves.
    """
    private_files.require_apart(folder, *public)
    with seeing_everything(alias):
        at = time_of(alias)
        rows = {table: _rows(alias, table) for table in TABLES}
    path = folder / f"cles-{at:%Y%m%dT%H%M%S}.json"
    body = {"version": VERSION, "at": at.isoformat(), "rows": rows}
    private_files.write(path, _sealed(body))
    return path, sum(map(len, rows.values())), _expire(folder, at)


def _rows(alias: str, table: str) -> list[list[Any]]:
    names = ", ".join(TABLES[table])
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} ORDER BY 1")
        return [[_plain(value) for value in row] for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, bool | int) else str(value)


def _sealed(body: dict[str, Any]) -> bytes:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text}\n{digest}\n".encode()


def _expire(folder: Path, at: datetime) -> list[str]:
    """Remove this command's own files older than thirty days, and no other."""
    removed = []
    for path in sorted(folder.iterdir()):
        found = NAME.fullmatch(path.name)
        if found is None or not path.is_file():
            continue
        made = datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=at.tzinfo)
        if at - made >= timedelta(days=BACKUP_DAYS):
            path.unlink()
            removed.append(path.name)
    return removed


def read(path: Path) -> tuple[dict[str, list[list[Any]]], datetime]:
    """Return a backup's rows by table, and when it was made. Raises: BackupRefused, OSError."""
    try:
        text, digest, end = path.read_text(encoding="utf-8").split("\n")
        if end or hashlib.sha256(text.encode()).hexdigest() != digest:
            raise ValueError
        body = json.loads(text)
        rows: dict[str, list[list[Any]]] = body["rows"]
        made = datetime.fromisoformat(body["at"])
        is_known = body["version"] == VERSION and set(rows) == set(TABLES)
        if not is_known or any(len(row) != len(TABLES[t]) for t in rows for row in rows[t]):
            raise ValueError
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        raise BackupRefused(
            "Ce fichier a été modifié ou n’est pas une sauvegarde de clés : rien n’est écrit."
        ) from None
    return rows, made


def restore(path: Path, *, is_older_allowed: bool = False) -> Restored:
    """Put missing rows back; a row that stands, newer or not, is never replaced.

    What the restored database does not know is left: a situation that is not in it or was erased, a
    version that no wrap of the recovery key goes with.

    A file that outlived its thirty days holds keys of what was erased since: it is refused unless
    said otherwise, when nothing younger is left.

    Raises: BackupRefused, OSError.
    """
    rows, made = read(path)
    if time_of(OWNER) - made >= timedelta(days=BACKUP_DAYS) and not is_older_allowed:
        raise BackupRefused(
            "Cette sauvegarde a plus de trente jours : elle aurait dû être détruite. Prenez-en une "
            "plus récente ; s’il n’en reste aucune, ajoutez --older, puis reapply_erasures."
        )
    counts = {"added": 0, "kept": 0, "left": 0}
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        # It asks for the recovery key in force; a backup made during its renewal has the former.
        trigger = "TRIGGER clsm_recovery_wrap_exists"
        cursor.execute(f"ALTER TABLE cases_keystore_sectionkey DISABLE {trigger}")
        cursor.execute(f"SET LOCAL ROLE {GUARD}")
        for table, columns in TABLES.items():
            for row in rows[table]:
                counts[_put_back(cursor, table, dict(zip(columns, row, strict=True)))] += 1
        cursor.execute("RESET ROLE")
        cursor.execute(f"ALTER TABLE cases_keystore_sectionkey ENABLE {trigger}")
    return Restored(**counts)


def _put_back(cursor: Any, table: str, row: dict[str, Any]) -> str:
    """Insert a row that is missing and known; return what was done with it."""
    known = (
        "SELECT 1 FROM cases_situation WHERE id = %(situation)s AND state IS DISTINCT FROM 'erased'"
    )
    if "section" in row:
        known += (
            " AND EXISTS (SELECT 1 FROM cases_wrap WHERE situation_id = %(situation)s AND grant_id"
            " IS NULL AND section = %(section)s AND key_version = %(version)s)"
        )
    cursor.execute(known, row)
    if cursor.fetchone() is None:
        return "left"
    for name in ("wrapped", "commitment"):
        if name in row:
            row[name] = bytes.fromhex(row[name])
    names = ", ".join(row)
    values = ", ".join(f"%({name})s" for name in row)
    cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING", row)
    return "added" if cursor.rowcount else "kept"
