"""The nine criteria of the 2025 standard, each with its proof and what is missing (D.6)."""

from __future__ import annotations

import datetime as dt
import io

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from odfdo import Document

from clsm_core.council.models import ArticulationMeeting, Council, Post, PostFunding, SchemeLink
from clsm_core.directory.models import Organisation, Partnership
from clsm_core.governance.models import (
    Attendance,
    Body,
    BodyMandate,
    FrameworkDocument,
    Meeting,
    Signatory,
)
from clsm_core.observatory.models import Need
from clsm_core.reports.criteria import Criterion, Status
from clsm_core.reports.presenters.conformity import criteria_of
from clsm_core.roadmap.models import ActionSheet, Funding, IndicatorValue
from clsm_core.roadmap.queries.counts.years import Year
from tests.cases_of import TestCase
from tests.governance.council_people import account_of, council, member
from tests.governance.meeting_case import text_of
from tests.governance.reports_rows import full_year, report

YEAR = Year(2025, dt.date(2025, 12, 31))
NUMBERS = list(range(1, 10))


def validated_before(of: Council) -> None:
    """Validate the report of the year before."""
    by = account_of(member(of, "president", "pia"))
    report(
        of,
        2024,
        state="validated",
        validated_on=dt.date(2025, 2, 1),
        validated_by=by,
        document=b"%PDF",
    )


class Concluded(TestCase):
    """A council that meets the nine, from which one thing is taken away at a time."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Give a full year."""
        cls.council = council()
        full_year(cls.council)
        validated_before(cls.council)

    def read(self) -> dict[int, Criterion]:
        """Compute the nine criteria."""
        return {one.number: one for one in criteria_of(self.council, YEAR)}

    def expect(self, number: int, status: Status, word: str) -> None:
        """Check the conclusion of one criterion, and that the others stay met."""
        found = self.read()
        self.assertEqual(found[number].status, status, found[number])
        told = " ".join(one.lack for one in found[number].lacks)
        self.assertIn(word, told)
        others = [one.number for one in found.values() if one.status != Status.MET]
        self.assertEqual(others, [number])

    def test_all_nine_are_met_with_their_proof(self) -> None:
        """002-01 to 002-09: each met, each with at least one proof and nothing missing."""
        found = self.read()
        self.assertEqual(list(found), NUMBERS)
        for one in found.values():
            self.assertEqual(one.status, Status.MET, (one.number, one.lacks))
            self.assertTrue(one.proofs)
            self.assertFalse(one.lacks)

    def test_carriage_asks_for_both_signatures_today(self) -> None:
        """1, 002-01: one signature is partial, none that holds is not met."""
        psychiatry = Signatory.objects.get(organisation__category="public_psychiatry")
        psychiatry.signed_on = None
        psychiatry.save()
        self.expect(1, Status.PARTIAL, "établissement")
        document = FrameworkDocument.objects.get(council=self.council)
        document.ends_on = dt.date(2025, 12, 30)
        document.save()
        self.expect(1, Status.NOT_MET, "collectivité")

    def test_inclusiveness_asks_for_seats_and_presence_in_both_bodies(self) -> None:
        """2, 002-02: a carer who sits but never comes makes it partial."""
        carers = Attendance.objects.filter(contact__college="carers", meeting__body__kind="plenary")
        for one in carers:
            one.presence = "absent"
            one.save()
        self.expect(2, Status.PARTIAL, "Aucune présence d’un aidant à l’assemblée plénière")
        for one in BodyMandate.objects.filter(college__in=("users", "carers")):
            one.ends_on = dt.date(2025, 1, 1)
            one.save()
        Attendance.objects.filter(contact__college__in=("users", "carers")).delete()
        self.expect_many(2, Status.NOT_MET, 8)

    def expect_many(self, number: int, status: Status, lacks: int) -> None:
        """Check a conclusion and how much is missing."""
        found = self.read()[number]
        self.assertEqual((found.status, len(found.lacks)), (status, lacks))

    def test_objectives_ask_for_a_record_of_the_year(self) -> None:
        """3, 002-03: needs, programme, network, resources."""
        for one in Need.objects.all():
            one.seen_on = dt.date(2024, 3, 1)
            one.save()
        self.expect(3, Status.PARTIAL, "besoin")
        for one in Organisation.objects.all():
            one.verified_on = dt.date(2024, 3, 1)
            one.save()
        for one in Partnership.objects.all():
            one.ends_on = dt.date(2024, 3, 1)
            one.save()
        for one in ActionSheet.objects.all():
            one.ends_on = dt.date(2024, 3, 1)
            one.save()
        self.expect_many(3, Status.NOT_MET, 4)

    def test_the_perimeter_is_reviewed_within_three_years(self) -> None:
        """4, 002-04: too old a review is partial; no commune is unknown."""
        self.council.perimeter_reviewed_on = dt.date(2022, 12, 1)
        self.council.save()
        self.expect(4, Status.PARTIAL, "moins de trois ans")
        self.council.perimeter_reviewed_on = dt.date(2023, 1, 2)
        self.council.save()
        self.assertEqual(self.read()[4].status, Status.MET)
        district = self.council.districts.get()
        district.population = district.population_year = None
        district.save()
        self.expect(4, Status.PARTIAL, "quartier")
        self.council.communes.through.objects.all().delete()
        self.assertEqual(self.read()[4].status, Status.UNKNOWN)

    def test_the_three_bodies_met(self) -> None:
        """5, 002-05, D-01: an assembly that did not meet is partial, none at all is not met."""
        for one in Meeting.objects.filter(body__kind="plenary"):
            one.state = "cancelled"
            one.save()
        found = self.read()
        self.assertEqual(found[5].status, Status.PARTIAL)
        self.assertIn("assemblée plénière", found[5].lacks[0].lack)
        for one in Meeting.objects.all():
            one.state = "cancelled"
            one.save()
        self.expect_many(5, Status.NOT_MET, 3)

    def test_the_coordination_is_full_time_trained_and_described(self) -> None:
        """6, 002-06: half a time is partial, less is not met."""
        post = Post.objects.get(council=self.council)
        for percent, status in ((100, Status.MET), (50, Status.PARTIAL), (49, Status.NOT_MET)):
            post.time_percent = percent
            post.save()
            self.assertEqual(self.read()[6].status, status)
        post.time_percent, post.job_description_on = 100, None
        post.save()
        self.expect(6, Status.PARTIAL, "fiche de poste")
        post.trainings.all().delete()
        self.expect_many(6, Status.PARTIAL, 2)

    def test_the_post_has_three_funders_and_actions_another(self) -> None:
        """7, 002-07: two of three are partial, one is not met, nothing is unknown."""
        funding = PostFunding.objects.get(funder="hospital")
        funding.amount = 0
        funding.save()
        self.expect(7, Status.PARTIAL, "hôpital, pôle de psychiatrie")
        PostFunding.objects.exclude(funder="ars").delete()
        self.expect(7, Status.NOT_MET, "collectivité")
        for one in Funding.objects.all():
            one.status = "asked"
            one.save()
        self.expect(7, Status.NOT_MET, "action")
        PostFunding.objects.all().delete()
        self.assertEqual(self.read()[7].status, Status.UNKNOWN)

    def test_follow_up_asks_for_values_the_last_report_and_lessons(self) -> None:
        """8, 002-08: each of the three is asked for."""
        IndicatorValue.objects.all().delete()
        self.expect(8, Status.PARTIAL, "indicateur")
        for one in ActionSheet.objects.all():
            one.lessons = ""
            one.save()
        self.expect(8, Status.PARTIAL, "capitalisation")

    def test_articulation_asks_for_both_schemes_and_a_meeting(self) -> None:
        """9, 002-09: a scheme that ended, no meeting, nothing."""
        scheme = SchemeLink.objects.get(kind="ptsm")
        scheme.ends_on = dt.date(2025, 12, 30)
        scheme.save()
        self.expect(9, Status.PARTIAL, "PTSM")
        ArticulationMeeting.objects.all().delete()
        self.expect(9, Status.PARTIAL, "réunion d’articulation")
        for one in SchemeLink.objects.all():
            one.ends_on = dt.date(2025, 12, 30)
            one.save()
        self.expect(9, Status.NOT_MET, "CLS")

    def test_bodies_recorded_but_never_met_are_not_met(self) -> None:
        """5: a body that exists makes the criterion known (control: without one, unknown)."""
        other = council("neuf", "Neuf")
        found = {one.number: one.status for one in criteria_of(other, YEAR)}
        self.assertEqual(set(found.values()), {Status.UNKNOWN})
        Body.objects.create(
            council=other, kind="steering", name="COPIL", starts_on=dt.date(2024, 1, 1)
        )
        self.assertEqual(
            {one.number: one.status for one in criteria_of(other, YEAR)}[5], Status.NOT_MET
        )


class Dossier(TestCase):
    """The page and what is handed over."""

    def setUp(self) -> None:
        """Give a full year to one council, nothing to the other."""
        self.council = council()
        full_year(self.council)
        self.browser = member(self.council)
        self.urls = [
            reverse(f"reports:{name}", args=["metz", 2025])
            for name in ("conformity", "conformity_pdf", "conformity_ods")
        ]

    def test_the_page_links_each_proof_and_says_what_is_missing(self) -> None:
        """D.6: status in words, proofs with their page, lacks with where to mend them."""
        page = self.browser.get(self.urls[0])
        text = " ".join(page.content.decode().split())
        self.assertIn("Validez le bilan de 2024.", text)
        for name in ("governance:framework", "council:post", "council:schemes", "roadmap:list"):
            self.assertContains(page, f'href="{reverse(name, args=["metz"])}"')
        for one in criteria_of(self.council, YEAR):
            self.assertIn(one.title, text)
            for proof in one.proofs:
                self.assertIn(" ".join(proof.text.split()), text)
            url = reverse(one.checks[0].proof.page, args=["metz"])
            self.assertEqual(self.browser.get(url).status_code, 200, url)

    def test_the_dossier_says_the_same_on_paper_and_in_cells(self) -> None:
        """002-01 to 002-09: a tagged PDF and a spreadsheet of the same conclusions."""
        pdf = self.browser.get(self.urls[1]).content
        self.assertIn(b"/StructTreeRoot", pdf)
        words = text_of(pdf)
        sheets = Document(io.BytesIO(self.browser.get(self.urls[2]).content)).body.tables
        self.assertEqual([one.name for one in sheets], ["Critères", "Preuves", "Ce qui manque"])
        rows = [[str(value) for value in row] for row in sheets[0].iter_values()]
        for one, row in zip(criteria_of(self.council, YEAR), rows[1:], strict=True):
            self.assertIn(f"{one.number}. {one.title} : {one.status.value}", words)
            self.assertEqual(row[1:4], [one.title, one.asked, one.status.value])
        missing = [[str(value) for value in row] for row in sheets[2].iter_values()]
        self.assertEqual([row[2] for row in missing[1:]], ["Validez le bilan de 2024."])
        self.assertIn("Validez le bilan de 2024.", words)

    def test_doors(self) -> None:
        """Steering roles only; a reader, a contributor, a stranger find nothing."""
        strangers = [
            member(self.council, "reader", "remi"),
            member(self.council, "contributor", "carl"),
            member(council("autre", "Autre"), "coordinator", "olga"),
        ]
        for url in self.urls:
            self.assertEqual(self.client.get(url).status_code, 302)
            self.assertEqual(self.browser.get(url).status_code, 200)
            self.assertEqual(self.browser.post(url).status_code, 405)
            for one in strangers:
                self.assertEqual(one.get(url).status_code, 404)

    def test_queries_do_not_grow(self) -> None:
        """Style 24."""
        self.browser.get(self.urls[0])
        with CaptureQueriesContext(connection) as one:
            self.browser.get(self.urls[0])
        axis = ActionSheet.objects.first().axis
        for number in range(50, 70):
            Need.objects.create(
                council=self.council, title="x", origin="plenary", seen_on=dt.date(2025, 2, 2)
            )
            ActionSheet.objects.create(axis=axis, number=number, title="x")
        with self.assertNumQueries(len(one)):
            self.browser.get(self.urls[0])
