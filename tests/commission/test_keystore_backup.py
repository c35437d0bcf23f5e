"""The keys' own backup and the journal of erasures: whole, apart, refused once changed (T-34)."""

from __future__ import annotations

import io
import json
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command

from audit import recorder
from cases.access.keys import open_keys
from cases.actions import rotation
from deploy import private_files
from tests import owner, people
from tests.cases_of import CommittingTestCase
from tests.commission.test_erasure import erased
from tests.drills import shredding

KEYSTORE = ("cases_keystore_situationkey", "cases_keystore_sectionkey")


class BackupTests(CommittingTestCase):
    """Commands, on a database and a folder of their own."""

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="clsm-cles-")))
        self.enterContext(owner.connected(type(self), "owner", "backup"))
        self.cast = people.commission(f"b{uuid.uuid4().hex[:8]}")
        self.situation = people.shared(self.cast, "marc")

    def run_command(self, *command: str) -> str:
        """Return what a command printed."""
        told = io.StringIO()
        call_command(*command, stdout=told, stderr=told)
        return told.getvalue()

    def file(self) -> Path:
        """Return the backup's file."""
        (path,) = self.folder.glob("cles-*.json")
        return path

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return the keystore's rows."""
        with self.as_administrator() as admin:
            return {
                table: sorted(admin.execute(f"SELECT * FROM {table}").fetchall(), key=str)
                for table in KEYSTORE
            }

    def empty(self) -> None:
        """Lose the keystore, as a main restore alone does."""
        with self.as_administrator() as admin:
            admin.execute("SET session_replication_role = replica")
            for table in KEYSTORE:
                admin.execute(f"DELETE FROM {table}")

    def test_back_up_and_restore(self) -> None:
        """0600, nothing readable without the provider, every row back and members read."""
        with recorder.observe() as events:
            self.assertIn("ligne(s) dans cles-", self.run_command("backup_keys", str(self.folder)))
        self.assertEqual([event.action for event in events], ["backup.keys_written"])
        path = self.file()
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertEqual(list(self.folder.iterdir()), [path])
        before = self.rows()
        self.empty()
        with people.as_person(self.cast.marc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            self.assertEqual(open_keys(viewer, row).deks, {})  # Control.
        self.run_command("restore_keys", str(path))
        self.assertEqual(self.rows(), before)
        self.assertIn("0 clé(s) remise(s)", self.run_command("restore_keys", str(path)))
        with people.as_person(self.cast.marc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            self.assertTrue(open_keys(viewer, row).deks)

    def test_newer_rows_stay(self) -> None:
        """A key renewed since keeps its new version, and the former one is not brought back."""
        self.run_command("backup_keys", str(self.folder))
        with people.as_person(self.cast.luc) as viewer:
            rotation.renew(viewer=viewer, situation=people.fresh(self.cast, self.situation.pk))
        before = self.rows()
        self.assertIn("0 clé(s) remise(s)", self.run_command("restore_keys", str(self.file())))
        self.assertEqual(self.rows(), before)

    def test_an_erased_situation_gets_none(self) -> None:
        """Its keys are in the file, and stay there."""
        self.run_command("backup_keys", str(self.folder))
        erased(self.cast, self.situation.pk)
        before = self.rows()
        self.run_command("restore_keys", str(self.file()))
        self.assertEqual(self.rows(), before)

    def test_an_altered_file_is_refused_whole(self) -> None:
        """A byte, an end, another file: nothing is written."""
        self.run_command("backup_keys", str(self.folder))
        path = self.file()
        whole = path.read_bytes()
        self.empty()
        changes: dict[str, Callable[[bytes], bytes]] = {
            "a digit": lambda raw: raw.replace(b"0", b"1", 1),
            "the end": lambda raw: raw[:-10],
            "more": lambda raw: raw + b"x\n",
            "nothing": lambda raw: b"",
            "not text": lambda raw: b"\xff" + raw,
            "another shape": lambda raw: b"[]\n" + b"0" * 64 + b"\n",
        }
        for name, change in changes.items():
            with self.subTest(name):
                path.write_bytes(change(whole))
                with self.assertRaises(CommandError):
                    self.run_command("restore_keys", str(path))
                self.assertEqual(self.rows()[KEYSTORE[0]], [])
        path.write_bytes(whole)
        self.run_command("restore_keys", str(path))  # Control.

    def test_thirty_days(self) -> None:
        """Its own old files go, and nobody else's."""
        self.run_command("backup_keys", str(self.folder))
        first, other = self.file(), self.folder / "autre.json"
        other.write_text("x")
        with people.later(days=29):
            self.run_command("backup_keys", str(self.folder))
        self.assertTrue(first.exists())
        with people.later(days=30, minutes=1):
            self.assertIn(first.name, self.run_command("backup_keys", str(self.folder)))
        self.assertFalse(first.exists())
        self.assertTrue(other.exists())

    def test_a_file_that_outlived_its_term_is_refused(self) -> None:
        """T-34: unless nothing younger is left; the young one enters without a word (control)."""
        self.run_command("backup_keys", str(self.folder))
        self.empty()
        with people.later(days=30, minutes=1):
            with self.assertRaisesMessage(CommandError, "plus de trente jours"):
                self.run_command("restore_keys", str(self.file()))
            self.assertEqual(self.rows()[KEYSTORE[0]], [])
            self.run_command("restore_keys", str(self.file()), "--older")
        self.assertNotEqual(self.rows()[KEYSTORE[0]], [])
        self.empty()
        self.run_command("restore_keys", str(self.file()))

    def test_not_inside_the_program(self) -> None:
        """Nor where files are served; nor in a folder that does not exist."""
        static = self.folder / "static"
        static.mkdir()
        places = [private_files.ROOT, private_files.ROOT / "cases", self.folder / "absent", static]
        with self.settings(STATIC_ROOT=str(static)):
            for place in places:
                with self.subTest(place.name), self.assertRaises(CommandError):
                    self.run_command("backup_keys", str(place))
        self.assertEqual(list(self.folder.glob("cles-*")), [])


class JournalTests(CommittingTestCase):
    """The journal of erasures, line by line."""

    @classmethod
    def setUpClass(cls) -> None:
        """Erase three situations."""
        super().setUpClass()
        cls.cast = people.commission(f"j{uuid.uuid4().hex[:8]}")
        cls.pks = [people.shared(cls.cast).pk for _ in range(3)]
        for pk in cls.pks:
            erased(cls.cast, pk)

    def setUp(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="clsm-journal-")))
        self.enterContext(owner.connected(type(self)))
        self.path = folder / "effacements.jsonl"

    def run_command(self, name: str) -> str:
        """Return what a command printed."""
        told = io.StringIO()
        call_command(name, str(self.path), stdout=told)
        return told.getvalue()

    def test_the_journal_is_only_added_to(self) -> None:
        """Three, then nothing, then one more; the former lines stay as they were."""
        self.assertIn(
            "3 effacement(s) ajouté(s), 3 au journal", self.run_command("export_erasures")
        )
        first = self.path.read_text()
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)
        self.assertIn("0 effacement(s) ajouté(s), 3", self.run_command("export_erasures"))
        self.assertEqual(self.path.read_text(), first)
        erased(self.cast, people.shared(self.cast).pk)
        self.assertIn("1 effacement(s) ajouté(s), 4", self.run_command("export_erasures"))
        self.assertTrue(self.path.read_text().startswith(first))
        self.assertIn(
            "4 effacement(s) au journal : 0 refait(s)", self.run_command("reapply_erasures")
        )

    def test_a_changed_journal_is_refused_by_its_line(self) -> None:
        """A word, an order, a line taken away, added or cut: its number is said."""
        self.run_command("export_erasures")
        lines = self.path.read_text().splitlines()
        total = len(lines)
        other = json.dumps({**json.loads(lines[1]), "situation": str(uuid.uuid4())})
        cases: dict[str, tuple[list[str], str]] = {
            "a word": ([lines[0], other, *lines[2:]], "Ligne 2"),
            "an order": ([lines[1], lines[0], *lines[2:]], "Ligne 1"),
            "one less": ([lines[0], *lines[2:]], "Ligne 2"),
            "one more": ([*lines, lines[0]], f"Ligne {total + 1} "),
            "the last erasure": ([*lines[:-2], lines[-1]], f"Ligne {total - 1} "),
            "the end": (lines[:-1], f"à la ligne {total - 1} "),
            "half a line": ([*lines[:-1], lines[-1][:20]], f"Ligne {total} "),
            "everything": ([], "vide"),
        }
        for name, (changed, word) in cases.items():
            with self.subTest(name):
                self.path.write_text("".join(f"{line}\n" for line in changed))
                with self.assertRaises(CommandError) as refused:
                    self.run_command("reapply_erasures")
                self.assertIn(word, str(refused.exception))
                if changed:
                    with self.assertRaises(CommandError):
                        self.run_command("export_erasures")
        self.path.write_text("".join(f"{line}\n" for line in lines))
        self.run_command("reapply_erasures")  # Control.

    def test_another_key_is_refused(self) -> None:
        """A journal made up by whoever does not hold the ledger's key."""
        self.run_command("export_erasures")
        with self.settings(AUDIT_MAC_KEY=bytes(32)), self.assertRaises(CommandError):
            self.run_command("reapply_erasures")
        self.assertNotEqual(settings.AUDIT_MAC_KEY, bytes(32))


class ShreddingTests(CommittingTestCase):
    """The whole drill, once."""

    def test_an_older_backup_does_not_bring_it_back(self) -> None:
        """T-34, its controls inside."""
        self.assertGreater(shredding.run(self.place, self.database_name)["readers_before"], 4)
