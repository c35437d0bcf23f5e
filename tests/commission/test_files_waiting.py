"""Decision 50 and T-33: a file whose form comes back waits, sealed to its sender alone."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.db import connection
from django.test import override_settings

from audit import recorder
from cases import storage
from cases.actions import waiting
from cases.models import Attachment, FileDraft
from cases.vault.errors import VaultError
from tests import people
from tests.cases_of import TestCase
from tests.files import address, posted
from tests.pure.files import corpus
from tests.pure.files.clamd import clamd

NAME = "lettre-de-camille.pdf"


class WaitingCase(TestCase):
    """A situation of Luc's, with a file that waits for its form."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("attente")
        cls.situation = people.shared(cls.cast, "marc")

    def url(self, name: str, *arguments: Any) -> str:
        """Return an address of the situation."""
        return address(name, self.situation, *arguments)

    def kept(self, page: Any) -> str:
        """Return the id of the file that a form offers, chosen."""
        found = re.search(
            r'name="draft" value="([0-9a-f-]{36})"[^>]*checked', page.content.decode()
        )
        assert found, page.content.decode()[:3000]
        return found[1]

    def drafts(self, who: str = "luc") -> list[FileDraft]:
        """Return somebody's rows."""
        with people.as_person(self.cast.people[who]):
            return list(FileDraft.objects.all())

    def deposits(self) -> int:
        """Count the files of the situation."""
        with people.as_person(self.cast.luc):
            return Attachment.objects.filter(situation=self.situation).count()


class Waiting(WaitingCase):
    """What brings a form back."""

    def test_a_missing_answer_keeps_the_file(self) -> None:
        """Named on the page, chosen, and sent again without being sent."""
        client = people.client_of(self.cast.luc)
        page = posted(client, self.situation, corpus.pdf(), NAME, title="")
        self.assertContains(page, NAME)
        draft = self.kept(page)
        self.assertContains(client.get(self.url("file_new")), NAME)
        with self.captureOnCommitCallbacks(execute=True):
            again = posted(client, self.situation, None, draft=draft)
        self.assertEqual(again.status_code, 302)
        self.assertEqual((self.deposits(), self.drafts()), (1, []))
        with people.as_person(self.cast.luc):
            row = Attachment.objects.get(situation=self.situation)
        names = {name for _, name, _ in storage.stored()}
        self.assertIn(row.stored_as, names)

    def test_a_vault_that_closed_keeps_the_file(self) -> None:
        """Sealed to the key that officers attest; opened with the vault, a moment after."""
        closed = people.client_of(self.cast.luc, vault=False)
        page = posted(closed, self.situation, corpus.pdf(), NAME)
        self.assertContains(page, "Votre coffre s’est refermé")
        self.assertContains(page, "Bail signé")
        self.assertEqual(self.deposits(), 0)
        draft = self.kept(page)
        response = posted(people.client_of(self.cast.luc), self.situation, None, draft=draft)
        self.assertEqual((response.status_code, self.deposits()), (302, 1))

    def test_a_closed_vault_does_not_tell_what_waits(self) -> None:
        """Its name is under the same seal."""
        posted(people.client_of(self.cast.luc), self.situation, corpus.pdf(), NAME, title="")
        closed = people.client_of(self.cast.luc, vault=False)
        page = posted(closed, self.situation, None, title="x")
        self.assertNotContains(page, NAME)
        self.assertContains(page, "Pièce scellée, gardée jusqu’au")

    def test_nothing_of_it_leaks(self) -> None:
        """T-01: neither name nor content in the row or the object; nobody else opens it."""
        posted(people.client_of(self.cast.luc), self.situation, corpus.pdf(), NAME, title="")
        (draft,) = self.drafts()
        with people.as_person(self.cast.luc), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM cases_filedraft WHERE id = %s", [draft.pk])
            row = b"|".join(
                bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode()
                for one in cursor.fetchone()
            )
        (path,) = [path for path, name, _ in storage.stored() if name == draft.stored_as]
        for place in (row, path.read_bytes()):
            self.assertNotIn(b"camille", place)
            self.assertNotIn(b"%PDF", place)
        self.assertEqual(self.drafts("marc"), [])
        for who in ("marc", "claire"):
            with people.as_person(self.cast.people[who]) as viewer:
                situation = people.fresh(self.cast, self.situation.pk)
                with self.assertRaises(waiting.FileGone):
                    waiting.take_up(viewer=viewer, situation=situation, pk=draft.pk)
                with self.assertRaises(VaultError):
                    waiting._opened(viewer, draft)
        with people.as_person(self.cast.luc) as viewer:  # Control.
            situation = people.fresh(self.cast, self.situation.pk)
            received = waiting.take_up(viewer=viewer, situation=situation, pk=draft.pk)
            self.assertTrue(b"".join(received.pieces()).startswith(b"%PDF"))

    def test_a_forged_id_is_gone(self) -> None:
        """Another's draft, or none: the form says so and loses nothing."""
        posted(people.client_of(self.cast.luc), self.situation, corpus.pdf(), NAME, title="")
        (draft,) = self.drafts()
        marc = people.client_of(self.cast.marc)
        for pk in (draft.pk, uuid.uuid4()):
            page = posted(marc, self.situation, None, draft=str(pk))
            self.assertEqual(page.status_code, 200)
            answer = marc.post(
                self.url("file_drop", pk), {"idempotency_key": str(uuid.uuid4())}, follow=True
            )
            self.assertContains(answer, "n’attend plus")
        self.assertEqual(len(self.drafts()), 1)

    def test_its_sender_deletes_it(self) -> None:
        """The row and, at the commit, the bytes."""
        client = people.client_of(self.cast.luc)
        posted(client, self.situation, corpus.pdf(), NAME, title="")
        (draft,) = self.drafts()
        with self.captureOnCommitCallbacks(execute=True):
            client.post(self.url("file_drop", draft.pk), {"idempotency_key": str(uuid.uuid4())})
        self.assertEqual((self.drafts(), storage.size_of(draft.stored_as)), ([], 0))

    def test_a_day_later_it_is_gone(self) -> None:
        """Its sender's page removes row and bytes; the worker's task, the row alone."""
        client = people.client_of(self.cast.luc)
        posted(client, self.situation, corpus.pdf(), NAME, title="")
        (draft,) = self.drafts()
        with people.later(hours=25):
            client = people.client_of(self.cast.luc)
            with self.captureOnCommitCallbacks(execute=True):
                page = client.get(self.url("file_new"))
            self.assertNotContains(page, NAME)
        self.assertEqual((self.drafts(), storage.size_of(draft.stored_as)), ([], 0))

    def test_few_wait_at_once(self) -> None:
        """Five; the sixth is not kept, and the page says what to do."""
        client = people.client_of(self.cast.luc)
        for _ in range(5):
            posted(client, self.situation, b"bonjour", "a.txt", title="")
        page = posted(client, self.situation, b"bonjour", "a.txt", title="")
        self.assertContains(page, "5 pièces attendent déjà")
        self.assertEqual(len(self.drafts()), 5)


class TheAntivirus(WaitingCase):
    """Decision 53c, T-33: it fails closed, and nothing is lost."""

    def test_a_clean_file_passes(self) -> None:
        """The control; what is scanned is what is sealed, not what came."""
        with clamd() as served, override_settings(ANTIVIRUS="clamd", CLAMD_SOCKET=served.address):
            response = posted(
                people.client_of(self.cast.luc), self.situation, corpus.jpeg(), "a.jpg"
            )
        self.assertEqual(response.status_code, 302)
        self.assertEqual(len(served.scanned), 1)
        self.assertNotIn(b"Exif", served.scanned[0])

    def test_an_infected_file_is_kept_nowhere(self) -> None:
        """T-58: EICAR; said in words, recorded, neither a row nor an object."""
        before = len(list(storage.stored()))
        client = people.client_of(self.cast.luc)
        with clamd() as served, override_settings(ANTIVIRUS="clamd", CLAMD_SOCKET=served.address):
            with recorder.observe() as events:
                page = posted(client, self.situation, corpus.EICAR, "note.txt", title="Essai")
            self.assertContains(page, "programme malveillant")
            self.assertContains(page, 'value="Essai"')
        self.assertIn("file_infected", [e.purpose for e in events if e.action == "file.refused"])
        self.assertEqual((self.deposits(), self.drafts()), (0, []))
        self.assertEqual(len(list(storage.stored())), before)

    def test_down_slow_or_too_small_the_file_waits(self) -> None:
        """T-33: not accepted, kept, and sent again once it answers."""
        client = people.client_of(self.cast.luc)
        with override_settings(ANTIVIRUS="clamd", CLAMD_SOCKET="unix:/nowhere/clamd.ctl"):
            page = posted(client, self.situation, corpus.pdf(), NAME)
        self.assertContains(page, "L’antivirus ne répond pas")
        draft = self.kept(page)
        for manner in ("error", "broken", "limit", "mute"):
            with (
                self.subTest(manner),
                clamd(manner) as served,
                override_settings(ANTIVIRUS="clamd", CLAMD_SOCKET=served.address),
            ):
                page = posted(client, self.situation, None, draft=draft)
                self.assertContains(page, "pièce attend, scellée pour vous seul")
                self.assertEqual(self.deposits(), 0)
        with clamd() as served, override_settings(ANTIVIRUS="clamd", CLAMD_SOCKET=served.address):
            again = posted(client, self.situation, None, draft=draft)
        self.assertEqual((again.status_code, self.deposits()), (302, 1))

    def test_a_draft_found_infected_goes(self) -> None:
        """What waited while the antivirus was down is scanned like anything else."""
        client = people.client_of(self.cast.luc)
        with override_settings(ANTIVIRUS="clamd", CLAMD_SOCKET="unix:/nowhere/clamd.ctl"):
            page = posted(client, self.situation, corpus.EICAR, "note.txt")
        draft = self.kept(page)
        with clamd() as served, override_settings(ANTIVIRUS="clamd", CLAMD_SOCKET=served.address):
            page = posted(client, self.situation, None, draft=draft)
        self.assertContains(page, "programme malveillant")
        self.assertEqual((self.deposits(), self.drafts()), (0, []))


class AnAttacker(WaitingCase):
    """Rows of drafts changed by hand, or used across situations."""

    def test_a_draft_goes_to_its_own_situation(self) -> None:
        """Its id under another situation's address opens nothing."""
        client = people.client_of(self.cast.luc)
        draft = self.kept(posted(client, self.situation, corpus.pdf(), NAME, title=""))
        other = people.shared(self.cast)
        page = posted(client, other, None, draft=draft)
        self.assertEqual(page.status_code, 200)
        with people.as_person(self.cast.luc):
            self.assertFalse(Attachment.objects.filter(situation=other).exists())

    def test_swapped_objects_do_not_open(self) -> None:
        """T-13: the object of one draft under the row of another."""
        client = people.client_of(self.cast.luc)
        first = self.kept(posted(client, self.situation, corpus.pdf(), NAME, title=""))
        posted(client, self.situation, b"bonjour", "a.txt", title="")
        with people.as_person(self.cast.luc):
            one, two = FileDraft.objects.order_by("created_at", "pk")
            mine, other = (one, two) if str(one.pk) == first else (two, one)
            names = mine.stored_as, other.stored_as
            FileDraft.objects.filter(pk=other.pk).update(stored_as=uuid.uuid4())
            FileDraft.objects.filter(pk=mine.pk).update(stored_as=names[1])
            FileDraft.objects.filter(pk=other.pk).update(stored_as=names[0])
        page = posted(client, self.situation, None, draft=first)
        self.assertEqual((page.status_code, self.deposits()), (200, 0))
        with people.as_person(self.cast.luc):  # Control: put back, it opens.
            FileDraft.objects.filter(pk=other.pk).update(stored_as=uuid.uuid4())
            FileDraft.objects.filter(pk=mine.pk).update(stored_as=names[0])
        page = posted(client, self.situation, None, draft=first)
        self.assertEqual((page.status_code, self.deposits()), (302, 1))
