"""The council's home page and the official territory."""

from __future__ import annotations

import csv
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from clsm_core.council import territory
from clsm_core.council.models import Commune, Council
from tests.cases_of import TestCase
from tests.governance.council_people import council, member

HOME = "/conseils/metz/"
METZ, WOIPPY = "57463", "57751"


def small_folder(into: Path, *, metz: int) -> Path:
    """Write a two-commune extract of the official files."""
    for name, key, kept in (
        ("communes.csv", "code_insee", {METZ, WOIPPY}),
        ("epci.csv", "siren", {"200039865"}),
    ):
        with (territory.DATA / name).open(encoding="utf-8", newline="") as source:
            rows = [row for row in csv.DictReader(source) if row[key] in kept]
        with (into / name).open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, rows[0])
            writer.writeheader()
            for row in rows:
                if row.get(key) == METZ:
                    row["population"] = str(metz)
                writer.writerow(row)
    return into


class CouncilHome(TestCase):
    """Any role of the council opens its home page; nobody else learns that it exists."""

    def setUp(self) -> None:
        """Open a council over two communes."""
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        self.folder = small_folder(folder, metz=100_000)
        territory.load(using="default", folder=self.folder)
        self.council = council()
        territory.set_perimeter(self.council, [METZ, WOIPPY])

    def test_a_reader_sees_territory_population_and_source(self) -> None:
        page = member(self.council, "reader").get(HOME)
        woippy = Commune.objects.get(code=WOIPPY).population
        total = f"{100_000 + woippy:,}".replace(",", "\u202f")
        self.assertContains(page, total)
        self.assertContains(page, "decoupage-administratif 6.0.0")
        self.assertContains(page, "Licence Ouverte")
        self.assertContains(page, "Metz Métropole")

    def test_anonymous_is_sent_to_the_login(self) -> None:
        page = Client(headers={"host": settings.ALLOWED_HOSTS[0]}).get(HOME)
        self.assertEqual(page.status_code, 302)

    def test_a_stranger_and_an_unknown_council_look_the_same(self) -> None:
        other = council("autre", "Autre CLSM")
        browser = member(other, "coordinator")
        self.assertEqual(browser.get("/conseils/autre/").status_code, 200)
        self.assertEqual(browser.get(HOME).status_code, 404)
        self.assertEqual(browser.get("/conseils/inconnu/").status_code, 404)

    def test_only_get_is_answered(self) -> None:
        self.assertEqual(member(self.council).post(HOME).status_code, 405)

    def test_queries_do_not_grow_with_the_communes(self) -> None:
        browser = member(self.council)
        browser.get(HOME)
        with self.assertNumQueries(self._count(browser)):
            browser.get(HOME)
        territory.set_perimeter(self.council, [METZ])
        with self.assertNumQueries(self._count(browser)):
            browser.get(HOME)

    def _count(self, browser: Client) -> int:
        """Count the queries of one page, the second council's size aside."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        if not hasattr(self, "expected"):
            with CaptureQueriesContext(connection) as seen:
                browser.get(HOME)
            self.expected = len(seen)
        return self.expected


class Territory(TestCase):
    """Loading twice changes what changed and keeps the ids."""

    def test_loading_again_updates_in_place(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            territory.load(using="default", folder=small_folder(Path(name), metz=100_000))
            before = Commune.objects.get(code=METZ)
            territory.load(using="default", folder=small_folder(Path(name), metz=100_001))
        after = Commune.objects.get(code=METZ)
        self.assertEqual((before.pk, before.population), (after.pk, 100_000))
        self.assertEqual(after.population, 100_001)
        self.assertEqual(after.source, "decoupage-administratif 6.0.0")

    def test_unknown_commune_is_refused(self) -> None:
        with self.assertRaises(Commune.DoesNotExist):
            territory.set_perimeter(council(), ["99999"])

    def test_accent_outside_the_measured_ones_is_refused_by_the_database(self) -> None:
        council("mesure", accent="prune")
        with self.assertRaises(IntegrityError), transaction.atomic():
            council("criard", accent="#ff00ff"[:10])

    def test_active_council_has_a_date(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            Council.objects.create(
                slug="x", name="X", status="active", scale="communal", territory_type="urban"
            )
