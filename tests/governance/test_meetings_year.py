"""A year of meetings in figures (000-20, 004-20, 002-02; D.5)."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.governance.models import Attendance
from tests.governance.council_people import council, member
from tests.governance.governance_rows import body, mandate
from tests.governance.meeting_case import Case
from tests.governance.meeting_rows import held, meeting


class Year(Case):
    """Meetings by body, people once each, presence by college and category."""

    def setUp(self) -> None:
        """Hold two meetings of the committee; one person misses the second."""
        super().setUp()
        self.doctor.job_title = "Psychiatre"
        self.doctor.save()
        held(self.body)
        second = held(self.body)
        row = Attendance.objects.get(meeting=second, contact=self.doctor)
        row.presence, row.signed = "absent", "not"
        row.save()
        meeting(self.body, days=-1)
        self.year = now().year
        self.page_url = reverse("governance:meetings_year", args=["metz", self.year])

    def test_people_are_counted_once_and_only_held_meetings(self) -> None:
        """000-20, 004-20: number and kind of meetings, of people by function."""
        page = self.browser.get(self.page_url)
        text = " ".join(page.content.decode().split())
        self.assertIn("2 réunions tenues, 4 personnes différentes présentes", text)
        self.assertIn("1 structure représentée", text)
        self.assertIn("Psychiatre", text)
        # Psychiatry: two people at two meetings, one of them absent once.
        self.assertRegex(text, r"psychiatrie</th>.{0,200}?>4<.{0,120}?>3<.{0,120}?>75 %<")

    def test_who_is_represented_counts_for_her_structure(self) -> None:
        """004-20: a structure is there when one of its people is, or is represented."""
        town = Attendance.objects.exclude(contact__organisation=None)
        for row in town:
            row.presence, row.represented_by, row.signed = "represented", self.doctor, "not"
            row.save()
        text = " ".join(self.browser.get(self.page_url).content.decode().split())
        self.assertIn("2 personnes différentes présentes, 1 structure représentée", text)
        for row in town:
            row.presence, row.represented_by = "excused", None
            row.save()
        # Control: when they are excused, nobody stands for their structure.
        self.assertNotContains(self.browser.get(self.page_url), "1 structure représentée")

    def test_the_table_says_the_same(self) -> None:
        url = reverse("governance:meetings_year_csv", args=["metz", self.year])
        lines = self.browser.get(url).content.decode("utf-8-sig").splitlines()
        self.assertIn(f"{self.year};Réunions tenues;Comité de pilotage;;2", lines)
        self.assertIn(f"{self.year};Personnes différentes;toutes instances;;4", lines)
        self.assertIn(f"{self.year};Présences par collège;psychiatrie;4;3", lines)

    def test_another_council_and_other_years_count_nothing(self) -> None:
        other = council("autre", "Autre")
        browser = member(other, "coordinator", "paul")
        page = browser.get(reverse("governance:meetings_year", args=["autre", self.year]))
        self.assertContains(page, "Aucune réunion tenue cette année-là")
        self.assertEqual(browser.get(self.page_url).status_code, 404)
        for odd in (0, 99999999):
            url = reverse("governance:meetings_year", args=["metz", odd])
            self.assertEqual(self.browser.get(url).status_code, 404)
        reader = member(self.council, "reader", "remi")
        self.assertContains(reader.get(self.page_url), "Aucune réunion tenue")

    def test_queries_do_not_grow(self) -> None:
        self.browser.get(self.page_url)
        with CaptureQueriesContext(connection) as one:
            self.browser.get(self.page_url)
        other = body(self.council, "plenary")
        for _ in range(5):
            mandate(other)
            held(other)
        with self.assertNumQueries(len(one)):
            self.browser.get(self.page_url)
