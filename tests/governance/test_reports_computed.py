"""The computed indicators of a year equal a count made by hand on a small council (D.5)."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from lxml import html

from clsm_core.council.models import PostFunding
from clsm_core.directory.models import Partnership
from clsm_core.governance.models import Body, CategoryInvitation
from clsm_core.reports.computed import computed
from clsm_core.roadmap.models import BudgetLine, Funding, Indicator, IndicatorValue, Step
from clsm_core.roadmap.queries.computed import count
from clsm_core.roadmap.queries.counts.council import formalised
from clsm_core.roadmap.queries.counts.measures import Measure
from clsm_core.roadmap.queries.counts.meetings import is_representative
from clsm_core.roadmap.queries.counts.years import Year, year_of
from clsm_core.roadmap.vocabulary import Computed
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.directory_rows import contact, organisation
from tests.governance.reports_rows import (
    SINCE,
    a_post,
    decision,
    held,
    roadmap,
    said,
    seat,
    sheet,
)

YEAR = Year(2025, dt.date(2025, 12, 31))


class Counted(TestCase):
    """A council whose every number was counted on paper before the code was run."""

    def setUp(self) -> None:
        """Four people of three structures, four bodies, six actions."""
        self.council = council()
        here = self.council
        town = organisation(here, "Ville", "municipal")
        hospital = organisation(here, "Hôpital", "public_psychiatry")
        unafam = organisation(here, "UNAFAM", "carers_union")
        self.mayor = contact(here, "Weber", "elected", town, job_title="Adjointe")
        self.doctor = contact(here, "Muller", "psychiatry", hospital, job_title="Psychiatre")
        self.nurse = contact(here, "Klein", "psychiatry", hospital, job_title="Psychiatre")
        self.carer = contact(here, "Petit", "carers", unafam)
        self.user = contact(here, "Roux", "users")
        self.steering = Body.objects.create(
            council=here, kind="steering", name="COPIL", starts_on=SINCE, meetings_per_year=3
        )
        self.plenary = Body.objects.create(
            council=here, kind="plenary", name="AP", starts_on=SINCE, meetings_per_year=1
        )
        for who in (self.mayor, self.doctor, self.carer):
            seat(self.steering, who)
        seat(self.steering, self.user, quality="substitute")
        first = held(
            self.steering,
            dt.date(2025, 1, 1),
            (self.mayor, "on_site"),
            (self.doctor, "remote"),
            (self.carer, "absent"),
            (self.user, "excused"),
        )
        held(
            self.steering,
            dt.date(2025, 12, 31),
            (self.mayor, "on_site"),
            (self.nurse, "represented"),
            (self.carer, "on_site"),
        )
        held(self.plenary, dt.date(2025, 6, 1), (self.user, "on_site"), (self.doctor, "on_site"))
        # Outside the year, or never held: counted nowhere.
        held(self.steering, dt.date(2024, 12, 31), (self.mayor, "on_site"))
        held(self.steering, dt.date(2026, 1, 1), (self.mayor, "on_site"))
        planned = held(self.steering, dt.date(2025, 9, 1), (self.nurse, "on_site"))
        planned.state = "planned"
        planned.save()
        founding = decision(first, 1, "new_group")
        groups = [
            Body.objects.create(
                council=here,
                kind="working_group",
                name=f"Groupe {kind}",
                group_kind=kind,
                created_by=founding,
                starts_on=SINCE,
                ends_on=end,
                meetings_per_year=2,
            )
            for kind, end in (("theme", None), ("project", dt.date(2025, 2, 1)))
        ]
        held(groups[0], dt.date(2025, 4, 2), (self.nurse, "on_site"))
        Body.objects.create(
            council=here,
            kind="working_group",
            name="Groupe fini",
            group_kind="theme",
            created_by=founding,
            starts_on=SINCE,
            ends_on=dt.date(2024, 12, 31),
        )
        CategoryInvitation.objects.create(body=self.steering, category="municipal", status="member")
        self.decision = decision(first, 2, "action")
        self.figures = self.count()

    def count(self, year: Year = YEAR) -> dict[str, Measure]:
        """Compute the year."""
        return dict(computed(self.council, year))

    def test_meetings_by_kind_and_by_body(self) -> None:
        """000-20, 004-20, 003-13: held in the year, beside what the bodies plan."""
        self.assertEqual(
            said(self.figures["meetings"]),
            {
                "comité de pilotage": (2, 3),
                "assemblée plénière": (1, 1),
                "groupe de travail": (1, 4),
            },
        )
        self.assertEqual(
            said(self.figures["bodies"]),
            {"COPIL": (2, 3), "AP": (1, 1), "Groupe project": (0, 2), "Groupe theme": (1, 2)},
        )

    def test_people_and_structures_once_each(self) -> None:
        """000-20, 004-20: distinct people and structures, by category, college and function."""
        self.assertEqual(
            said(self.figures["people"]),
            {
                "personnes différentes présentes": (5, None),
                "structures représentées": (3, None),
                "présences": (7, None),
            },
        )
        self.assertEqual(
            said(self.figures["organisations"]),
            {
                "UNAFAM, association de proches": (1, None),
                "psychiatrie publique (établissement)": (1, None),
                "services municipaux ou intercommunaux": (1, None),
            },
        )
        self.assertEqual(
            said(self.figures["colleges"]),
            {
                "élus": (1, None),
                "psychiatrie": (2, None),
                "personnes concernées, usagers": (1, None),
                "aidants, familles": (1, None),
            },
        )
        self.assertEqual(
            said(self.figures["functions"]),
            {"Psychiatre": (2, None), "non renseignée": (2, None), "Adjointe": (1, None)},
        )

    def test_presence_of_users_and_carers(self) -> None:
        """002-02, 003-14: there or represented, among those expected."""
        self.assertEqual(
            said(self.figures["presence"]),
            {
                "élus": (2, 2),
                "psychiatrie": (4, 4),
                "personnes concernées, usagers": (1, 2),
                "aidants, familles": (1, 2),
            },
        )
        self.assertEqual(self.figures["presence"].of_line("aidants, familles").percent, 50)

    def test_the_college_is_that_of_the_mandate_on_the_day(self) -> None:
        """A mandate that ended before the meeting does not give its college (control: it does)."""
        row = seat(self.plenary, self.user, college="inhabitants")
        self.assertEqual(said(self.count()["colleges"])["habitants"], (1, None))
        row.ends_on = dt.date(2025, 5, 31)
        row.save()
        self.assertNotIn("habitants", said(self.count()["colleges"]))

    def test_the_steering_committee_is_representative_with_four_colleges(self) -> None:
        """000-19, D-02: titulars of four colleges; a substitute is not enough."""
        self.assertFalse(is_representative(self.figures["steering"]))
        seat(self.steering, contact(self.council, "Noël", "users"))
        self.assertTrue(is_representative(self.count()["steering"]))

    def test_the_25_categories(self) -> None:
        """003-14: the survey's answer and the presences of the year, for both bodies."""
        steering = self.figures["categories_steering"]
        self.assertEqual(len(steering.lines), 25)
        town = steering.of_line("services municipaux ou intercommunaux")
        self.assertEqual((town.value, town.of, town.text), (2, 2, "oui"))
        carers = steering.of_line("UNAFAM, association de proches")
        self.assertEqual((carers.value, carers.of, carers.text), (1, 2, "sans réponse"))
        plenary = self.figures["categories_plenary"]
        hospital = plenary.of_line("psychiatrie publique (établissement)")
        self.assertEqual((hospital.value, hospital.text), (1, "sans réponse"))

    def test_groups_open_and_met(self) -> None:
        """000-25: groups open in the year by form; one that ended before is not counted."""
        self.assertEqual(said(self.figures["groups"]), {"thématique": (1, 1), "par projet": (0, 1)})

    def test_actions_done_of_planned_and_themes(self) -> None:
        """004-20, 003-18: planned are validated and run in the year; by axis, status, theme."""
        one, two = roadmap(self.council, 2)
        chosen = {"decision": self.decision}
        sheet(one, 1, "done", theme_codes=["housing", "sism"], **chosen)
        sheet(one, 2, "ongoing", theme_codes=["housing"], **chosen)
        sheet(one, 3, "postponed", theme_codes=["rights"], **chosen)
        sheet(two, 1, "done", theme_codes=["work"], ends_on=dt.date(2025, 1, 1), **chosen)
        sheet(two, 2, "done", ends_on=dt.date(2024, 12, 31), **chosen)
        sheet(two, 3, "ongoing", starts_on=dt.date(2026, 1, 1), **chosen)
        sheet(two, 4, "proposed")
        sheet(two, 5, "postponed")
        found = self.count()
        self.assertEqual(
            said(found["actions"]), {"Axe 1. Parcours 1": (1, 3), "Axe 2. Parcours 2": (1, 1)}
        )
        self.assertEqual(
            said(found["statuses"]),
            {"en cours": (1, None), "réalisée": (2, None), "reportée": (1, None)},
        )
        self.assertEqual(
            said(found["themes"]),
            {
                "logement, habitat": (1, 2),
                "semaines d’information sur la santé mentale": (1, 1),
                "santé mentale au travail": (1, 1),
            },
        )
        self.assertFalse(computed(self.council, Year(2023, dt.date(2023, 12, 31)))["actions"].lines)

    def test_steps_indicators_and_money(self) -> None:
        """000-18, 000-26, 002-07, 004-21: values, surveys, fundings obtained, spending."""
        one = sheet(roadmap(self.council, 1)[0], 1, "ongoing", decision=self.decision)
        for rank, (due, done) in enumerate(
            (
                (dt.date(2025, 5, 1), dt.date(2025, 5, 2)),
                (dt.date(2025, 6, 1), None),
                (dt.date(2025, 7, 1), dt.date(2026, 1, 1)),
                (dt.date(2024, 7, 1), dt.date(2024, 7, 1)),
            ),
            start=1,
        ):
            Step.objects.create(sheet=one, rank=rank, text="x", due_on=due, done_on=done)
        for rank, mode in enumerate(("entered", "survey"), start=1):
            measured = Indicator.objects.create(
                sheet=one, rank=rank, kind="process", label=f"Mesure {mode}", mode=mode, unit="%"
            )
            IndicatorValue.objects.create(indicator=measured, year=2025, value="61.5")
            IndicatorValue.objects.create(indicator=measured, year=2024, value=1)
        for rank, (funder, status, amount, year) in enumerate(
            (
                ("cpam", "granted", 1000, 2025),
                ("cpam", "paid", 500, 2025),
                ("region", "asked", 9000, 2025),
                ("ars", "paid", 9000, 2024),
                ("ars", "paid", 500, 2025),
            ),
            start=1,
        ):
            Funding.objects.create(
                sheet=one, rank=rank, funder=funder, status=status, amount=amount, year=year
            )
        for rank, (kind, planned, spent) in enumerate(
            (("action", 300, 200), ("action", 100, None), ("time", None, 50)), start=1
        ):
            BudgetLine.objects.create(
                sheet=one, rank=rank, kind=kind, label="x", year=2025, amount=planned, spent=spent
            )
        found = self.count()
        self.assertEqual(said(found["steps"]), {"étapes des actions": (1, 3)})
        self.assertEqual(said(found["indicators"]), {"1.1 Mesure entered": (61.5, None)})
        self.assertEqual(said(found["surveys"]), {"1.1 Mesure survey": (61.5, None)})
        self.assertEqual(said(found["fundings"]), {"ARS": (500, 2000), "CPAM": (1500, 2000)})
        self.assertEqual(
            said(found["budget"]), {"action": (200, 400), "valorisation du temps": (50, 0)}
        )

    def test_money_for_the_post_and_beyond_it(self) -> None:
        """002-07: each funder's part over the post and the actions, what was obtained only."""
        post = a_post(self.council)
        for year, funder, amount in (
            (2025, "ars", 10_000),
            (2025, "local_authority", 25_000),
            (2024, "ars", 9_000),
        ):
            PostFunding.objects.create(post=post, year=year, funder=funder, amount=amount)
        one = sheet(roadmap(self.council, 1)[0], 1, "ongoing", decision=self.decision)
        for rank, (funder, status) in enumerate(
            (("ars", "granted"), ("foundation", "paid"), ("region", "asked")), start=1
        ):
            Funding.objects.create(
                sheet=one, rank=rank, funder=funder, status=status, amount=2_500, year=2025
            )
        found = self.count()["cofunding"]
        self.assertEqual(
            said(found),
            {
                "collectivité": (25_000, 40_000),
                "ARS": (12_500, 40_000),
                "fondation": (2_500, 40_000),
            },
        )
        self.assertEqual([line.percent for line in found.lines], [63, 31, 6])

    def test_the_page_says_the_count_made_by_hand(self) -> None:
        """D.5: what somebody reads on the page, cell by cell, is what was counted on paper."""
        reader = member(self.council, "reader", "remi")
        page = reader.get(reverse("reports:indicators", args=["metz", 2025]))
        tables = {
            " ".join(one.xpath("string(caption)").split()): {
                tuple(
                    " ".join(cell.text_content().split())
                    for cell in row.xpath("th|td[not(@aria-hidden)]")
                )
                for row in one.xpath("tbody/tr")
            }
            for one in html.fromstring(page.content.decode()).xpath("//table")
        }
        for title, expected in {
            "Réunions tenues par type d’instance": {
                ("comité de pilotage", "2", "3"),
                ("assemblée plénière", "1", "1"),
                ("groupe de travail", "1", "4"),
            },
            "Personnes et structures mobilisées": {
                ("personnes différentes présentes", "5"),
                ("structures représentées", "3"),
                ("présences", "7"),
            },
            "Taux de présence par collège": {
                ("élus", "2", "2", "100 %"),
                ("psychiatrie", "4", "4", "100 %"),
                ("personnes concernées, usagers", "1", "2", "50 %"),
                ("aidants, familles", "1", "2", "50 %"),
            },
            "Groupes de travail": {("thématique", "1", "1"), ("par projet", "0", "1")},
            "Décisions par type": {
                ("création d’un groupe", "1"),
                ("validation d’une action", "1"),
            },
        }.items():
            self.assertEqual(tables[title], expected, title)

    def test_a_sheet_counts_what_the_reports_count(self) -> None:
        """D.5, 000-19 to 000-25, 004-20: each computed indicator of a sheet, by the same hand."""
        axis = roadmap(self.council, 1)[0]
        for rank, (status, themes) in enumerate(
            (("done", ["housing"]), ("ongoing", ["work"]), ("abandoned", ["rights"])), start=1
        ):
            sheet(axis, rank, status, theme_codes=themes, decision=self.decision)
        for nature in ("convention", "informal"):
            Partnership.objects.create(
                council=self.council, nature=nature, subject="x", starts_on=SINCE
            )
        expected = {
            "steering_exists": 0,
            "meetings": 4,
            "people": 5,
            "organisations": 3,
            "groups": 2,
            "partnerships": 1,
            "actions_done": 1,
            "actions_planned": 3,
            "themes": 2,
            "users_rate": 50,
            "carers_rate": 50,
            "diagnoses": 0,
            "coordination": 0,
        }
        self.assertEqual(set(expected), set(Computed.values))
        for code, value in expected.items():
            counted = count(code, self.council, 2025, dt.date(2026, 6, 1))
            self.assertEqual(counted.value, value, (code, counted.how))
        found = self.count()
        self.assertEqual(found["actions"].total, expected["actions_done"])
        self.assertEqual(found["actions"].whole, expected["actions_planned"])
        self.assertEqual(len(found["themes"].lines), expected["themes"])
        self.assertEqual(formalised(found["partnerships"]), expected["partnerships"])

    def test_a_running_year_stops_today(self) -> None:
        """What is written for a day to come is not counted yet."""
        held(self.plenary, dt.date(2025, 6, 2), (self.user, "on_site"))
        running = year_of(2025, dt.date(2025, 6, 1))
        assert running is not None
        self.assertEqual(said(self.count(running)["bodies"])["AP"], (1, 1))
        self.assertIsNone(year_of(2026, dt.date(2025, 6, 1)))
        self.assertIsNone(year_of(1999, dt.date(2025, 6, 1)))

    def test_another_council_counts_nothing(self) -> None:
        """Tenancy: the rows of one council are in no number of another."""
        other = council("autre", "Autre")
        for one in computed(other, YEAR).values():
            self.assertFalse(one.is_filled and one.total, one.code)
