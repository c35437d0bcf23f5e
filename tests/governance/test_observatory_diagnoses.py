"""Diagnoses and data series: written, imported whole or not at all, drawn on one scale."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from clsm_core.accounts.posting import Refusal
from clsm_core.observatory.field import series_file
from clsm_core.observatory.field.actions import diagnoses as actions
from clsm_core.observatory.models import Diagnosis, Series, SeriesValue
from tests.cases_of import TestCase
from tests.governance import governance_rows as rows
from tests.governance import observatory_rows as made
from tests.governance.council_people import council, member

BASE = "/conseils/metz/observation/"
LIST = f"{BASE}diagnostics/"
SERIES = f"{BASE}series/"
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=rows.PARIS)
HEADS = "Intitulé;Année;Valeur;Territoire;Source;Unité;Définition\n"


class Observed(TestCase):
    """A council on a day of June 2026."""

    def setUp(self) -> None:
        self.enterContext(mock.patch("clsm_core.council.access.now", return_value=NOW))
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def typed(self, **values: object) -> dict[str, object]:
        return {
            "title": "Accès aux soins",
            "theme": "",
            "starts_on": "2021-01-01",
            "ends_on": "2025-12-31",
            "sources": "",
            "summary": "",
            "resources": "",
            "gaps": "",
            "every_years": "",
            "committee": "",
            "decision": "",
            **values,
        }


class Diagnoses(Observed):
    """A method, a period, an offer, gaps, a decision that validates it."""

    def test_all_that_is_typed_is_read_again(self) -> None:
        """D.1 diagnostic, 000-08, 000-21, 004-10, 004-12: on the page and in the document."""
        decision = made.decision(self.council, "other", title="canari-décision")
        words = {
            "title": "canari-intitulé",
            "theme": "canari-thème",
            "sources": "canari-sources",
            "summary": "canari-synthèse",
            "resources": "canari-offre",
            "gaps": "canari-écarts",
            "committee": "canari-suivi",
        }
        answer = rows.submit(
            self.claire,
            f"{LIST}nouveau/",
            **self.typed(
                **words, methods=["qualitative", "shared"], every_years="5", decision=decision.pk
            ),
        )
        one = Diagnosis.objects.get()
        self.assertRedirects(answer, f"{LIST}{one.pk}/")
        made.series(self.council, "canari-série", {2024: "12.5"}, diagnosis=one)
        made.need(self.council, "canari-besoin", origin="diagnosis", diagnosis=one)
        told = [
            *words.values(),
            "canari-décision",
            "qualitatif, participatif, partagé",
            "tous les 5 ans",
            "1er janvier 2021",
            "31 décembre 2025",
            "canari-série",
            "12,5",
            "canari-besoin",
        ]
        page = self.claire.get(f"{LIST}{one.pk}/")
        paper = self.claire.get(f"{LIST}{one.pk}/diagnostic.pdf")
        text = rows.pdf_text(paper.content).replace("\ufffe", "-")
        for shown in told:
            self.assertContains(page, shown)
            self.assertIn(shown, text)
        self.assertIn(b"/MarkInfo", paper.content)
        self.assertContains(page, "à refaire en 2030")
        listed = self.claire.get(LIST)
        for shown in ("canari-intitulé", "canari-thème", "validé", "à refaire en 2030"):
            self.assertContains(listed, shown)

    def test_only_the_steering_committee_validates(self) -> None:
        """Another body's decision, another council's, a dropped one: refused twice over."""
        orientation = made.orientation(self.council)
        elsewhere = made.decision(council("autre", "Autre"), "other")
        dropped = made.decision(self.council, "other", state="dropped")
        for wrong in (orientation, elsewhere, dropped):
            answer = rows.submit(self.claire, f"{LIST}nouveau/", **self.typed(decision=wrong.pk))
            self.assertContains(answer, "Sélectionnez un choix")
            with self.assertRaises(Refusal):
                made.diagnosis(self.council, decision=wrong)
        self.assertFalse(Diagnosis.objects.exists())
        own = made.decision(self.council, "other")
        self.assertEqual(made.diagnosis(self.council, decision=own).decision, own)

    def test_dates_in_order_and_what_is_to_be_made_again(self) -> None:
        wrong = self.typed(ends_on="2020-01-01")
        answer = rows.submit(self.claire, f"{LIST}nouveau/", **wrong)
        self.assertContains(answer, "La fin ne peut pas précéder le début")
        made.diagnosis(self.council, "Ancien", ends_on=dt.date(2021, 12, 31), every_years=5)
        self.assertContains(self.claire.get(LIST), "à refaire")
        made.diagnosis(self.council, "Continu", is_continuous=True)
        self.assertContains(self.claire.get(LIST), "observation continue")

    def test_two_tabs_and_posted_twice(self) -> None:
        one = made.diagnosis(self.council)
        url = f"{LIST}{one.pk}/modifier/"
        first = rows.submit(self.claire, url, one, **self.typed(title="premier onglet"))
        self.assertEqual(first.status_code, 302)
        stale = rows.submit(self.claire, url, one, **self.typed(title="second onglet"))
        self.assertContains(stale, "premier onglet")
        typed = self.typed(title="une fois", idempotency_key=str(uuid.uuid4()))
        for _ in range(2):
            rows.submit(self.claire, f"{LIST}nouveau/", **typed)
        self.assertEqual(Diagnosis.objects.filter(title="une fois").count(), 1)

    def test_individual_stories_are_questioned(self) -> None:
        """D-10, in each free text."""
        for name in ("summary", "resources", "gaps", "sources", "committee"):
            typed = self.typed(**{name: "Monsieur Durand, né le 3 mai 1960"})
            answer = rows.submit(self.claire, f"{LIST}nouveau/", **typed)
            self.assertContains(answer, "semble désigner")
        self.assertFalse(Diagnosis.objects.exists())

    def test_who_may_what(self) -> None:
        """All roles read, the coordination writes; a stranger and nobody read nothing."""
        one, series = made.diagnosis(self.council), made.series(self.council, values={2024: "1"})
        reader = member(self.council, "reader", "rene")
        elise = member(self.council, "steering_member", "elise")
        stranger = member(council("autre", "Autre"), "coordinator", "sam")
        read = (
            LIST,
            f"{LIST}{one.pk}/",
            f"{LIST}{one.pk}/diagnostic.pdf",
            SERIES,
            f"{SERIES}{series.pk}/",
            f"{SERIES}series.csv",
        )
        written = (
            f"{LIST}nouveau/",
            f"{LIST}{one.pk}/modifier/",
            f"{SERIES}nouvelle/",
            f"{SERIES}importer/",
            f"{SERIES}importer/ecrire/",
            f"{SERIES}modele.csv",
            f"{SERIES}{series.pk}/modifier/",
            f"{SERIES}{series.pk}/supprimer/",
        )
        for url in (*read, *written):
            with self.subTest(url):
                self.assertEqual(self.claire.get(url).status_code, 200)
                self.assertEqual(reader.get(url).status_code, 200 if url in read else 404)
                self.assertEqual(elise.get(url).status_code, 200 if url in read else 404)
                self.assertEqual(stranger.get(url).status_code, 404)
                self.assertEqual(self.client.get(url).status_code, 302)
        there = f"/conseils/autre/observation/diagnostics/{one.pk}/"
        self.assertEqual(stranger.get(there).status_code, 404)
        self.assertEqual(self.claire.post(LIST).status_code, 405)

    def test_twenty_lines_ask_what_one_asks(self) -> None:
        for url, make in ((LIST, made.diagnosis), (SERIES, made.series)):
            make(self.council, "Première")
            self.claire.get(url)
            with CaptureQueriesContext(connection) as one:
                self.claire.get(url)
            for rank in range(19):
                make(self.council, f"Ligne {rank}")
            with CaptureQueriesContext(connection) as twenty:
                self.claire.get(url)
            self.assertEqual(len(twenty), len(one), url)


class Entered(Observed):
    """A series is typed a year a line, drawn, and taken away."""

    def series(self, **values: object) -> dict[str, object]:
        return {
            "title": "canari-série",
            "territory": "canari-territoire",
            "source": "canari-source",
            "unit": "canari-unité",
            "definition": "canari-définition",
            "diagnosis": "",
            "lines": "2023 ; 1 234,5\n\n2024;40%",
            **values,
        }

    def test_all_that_is_typed_is_read_again(self) -> None:
        """003-24: value, year, territory, source, definition; the file reads the same."""
        answer = rows.submit(self.claire, f"{SERIES}nouvelle/", **self.series())
        one = Series.objects.get()
        self.assertRedirects(answer, f"{SERIES}{one.pk}/")
        page = self.claire.get(f"{SERIES}{one.pk}/")
        for shown in (
            "canari-série",
            "canari-territoire",
            "canari-source",
            "canari-unité",
            "canari-définition",
            "2023",
            "1\u202f234,5",
            "2024",
            "40",
        ):
            self.assertContains(page, shown)
        brought, errors = series_file.read(self.claire.get(f"{SERIES}series.csv").content)
        self.assertEqual(errors, [])
        self.assertEqual(
            [one.values for one in brought], [{2023: Decimal("1234.500"), 2024: Decimal("40.000")}]
        )

    def test_bars_share_one_scale_and_the_table_says_the_same(self) -> None:
        """Lengths computed by hand: 10, 5 and -5 on a scale of 15."""
        one = made.series(self.council, values={2022: "10", 2023: "5", 2024: "-5"})
        page = html.fromstring(self.claire.get(f"{SERIES}{one.pk}/").content.decode())
        drawn = [(r.get("x"), r.get("width")) for r in page.xpath("//ul[@class='year-bars']//rect")]
        self.assertEqual(drawn, [("33.33", "66.67"), ("33.33", "33.33"), ("0.00", "33.33")])
        told = [
            [" ".join(cell.text_content().split()) for cell in row]
            for row in page.xpath("//figure//tbody/tr")
        ]
        self.assertEqual(told, [["2022", "10"], ["2023", "5"], ["2024", "-5"]])

    def test_wrong_lines_are_named_and_nothing_is_lost(self) -> None:
        typed = self.series(lines="2023\n20x4 ; 3\n2025 ; douze\n2026 ; 1\n2026 ; 2\n2027;1,2345")
        answer = rows.submit(self.claire, f"{SERIES}nouvelle/", **typed)
        for number in (1, 2, 3, 5, 6):
            self.assertContains(answer, f"Ligne {number} :")
        self.assertNotContains(answer, "Ligne 4 :")
        self.assertContains(answer, "2025 ; douze")
        self.assertFalse(Series.objects.exists())

    def test_editing_sets_all_values(self) -> None:
        one = made.series(self.council, values={2022: "1", 2023: "2"})
        url = f"{SERIES}{one.pk}/modifier/"
        self.assertContains(self.claire.get(url), "2022 ; 1")
        typed = self.series(title="Autre", lines="2023 ; 3\n2024 ; 4")
        self.assertEqual(rows.submit(self.claire, url, one, **typed).status_code, 302)
        kept = {value.year: value.value for value in SeriesValue.objects.filter(series=one)}
        self.assertEqual(kept, {2023: Decimal(3), 2024: Decimal(4)})
        stale = rows.submit(self.claire, url, one, **typed)
        self.assertEqual(stale.status_code, 200)

    def test_the_same_series_twice_is_refused(self) -> None:
        made.series(self.council)
        typed = self.series(title="Psychiatres libéraux", territory="Metz", source="ARS Grand Est")
        answer = rows.submit(self.claire, f"{SERIES}nouvelle/", **typed)
        self.assertContains(answer, "existe déjà")
        self.assertEqual(Series.objects.count(), 1)

    def test_removed_after_a_confirmation(self) -> None:
        one = made.series(self.council, values={2024: "1"})
        url = f"{SERIES}{one.pk}/supprimer/"
        self.claire.get(url)
        self.assertTrue(Series.objects.exists())
        self.assertRedirects(rows.submit(self.claire, url, one), SERIES)
        self.assertFalse(Series.objects.exists() or SeriesValue.objects.exists())


class Imported(Observed):
    """A file is shown first, then written whole, or not at all."""

    def read(self, text: str | bytes) -> object:
        content = text.encode() if isinstance(text, str) else text
        file = SimpleUploadedFile("series.csv", content, "text/csv")
        return self.claire.post(f"{SERIES}importer/", {"file": file})

    def confirm(self, preview: object, **values: str) -> object:
        form = preview.context["form"]
        data = {name: form.initial[name] for name in ("told", "seen")}
        return self.claire.post(f"{SERIES}importer/ecrire/", {**data, **values})

    def test_preview_then_written(self) -> None:
        """New, changed and unchanged values are told apart before anything is written."""
        known = made.series(self.council, values={2022: "5", 2023: "6"})
        preview = self.read(
            HEADS
            + "psychiatres liberaux;2022;5;Metz;ARS Grand Est;;\n"
            + "Psychiatres libéraux;2023;7,5;Metz;ARS Grand Est;;\n"
            + "Psychiatres libéraux;2024;8;Metz;ARS Grand Est;;\n"
            + "Délai au CMP;2024;1 200;Borny;CPN;jours;canari-définition\n"
        )
        for shown in (
            "2023 : 6 devient 7,5",
            "2024 : 8",
            "2024 : 1\u202f200",
            "nouvelle",
            "connue",
        ):
            self.assertContains(preview, shown)
        self.assertEqual(SeriesValue.objects.count(), 2)
        self.assertRedirects(self.confirm(preview), SERIES)
        kept = {one.year: one.value for one in SeriesValue.objects.filter(series=known)}
        self.assertEqual(kept, {2022: Decimal(5), 2023: Decimal("7.5"), 2024: Decimal(8)})
        new = Series.objects.get(title="Délai au CMP")
        self.assertEqual((new.unit, new.definition), ("jours", "canari-définition"))
        again = self.read(HEADS + "Délai au CMP;2024;1200;Borny;CPN;jours;\n")
        self.assertContains(again, "déjà enregistrées")

    def test_errors_line_by_line_and_nothing_half_imported(self) -> None:
        preview = self.read(
            HEADS
            + "Bonne;2024;5;Metz;ARS;;\n"
            + ";2024;5;Metz;ARS;;\n"
            + "Mauvaise;24;5;Metz;ARS;;\n"
            + "Mauvaise;2024;cinq;Metz;ARS;;\n"
            + "Bonne;2024;6;Metz;ARS;;\n"
        )
        rows_of = preview.context["errors"]
        self.assertEqual([number for number, _ in rows_of], [3, 4, 5, 6])
        for words in ("est vide", "n’est pas une année", "n’est pas un nombre", "déjà donnée"):
            self.assertContains(preview, words)
        self.assertNotContains(preview, "Écrire ces valeurs")
        self.assertFalse(Series.objects.exists())
        told = HEADS + "Bonne;2024;5;Metz;ARS;;\nMauvaise;2024;cinq;Metz;ARS;;\n"
        answer = self.claire.post(f"{SERIES}importer/ecrire/", {"told": told, "seen": "x"})
        self.assertContains(answer, "rien n’est écrit")
        self.assertFalse(Series.objects.exists())

    def test_files_that_are_no_table(self) -> None:
        for content, words in (
            (b"", "vide"),
            (b"Titre;Valeur\na;1\n", "Il manque la colonne"),
            (HEADS.encode(), "que des titres"),
            (b"\xd0\xcf\x11\xe0" + b"x" * 40, "Excel"),
            (HEADS.encode() + b"x" * 400_000, "300 Ko"),
        ):
            answer = self.read(content)
            self.assertContains(answer, words)
        self.assertFalse(Series.objects.exists())

    def test_what_is_confirmed_is_what_was_shown(self) -> None:
        """Somebody changes a series between the preview and its confirmation: refused."""
        known = made.series(self.council, values={2023: "6"})
        preview = self.read(HEADS + "Psychiatres libéraux;2023;7;Metz;ARS Grand Est;;\n")
        actions.write_series(
            council=self.council, series=known, fields={}, values={2023: Decimal(9)}
        )
        self.assertContains(self.confirm(preview), "a changé depuis l’aperçu")
        self.assertEqual(SeriesValue.objects.get().value, Decimal(9))
        fresh = self.read(HEADS + "Psychiatres libéraux;2023;7;Metz;ARS Grand Est;;\n")
        self.assertEqual(self.confirm(fresh).status_code, 302)
        self.assertEqual(SeriesValue.objects.get().value, Decimal(7))

    def test_posted_twice_writes_once(self) -> None:
        preview = self.read(HEADS + "Neuve;2023;7;Metz;ARS;;\n")
        key = str(uuid.uuid4())
        for _ in range(2):
            self.assertEqual(self.confirm(preview, idempotency_key=key).status_code, 302)
        self.assertEqual(SeriesValue.objects.count(), 1)
