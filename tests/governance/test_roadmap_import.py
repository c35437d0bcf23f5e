"""Sheets as a spreadsheet: what is written is read back, nothing before one confirmation."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from clsm_core.directory.imports.reading import tables_of
from clsm_core.roadmap.actions.writing import write_sheet
from clsm_core.roadmap.exchange import FIELDS, HEADERS, LISTS, Unread, content_of
from clsm_core.roadmap.models import ActionSheet, Axis
from clsm_core.ui.spreadsheet import csv_bytes
from deploy.demo.founding_sheet import FOUNDING_SHEET
from deploy.demo.metz_sheet import METZ_SHEET
from tests.cases_of import TestCase
from tests.governance import roadmap_rows as rows
from tests.governance.council_people import council, member

BASE = "/conseils/metz/feuille-de-route/"


class Import(TestCase):
    """A coordinator with a roadmap in preparation."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.roadmap = rows.roadmap(self.council)
        self.url = f"{BASE}feuilles/{self.roadmap.pk}/importer/"

    def read(self, content: bytes, name: str = "fiches.ods") -> Any:
        return self.claire.post(self.url, {"file": SimpleUploadedFile(name, content)})

    def lines(self, *given: dict[str, str]) -> bytes:
        return csv_bytes(HEADERS, [[one.get(head, "") for head in HEADERS] for one in given])

    def confirm(self, page: Any, browser: Any = None) -> Any:
        found = re.search(r'name="kept" value="([^"]+)"', page.content.decode())
        assert found
        return (browser or self.claire).post(f"{self.url}ecrire/", {"kept": found[1]})

    def told(self, sheet: ActionSheet) -> dict[str, Any]:
        """Return all that a sheet says, its lists included."""
        fields = {name: getattr(sheet, name) for _, name, _ in FIELDS}
        for one in LISTS:
            names = [one.first[0], *(name for _, name, _ in one.precisions), *dict(one.shared)]
            fields[one.related] = [
                tuple(getattr(line, name) for name in names)
                for line in getattr(sheet, one.related).all()
            ]
        return {"code": sheet.code, "title": sheet.title, "axis": sheet.axis.title, **fields}

    def test_what_is_exported_is_imported_as_it_was(self) -> None:
        """Both founding sheets, every field and list; as proposals, nothing before."""
        there = rows.roadmap(self.council, title="Ancienne")
        for content in (FOUNDING_SHEET, METZ_SHEET):
            write_sheet(council=self.council, roadmap=there, content=content)
        before = [self.told(one) for one in ActionSheet.objects.order_by("axis__number")]
        content = self.claire.get(f"{BASE}feuilles/{there.pk}/fiches.ods").content
        page = self.read(content)
        self.assertContains(page, "Rien n’est encore écrit")
        self.assertEqual(ActionSheet.objects.count(), 2)
        self.assertEqual(self.confirm(page).status_code, 302)
        made = ActionSheet.objects.filter(axis__roadmap=self.roadmap).order_by("axis__number")
        self.assertEqual([self.told(one) for one in made], before)
        self.assertEqual({one.status for one in made}, {"proposed"})

    def test_each_refused_line_says_what_to_mend(self) -> None:
        rows.sheet(rows.axis(self.roadmap, 2), 1)
        page = self.read(
            self.lines(
                {"Axe": "1", "Titre": "Bonne", "Thématiques": "Accès aux soins"},
                {"Axe": "1", "Titre": "Bonne aussi"},
                {"Axe": "un", "Titre": "Axe en lettres"},
                {"Axe": "1", "Titre": ""},
                {"Axe": "2", "Numéro": "1", "Titre": "Prise"},
                {"Axe": "1", "Titre": "Thème", "Thématiques": "astronomie"},
                {"Axe": "1", "Titre": "Jour", "Début": "hier"},
                {"Axe": "1", "Titre": "Liste", "Étapes": "Étape [quand : demain]"},
                {"Axe": "1", "Titre": "x" * 201},
            ),
            "fiches.csv",
        )
        for words in (
            "« un » n’est pas un nombre entier",
            "Titre : la case est vide",
            "la fiche 2.1 existe déjà",
            "« astronomie » n’est pas connu",
            "n’est pas une date",
            "la précision « quand » n’est pas connue",
            "200 caractères",
        ):
            self.assertContains(page, words)
        self.confirm(page)
        made = ActionSheet.objects.filter(axis__number=1).order_by("number")
        self.assertEqual(
            [(one.code, one.title) for one in made], [("1.1", "Bonne"), ("1.2", "Bonne aussi")]
        )

    def test_files_that_cannot_be_read(self) -> None:
        for content, words in (
            (csv_bytes(["Titre"], [["Seul"]]), "Il manque la colonne « Axe »"),
            (csv_bytes(HEADERS, []), "ne contient aucune fiche"),
            (b"PK\x03\x04abc", "illisible"),
            (b"\xd0\xcf\x11\xe0", "classeur Excel"),
            (b"a" * (2 * 1024 * 1024 + 1), "dépasse 2 Mo"),
            (self.lines(*[{"Axe": "1", "Titre": "x"}] * 301), "300 fiches au plus"),
        ):
            self.assertContains(self.read(content), words)
        self.assertFalse(ActionSheet.objects.exists())

    def test_a_preview_is_only_its_authors_and_its_roadmaps(self) -> None:
        """What travels in the page is signed: forged, another's or another roadmap's is refused."""
        page = self.read(self.lines({"Axe": "1", "Titre": "Fiche"}), "a.csv")
        paul = member(self.council, "coordinator", "paul")
        self.assertContains(self.confirm(page, paul), "n’est pas le vôtre")
        forged = self.claire.post(f"{self.url}ecrire/", {"kept": "abc:def:ghi"})
        self.assertContains(forged, "plus valable")
        other = rows.roadmap(self.council, title="Autre")
        here, self.url = self.url, f"{BASE}feuilles/{other.pk}/importer/"
        self.assertContains(self.confirm(page), "n’est pas le vôtre")
        self.url = here
        self.assertEqual(self.confirm(page).status_code, 302)
        self.assertEqual(ActionSheet.objects.count(), 1)

    def test_doors(self) -> None:
        reader = member(self.council, "reader", "lea")
        stranger = member(council("autre", "Autre"), "coordinator", "zoe")
        for browser in (reader, stranger):
            self.assertEqual(browser.get(self.url).status_code, 404)
            self.assertEqual(browser.post(f"{self.url}ecrire/", {"kept": "x"}).status_code, 404)
        self.assertEqual(self.claire.get(self.url).status_code, 200)
        self.assertEqual(self.claire.get(f"{self.url}ecrire/").status_code, 405)

    def test_the_template_is_read_by_the_import(self) -> None:
        content = self.claire.get(f"{BASE}modele-fiches.ods").content
        (table,) = tables_of(content)
        self.assertEqual(tuple(table.headers), HEADERS)
        self.confirm(self.read(content))
        made = ActionSheet.objects.get()
        self.assertEqual((made.code, made.objective_lines.get().group), ("1.1", "animation"))
        self.assertEqual(made.budgetline_lines.get().amount, 500)
        self.assertEqual(Axis.objects.get().title, "Parcours")

    def test_a_formula_stays_a_text(self) -> None:
        rows.sheet(rows.axis(self.roadmap), title="=1+1", context="@SUM(A1)")
        content = self.claire.get(f"{BASE}feuilles/{self.roadmap.pk}/fiches.ods").content
        (table,) = tables_of(content)
        self.assertIn("'=1+1", table.rows[0][1])
        self.assertEqual(content_of({"Axe": "1", "Titre": "'=1+1"}).title, "=1+1")
        with self.assertRaises(Unread):
            content_of({"Axe": "1"})
