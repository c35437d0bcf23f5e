"""What the lists and the calendar of a roadmap show, at a constant price; what its pages hold."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clsm_core.roadmap.actions.writing import write_sheet
from clsm_core.roadmap.models import ActionSheet, Axis, Funding, Partner
from clsm_core.roadmap.shape import BY_SLUG, KIND_BY_SLUG, KINDS, SECTIONS
from deploy.demo.founding_sheet import FOUNDING_SHEET
from tests.cases_of import TestCase
from tests.governance import roadmap_rows as rows
from tests.governance.council_people import council, member
from tests.governance.roadmap_case import BASE, RoadmapCase
from tests.governance.roadmap_values import METZ_FIELDS


class Lists(RoadmapCase):
    """What the lists show, at a constant price."""

    def queries_of(self, url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            self.assertEqual(self.claire.get(url).status_code, 200)
        return len(seen)

    def test_queries_are_the_same_for_one_sheet_and_twenty(self) -> None:
        rows.line(self.sheet, Funding, funder="ars", status="asked")
        urls = [
            BASE,
            self.plan("fiches/"),
            self.plan("calendrier/"),
            self.plan("budget/"),
            self.plan("fiches.ods"),
            self.plan("feuille-de-route.pdf"),
        ]
        for url in urls:
            self.claire.get(url)
        before = [self.queries_of(url) for url in urls]
        for rank in range(19):
            more = rows.sheet(self.axis, title=f"Fiche {rank}")
            rows.line(more, Partner, role="pilot", name=f"Pilote {rank}")
            rows.indicator(more, f"Indicateur {rank}", values={2026: rank})
        self.assertEqual([self.queries_of(url) for url in urls], before)

    def test_filters(self) -> None:
        """Words without accents, theme, pilot, territory, state; the tiles count under them."""
        other = rows.sheet(
            self.axis,
            title="Déstigmatiser à l’école",
            theme_codes=["sism"],
            extents=["districts"],
        )
        pilot = rows.line(other, Partner, role="pilot", name="Éducation nationale")
        rows.validated(other)
        for query, found, tiles in (
            ("q=destigmatiser ecole", True, "1"),
            ("q=education", True, "1"),
            ("theme=sism", True, "1"),
            ("territoire=districts", True, "1"),
            (f"pilote={pilot.pk}", True, "1"),
            ("etat=validated", True, "2"),
            ("q=absent", False, "0"),
            ("theme=housing", False, "0"),
            ("etat=proposed", False, "2"),
            ("theme=inconnu", True, "2"),
        ):
            with self.subTest(query=query):
                page = self.claire.get(f"{self.plan('fiches/')}?{query}")
                text = page.content.decode()
                self.assertEqual("Déstigmatiser à l’école" in text, found)
                self.assertEqual(str(page.context["tiles"][0].number), tiles)

    def test_empty_roadmap_teaches(self) -> None:
        empty = council("vide", "CLSM vide")
        page = member(empty, name="ines").get("/conseils/vide/feuille-de-route/")
        self.assertContains(page, "La feuille de route est vide")
        self.assertNotContains(page, "Préparer la première")
        claire = member(empty, "coordinator", "clara")
        self.assertContains(claire.get("/conseils/vide/feuille-de-route/"), "Préparer la première")
        self.assertContains(
            claire.get("/conseils/vide/feuille-de-route/fiches/nouvelle/"), "pas encore d’axe"
        )

    def test_calendar_parts_late_and_done_steps(self) -> None:
        """000-17; D.1 (calendrier): late, to come, done."""
        kind = "etapes"
        for text, due, done in (
            ("Étape passée", "2020-01-01", ""),
            ("Étape future", "2099-01-01", ""),
            ("Étape faite", "2020-01-01", "2020-02-01"),
        ):
            self.sheet.refresh_from_db()
            self.claire.post(
                self.url(f"listes/{kind}/ajouter/"),
                {"text": text, "due_on": due, "done_on": done, "version": self.sheet.version},
            )
        page = self.claire.get(self.plan("calendrier/")).context
        shown = {name: [one.text for one in page[name]] for name in ("late", "to_come", "done")}
        self.assertEqual(
            shown,
            {"late": ["Étape passée"], "to_come": ["Étape future"], "done": ["Étape faite"]},
        )

    def test_a_line_changes_place_and_leaves(self) -> None:
        for name in ("Deux", "Trois"):
            rows.line(self.sheet, Partner, role="associated", name=name)
        last = self.sheet.partner_lines.get(name="Trois")
        self.sheet.refresh_from_db()
        url = self.url(f"listes/partenaires/{last.pk}/")
        typed = {"role": "associated", "organisation": "", "name": "Trois", "place": 1}
        self.claire.post(url, {**typed, "version": self.sheet.version})
        names = list(self.sheet.partner_lines.values_list("name", flat=True))
        self.assertEqual(names, ["Trois", "Centre social", "Deux"])
        self.sheet.refresh_from_db()
        self.claire.post(f"{url}retirer/", {"version": self.sheet.version})
        kept = list(self.sheet.partner_lines.values_list("name", "rank"))
        self.assertEqual(kept, [("Centre social", 1), ("Deux", 2)])

    def test_constraints_speak_french(self) -> None:
        url = self.url("modifier/calendrier/")
        typed = {"starts_on": "2026-05-01", "ends_on": "2026-04-01", "version": self.sheet.version}
        self.assertContains(self.claire.post(url, typed), "La fin ne peut pas précéder le début.")
        axis = self.plan("axes/nouvel-axe/")
        self.assertContains(
            self.claire.post(axis, {"number": 5, "title": "Encore"}), "déjà ce numéro"
        )

    def test_number_is_taken_once_and_progress_is_a_percentage(self) -> None:
        write_sheet(council=self.council, content=FOUNDING_SHEET)
        with self.assertRaises(ValidationError):
            write_sheet(council=self.council, content=FOUNDING_SHEET)
        with self.assertRaises(IntegrityError), transaction.atomic():
            ActionSheet.objects.filter(pk=self.sheet.pk).update(progress=101)

    def test_an_axis_that_holds_something_stays(self) -> None:
        url = f"{BASE}axes/{self.axis.pk}/retirer/"
        self.assertContains(
            self.claire.post(url, {"version": self.axis.version}), "porte encore des fiches"
        )
        empty = rows.axis(self.roadmap, 6, "Vide")
        self.claire.post(f"{BASE}axes/{empty.pk}/retirer/", {"version": empty.version})
        self.assertEqual(list(Axis.objects.values_list("number", flat=True)), [5])
        self.assertEqual(len(KIND_BY_SLUG), 8)


class Shape(TestCase):
    """The pages write every field of the models."""

    def test_every_field_has_its_page(self) -> None:
        """D.1: no field of a sheet or of a list is left without a page."""
        written = {name for section in SECTIONS for name in section.fields}
        given = {"id", "axis", "decision", "status", "proposed_by", "version", "created_at"}
        fields = {one.name for one in ActionSheet._meta.concrete_fields} | {"needs"}
        self.assertEqual(fields - given, written)
        self.assertEqual(len(BY_SLUG), len(SECTIONS))
        for kind in KINDS:
            fields = {one.name for one in kind.model._meta.concrete_fields}
            self.assertEqual(fields - {"id", "sheet", "rank"}, set(kind.fields), kind.slug)

    def test_the_metz_values_cover_the_sections(self) -> None:
        """A control of the test above: what it types leaves no text out."""
        typed = set(METZ_FIELDS) | {"number", "title"}
        written = {name for section in SECTIONS for name in section.fields}
        self.assertEqual(written - typed, {"objective", "needs", "chained_with"})
