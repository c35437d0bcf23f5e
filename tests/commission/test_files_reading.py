"""Who opens a file, and which bytes of it; who deletes one."""

from __future__ import annotations

import uuid
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import recorder
from cases import storage
from cases.access.keys import open_keys, unseal
from cases.actions import agreements, files, grants
from cases.domain.sections import InformationCategory
from cases.models import Attachment, Grant, SealedDocument
from tests import people
from tests.files import FilesCase, address, body, deposited, status

TEXT = b"Bonjour, ceci est le bail.\n" * 40_000
CANARY = "CANARI-bruyère-7734"


class Reading(FilesCase):
    """Who opens a file, and which bytes."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.row = deposited(cls.cast, cls.situation, content=TEXT, name="note.txt")

    def get(self, who: str, row: Attachment | None = None, **headers: str) -> Any:
        """Ask for a file as somebody."""
        client = people.client_of(self.cast.people[who])
        return client.get(self.url("file", (row or self.row).pk), headers=headers)

    def test_ranges(self) -> None:
        """One range is 206, several or unreadable the whole, beyond the end 416."""
        whole = body(self.get("luc"))
        self.assertEqual(whole, TEXT)
        size = len(TEXT)
        for asked, start, stop in (
            ("bytes=0-9", 0, 10),
            ("bytes=65530-65545", 65530, 65546),
            (f"bytes={size - 5}-", size - 5, size),
            ("bytes=-7", size - 7, size),
        ):
            client = people.client_of(self.cast.luc)
            with self.subTest(asked), recorder.observe() as events:
                answer = client.get(self.url("file", self.row.pk), headers={"range": asked})
                self.assertEqual(answer.status_code, 206)
                self.assertEqual(body(answer), TEXT[start:stop])
                told = f"bytes {start}-{stop - 1}/{size}"
                self.assertEqual(answer.headers["Content-Range"], told)
                self.assertEqual(answer.headers["Content-Length"], str(stop - start))
                self.assertEqual([event.action for event in events], ["file.shown"])
        for asked in ("bytes=0-1,5-6", "bytes=x", "items=0-1"):
            answer = self.get("luc", range=asked)
            self.assertEqual((answer.status_code, body(answer)), (200, TEXT))
        answer = self.get("luc", **{"range": "bytes=0-1", "if-range": '"x"'})
        self.assertEqual((answer.status_code, body(answer)), (200, TEXT))
        beyond = self.get("luc", range=f"bytes={size}-")
        self.assertEqual(beyond.status_code, 416)
        self.assertEqual(beyond.headers["Content-Range"], f"bytes */{size}")

    def test_head(self) -> None:
        """The length and no byte."""
        client = people.client_of(self.cast.luc)
        answer = client.head(self.url("file", self.row.pk))
        self.assertEqual((answer.status_code, answer.content), (200, b""))
        self.assertEqual(answer.headers["Content-Length"], str(len(TEXT)))

    def test_revoked_between_two_ranges(self) -> None:
        """T-24: every range decides again; the revocation holds at the next one."""
        client = people.client_of(self.cast.marc)
        url = self.url("file", self.row.pk)
        self.assertEqual(status(client.get(url, headers={"range": "bytes=0-9"})), 206)
        with people.as_person(self.cast.luc) as viewer:
            of_marc = Grant.objects.filter(
                situation=self.situation, recipient=self.cast.marc.user, revoked_at__isnull=True
            )
            for pk in list(of_marc.values_list("pk", flat=True)):
                grants.revoke(viewer=viewer, grant_id=pk)
        client = people.client_of(self.cast.marc)
        self.assertEqual(status(client.get(url, headers={"range": "bytes=10-19"})), 404)

    def test_withdrawn_between_two_ranges(self) -> None:
        """T-24: the person takes her agreement back: gone for all but the lead."""
        url = self.url("file", self.row.pk)
        for name in ("marc", "luc"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(status(client.get(url, headers={"range": "bytes=0-9"})), 206)
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )
        marc, luc = people.client_of(self.cast.marc), people.client_of(self.cast.luc)
        self.assertEqual(status(marc.get(url, headers={"range": "bytes=0-9"})), 404)
        self.assertEqual(status(luc.get(url, headers={"range": "bytes=0-9"})), 206)

    def test_a_right_that_ends_meanwhile(self) -> None:
        """C-24: the same page, the day after the last of the grant."""
        situation = people.shared(self.cast, "marc", until=self.today())
        row = deposited(self.cast, situation, content=TEXT, name="note.txt")
        url = address("file", situation, row.pk)
        self.assertEqual(body(people.client_of(self.cast.marc).get(url)), TEXT)
        with people.later(days=2):
            self.assertEqual(status(people.client_of(self.cast.marc).get(url)), 404)

    def today(self) -> Any:
        with people.as_person(self.cast.luc) as viewer:
            return viewer.at.date()

    def test_health_is_not_opened_by_a_landlord(self) -> None:
        """C-22: Sophie reads it, Marc does not, and his refusal is recorded."""
        row = deposited(
            self.cast, self.situation, content=TEXT, name="a.txt", category="sante_psychique"
        )
        self.assertEqual(status(self.get("sophie", row)), 200)
        with recorder.observe() as events:
            self.assertEqual(status(self.get("marc", row)), 404)
        self.assertTrue([event for event in events if event.outcome == "denied"])

    def test_a_category_that_was_not_agreed(self) -> None:
        """C-08: housing is agreed, legal is not; the file of one is read, of the other refused."""
        kept = frozenset(InformationCategory) - {InformationCategory.LEGAL_SITUATION}
        situation = people.shared(self.cast, "marc", categories=kept)
        legal = deposited(
            self.cast, situation, content=TEXT, name="a.txt", category="situation_juridique"
        )
        housing = deposited(self.cast, situation, content=TEXT, name="a.txt")
        marc = people.client_of(self.cast.marc)
        self.assertEqual(status(marc.get(address("file", situation, housing.pk))), 200)
        self.assertEqual(status(marc.get(address("file", situation, legal.pk))), 404)
        luc = people.client_of(self.cast.luc)
        self.assertEqual(status(luc.get(address("file", situation, legal.pk))), 200)

    def test_a_stranger_and_another_situations_id(self) -> None:
        """T-20: absent and forbidden alike; an id of elsewhere opens nothing here."""
        other = people.shared(self.cast)
        foreign = deposited(self.cast, other, content=TEXT, name="a.txt")
        luc = people.client_of(self.cast.luc)
        self.assertEqual(status(luc.get(address("file", other, foreign.pk))), 200)
        refused = luc.get(self.url("file", foreign.pk))
        absent = luc.get(self.url("file", uuid.uuid4()))
        self.assertEqual((refused.status_code, absent.status_code), (404, 404))
        self.assertEqual(refused.content, absent.content)
        stranger = people.client_of(self.cast.nadia)
        self.assertEqual(status(stranger.get(self.url("file", self.row.pk))), 404)

    def test_a_closed_vault_leads_to_its_opening(self) -> None:
        """Nothing without the vault; the page comes back to the file once it is open."""
        client = people.client_of(self.cast.luc, vault=False)
        answer = client.get(self.url("file", self.row.pk))
        self.assertEqual(answer.status_code, 302)
        self.assertIn("/coffre/", answer["Location"])

    def test_the_ledger_comes_before_the_first_byte(self) -> None:
        """T-33: with the ledger down, 503 and no byte."""
        client = people.client_of(self.cast.luc)
        down = mock.patch.object(recorder, "_insert", side_effect=recorder.LedgerUnavailable)
        with down, self.assertLogs("cases.views.doors", "ERROR"):
            answer = client.get(self.url("file", self.row.pk))
        self.assertEqual(answer.status_code, 503)

    def test_the_listing_asks_one_question_more_whatever_the_number(self) -> None:
        """Style 24: three files cost no more questions than one."""
        client = people.client_of(self.cast.luc)
        page = self.url("situation_section", "housing")
        client.get(page)
        with CaptureQueriesContext(connection) as of_one:
            client.get(page)
        for _ in range(2):
            deposited(self.cast, self.situation, content=TEXT, name="a.txt")
        with CaptureQueriesContext(connection) as of_three:
            client.get(page)
        self.assertEqual(len(of_three), len(of_one))


class Deleting(FilesCase):
    """Its author, or whoever manages the section."""

    def test_the_author_and_the_manager_delete_and_nobody_else(self) -> None:
        """Marc's own, by Marc; Marc's, by Luc who manages; Luc's, not by Marc."""
        for author, who, allowed in (
            ("marc", "marc", True),
            ("marc", "luc", True),
            ("luc", "marc", False),
            ("marc", "sophie", False),
        ):
            row = deposited(self.cast, self.situation, by=author, content=TEXT, name="a.txt")
            client = people.client_of(self.cast.people[who])
            page = client.get(self.url("file_delete", row.pk))
            with self.subTest(f"{author} {who}"):
                self.assertEqual(page.status_code, 200 if allowed else 404)
                if not allowed:
                    answer = client.post(self.url("file_delete", row.pk))
                    self.assertEqual(answer.status_code, 404)
                    continue
                self.assertContains(page, "Bail signé")
                with self.captureOnCommitCallbacks(execute=True), recorder.observe() as events:
                    answer = client.post(
                        self.url("file_delete", row.pk), {"idempotency_key": str(uuid.uuid4())}
                    )
                self.assertEqual(answer.status_code, 302)
                self.assertIn("file.deleted", [event.action for event in events])
                self.assertEqual(storage.size_of(row.stored_as), 0)
                self.assertEqual(status(client.get(self.url("file", row.pk))), 404)
                section = client.get(self.url("situation_section", "housing"))
                self.assertNotContains(section, self.url("file", row.pk))

    def test_its_description_is_emptied(self) -> None:
        """The title is gone with the file."""
        row = deposited(self.cast, self.situation, content=TEXT, name="a.txt", title=CANARY)
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            files.delete(viewer=viewer, situation=situation, attachment=row)
            document = SealedDocument.objects.get(pk=row.document_id)
            deks = open_keys(viewer, situation).deks
            said = unseal(dek=deks["housing", document.key_version], document=document)
        self.assertEqual(said, {"deleted": True})
