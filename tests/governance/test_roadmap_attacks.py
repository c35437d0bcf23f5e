"""Attacks on the roadmap: two people at once, acts begun before an end, hostile spreadsheets."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import CouncilMembership
from clsm_core.directory.imports.reading import Formula, Table
from clsm_core.roadmap.actions import plans, sheets
from clsm_core.roadmap.exchange import HEADERS
from clsm_core.roadmap.forms import importing
from clsm_core.roadmap.models import ActionSheet, Activity, Axis, Indicator, Roadmap
from clsm_core.roadmap.shape import BY_SLUG, KIND_BY_SLUG
from clsm_core.ui.spreadsheet import csv_bytes
from tests.cases_of import CommittingTestCase, TestCase
from tests.governance import roadmap_rows as rows
from tests.governance.at_once import during
from tests.governance.council_people import council, member
from tests.governance.roadmap_case import BASE, RoadmapCase

SECTION = BY_SLUG["action"]


class AtOnce(CommittingTestCase):
    """What somebody saved is never written over by an act that read before."""

    def setUp(self) -> None:
        self.council = council(f"metz-{self._testMethodName[-12:].strip('_').replace('_', '-')}")
        self.roadmap = rows.roadmap(self.council)
        self.axis = rows.axis(self.roadmap)
        self.sheet = rows.sheet(self.axis, evaluation_methods=["yearly"])
        self.indicator = rows.indicator(self.sheet)

    def put_in_force(self) -> None:
        plans.put_in_force(
            roadmap=Roadmap.objects.get(pk=self.roadmap.pk),
            decision=rows.decision(self.council),
            validates_sheets=True,
        )

    def test_putting_in_force_keeps_what_is_being_written(self) -> None:
        """004-01, D-04: the sheets validated on the way keep a text saved at the same moment."""
        found = ActionSheet.objects.get(pk=self.sheet.pk)
        during(
            lambda: sheets.edit(sheet=found, section=SECTION, values={"context": "gardé"}),
            self.put_in_force,
        )
        kept = ActionSheet.objects.get(pk=self.sheet.pk)
        self.assertEqual((kept.context, kept.status), ("gardé", "validated"))

    def test_no_sheet_is_validated_without_the_indicator_just_removed(self) -> None:
        """D-04: the last indicator goes while the roadmap is put in force."""
        line = Indicator.objects.select_related("sheet__axis__roadmap").get(pk=self.indicator.pk)
        during(
            lambda: sheets.remove_line(line=line, kind=KIND_BY_SLUG["indicateurs"]),
            self.put_in_force,
        )
        kept = ActionSheet.objects.get(pk=self.sheet.pk)
        self.assertEqual((kept.indicator_lines.count(), kept.status), (0, "proposed"))
        # The control: with one, the same act validates.
        self.assertEqual(Roadmap.objects.get(pk=self.roadmap.pk).state, "current")


class Over(RoadmapCase):
    """A roadmap that is over no longer changes, even by a page opened before its end."""

    def acts(self) -> list[Callable[[], Any]]:
        """Give acts on rows read before the end, as a request reads them."""
        sheet = ActionSheet.objects.select_related("axis__roadmap").get(pk=self.sheet.pk)
        axis = Axis.objects.select_related("roadmap", "council").get(pk=self.axis.pk)
        kind = KIND_BY_SLUG["actions-prevues"]
        return [
            lambda: sheets.edit(sheet=sheet, section=SECTION, values={"context": "tard"}),
            lambda: sheets.add_line(sheet=sheet, kind=kind, values={"text": "tard"}),
            lambda: sheets.propose(axis=axis, values={"title": "tard"}, by=None),
            lambda: plans.add_strategic(axis=axis, values={"text": "tard"}),
            lambda: plans.change(row=axis, values={"title": "tard"}),
            lambda: sheets.remove(sheet=sheet),
        ]

    def test_an_act_that_began_before_the_end_is_refused_after_it(self) -> None:
        acts = self.acts()
        plans.close(roadmap=Roadmap.objects.get(pk=self.roadmap.pk))
        for place, act in enumerate(acts):
            with self.subTest(place), self.assertRaises(Refusal):
                act()
        self.assertFalse(Activity.objects.filter(text="tard").exists())

    def test_before_the_end_each_is_done(self) -> None:
        """The control: the same acts, a moment earlier."""
        for place in range(6):
            with self.subTest(place):
                self.acts()[place]()


class Long(RoadmapCase):
    """A reader cannot make the service count the same thing again and again."""

    def asked(self) -> int:
        """Count the queries of the whole roadmap on paper."""
        with CaptureQueriesContext(connection) as caught:
            self.assertEqual(self.reader.get(self.plan("feuille-de-route.pdf")).status_code, 200)
        return len(caught)

    def test_one_counted_indicator_or_twelve(self) -> None:
        """D.5, style 24: each year of a count is counted once a paper."""
        self.reader = member(self.council, "reader", "lea")
        rows.indicator(self.sheet, mode="computed", computed="people")
        before = self.asked()
        for number in range(12):
            sheet = rows.sheet(self.axis, title=f"Fiche {number}")
            rows.indicator(sheet, mode="computed", computed="people")
        self.assertEqual(self.asked(), before)
        # The control: another count is asked of the database.
        rows.indicator(self.sheet, mode="computed", computed="partnerships")
        self.assertGreater(self.asked(), before)


class Hostile(TestCase):
    """A spreadsheet made to harm, or only badly made, is answered in French and writes nothing."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.roadmap = rows.roadmap(self.council)
        self.url = f"{BASE}feuilles/{self.roadmap.pk}/importer/"

    def read(self, *given: dict[str, str]) -> Any:
        lines = [[one.get(head, "") for head in HEADERS] for one in given]
        file = SimpleUploadedFile("fiches.csv", csv_bytes(HEADERS, lines))
        return self.claire.post(self.url, {"file": file})

    def confirm(self, page: Any) -> Any:
        found = re.search(r'name="kept" value="([^"]+)"', page.content.decode())
        assert found, page.content.decode()
        return self.claire.post(f"{self.url}ecrire/", {"kept": found[1]})

    def test_what_the_forms_refuse_the_import_refuses(self) -> None:
        """000-26, 000-27, D.1: endless numbers, days of no century, amounts below zero."""
        for head, cell in (
            ("Axe", "9" * 5000),
            ("Numéro", "9" * 5000),
            ("Début", "0001-01-01"),
            ("Fin", "9999-12-31"),
            ("Étapes", "Ouvrir [échéance : 0001-01-01]"),
            ("Budget", "Salle [prévu : -500]"),
            ("Budget", "Salle [prévu : NaN]"),
            ("Budget", "Salle [prévu : 1e9999999]"),
            ("Budget", "Salle [exercice : 0]"),
            ("Budget", "Salle [heures : 99999999999]"),
            ("Financements", "ARS [montant : -1]"),
            ("Financements", "ARS [exercice : 32767]"),
        ):
            with self.subTest(head, cell=cell[:40]):
                page = self.read({"Axe": "1", "Titre": "Fiche", head: cell})
                self.assertContains(page, "Aucune ligne ne peut être écrite")
        good = {
            "Début": "2026-01-31",
            "Budget": "Salle [exercice : 2026 ; prévu : 500 ; heures : 9]",
        }
        self.assertContains(self.read({"Axe": "1", "Titre": "Fiche", **good}), "Rien n’est encore")

    def test_a_confirmation_writes_all_that_was_shown_or_nothing(self) -> None:
        """Decisions 50: a number taken since the preview refuses it whole, and says why."""
        page = self.read(
            {"Axe": "1", "Numéro": "1", "Titre": "Prise entre-temps"},
            {"Axe": "1", "Numéro": "2", "Titre": "Libre"},
            {"Axe": "un", "Titre": "Refusée dès l’aperçu"},
        )
        taken = rows.sheet(rows.axis(self.roadmap, 1), 1, "Déjà là")
        answer = self.confirm(page)
        self.assertContains(answer, "la fiche 1.1 existe déjà")
        self.assertEqual(ActionSheet.objects.get(), taken)
        # The control: without the other sheet, both lines that were shown are written.
        taken.delete()
        self.assertEqual(self.confirm(page).status_code, 302)
        self.assertEqual(ActionSheet.objects.count(), 2)

    def test_a_formula_is_asked_back_as_its_result(self) -> None:
        """No formula is kept as a text of the council."""
        for cell in (Formula("of:=HYPERLINK(1)"), "Formule"):
            row = [{"Axe": "1", "Titre": cell}.get(head, "") for head in HEADERS]
            table = Table("Fiches", HEADERS, [(2, row)])
            with mock.patch.object(importing, "tables_of", return_value=[table]):
                page = self.claire.post(self.url, {"file": SimpleUploadedFile("a.ods", b"x")})
            is_formula = isinstance(cell, Formula)
            self.assertEqual("contient une formule" in page.content.decode(), is_formula)

    def test_a_file_that_unfolds_beyond_a_page_is_refused(self) -> None:
        """A preview travels in the page: a few repeated lines may hold more than a request."""
        for size, words in ((10_000, "trop de texte"), (100, "Rien n’est encore écrit")):
            row = [{"Axe": "1", "Titre": "Fiche", "Freins": "x" * size}.get(h, "") for h in HEADERS]
            table = Table("Fiches", HEADERS, [(number, row) for number in range(2, 302)])
            with mock.patch.object(importing, "tables_of", return_value=[table]):
                page = self.claire.post(self.url, {"file": SimpleUploadedFile("a.ods", b"x")})
            self.assertContains(page, words)

    def test_a_preview_too_old_is_refused(self) -> None:
        page = self.read({"Axe": "1", "Titre": "Fiche"})
        later = time.time() + dt.timedelta(hours=4, minutes=1).total_seconds()
        with mock.patch("django.core.signing.time.time", return_value=later):
            self.assertContains(self.confirm(page), "plus valable")
        self.assertFalse(ActionSheet.objects.exists())
        self.assertEqual(self.confirm(page).status_code, 302)

    def test_a_preview_is_worth_nothing_once_the_right_ended(self) -> None:
        page = self.read({"Axe": "1", "Titre": "Fiche"})
        membership = CouncilMembership.objects.get(user__last_name="Claire")
        membership.ends_on = dt.date(2021, 1, 1)
        membership.save()
        self.assertEqual(self.confirm(page).status_code, 404)
        membership.ends_on = None
        membership.save()
        self.assertEqual(self.confirm(page).status_code, 302)
