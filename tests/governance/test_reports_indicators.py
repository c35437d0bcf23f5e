"""Indicators beside meetings and actions, and the page and table that show them all (D.5)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.council.models import (
    ArticulationMeeting,
    CouncilCommune,
    Post,
    PostFunding,
    PostTraining,
    PriorityDistrict,
    PsychiatricSector,
    SchemeLink,
)
from clsm_core.directory.models import Partnership
from clsm_core.governance.models import Attendance, Body
from clsm_core.observatory.models import Diagnosis, Transmission
from clsm_core.reports.computed import computed
from clsm_core.roadmap.queries.counts.council import formalised, is_state_of_things_done
from clsm_core.roadmap.queries.counts.measures import Measure
from clsm_core.roadmap.queries.counts.years import Year
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.reports_rows import (
    SINCE,
    commune,
    full_year,
    held,
    need,
    said,
)

YEAR = Year(2025, dt.date(2025, 12, 31))


class Beside(TestCase):
    """What the council covers, observes and pays: each number counted on paper."""

    def setUp(self) -> None:
        """Open a council."""
        self.council = council()

    def count(self) -> dict[str, Measure]:
        """Compute the year."""
        return dict(computed(self.council, YEAR))

    def test_partnerships_by_nature(self) -> None:
        """000-24: number and nature, those written down apart from informal ones."""
        for nature, start, end in (
            ("convention", dt.date(2023, 1, 1), None),
            ("convention", dt.date(2025, 2, 1), None),
            ("informal", dt.date(2025, 3, 1), None),
            ("charter", dt.date(2023, 1, 1), dt.date(2024, 12, 31)),
            ("charter", dt.date(2026, 1, 1), None),
        ):
            Partnership.objects.create(
                council=self.council, nature=nature, subject="x", starts_on=start, ends_on=end
            )
        found = self.count()["partnerships"]
        self.assertEqual(said(found), {"convention": (1, 2), "informel": (1, 1)})
        self.assertEqual(formalised(found), 2)

    def test_state_of_things_and_needs(self) -> None:
        """000-21, 001-09: diagnoses that end or go on, needs by origin, what the ARS was told."""
        self.assertFalse(is_state_of_things_done(self.count()["observation"]))
        need(self.council, "Vieux", dt.date(2024, 12, 31))
        first = need(self.council, "Un", dt.date(2025, 1, 1), origin="diagnosis")
        need(self.council, "Deux", dt.date(2025, 12, 31), origin="plenary")
        for day in (dt.date(2025, 3, 1), dt.date(2025, 9, 1), dt.date(2026, 1, 2)):
            Transmission.objects.create(council=self.council, on=day).needs.add(first)
        found = self.count()
        self.assertEqual(
            said(found["needs"]), {"diagnostic": (1, None), "assemblée plénière": (1, None)}
        )
        self.assertEqual(
            said(found["observation"]),
            {
                "diagnostics achevés dans l’année": (0, None),
                "observations continues": (0, None),
                "séries de données renseignées pour l’année": (0, None),
                "besoins repérés dans l’année": (2, None),
                "besoins transmis à l’ARS dans l’année": (1, None),
                "transmissions à l’ARS dans l’année": (2, None),
            },
        )
        Diagnosis.objects.create(
            council=self.council, title="x", starts_on=SINCE, ends_on=dt.date(2025, 5, 5)
        )
        self.assertTrue(is_state_of_things_done(self.count()["observation"]))

    def test_coordination_its_money_and_the_territory(self) -> None:
        """002-04, 002-06, 002-07, 003-08, 003-10, 003-12: time, funders' parts, population."""
        here = self.council
        CouncilCommune.objects.create(council=here, commune=commune("57463", "Metz", 120_000))
        CouncilCommune.objects.create(council=here, commune=commune("57751", "Woippy", 14_000))
        for code, population in (("QP1", 900), ("QP2", 100)):
            PriorityDistrict.objects.create(
                council=here, code=code, name=code, population=population, population_year=2022
            )
        PsychiatricSector.objects.create(council=here, kind="adult", code="G01", hospital="CH")
        values = {
            "council": here,
            "employer": "hospital",
            "employer_name": "CH",
            "contract": "permanent",
        }
        left = Post.objects.create(
            holder="A", time_percent=100, starts_on=SINCE, ends_on=dt.date(2025, 6, 30), **values
        )
        post = Post.objects.create(
            holder="B", time_percent=80, starts_on=dt.date(2025, 7, 1), **values
        )
        PostTraining.objects.create(post=left, title="x", on=dt.date(2025, 2, 1), days="1.5")
        PostTraining.objects.create(post=post, title="x", on=dt.date(2026, 2, 1), days=3)
        for of, funder, amount in (
            (left, "ars", 10_000),
            (post, "ars", 5_000),
            (post, "hospital", 45_000),
        ):
            PostFunding.objects.create(post=of, year=2025, funder=funder, amount=amount)
        PostFunding.objects.create(post=post, year=2026, funder="region", amount=1)
        link = SchemeLink.objects.create(council=here, kind="cls", name="CLS")
        ArticulationMeeting.objects.create(scheme=link, on=dt.date(2025, 3, 3), subject="x")
        ArticulationMeeting.objects.create(scheme=link, on=dt.date(2024, 3, 3), subject="x")
        found = self.count()
        self.assertEqual(
            said(found["territory"]),
            {
                "communes": (2, None),
                "habitants": (134_000, None),
                "quartiers prioritaires": (2, None),
                "habitants des quartiers prioritaires": (1000, None),
                "secteurs de psychiatrie adulte": (1, None),
                "secteurs de psychiatrie infanto-juvénile": (0, None),
            },
        )
        self.assertEqual(
            said(found["coordination"]),
            {
                "temps de coordination": (0.8, None),
                "formations suivies": (1, None),
                "jours de formation": (1.5, None),
            },
        )
        self.assertEqual(
            said(found["post_fundings"]),
            {"hôpital, pôle de psychiatrie": (45_000, 60_000), "ARS": (15_000, 60_000)},
        )
        self.assertEqual(found["post_fundings"].lines[1].percent, 25)
        self.assertEqual(said(found["articulation"]), {"CLS": (1, None)})


class Shown(TestCase):
    """The page and the table of the same numbers."""

    def setUp(self) -> None:
        """Open two councils; one has a year."""
        self.council = council()
        self.other = council("autre", "Autre")
        self.url = reverse("reports:indicators", args=["metz", 2025])
        self.csv_url = reverse("reports:indicators_csv", args=["metz", 2025])

    def test_a_reader_reads_every_table_and_the_same_csv(self) -> None:
        """D.5: the page shows each line that the CSV holds, and the CSV what was computed."""
        full_year(self.council)
        reader = member(self.council, "reader", "remi")
        page = reader.get(self.url)
        text = " ".join(page.content.decode().split())
        rows = list(
            csv.reader(
                io.StringIO(reader.get(self.csv_url).content.decode("utf-8-sig")), delimiter=";"
            )
        )
        self.assertEqual(rows[0][1:4], ["Indicateur", "Élément", "Valeur"])
        told = {(row[1], row[2]): row[3] for row in rows[1:]}
        expected = {
            (one.title, line.label): line.value
            for one in computed(self.council, YEAR).values()
            for line in one.lines
        }
        self.assertEqual(told.keys(), expected.keys())
        for key, value in expected.items():
            self.assertEqual(Decimal(told[key].replace(",", ".") or 0), value or 0, key)
        for title in {one for one, _ in expected}:
            self.assertIn(title, text)
        self.assertNotIn("Camille Quenot", text)

    def test_doors(self) -> None:
        """Anonymous to the login, strangers and odd years to 404, no writing."""
        for url in (self.url, self.csv_url):
            self.assertEqual(self.client.get(url).status_code, 302)
            self.assertEqual(
                member(self.other, "coordinator", url[-4:-1]).get(url).status_code, 404
            )
        reader = member(self.council, "reader", "remi")
        self.assertEqual(reader.post(self.url).status_code, 405)
        self.assertContains(reader.get(self.url), "Rien n’est encore compté pour cette année")
        for odd in (0, 1999, now().year + 1, 99999999):
            url = reverse("reports:indicators", args=["metz", odd])
            self.assertEqual(reader.get(url).status_code, 404)

    def test_queries_do_not_grow(self) -> None:
        """Style 24: one year of everything costs what twenty meetings more cost."""
        full_year(self.council)
        reader = member(self.council, "reader", "remi")
        reader.get(self.url)
        with CaptureQueriesContext(connection) as one:
            reader.get(self.url)
        body = Body.objects.get(council=self.council, kind="steering")
        who = Attendance.objects.first().contact
        for day in range(1, 21):
            held(body, dt.date(2025, 7, day), (who, "on_site"))
        with self.assertNumQueries(len(one)):
            reader.get(self.url)
