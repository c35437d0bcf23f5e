"""T-34: what was erased stays unreadable, whatever older backup is restored (promise 8).

A full backup is made: the database without its keystore, and the keystore's own file. A situation
is erased. Then the older backup is restored: with both files and no journal (as if nothing was
erased: readable, the control), with the journal applied, and after thirty days, when the keystore's
file is gone and no journal is needed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from cases.access.keys import WRAPPING
from cases.vault import documents, outer, recovery, recovery_kit, wraps
from cases.vault.errors import VaultError
from deploy.privileges import OUT_OF_DUMP, OWNER
from tests import people

ROOT = Path(__file__).resolve().parents[2]
KEYSTORE = [name for name in OUT_OF_DUMP if "keystore" in name]


def opens(place: Any, database: str, cast: people.Cast, pk: Any) -> set[str]:
    """Return who reads a text of a situation: each member by name, and the trustees."""
    shares = [recovery.parse_share(line) for line in cast.ceremony.shares]
    holders: dict[str, Any] = {
        name: one.identity for name, one in cast.people.items() if one.identity is not None
    }
    holders["trustees"] = recovery_kit.recovery_pair(recovery.combine(shares[:3]))
    found = set()
    with psycopg.connect(place.server.url(database), autocommit=True) as admin:
        keys = admin.execute(
            "SELECT provider_version, wrapped FROM cases_keystore_situationkey"
            " WHERE situation = %s",
            [pk],
        ).fetchone()
        # With the server's key destroyed, whoever tries has only what is under it.
        server = (
            settings.KEYS.unwrap(WRAPPING, keys[0], bytes(keys[1]), pk.bytes) if keys else bytes(32)
        )
        texts = admin.execute(
            "SELECT id, section, key_version, row_version, blob FROM cases_sealeddocument"
            " WHERE situation_id = %s",
            [pk],
        ).fetchall()
        held = admin.execute(
            "SELECT id, grant_id, section, key_version, recipient_key_id, blob FROM cases_wrap"
            " WHERE situation_id = %s",
            [pk],
        ).fetchall()
        commitments = {
            (section, version): bytes(committed)
            for section, version, committed in admin.execute(
                "SELECT section, version, commitment FROM cases_keystore_sectionkey"
                " WHERE situation = %s",
                [pk],
            ).fetchall()
        }
    for name, holder in holders.items():
        for wrap, grant, section, version, key_id, blob in held:
            if key_id != holder.key_id:
                continue
            try:
                sealed = bytes(blob)
                inner = outer.outer_open(
                    server, sealed, pk, grant or wrap, outer.outer_key_version(sealed)
                )
                committed = commitments.get((section, version), bytes(32))
                context = wraps.WrapContext(pk, section, version, key_id, committed)
                dek = wraps.unwrap_key(holder, inner, context)
            except VaultError:
                continue
            for row, of, number, row_version, text in texts:
                if (of, number) == (section, version):
                    where = documents.DocumentContext(
                        "cases_sealeddocument", row, of, row_version, pk, number
                    )
                    documents.open_document(dek, bytes(text), where)
                    found.add(name)
    return found


class Backups:
    """A full backup, as an operator makes it: two files, two custodians."""

    def __init__(self, place: Any, database: str, folder: Path) -> None:
        self.place, self.database, self.folder = place, database, folder
        self.dump = f"{database}_dump"
        self.restored = f"{database}_restored"
        self.journal = folder / "effacements.jsonl"

    def command(self, database: str, *command: str) -> str:
        """Run a command as the owner on a database. Raises: AssertionError with its words."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env={
                **self.place.programs_environment(),
                **self.place.owner_environment(database),
                "KEY_PROVIDER": f"file:{settings.KEYS.folder}",
            },
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def make(self) -> Path:
        """Back up; return the keystore's file. The main copy holds no key."""
        self.command(self.database, "backup_keys", str(self.folder))
        from django.db import connections

        connections.close_all()
        self.place.drop(self.dump)
        self.place.clone(self.database, self.dump)
        with psycopg.connect(self.place.server.url(self.dump), autocommit=True) as admin:
            admin.execute("SET session_replication_role = replica")
            for table in KEYSTORE:
                admin.execute(f"DELETE FROM {table}")
        (file,) = self.folder.glob("cles-*.json")
        return file

    def restore(self, keys: Path | None, *, with_journal: bool) -> str:
        """Restore the older backup; return the database's name."""
        self.place.drop(self.restored)
        self.place.clone(self.dump, self.restored)
        if keys is not None:
            self.command(self.restored, "restore_keys", str(keys))
        if with_journal:
            self.command(self.restored, "reapply_erasures", str(self.journal))
        return self.restored

    def drop(self) -> None:
        """Remove the copies."""
        self.place.drop(self.dump)
        self.place.drop(self.restored)


def run(place: Any, database: str) -> dict[str, Any]:
    """T-34. Raises: AssertionError."""
    from cases.actions import erasure

    begun = time.perf_counter()
    cast = people.commission("t34")
    situation, _ = people.reviewed(cast, "marc", "sophie")
    kept = people.shared(cast, "marc")
    readers = opens(place, database, cast, situation.pk)
    assert {"luc", "marc", "sophie", "claire", "trustees"} <= readers, readers
    folder = Path(tempfile.mkdtemp(prefix="clsm-t34-"))
    backups = Backups(place, database, folder)
    try:
        keys = backups.make()
        with people.as_person(cast.luc) as viewer:
            row = people.fresh(cast, situation.pk)
            act = erasure.ask(viewer=viewer, situation=row, reason="accepted_request")
        with people.as_person(cast.denis) as viewer:
            erasure.confirm(viewer=viewer, act=act)
        backups.command(database, "export_erasures", str(backups.journal))
        assert opens(place, database, cast, situation.pk) == set()

        # Control: nothing of the backup itself prevents reading.
        name = backups.restore(keys, with_journal=False)
        control = opens(place, name, cast, situation.pk)
        assert control == readers, control

        name = backups.restore(keys, with_journal=True)
        assert opens(place, name, cast, situation.pk) == set(), "readable after the journal"
        assert opens(place, name, cast, kept.pk), "what was not erased is lost"
        with psycopg.connect(place.server.url(name), autocommit=True) as admin:
            rows = admin.execute(
                "SELECT (SELECT count(*) FROM cases_sealeddocument WHERE situation_id = %(pk)s)"
                " + (SELECT count(*) FROM cases_wrap WHERE situation_id = %(pk)s)",
                {"pk": situation.pk},
            ).fetchone()
            assert rows == (0,), rows
        again = backups.command(name, "reapply_erasures", str(backups.journal))
        assert "0 refait(s)" in again, again
        # The keystore's file, restored after the journal, brings nothing back.
        backups.command(name, "restore_keys", str(keys))
        assert opens(place, name, cast, situation.pk) == set(), "the keys came back"
        backups.command(name, "verify_vault", "--no-record")

        with psycopg.connect(place.url(database, OWNER), autocommit=True) as owner:
            owner.execute("UPDATE clsm_clock SET shift = shift + interval '30 days 1 minute'")
        told = backups.command(database, "backup_keys", str(folder))
        assert keys.name in told, told
        assert not keys.exists(), "a keystore's file outlived thirty days"
        (newer,) = folder.glob("cles-*.json")
        name = backups.restore(newer, with_journal=False)
        assert opens(place, name, cast, situation.pk) == set(), "readable without its key"
        assert opens(place, name, cast, kept.pk), "what was not erased is lost"
        name = backups.restore(None, with_journal=False)
        assert opens(place, name, cast, kept.pk) == set(), "a main backup alone is readable"
    finally:
        backups.drop()
        shutil.rmtree(folder)
    return {"readers_before": len(readers), "seconds": round(time.perf_counter() - begun, 1)}


def run_drill(place: Any, database: str, *, size: int | None, seed: int) -> dict[str, Any]:
    """T-34; it has one size."""
    return run(place, database)
