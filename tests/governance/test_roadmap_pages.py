"""The roadmap's pages, with the founding action sheet (seed 000, fields 000-01 to 000-27)."""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clsm_core.roadmap.actions import write_sheet
from clsm_core.roadmap.content import SheetContent
from clsm_core.roadmap.models import ActionSheet
from deploy.demo.founding_sheet import FOUNDING_SHEET
from tests.cases_of import TestCase
from tests.governance.council_people import council, member

LIST = "/conseils/confluences/feuille-de-route/"


class Roadmap(TestCase):
    """Every role of the council reads the roadmap, field by field."""

    def setUp(self) -> None:
        """Open a council with its founding sheet."""
        self.council = council("confluences", "CLSM Terres des Confluences")
        self.sheet = write_sheet(council=self.council, content=FOUNDING_SHEET)
        self.browser = member(self.council, "reader")

    def test_list_shows_code_pilot_and_status(self) -> None:
        page = self.browser.get(LIST)
        self.assertContains(page, "Axe 5 — Parcours santé mentale")
        self.assertContains(page, "5.5 Mettre en place un Conseil Local en Santé Mentale")
        self.assertContains(page, "Communauté de communes Terres des Confluences")
        self.assertContains(page, "en cours")

    def test_every_field_of_the_founding_sheet_is_shown(self) -> None:
        page = self.browser.get(f"{LIST}{self.sheet.pk}/").content.decode()
        content = FOUNDING_SHEET
        parts = [
            line.get("text") or line.get("name") or line.get("label") or ""
            for lines in (
                content.objectives,
                content.activities,
                content.partners,
                content.audiences,
                content.indicators,
                content.budget,
            )
            for line in lines
        ]
        texts = [
            value.split("\n")[0]
            for name, value in content.fields.items()
            if isinstance(value, str) and name not in ("status", "duration")
        ]
        labels = ["ARS", "droit commun", "CPAM", "pluriannuelle", "Indicateurs de processus"]
        for text in [*parts, *texts, *labels]:
            with self.subTest(text=text):
                self.assertIn(text, page)

    def test_sheet_of_another_council_is_not_found(self) -> None:
        other = council("autre", "Autre CLSM")
        browser = member(other, "coordinator", "paul")
        self.assertEqual(
            browser.get(f"/conseils/autre/feuille-de-route/{self.sheet.pk}/").status_code, 404
        )
        self.assertEqual(browser.get(f"{LIST}{self.sheet.pk}/").status_code, 404)
        self.assertEqual(self.browser.get(f"{LIST}{self.sheet.pk}/").status_code, 200)
        self.assertEqual(self.browser.get(f"{LIST}{uuid4()}/").status_code, 404)

    def test_empty_roadmap_says_what_it_is_for(self) -> None:
        empty = council("vide", "CLSM vide")
        page = member(empty, name="ines").get("/conseils/vide/feuille-de-route/")
        self.assertContains(page, "La feuille de route est vide")

    def test_queries_are_the_same_for_one_sheet_and_ten(self) -> None:
        self.browser.get(LIST)
        with CaptureQueriesContext(connection) as one:
            self.browser.get(LIST)
        for number in range(6, 15):
            write_sheet(
                council=self.council,
                content=SheetContent(5, "Parcours santé mentale", number, f"Fiche {number}"),
            )
        with self.assertNumQueries(len(one)):
            self.browser.get(LIST)

    def test_only_get_is_answered(self) -> None:
        self.assertEqual(self.browser.post(LIST).status_code, 405)

    def test_number_is_taken_once_in_an_axis(self) -> None:
        with self.assertRaises(ValidationError):
            write_sheet(council=self.council, content=FOUNDING_SHEET)

    def test_progress_stays_a_percentage(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            ActionSheet.objects.filter(pk=self.sheet.pk).update(progress=101)
