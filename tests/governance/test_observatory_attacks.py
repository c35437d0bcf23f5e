"""Attacks on what the council observes: two people at once, hostile numbers and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from lxml import html

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.imports.reading import Formula, Table
from clsm_core.observatory.field import series_file
from clsm_core.observatory.field.actions import diagnoses, needs, priorities, transmissions
from clsm_core.observatory.models import Need, Priority, Series, SeriesValue, Transmission
from clsm_core.observatory.queries import readings_of
from clsm_core.ui.spreadsheet import csv_bytes
from tests.cases_of import CommittingTestCase, TestCase
from tests.governance import governance_rows as governance
from tests.governance import observatory_rows as rows
from tests.governance.at_once import during
from tests.governance.council_people import council, member
from tests.governance.publishing import insert_all
from tests.governance.released import PUBLIC_KEY

SERIES = "/conseils/metz/observation/series/"


class AtOnce(CommittingTestCase):
    """What somebody saved is never written over by an act that read before."""

    def setUp(self) -> None:
        self.council = council(f"metz-{abs(hash(self._testMethodName)) % 10**6}")
        self.need = rows.need(self.council)

    def correct(self, **values: Any) -> Callable[[], Any]:
        """Give a correction of the need, as its page makes one."""
        found = Need.objects.get(pk=self.need.pk)
        return lambda: needs.correct(need=found, values=values)

    def keep(self) -> Priority:
        return rows.priority(self.council, self.need, decision=self.decision)

    def test_a_priority_keeps_what_is_being_written_of_its_need(self) -> None:
        """D-05: the need that becomes kept has the text saved at the same moment."""
        self.decision = rows.decision(self.council)
        during(self.correct(title="Corrigé"), self.keep)
        kept = Need.objects.get(pk=self.need.pk)
        self.assertEqual((kept.title, kept.state), ("Corrigé", "kept"))

    def test_the_end_of_a_priority_keeps_it_too(self) -> None:
        """003-17: the need that waits again has the text saved at the same moment."""
        self.decision = rows.decision(self.council)
        one = self.keep()
        day = rows.DAY
        during(
            self.correct(title="Corrigé"),
            lambda: priorities.end(priority=one, on=day, reason="Atteinte", today=day),
        )
        kept = Need.objects.get(pk=self.need.pk)
        self.assertEqual((kept.title, kept.state), ("Corrigé", "seen"))

    def test_no_priority_on_a_need_that_is_being_set_aside(self) -> None:
        """D-05: the priority waits for the other act, then has no need to rest on."""
        self.decision = rows.decision(self.council)

        def refused() -> None:
            with self.assertRaises(Refusal):
                self.keep()

        during(self.correct(state="set_aside"), refused)
        self.assertFalse(Priority.objects.filter(council=self.council).exists())

    def test_an_import_keeps_what_is_being_written_of_a_series(self) -> None:
        """003-24: the unit saved at the same moment stays, or the import waits for a new look."""
        series = rows.series(self.council, values={2023: "12"})
        fields = {"title": series.title, "territory": series.territory, "source": series.source}
        line = {**dict.fromkeys(series_file.LENGTHS, ""), **fields}
        brought = [series_file.Brought(line, {2024: Decimal(13)})]
        seen = series_file.fingerprint(series_file.compared(self.council, brought))
        found = Series.objects.get(pk=series.pk)
        during(
            lambda: diagnoses.write_series(
                council=self.council,
                series=found,
                fields={"unit": "médecins"},
                values={2023: Decimal(12)},
            ),
            lambda: diagnoses.import_series(council=self.council, brought=brought, seen=seen),
        )
        kept = Series.objects.get(pk=series.pk)
        self.assertEqual((kept.unit, kept.values.count()), ("médecins", 2))


class Frozen(TestCase):
    """What was ended or answered no longer moves, even by a page opened before."""

    def setUp(self) -> None:
        self.council = council()
        self.priority = rows.priority(self.council, rows.need(self.council))
        self.sent = rows.transmission(self.council, rows.need(self.council))

    def acts(self) -> list[Callable[[], Any]]:
        """Give acts on rows read now."""
        one = Priority.objects.get(pk=self.priority.pk)
        sent = Transmission.objects.get(pk=self.sent.pk)
        day = rows.DAY
        return [
            lambda: priorities.write(
                council=self.council,
                priority=one,
                values={"title": "Réécrite"},
                needs=list(one.needs.all()),
            ),
            lambda: priorities.end(priority=one, on=day, reason="Autre", today=day),
            lambda: transmissions.send(
                council=self.council,
                transmission=sent,
                on=day,
                message="Réécrit",
                needs=list(sent.needs.all()),
                today=day,
            ),
        ]

    def settle(self) -> None:
        day = rows.DAY
        priorities.end(priority=self.priority, on=day, reason="Atteinte", today=day)
        transmissions.answer(transmission=self.sent, text="Reçu", on=day, today=day)

    def test_rows_read_before(self) -> None:
        """003-17, D-08: the end keeps its reason, the answer its note."""
        acts = self.acts()
        self.settle()
        for place, act in enumerate(acts):
            with self.subTest(place), self.assertRaises(Refusal):
                act()
        self.assertEqual(Priority.objects.get().end_reason, "Atteinte")
        self.assertEqual(Transmission.objects.get().answer, "Reçu")

    def test_the_control(self) -> None:
        for place in range(3):
            self.acts()[place]()


class Numbers(TestCase):
    """A number that no computer holds is answered in French, never by an error of the server."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def typed(self, lines: str) -> Any:
        return governance.submit(
            self.claire,
            f"{SERIES}nouvelle/",
            title="Psychiatres libéraux",
            territory="Metz",
            source="ARS",
            unit="",
            definition="",
            diagnosis="",
            lines=lines,
        )

    def test_numbers_that_cannot_be_kept(self) -> None:
        """003-24: typed in a form."""
        for text in ("1e9999999", "-1e9999999", "1e400", "NaN", "sNaN", "Infinity", "100000000000"):
            with self.subTest(text):
                page = self.typed(f"2024 ; {text}")
                self.assertContains(page, "Ligne 1")
                self.assertContains(page, f"2024 ; {text}")
        self.assertFalse(SeriesValue.objects.exists())
        self.assertEqual(self.typed("2024 ; 1e3").status_code, 302)
        self.assertEqual(SeriesValue.objects.get().value, 1000)


class Files(TestCase):
    """A file made to harm, or only badly made, writes nothing; what one gives, one reads."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def read(self, content: bytes) -> Any:
        file = SimpleUploadedFile("series.csv", content)
        return self.claire.post(f"{SERIES}importer/", {"file": file})

    def confirm(self, page: Any) -> Any:
        form = html.fromstring(page.content.decode()).forms[-1]
        asked = {name: form.fields[name] for name in ("told", "seen")}
        return self.claire.post(f"{SERIES}importer/ecrire/", asked)

    def lines(self, *given: Sequence[str]) -> bytes:
        return csv_bytes(series_file.COLUMNS, given)

    def test_a_number_without_end_is_a_line_to_mend(self) -> None:
        page = self.read(self.lines(("Taux", "2024", "1e9999999", "Metz", "ARS", "", "")))
        self.assertContains(page, "Rien ne peut être écrit")
        good = self.read(self.lines(("Taux", "2024", "1,5", "Metz", "ARS", "", "")))
        self.assertEqual(self.confirm(good).status_code, 302)

    def test_what_is_given_is_read_again_as_it_was(self) -> None:
        """003-24: signs that a spreadsheet would take for a formula come back without change."""
        rows.series(self.council, "-Solde", {2023: "-4.5", 2024: "3"}, source="=ARS")
        before = list(SeriesValue.objects.values_list("series__title", "year", "value"))
        content = self.claire.get(f"{SERIES}series.csv").content
        self.assertIn(b"'-4,5", content)
        self.assertContains(self.read(content), "Toutes ces valeurs sont déjà enregistrées")
        SeriesValue.objects.all().delete()
        Series.objects.all().delete()
        self.assertEqual(self.confirm(self.read(content)).status_code, 302)
        after = list(SeriesValue.objects.values_list("series__title", "year", "value"))
        self.assertEqual(after, before)
        self.assertEqual(Series.objects.get().source, "=ARS")

    def test_a_formula_is_a_line_to_mend(self) -> None:
        for cell in (Formula("of:=HYPERLINK(1)"), "Taux"):
            row = [cell, "2024", "1,5", "Metz", "ARS"]
            table = Table("Séries", series_file.COLUMNS[:5], [(2, row)])
            with mock.patch.object(series_file, "tables_of", return_value=[table]):
                page = self.read(b"x").content.decode()
            self.assertEqual("formule" in page, isinstance(cell, Formula))

    def test_a_file_that_unfolds_beyond_a_page_is_refused(self) -> None:
        """A preview travels in the page: a few repeated lines may hold more than a request."""
        words = ["x" * 150, "y" * 190, "z" * 40, "t" * 290]
        for size in (1_500, 500):
            lines = [(n, [f"Taux {n}", "2024", "1", *words]) for n in range(2, size)]
            table = Table("Séries", series_file.COLUMNS, lines)
            with mock.patch.object(series_file, "tables_of", return_value=[table]):
                page = self.read(b"x")
            self.assertEqual("trop de texte" in page.content.decode(), size == 1_500)
        self.assertEqual(self.confirm(page).status_code, 302)
        self.assertEqual(Series.objects.get(title="Taux 3").definition, words[-1])

    def test_what_is_said_once_a_series_is_kept_for_each_of_its_years(self) -> None:
        """003-24: the text sent back writes a unit once, a file may on each line."""
        lines = [("Taux", str(year), "1", "Metz", "ARS", "%", "Part") for year in (2023, 2024)]
        self.assertEqual(self.confirm(self.read(self.lines(*lines))).status_code, 302)
        made = Series.objects.get()
        self.assertEqual((made.unit, made.definition, made.values.count()), ("%", "Part", 2))


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class Edited(CommittingTestCase):
    """A row changed in SQL is a release refused, never a page that breaks."""

    def test_lines_that_no_reader_follows(self) -> None:
        """Decisions 35-37: nested without end, no table, no text; each refused, and said."""
        here = council("lignes")
        one = insert_all(here, "small")[-1]
        claire = member(here, "coordinator", "claire-lignes")
        page = "/conseils/lignes/observation/"
        self.assertContains(claire.get(page), one.bundle["period"]["label"])
        for line in ("[" * 100_000, "[]", "null", "", "9" * 10_000, '{"rank": {}}'):
            with self.as_administrator() as owner:
                owner.execute(
                    "UPDATE clsm_observatory_release SET ledger_line = %s WHERE id = %s",
                    [line, one.id],
                )
            with self.subTest(line[:10]):
                answer = claire.get(page)
                self.assertEqual(answer.status_code, 200)
                (reading,) = [each for each in readings_of(here) if str(each.release.pk) == one.id]
                self.assertIsNone(reading.proved)
