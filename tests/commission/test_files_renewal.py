"""T-31 for files: their section's key is renewed, by batches, killed, raced."""

from __future__ import annotations

import uuid
from typing import Any
from unittest import mock

import psycopg

from audit import recorder
from cases import storage
from cases.access import files as access
from cases.actions import file_renewal, rotation
from cases.keystore.models import SectionKey
from cases.models import Attachment
from tests import people
from tests.commission.with_files import TEXT, Stop, WithFiles
from tests.files import address, body, status


class Renewing(WithFiles):
    """T-31: the section's key is renewed, its files with it."""

    def renew(self) -> bool:
        """Renew housing's key in one go."""
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            rotation.begin(viewer=viewer, situation=situation, section="housing")
            return rotation.advance(viewer=viewer, situation=situation, section="housing")

    def versions(self) -> list[int]:
        """Return the versions of housing's key."""
        with people.as_person(self.cast.luc):
            rows = SectionKey.objects.filter(situation=self.situation.pk, section="housing")
            return sorted(rows.values_list("version", flat=True))

    def assertReadable(self) -> None:
        """Check that both files are read, as every reader."""
        for who in ("luc", "marc"):
            client = people.client_of(self.cast.people[who])
            got = body(client.get(address("file", self.situation, self.row.pk)))
            self.assertEqual(got, TEXT)
            self.assertEqual(status(client.get(address("file", self.situation, self.twin.pk))), 200)

    def test_a_renewal_takes_the_files_along(self) -> None:
        """New objects under the new version; the former are gone once it is committed."""
        before = [self.fresh(row).stored_as for row in (self.row, self.twin)]
        self.assertTrue(self.renew())
        self.assertEqual(self.versions(), [2])
        for row, former in zip((self.row, self.twin), before, strict=True):
            now = self.fresh(row)
            self.assertEqual(now.key_version, 2)
            self.assertNotEqual(now.stored_as, former)
            self.assertEqual(storage.size_of(former), 0)
        self.assertReadable()

    def test_a_former_key_stays_while_a_file_needs_it(self) -> None:
        """The database refuses it too: its trigger knows files."""
        with mock.patch.object(file_renewal, "reseal", return_value=0):
            self.assertFalse(self.renew())
        self.assertEqual(self.versions(), [1, 2])
        self.assertReadable()
        with people.as_person(self.cast.luc):
            told = rotation.standing(people.fresh(self.cast, self.situation.pk), ["housing"])
            self.assertEqual(told[0].remaining, 2)
        with self.as_administrator() as admin, self.assertRaisesRegex(psycopg.Error, "clsm:"):
            admin.execute(
                "DELETE FROM cases_keystore_sectionkey WHERE situation = %s AND section = 'housing'"
                " AND version = 1",
                [self.situation.pk],
            )
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            self.assertTrue(rotation.advance(viewer=viewer, situation=situation, section="housing"))
        self.assertEqual(self.versions(), [2])

    def test_killed_anywhere_nothing_is_lost(self) -> None:
        """T-31: killed before and after each step; what is read is whole, a rerun completes."""
        steps = [
            mock.patch.object(storage, "write", side_effect=Stop),
            mock.patch.object(file_renewal, "_require_opens", side_effect=Stop),
            mock.patch.object(file_renewal.recording, "file_written", side_effect=Stop),
            mock.patch.object(rotation, "retire", side_effect=Stop),
        ]
        for step in steps:
            with step, self.assertRaises(Stop):
                self.renew()
            self.assertReadable()
            with people.as_person(self.cast.luc):
                named = set(Attachment.objects.values_list("stored_as", flat=True))
            self.assertLessEqual(named, {name for _, name, _ in storage.stored()})
        self.assertTrue(self.renew())
        self.assertReadable()
        self.assertEqual(len(self.versions()), 1)

    def test_a_batch_stops_at_its_weight(self) -> None:
        """One file at least, then the next call."""
        with mock.patch.object(file_renewal, "BATCH_BYTES", 1):
            self.assertFalse(self.renew())
            self.assertReadable()
            self.assertTrue(self.renew())
        self.assertReadable()

    def test_an_altered_file_keeps_its_key(self) -> None:
        """The others are renewed; its own key stays, and the alert is raised."""
        path = self.path(self.row)
        good = path.read_bytes()
        path.write_bytes(good[:-1])
        with recorder.observe() as events:
            self.assertFalse(self.renew())
        alerts = [event.purpose for event in events if event.action == "integrity.alert"]
        self.assertIn("file_altered", alerts)
        self.assertEqual(self.versions(), [1, 2])
        self.assertEqual(status(self.get(self.twin)), 200)
        path.write_bytes(good)
        self.assertTrue(self.renew())
        self.assertReadable()

    def test_a_renewal_between_the_row_and_its_object(self) -> None:
        """A reader that looked at the row before, and at the disk after, reads the new object."""
        seen = storage.open_object
        renewed: list[bool] = []

        def late(name: uuid.UUID) -> Any:
            if not renewed:
                renewed.append(True)
                raise storage.MissingObject
            return seen(name)

        row = self.fresh(self.row)
        with (
            mock.patch.object(storage, "open_object", late),
            mock.patch("cases.access.files.attachment", side_effect=self.once_stale(row)),
        ):
            answer = self.get(self.row)
        self.assertEqual(body(answer), TEXT)

    def once_stale(self, row: Attachment) -> Any:
        """Return what finds a row as it was, then as it is."""
        real, asked_ = access.attachment, []

        def found(viewer: Any, situation: Any, pk: uuid.UUID) -> Attachment:
            told = real(viewer, situation, pk)
            if not asked_:
                told.stored_as = uuid.uuid4()
            asked_.append(pk)
            return told

        return found

    def test_a_deposit_during_a_renewal_goes_under_the_new_key(self) -> None:
        """The key that is due is renewed in passing; the file and its description agree."""
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            rotation.begin(viewer=viewer, situation=situation, section="housing")
        row = self.deposit(b"apres")
        self.assertEqual(self.fresh(row).key_version, 2)
        self.assertEqual(body(self.get(row)), b"apres")
        self.assertReadable()
