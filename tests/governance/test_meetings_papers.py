"""Papers and files of a meeting (D.4; D.1 supports)."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from uuid import uuid4

import icalendar
from django.urls import reverse

from clsm_core.governance.models import (
    Document,
    Meeting,
)
from tests.governance.council_people import council, member
from tests.governance.governance_rows import (
    framework_document,
    linked,
)
from tests.governance.meeting_case import Case, text_of
from tests.governance.meeting_rows import convened, meeting, point


class Papers(Case):
    """Tagged PDF of each paper, with what was typed (D.4)."""

    def test_agenda_and_sheet(self) -> None:
        one = meeting(self.body, title="Bilan", message="Merci de confirmer.")
        point(one, "Budget du poste", presenter="La trésorière", details="Annexe 2")
        convened(one, by=self.user, guests=[self.guest])
        words = text_of(self.browser.get(self.url("meeting_agenda_pdf", one)).content)
        for part in ("Budget du poste", "Annexe 2", "La trésorière", "Salle du conseil", "échange"):
            self.assertIn(part, words)
        answer = self.browser.get(self.url("meeting_signatures_pdf", one))
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        words = text_of(answer.content)
        for part in ("Feuille d’émargement", "Anne Weber", "Ville de Metz", "suppléant", "Invitée"):
            self.assertIn(part, words)
        self.assertGreaterEqual(words.count("invité"), 6)
        letters = text_of(self.browser.get(self.url("meeting_letters_pdf", one)).content)
        for part in ("Anne Weber", "Sansmel", "Ville de Metz"):
            self.assertIn(part, letters)

    def test_appointment(self) -> None:
        one = meeting(self.body, title="Bilan", duration_minutes=90)
        event = icalendar.Calendar.from_ical(
            self.browser.get(self.url("meeting_ics", one)).content
        ).walk("VEVENT")[0]
        self.assertEqual(event["DTSTART"].dt, one.starts_at)
        self.assertEqual(event["DTEND"].dt - event["DTSTART"].dt, dt.timedelta(minutes=90))
        self.assertEqual(event["SUMMARY"], "Comité de pilotage – Bilan")


class Files(Case):
    """Documents: checked by name and content, given back as a download, withdrawn not deleted."""

    PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"

    def add(self, one: Meeting, name: str, content: bytes, **data: Any) -> Any:
        """Post a file to a meeting."""
        file = io.BytesIO(content)
        file.name = name
        url = reverse("governance:document_add", args=["metz"]) + f"?meeting={one.pk}"
        data = {"idempotency_key": str(uuid4()), "title": "Support", "file": file, **data}
        return self.browser.post(url, data)

    def test_a_file_comes_back_whole_as_a_download(self) -> None:
        one = meeting(self.body)
        self.assertEqual(self.add(one, "Bilan été.pdf", self.PDF).status_code, 302)
        document = Document.objects.get()
        answer = self.browser.get(self.url("document", document))
        self.assertEqual(answer.content, self.PDF)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment;"))
        self.assertIn("Bilan%20%C3%A9t%C3%A9.pdf", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
        self.assertContains(self.browser.get(self.url("meeting", one)), "Support")

    def test_ten_mebibytes_pass_and_more_is_explained(self) -> None:
        one = meeting(self.body)
        whole = self.PDF + b"0" * (10 * 2**20 - len(self.PDF))
        self.assertEqual(self.add(one, "lourd.pdf", whole).status_code, 302)
        page = self.add(one, "trop.pdf", whole + b"0")
        self.assertContains(page, "dépasse 10 Mo")
        self.assertContains(page, "Support")
        self.assertEqual(Document.objects.count(), 1)

    def test_withdrawn_is_not_deleted(self) -> None:
        one = meeting(self.body)
        self.add(one, "a.pdf", self.PDF)
        document = Document.objects.get()
        url = self.url("document", document)
        self.assertEqual(self.browser.get(url).status_code, 200)
        self.assertEqual(self.post("document_withdraw", document).status_code, 302)
        self.assertEqual(self.browser.get(url).status_code, 404)
        self.assertEqual(bytes(Document.objects.get().content), self.PDF)

    def test_refused_types(self) -> None:
        one = meeting(self.body)
        for name, content in (
            ("a.exe", b"MZ"),
            ("a.docm", b"PK\x03\x04"),
            ("a.pdf", b"PK\x03\x04"),
            ("a.txt", b"\x89PNG\r\n\x1a\n"),
            ("a.html", b"<script>"),
        ):
            with self.subTest(name):
                self.assertEqual(self.add(one, name, content).status_code, 200)
        self.assertEqual(Document.objects.count(), 0)

    def test_doors(self) -> None:
        one = meeting(self.body)
        self.add(one, "a.pdf", self.PDF)
        document = Document.objects.get()
        reader = member(self.council, "reader", "remi")
        self.assertEqual(reader.get(self.url("document", document)).status_code, 404)
        linked(reader, self.president)
        self.assertEqual(reader.get(self.url("document", document)).status_code, 200)
        self.assertEqual(reader.get(self.url("document_withdraw", document)).status_code, 404)
        other = council("autre", "Autre")
        stranger = member(other, "coordinator", "paul")
        path = reverse("governance:document", args=["autre", document.pk])
        self.assertEqual(stranger.get(path).status_code, 404)
        add = reverse("governance:document_add", args=["autre"]) + f"?meeting={one.pk}"
        self.assertEqual(stranger.get(add).status_code, 404)
        nothing = reverse("governance:document_add", args=["metz"])
        self.assertEqual(self.browser.get(nothing).status_code, 404)

    def test_a_file_of_a_framework_document(self) -> None:
        """000-10: a charter keeps its signed scan; another council's is absent."""
        charter = framework_document(self.council)
        url = reverse("governance:document_add", args=["metz"]) + f"?framework={charter.pk}"
        file = io.BytesIO(self.PDF)
        file.name = "charte.pdf"
        data = {"idempotency_key": str(uuid4()), "title": "Charte signée", "file": file}
        answer = self.browser.post(url, data)
        self.assertEqual(
            answer.url, reverse("governance:framework_document", args=["metz", charter.pk])
        )
        document = Document.objects.get()
        self.assertEqual(document.framework, charter)
        self.assertEqual(self.browser.get(self.url("document", document)).content, self.PDF)
        foreign = framework_document(council("autre", "Autre"))
        url = reverse("governance:document_add", args=["metz"]) + f"?framework={foreign.pk}"
        self.assertEqual(self.browser.get(url).status_code, 404)
