"""Files over the pages: deposited, refused in words, listed; all recorded."""

from __future__ import annotations

import uuid
from unittest import mock

from django.test import override_settings

from audit import recorder
from cases import storage
from cases.actions import files
from cases.files.refusals import MESSAGES
from cases.models import Agreement, Attachment, FileDraft
from tests import people
from tests.files import FilesCase, address, body, deposited, posted, status
from tests.pure.files import corpus

TEXT = b"Bonjour, ceci est le bail.\n" * 40_000
CANARY = "CANARI-bruyère-7734"


class Depositing(FilesCase):
    """The form, its refusals, what is kept."""

    def test_a_file_is_deposited_listed_and_read(self) -> None:
        """The whole way, over HTTP; larger than what Django's own handler keeps (2.5 MB)."""
        content = corpus.pdf_of(4 * 2**20, CANARY.encode())
        client = people.client_of(self.cast.luc)
        with recorder.observe() as events:
            response = posted(client, self.situation, content)
        section = self.url("situation_section", "housing")
        self.assertRedirects(response, section, fetch_redirect_response=False)
        row = Attachment.objects.none()
        written = [event for event in events if event.action == "file.written"]
        self.assertEqual(len(written), 1)
        self.assertEqual(written[0].sections, ("housing",))
        page = client.get(section)
        self.assertContains(page, "Bail signé")
        self.assertContains(page, "pièce 401")
        with people.as_person(self.cast.luc):
            row = Attachment.objects.get(situation=self.situation)
        with recorder.observe() as events:
            answer = client.get(self.url("file", row.pk))
            got = body(answer)
        self.assertIn(CANARY.encode(), corpus.text_of(got))
        self.assertTrue(got.startswith(b"%PDF-"))
        self.assertEqual(answer.headers["Content-Length"], str(len(got)))
        name = f'attachment; filename="piece-{self.situation.code}-401.pdf"'
        self.assertEqual(answer.headers["Content-Disposition"], name)
        self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(answer.headers["Cache-Control"], "no-store, private")
        self.assertEqual([e.action for e in events], ["file.shown"])
        self.assertEqual(events[0].objects, (self.situation.pk, row.pk))

    def test_only_ciphertext_is_on_the_disk(self) -> None:
        """T-01: neither title, name nor content in the object; modes 0600 and 0700."""
        row = deposited(self.cast, self.situation, content=TEXT, name="note.txt", title=CANARY)
        (path,) = [path for path, name, _ in storage.stored() if name == row.stored_as]
        content = path.read_bytes()
        self.assertNotIn(b"Bonjour", content)
        self.assertEqual(content[:2], b"\xe2\x01")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertEqual(path.parent.stat().st_mode & 0o777, 0o700)
        self.assertEqual(path.name, row.stored_as.hex)

    def test_each_hostile_file_is_refused_in_words_and_nothing_typed_is_lost(self) -> None:
        """T-58 over HTTP; each leaves one event with its reason, and no object."""
        client = people.client_of(self.cast.luc)
        for what in (
            "PDF before an archive",
            "zip bomb",
            "pixel flood",
            "macro",
            "program under a PDF's name",
            "type not on the list",
            "empty",
            "encrypted PDF",
            "script of PDF",
            "text with zeros",
        ):
            name, made, verdict = corpus.HOSTILE[what]
            before = len(list(storage.stored()))
            with self.subTest(what), recorder.observe() as events:
                page = posted(client, self.situation, made(), name, title=CANARY)
                self.assertContains(page, MESSAGES[verdict])
                self.assertContains(page, f'value="{CANARY}"')
                refused = [e.purpose for e in events if e.action == "file.refused"]
                self.assertEqual(refused, [verdict])
                self.assertEqual(len(list(storage.stored())), before)

    def test_one_byte_too_many(self) -> None:
        """T-58: 25 MiB and one byte are counted, not kept; the form comes back whole."""
        client = people.client_of(self.cast.luc)
        page = posted(client, self.situation, bytes(25 * 2**20 + 1), title=CANARY)
        self.assertContains(page, MESSAGES["file_too_big"])
        self.assertContains(page, CANARY)

    def test_a_photograph_is_kept_without_its_place(self) -> None:
        """T-58: what is read back is a photograph, and says nothing of where it was taken."""
        row = deposited(self.cast, self.situation, content=corpus.jpeg(), name="photo.jpg")
        got = body(people.client_of(self.cast.luc).get(self.url("file", row.pk)))
        self.assertTrue(got.startswith(b"\xff\xd8"))
        self.assertNotIn(b"Exif", got)
        self.assertIn(b"Exif", corpus.jpeg())  # Control.

    def test_the_category_decides_the_section(self) -> None:
        """Decision 20: Marc writes housing; of health he has no line in the list."""
        client = people.client_of(self.cast.marc)
        self.assertNotContains(client.get(self.url("file_new")), "sante_psychique")
        page = posted(client, self.situation, corpus.pdf(), place="sante_psychique")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(posted(client, self.situation, corpus.pdf()).status_code, 302)

    def test_posted_twice_makes_one(self) -> None:
        """Decision 50."""
        client = people.client_of(self.cast.luc)
        key = str(uuid.uuid4())
        for _ in range(2):
            posted(client, self.situation, corpus.pdf(), idempotency_key=key)
        with people.as_person(self.cast.luc):
            self.assertEqual(Attachment.objects.filter(situation=self.situation).count(), 1)

    def test_a_full_situation_says_so_and_keeps_the_file(self) -> None:
        """The file waits; nothing is lost."""
        client = people.client_of(self.cast.luc)
        with mock.patch.object(files, "QUOTA_BYTES", 10):
            page = posted(client, self.situation, corpus.pdf(), "bail-de-la-rue.pdf")
        self.assertContains(page, "Supprimez celles qui ne servent plus")
        self.assertContains(page, "bail-de-la-rue.pdf")
        self.assertEqual(FileDraft.objects.count(), 0)  # Outside the viewer's context.

    def test_the_proof_of_an_agreement(self) -> None:
        """C-15: it goes with the identity, under the expression, and cannot be deleted."""
        client = people.client_of(self.cast.luc)
        with people.as_person(self.cast.luc):
            agreement = Agreement.objects.get(situation=self.situation)
        query = f"?accord={agreement.pk}"
        form = client.get(self.url("file_new") + query)
        self.assertContains(form, "Joindre la preuve de l’accord")
        self.assertNotContains(form, 'name="place"')
        response = posted(client, self.situation, corpus.pdf(), query=query, sort="recueil_accord")
        self.assertEqual(response.status_code, 302)
        with people.as_person(self.cast.luc):
            row = Attachment.objects.get(agreement=agreement)
            self.assertEqual((row.section, row.category), ("identity", "identite"))
        identity = client.post(self.url("situation_identity"))
        self.assertContains(identity, "preuve de l’accord")
        self.assertContains(identity, "Dupont-Fictif")
        self.assertEqual(status(client.get(self.url("file_delete", row.pk))), 404)
        with people.as_person(self.cast.luc) as viewer, self.assertRaises(files.ProofKept):
            files.delete(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                attachment=row,
            )

    def test_another_situations_agreement_proves_nothing_here(self) -> None:
        """An id in the address that is not this situation's is absent."""
        other = people.agreed(self.cast)
        with people.as_person(self.cast.luc):
            foreign = Agreement.objects.get(situation=other)
        client = people.client_of(self.cast.luc)
        for pk in (foreign.pk, uuid.uuid4(), "x"):
            self.assertEqual(status(client.get(f"{self.url('file_new')}?accord={pk}")), 404)
        own = f"{address('file_new', other)}?accord={foreign.pk}"
        self.assertEqual(status(client.get(own)), 200)  # Control.


@override_settings(ANTIVIRUS="none", ANTIVIRUS_DECISION="décision du 3 mai")
class WithoutAntivirus(FilesCase):
    """Decision 53c."""

    def test_the_decision_is_shown(self) -> None:
        """On every page about files; on none once they are scanned."""
        row = deposited(self.cast, self.situation)
        client = people.client_of(self.cast.luc)
        for page in (
            self.url("file_new"),
            self.url("situation_section", "housing"),
            self.url("situation"),
            self.url("file_delete", row.pk),
        ):
            self.assertContains(client.get(page), "décision du 3 mai")
            with override_settings(ANTIVIRUS="clamd"):
                self.assertNotContains(client.get(page), "antivirus")

    def test_without_a_decision_nothing_comes_in(self) -> None:
        """Fails closed."""
        with override_settings(ANTIVIRUS_DECISION=""):
            page = posted(people.client_of(self.cast.luc), self.situation, corpus.pdf())
        self.assertContains(page, "Aucun antivirus n’est configuré")
