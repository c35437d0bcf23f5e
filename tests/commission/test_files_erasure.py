"""T-34 for files: erased with their situation, swept when nothing names them."""

from __future__ import annotations

import io
import uuid
from unittest import mock

from django.core.management import CommandError, call_command
from django.test import override_settings

from cases import storage
from cases.actions import erasure
from cases.models import FileDraft
from cases.tasks import delete_expired_file_drafts
from deploy import erasure_journal, file_store, projection
from tests import owner, people
from tests.cases_of import ALIASES
from tests.commission.test_erasure import asked, erased
from tests.commission.with_files import TEXT, Stop, WithFiles
from tests.files import body, deposited, posted


class Erasing(WithFiles):
    """T-34: rows, keys and bytes."""

    databases = {*ALIASES, "jobs"}

    def test_no_object_is_left(self) -> None:
        """Files and files that wait; the objects of another situation stay (control)."""
        other = people.shared(self.cast)
        kept = deposited(self.cast, other, content=TEXT, name="a.txt")
        client = people.client_of(self.cast.luc)
        posted(client, self.situation, b"bonjour", "a.txt", title="")
        with people.as_person(self.cast.luc):
            draft = FileDraft.objects.get(situation=self.situation)
        mine = [self.row.stored_as, self.twin.stored_as, draft.stored_as]
        self.assertTrue(all(storage.size_of(name) for name in mine))
        erased(self.cast, self.situation.pk)
        self.assertFalse([name for name in mine if storage.size_of(name)])
        self.assertGreater(storage.size_of(kept.stored_as), 0)

    def test_a_refused_erasure_keeps_every_object(self) -> None:
        """Undone with its transaction: the bytes go at the commit, not before."""
        act = asked(self.cast, self.situation.pk)
        with (
            mock.patch.object(erasure.recording, "done", side_effect=Stop),
            self.assertRaises(Stop),
            people.as_person(self.cast.denis) as viewer,
        ):
            erasure.confirm(viewer=viewer, act=act)
        self.assertEqual(body(self.get(self.row)), TEXT)

    def test_after_an_older_restore(self) -> None:
        """Rows and objects that a backup brought back go again with the journal."""
        path, content = self.path(self.row), self.path(self.row).read_bytes()
        with self.as_administrator() as admin:
            admin.execute(
                "CREATE TEMP TABLE kept AS SELECT * FROM cases_attachment WHERE id = %s",
                [self.row.pk],
            )
            admin.execute(
                "CREATE TEMP TABLE described AS SELECT * FROM cases_sealeddocument WHERE id = %s",
                [self.row.document_id],
            )
            erased(self.cast, self.situation.pk)
            admin.execute("SET session_replication_role = replica")
            admin.execute("INSERT INTO cases_sealeddocument SELECT * FROM described")
            admin.execute("INSERT INTO cases_attachment SELECT * FROM kept")
            admin.execute(
                "UPDATE cases_situation SET state = 'preparing' WHERE id = %s", [self.situation.pk]
            )
        path.write_bytes(content)
        with self.as_administrator() as admin:
            told = admin.execute(
                "SELECT situation, commission_id, reason, erased_at FROM cases_erasure"
                " WHERE situation = %s",
                [self.situation.pk],
            ).fetchone()
        with owner.connected(type(self), "owner"):
            done = erasure_journal.apply([erasure_journal.Entry(*told)])
        self.assertEqual(done.erased, 1)
        self.assertEqual(storage.size_of(self.row.stored_as), 0)

    def test_the_sweep(self) -> None:
        """Objects without a row go after an hour, unfinished ones too; those named stay."""
        orphan, unfinished = uuid.uuid4(), storage._path(uuid.uuid4())
        storage.write(orphan, [b"x"])
        unfinished.parent.mkdir(exist_ok=True)
        unfinished = unfinished.with_name(f".{uuid.uuid4().hex}.part")
        unfinished.write_bytes(b"x")
        stranger = storage._path(orphan).with_name("LISEZMOI")
        stranger.write_bytes(b"x")
        with owner.connected(type(self), "backup"):
            young = file_store.sweep("backup")
            self.assertEqual(young.removed, 0)
            self.assertGreaterEqual(young.spared, 2)
            self.assertGreater(storage.size_of(orphan), 0)
            done = file_store.sweep("backup", spared_seconds=-1)
        self.assertGreaterEqual(done.removed, 2)
        self.assertFalse(unfinished.exists() or storage.size_of(orphan))
        self.assertTrue(stranger.exists())
        stranger.unlink()
        self.assertEqual(body(self.get(self.row)), TEXT)

    def test_the_command(self) -> None:
        """It says what it did; without an address it says so."""
        said = io.StringIO()
        with owner.connected(type(self), "backup"):
            call_command("sweep_files", stdout=said)
        self.assertIn("objet(s) nommé(s)", said.getvalue())
        nobody = mock.patch.object(projection, "reader", side_effect=LookupError)
        with nobody, self.assertRaises(CommandError):
            call_command("sweep_files", stdout=said)

    def test_the_worker_takes_the_expired_drafts(self) -> None:
        """Under its own role: today none, tomorrow this one; the bytes are swept."""
        posted(people.client_of(self.cast.luc), self.situation, b"bonjour", "a.txt", title="")
        self.assertEqual(delete_expired_file_drafts(timestamp=0), 0)
        with people.later(hours=25):
            self.assertEqual(delete_expired_file_drafts(timestamp=0), 1)

    def test_a_folder_that_is_not_there(self) -> None:
        """Nothing is stored yet: nothing to sweep, nothing to fail on."""
        with override_settings(FILES_ROOT="/nowhere/clsm"):
            self.assertEqual(list(storage.stored()), [])
            self.assertEqual(storage.remove(uuid.uuid4()), 0)
