"""What each working group brings to the plenary (001-04, 001-05, 003-16)."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clsm_core.governance.models import AgendaPoint, Body
from clsm_core.reports.presenters.groups import groups_slides
from clsm_core.roadmap.models import Partner
from clsm_core.roadmap.queries.counts.years import Year
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.directory_rows import contact
from tests.governance.meeting_case import text_of
from tests.governance.paper_pages import pages_of
from tests.governance.reports_rows import SINCE, decision, held, roadmap, sheet

YEAR = Year(2025, dt.date(2025, 12, 31))


class Groups(TestCase):
    """Two groups: one that worked, one that did not meet."""

    def setUp(self) -> None:
        """Open them by a decision of the committee."""
        self.council = council()
        self.steering = member(self.council, "steering_member", "sam")
        self.committee = Body.objects.create(
            council=self.council, kind="steering", name="COPIL", starts_on=SINCE
        )
        self.founding = decision(held(self.committee, dt.date(2025, 1, 10)), 1, "new_group")
        self.housing = self.group("Logement", theme="Habitat canari", meetings_per_year=4)
        self.asleep = self.group("Jeunesse", purpose="Écouter les adolescents.")
        self.nurse = contact(self.council, "Klein", "psychiatry")
        self.lodger = contact(self.council, "Petit", "social")
        self.first = held(
            self.housing, dt.date(2025, 2, 3), (self.nurse, "on_site"), (self.lodger, "excused")
        )
        held(self.housing, dt.date(2025, 5, 3), (self.nurse, "on_site"), (self.lodger, "remote"))
        held(self.housing, dt.date(2024, 5, 3), (self.nurse, "on_site"))

    def group(self, name: str, **values: object) -> Body:
        """Open a group."""
        return Body.objects.create(
            council=self.council,
            kind="working_group",
            name=name,
            group_kind="theme",
            created_by=self.founding,
            starts_on=SINCE,
            **values,
        )

    def points(self, name: str) -> list[str]:
        """Return what the page of a group says."""
        found = {one["title"]: one for one in groups_slides(self.council, YEAR)}
        return list(found[name]["points"])

    def test_a_group_shows_its_meetings_actions_decisions_and_subjects(self) -> None:
        """001-04: how it stands, for the plenary: its own work of the year, counted by hand."""
        decision(self.first, 2, "orientation", title="Décision canari")
        dropped = decision(self.first, 3, "orientation", title="Décision abandonnée")
        dropped.state = "dropped"
        dropped.save()
        AgendaPoint.objects.create(body=self.housing, meeting=self.first, title="Sujet canari")
        AgendaPoint.objects.create(
            body=self.housing, meeting=self.first, rank=1, title="Écarté", is_set_aside=True
        )
        axis = roadmap(self.council, 1)[0]
        own = sheet(axis, 1, "ongoing", title="Action canari", progress=40, decision=self.founding)
        Partner.objects.create(sheet=own, rank=1, role="pilot", name=" logement")
        Partner.objects.create(sheet=own, rank=2, role="carrier", name="Logement")
        beside = sheet(axis, 2, "ongoing", title="Action d’ailleurs", decision=self.founding)
        Partner.objects.create(sheet=beside, rank=1, role="associated", name="Logement")
        pages = {one["title"]: one for one in groups_slides(self.council, YEAR)}
        self.assertEqual(list(pages), ["Jeunesse", "Logement"])
        self.assertEqual(
            pages["Logement"]["lead"],
            "Habitat canari. 2 réunions tenues sur 4 prévues par an, 2 personnes venues.",
        )
        self.assertEqual(
            self.points("Logement"),
            [
                "Action 1.1 : Action canari (en cours, 40 %)",
                "Décidé : Décision canari",
                "Travaillé : Sujet canari",
            ],
        )
        self.assertEqual(self.points("Jeunesse"), ["Écouter les adolescents."])

    def test_the_paper_has_a_page_a_group_and_names_nobody(self) -> None:
        """One page each after the first; a council without a group is told how one opens."""
        url = reverse("reports:groups_pdf", args=["metz", 2025])
        answer = self.steering.get(url)
        self.assertIn("pleniere-groupes-2025.pdf", answer.headers["Content-Disposition"])
        self.assertEqual(len(pages_of(answer.content)), 3)
        words = text_of(answer.content)
        for expected in ("Les groupes de travail en 2025", "Logement", "2 réunions tenues"):
            self.assertIn(expected, words)
        for name in ("Klein", "Petit"):
            self.assertNotIn(name, words)
        other = council("autre", "Autre")
        browser = member(other, "president", "olga")
        words = text_of(browser.get(url.replace("metz", "autre")).content)
        self.assertIn("Aucun groupe de travail ouvert", words)

    def test_doors(self) -> None:
        """Anonymous to the login; readers, strangers and odd years to 404; no writing."""
        url = reverse("reports:groups_pdf", args=["metz", 2025])
        self.assertEqual(self.client.get(url).status_code, 302)
        stranger = member(council("autre", "Autre"), "coordinator", "olga")
        for browser in (member(self.council, "reader", "remi"), stranger):
            self.assertEqual(browser.get(url).status_code, 404)
        self.assertEqual(self.steering.post(url).status_code, 405)
        self.assertEqual(self.steering.get(url.replace("2025", "1999")).status_code, 404)

    def test_queries_do_not_grow(self) -> None:
        """Style 24: twenty groups and meetings cost what two cost."""
        with CaptureQueriesContext(connection) as few:
            groups_slides(self.council, YEAR)
        for n in range(20):
            made = self.group(f"Groupe {n}")
            meeting = held(made, dt.date(2025, 3, 3), (self.nurse, "on_site"))
            AgendaPoint.objects.create(body=made, meeting=meeting, title=f"Sujet {n}")
        with self.assertNumQueries(len(few)):
            self.assertEqual(len(groups_slides(self.council, YEAR)), 22)
