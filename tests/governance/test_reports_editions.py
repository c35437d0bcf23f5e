"""What a report says of the commission, and who reads it (decisions 35-39; docs/adr/0013)."""

from __future__ import annotations

import datetime as dt
import io
from html import unescape
from typing import Any
from uuid import uuid4

from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from odfdo import Document

from clsm_core.accounts.clock import now
from clsm_core.council.models import Council
from clsm_core.observatory.figures import words as band_words
from clsm_core.reports.models import AnnualReport
from clsm_core.reports.presenters.papers import report_pdf
from clsm_core.reports.presenters.report import content_of
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.templatetags.ui import day
from tests.cases_of import CommittingTestCase
from tests.governance.council_people import council, member
from tests.governance.meeting_case import text_of
from tests.governance.publishing import insert_all, insert_note, withdraw
from tests.governance.released import PUBLIC_KEY
from tests.governance.reports_rows import report
from tests.governance.test_reports_papers import AT, squeezed


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class Commission(CommittingTestCase):
    """Proved bundles only, as bands; read by the steering committee, in its own edition."""

    def test_bands_of_the_year_as_published_and_nothing_else(self) -> None:
        """003-21, decisions 35-39: each total and row as the bundle writes it; the year's only."""
        here = council("bandes")
        made = insert_all(here, "large")
        bundle = made[-1].bundle
        end = dt.date.fromisoformat(bundle["period"]["end"]) - dt.timedelta(days=1)
        year = Year(end.year, dt.date(end.year, 12, 31))
        content = content_of(here, year, {})
        part = next(one for one in content["parts"] if one["code"] == "commission")
        told = {label: value for block in part["blocks"] for label, value in block["facts"]}
        for one in bundle["populations"]:
            if one["total"]:
                self.assertEqual(told[one["label"]], band_words(one["total"]))
        rows = {
            (row["label"], band_words(row["band"]))
            for one in bundle["populations"]
            for table in one["tables"]
            for row in table["rows"]
            if "band" in row
        }
        shown = [tuple(row) for block in part["blocks"] for row in block["rows"]]
        self.assertGreater(len(shown), 10)
        self.assertLessEqual(set(shown), rows)
        for block in part["blocks"]:
            for row, ends in zip(block["rows"], block["bars"], strict=True):
                self.assertEqual(row[1], band_words(ends and [int(one) for one in ends]))
        words = text_of(report_pdf(content, foot="x", at=AT))
        self.assertIn("le vrai nombre est entre les deux bornes", words)
        other = content_of(here, Year(end.year + 5, dt.date(end.year + 5, 12, 31)), {})
        self.assertNotIn("commission", [one["code"] for one in other["parts"]])

    def test_withdrawn_or_unproved_releases_are_not_told(self) -> None:
        """A withdrawn release leaves the next report; with another key nothing is told."""
        here = council("retrait")
        made = insert_all(here, "large")
        end = dt.date.fromisoformat(made[-1].bundle["period"]["end"]) - dt.timedelta(days=1)
        year = Year(end.year, dt.date(end.year, 12, 31))

        def codes() -> list[str]:
            return [one["code"] for one in content_of(here, year, {})["parts"]]

        self.assertIn("commission", codes())
        with override_settings(RELEASE_PUBLIC_KEY="00" * 32):
            self.assertNotIn("commission", codes())
        for one in made:
            withdraw(one.id)
        self.assertNotIn("commission", codes())

    def validated(self, slug: str) -> tuple[Council, int, list[str]]:
        """Give a published council whose report of the year was validated with bands in it."""
        here = council(slug)
        here.is_published = True
        here.save()
        made = insert_all(here, "large")
        end = dt.date.fromisoformat(made[-1].bundle["period"]["end"]) - dt.timedelta(days=1)
        report(here, end.year, comments={"commission": "Canari du pilotage, onze à vingt."})
        by = member(here, "president", f"pia-{here.slug}")
        data = {"idempotency_key": str(uuid4()), "version": 1}
        answer = by.post(reverse("reports:report_validate", args=[slug, end.year]), data)
        self.assertEqual(answer.status_code, 302)
        return here, end.year, [one.id for one in made]

    def test_bands_stay_in_the_edition_of_the_steering_committee(self) -> None:
        """ADR 13: pages, papers and slides of readers and of the public hold none of them."""
        here, year, _ = self.validated("editions")
        stored = AnnualReport.objects.get(council=here)
        part = next(one for one in stored.figures["parts"] if one["code"] == "commission")
        canaries = [
            "Canari du pilotage",
            *(row[0] for block in part["blocks"] for row in block["rows"]),
        ]
        canaries = [squeezed(one) for one in canaries if len(one) > 14]
        self.assertGreater(len(canaries), 5)

        def said(browser: Any, name: str, more: str = "") -> str:
            answer = browser.get(reverse(f"reports:{name}", args=["editions", year]) + more)
            self.assertEqual(answer.status_code, 200, name)
            if name.endswith("_pdf"):
                return squeezed(text_of(answer.content))
            if name.endswith("_odt"):
                document = Document(io.BytesIO(answer.content))
                return squeezed(str(document.get_formatted_text()))
            return squeezed(unescape(answer.content.decode()))

        president = member(here, "steering_member", f"sam-{here.slug}")
        for role in ("reader", "contributor"):
            browser = member(here, role, f"{role}-lit")
            for name in ("report", "report_pdf", "report_odt"):
                with self.subTest(role=role, page=name):
                    text = said(browser, name)
                    self.assertFalse([one for one in canaries if one in text])
                    if name != "report":
                        self.assertIn("réservéeaucomitédepilotage", text)
                    # Control: the same page, read by the committee, holds each of them.
                    steering = said(president, name)
                    self.assertEqual([one for one in canaries if one not in steering], [])
                    self.assertIn("omitédepilotage", steering)
        for name in ("report_pdf", "report_odt"):
            text = said(president, name, "?edition=generale")
            self.assertFalse([one for one in canaries if one in text])
        slides = said(president, "slides_pdf")
        self.assertFalse([one for one in canaries if one in slides])
        data = {"idempotency_key": str(uuid4()), "version": 2}
        by = member(here, "president", "paule")
        by.post(reverse("reports:report_publish", args=["editions", year]), data)
        public = self.client.get(reverse("public_reports:pdf", args=["editions", year])).content
        self.assertFalse([one for one in canaries if one in squeezed(text_of(public))])
        self.assertEqual(public, bytes(stored.document))
        self.assertNotEqual(public, bytes(stored.steering_document))

    def test_a_validated_report_says_what_was_withdrawn_since(self) -> None:
        """Frozen: a release withdrawn later stays in its document; the page says so, and when."""
        here, year, made = self.validated("garde")
        by = member(here, "steering_member", f"sam-{here.slug}")
        reader = member(here, "reader", f"remi-{here.slug}")
        page = reverse("reports:report", args=["garde", year])
        url = reverse("reports:report_pdf", args=["garde", year])
        before = by.get(url).content
        told = "Ce bilan cite ce que la commission a retiré depuis"
        self.assertNotContains(by.get(page), told)
        other = council("ailleurs")
        for one in insert_all(other, "small"):
            withdraw(one.id)
        self.assertNotContains(by.get(page), told)
        for one in made:
            withdraw(one)
        self.assertEqual(by.get(url).content, before)
        self.assertIn("Commission", text_of(before))
        answer = by.get(page)
        self.assertContains(answer, told, count=1)
        self.assertContains(answer, f"retirée le {day(timezone.localdate(now()))}")
        self.assertNotContains(reader.get(page), told)

    def test_without_anything_reserved_there_is_one_edition(self) -> None:
        """Control: no release and no comment on it, one document for all."""
        here = council("simple")
        report(here, 2024)
        by = member(here, "president", f"pia-{here.slug}")
        data = {"idempotency_key": str(uuid4()), "version": 1}
        by.post(reverse("reports:report_validate", args=["simple", 2024]), data)
        stored = AnnualReport.objects.get(council=here)
        self.assertTrue(stored.is_validated)
        self.assertIsNone(stored.steering_document)
        reader = member(here, "reader", f"remi-{here.slug}")
        url = reverse("reports:report_pdf", args=["simple", 2024])
        self.assertEqual(reader.get(url).content, by.get(url).content)
        self.assertNotContains(by.get(url.replace("bilan.pdf", "")), "édition générale")

    def test_notes_of_the_year_are_told_word_for_word(self) -> None:
        """Decision 35: approved notes, in the year of their publication."""
        here = council("notes")
        insert_note(here, "Équipe mobile", "Une équipe mobile manque le soir.")
        found = {}
        for number in (2024, 2026):
            year = Year(number, dt.date(number, 12, 31))
            found[number] = text_of(report_pdf(content_of(here, year, {}), foot="x", at=AT))
        self.assertIn("Une équipe mobile manque le soir.", found[2026])
        self.assertNotIn("Une équipe mobile", found[2024])
