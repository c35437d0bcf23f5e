"""An annual report: started, commented, validated, frozen, published (D.4; 002-08, 004-03)."""

from __future__ import annotations

import datetime as dt
import io
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from odfdo import Document

from clsm_core.accounts.clock import now
from clsm_core.council.models import CouncilMembership
from clsm_core.directory.models import Partnership
from clsm_core.governance.models import Body, Meeting
from clsm_core.reports.models import AnnualReport, ReportPart, ReportState
from clsm_core.roadmap.models import ActionSheet, YearReview
from tests.cases_of import TestCase
from tests.governance.council_people import account_of, council, member
from tests.governance.meeting_case import text_of
from tests.governance.reports_rows import YEAR, full_year, held, need, report, sheet

COMMENT = "Une année de consolidation.\nLe comité s’est élargi."


class Case(TestCase):
    """A council with a full year and its people."""

    def setUp(self) -> None:
        """Open the council and one more."""
        self.council = council()
        self.other = council("autre", "Autre")
        full_year(self.council)
        self.browser = member(self.council, "coordinator", "claire")
        self.president = member(self.council, "president", "paul")
        self.steering = member(self.council, "steering_member", "sam")
        self.reader = member(self.council, "reader", "remi")
        self.stranger = member(self.other, "coordinator", "olga")

    def url(self, name: str, *args: object) -> str:
        """Return an address of the reports of the council."""
        return reverse(f"reports:{name}", args=["metz", *args])

    def post(self, browser, url: str, **data: object):
        """Post a form with the version of the report that is read."""
        row = AnnualReport.objects.filter(council=self.council, year=YEAR).first()
        values = {"idempotency_key": str(uuid4()), "version": row.version if row else "", **data}
        return browser.post(url, values)

    def comment(self, part: str = "governance", text: str = COMMENT, **data: object):
        """Comment a part."""
        url = self.url("report_comment", YEAR, part)
        return self.post(self.browser, url, **{f"comment_{part}": text}, **data)

    def stored(self) -> AnnualReport:
        """Return the report as it is stored."""
        return AnnualReport.objects.get(council=self.council, year=YEAR)

    def validated(self) -> AnnualReport:
        """Give a validated report."""
        if not AnnualReport.objects.filter(council=self.council, year=YEAR).exists():
            report(self.council)
        answer = self.post(self.president, self.url("report_validate", YEAR))
        self.assertEqual(answer.status_code, 302)
        return self.stored()


class Written(Case):
    """Started, then commented part by part."""

    def test_a_report_is_started_once_and_replayed_once(self) -> None:
        """D.4: one report a year; the same post twice makes one; a taken year is refused."""
        url = self.url("report_new")
        data = {"year": YEAR, "idempotency_key": str(uuid4())}
        for _ in range(2):
            self.assertRedirects(self.browser.post(url, data), self.url("report", YEAR))
        self.assertEqual(AnnualReport.objects.count(), 1)
        again = self.browser.post(url, {"year": YEAR, "idempotency_key": str(uuid4())})
        self.assertEqual(again.status_code, 200)
        self.assertEqual(AnnualReport.objects.count(), 1)
        future = self.browser.post(url, {"year": now().year + 1, "idempotency_key": str(uuid4())})
        self.assertEqual(future.status_code, 200)

    def test_every_part_takes_a_comment_found_in_all_its_forms(self) -> None:
        """D.4: comments part by part, read on the page and in the PDF; one alone makes a part."""
        report(self.council)
        for rank, part in enumerate(ReportPart.values):
            answer = self.comment(part, f"canari-{rank} de la partie")
            self.assertRedirects(answer, f"{self.url('report', YEAR)}#{part}")
        page = self.browser.get(self.url("report", YEAR))
        words = text_of(self.browser.get(self.url("report_pdf", YEAR)).content)
        for rank, part in enumerate(ReportPart):
            self.assertContains(page, f"canari-{rank} de")
            self.assertIn(f"canari-{rank} de la partie", words)
            self.assertIn(part.label, words)
        # The commission published nothing: the part stands by its comment only.
        self.assertNotIn("la commission n’a rien publié", words)
        self.comment("commission", "  ")
        words = text_of(self.browser.get(self.url("report_pdf", YEAR)).content)
        self.assertIn("la commission n’a rien publié", words)

    def test_two_tabs_show_both_texts(self) -> None:
        """A stale comment is refused and shown beside the stored one."""
        report(self.council)
        self.comment(text="le texte de l’une")
        answer = self.comment(text="le texte de l’autre", version=1)
        self.assertContains(answer, "le texte de l’une")
        self.assertContains(answer, "le texte de l’autre")
        self.assertEqual(self.stored().comments, {"governance": "le texte de l’une"})

    def test_a_comment_tells_of_nobody(self) -> None:
        """D-10: a text that points at somebody is asked about, then accepted when confirmed."""
        report(self.council)
        text = "Monsieur Dupont est hospitalisé depuis mars."
        answer = self.comment(text=text)
        self.assertContains(answer, "semble désigner quelqu’un")
        self.assertEqual(self.stored().comments, {})
        self.assertEqual(self.comment(text=text, is_general="on").status_code, 302)

    def test_doors_of_writing(self) -> None:
        """MANAGE writes, VALIDATE validates; readers, strangers and unknown parts find nothing."""
        report(self.council)
        manage = [self.url("report_new"), self.url("report_comment", YEAR, "budget")]
        sign = [self.url("report_validate", YEAR)]
        for url in (*manage, *sign):
            self.assertEqual(self.client.get(url).status_code, 302)
            for browser in (self.reader, self.steering, self.stranger):
                self.assertEqual(browser.get(url).status_code, 404, url)
                self.assertEqual(self.post(browser, url).status_code, 404, url)
            self.assertEqual(self.browser.get(url).status_code, 200, url)
            self.assertEqual(self.browser.put(url).status_code, 405)
        self.assertEqual(self.president.get(manage[1]).status_code, 404)
        self.assertEqual(self.president.get(sign[0]).status_code, 200)
        for odd in ("inconnue", "territory2"):
            url = self.url("report_comment", YEAR, odd)
            self.assertEqual(self.browser.get(url).status_code, 404)
        self.assertEqual(self.browser.get(self.url("report", 2024)).status_code, 404)
        self.assertEqual(self.stored().state, ReportState.DRAFT)

    def test_a_right_that_ends_ends(self) -> None:
        """A coordinator whose role ended meanwhile writes nothing (control: she did)."""
        report(self.council)
        self.assertEqual(self.comment(text="avant").status_code, 302)
        role = CouncilMembership.objects.get(user=account_of(self.browser))
        role.ends_on = now().date() - dt.timedelta(days=1)
        role.save()
        self.assertEqual(self.comment(text="après").status_code, 404)
        self.assertEqual(self.stored().comments, {"governance": "avant"})

    def test_drafts_are_for_who_steers(self) -> None:
        """TRENDS reads drafts; READ reads validated reports only, in the list too."""
        report(self.council)
        urls = [self.url(name, YEAR) for name in ("report", "report_pdf", "report_odt")]
        for url in urls:
            self.assertEqual(self.steering.get(url).status_code, 200)
            self.assertEqual(self.reader.get(url).status_code, 404)
            self.assertEqual(self.stranger.get(url).status_code, 404)
        self.assertContains(self.steering.get(self.url("home")), f"Bilan {YEAR}")
        self.assertContains(self.reader.get(self.url("home")), "Aucun bilan à lire")
        self.validated()
        for url in urls:
            self.assertEqual(self.reader.get(url).status_code, 200)
            self.assertEqual(self.stranger.get(url).status_code, 404)
            self.assertEqual(self.reader.post(url).status_code, 405)
        self.assertContains(self.reader.get(self.url("home")), f"Bilan {YEAR}")
        for name in ("slides_pdf", "note_pdf"):
            self.assertEqual(self.reader.get(self.url(name, YEAR)).status_code, 404)
            self.assertEqual(self.steering.get(self.url(name, YEAR)).status_code, 200)

    def test_the_same_year_of_another_council_is_another_report(self) -> None:
        """Tenancy: addresses are a slug and a year; each council reads its own."""
        report(self.council, comments={"budget": "canari d’ici"})
        report(self.other, comments={"budget": "canari d’ailleurs"})
        theirs = reverse("reports:report", args=["autre", YEAR])
        self.assertContains(self.stranger.get(theirs), "canari d’ailleurs")
        self.assertNotContains(self.browser.get(self.url("report", YEAR)), "d’ailleurs")
        self.assertEqual(self.browser.get(theirs).status_code, 404)

    def test_queries_of_a_report_do_not_grow(self) -> None:
        """Style 24: twenty more needs, reviews and partnerships cost nothing more."""
        report(self.council)
        url = self.url("report", YEAR)
        self.browser.get(url)
        with CaptureQueriesContext(connection) as one:
            self.browser.get(url)
        first = ActionSheet.objects.order_by("axis__number", "number").first()
        for number in range(50, 70):
            made = sheet(first.axis, number, decision=first.decision)
            YearReview.objects.create(sheet=made, year=YEAR, done="x", prospects="y")
            need(self.council, f"Besoin {number}")
            Partnership.objects.create(
                council=self.council,
                nature="charter",
                subject="x",
                starts_on=dt.date(2025, 1, 1),
            )
        with self.assertNumQueries(len(one)):
            self.browser.get(url)

    def test_queries_of_the_list_do_not_grow(self) -> None:
        """Style 24."""
        report(self.council)
        self.browser.get(self.url("home"))
        with CaptureQueriesContext(connection) as one:
            self.browser.get(self.url("home"))
        for year in range(2001, 2021):
            report(self.council, year)
        with self.assertNumQueries(len(one)):
            self.browser.get(self.url("home"))


class Frozen(Case):
    """Validated: nothing moves it."""

    def test_later_data_move_nothing(self) -> None:
        """002-08, 004-03: page, PDF, text, slides stay; a draft of another year moves (control)."""
        report(self.council)
        self.comment()
        draft_before = self.browser.get(self.url("report", YEAR)).content.decode()
        self.assertIn("5</b> réunions tenues", draft_before)
        frozen = self.validated()
        page = self.reader.get(self.url("report", YEAR)).content.decode()
        odt = self.content_of_text("report_odt")
        slides = text_of(self.browser.get(self.url("slides_pdf", YEAR)).content)
        pdf = self.reader.get(self.url("report_pdf", YEAR)).content
        self.assertEqual(pdf, bytes(frozen.document))
        body = Body.objects.get(council=self.council, kind="plenary")
        held(body, dt.date(2025, 9, 9))
        for one in ActionSheet.objects.all():
            one.title = "Titre nouveau"
            one.save()
        self.council.name = "CLSM renommé"
        self.council.save()
        live = self.browser.get(self.url("indicators", YEAR)).content.decode()
        self.assertIn("6</b> réunions tenues", live)
        self.assertEqual(self.reader.get(self.url("report_pdf", YEAR)).content, pdf)
        self.assertEqual(self.content_of_text("report_odt"), odt)
        self.assertEqual(text_of(self.browser.get(self.url("slides_pdf", YEAR)).content), slides)
        after = self.reader.get(self.url("report", YEAR)).content.decode()
        self.assertIn("5</b> réunions tenues", after)
        self.assertNotIn("Titre nouveau", after)
        self.assertEqual(page.count("<table"), after.count("<table"))

    def content_of_text(self, name: str) -> str:
        """Return the words of the editable text."""
        document = Document(io.BytesIO(self.reader.get(self.url(name, YEAR)).content))
        return str(document.get_formatted_text())

    def test_nothing_is_written_after_validation(self) -> None:
        """A comment, a second validation, a stale tab: refused; figures and bytes unchanged."""
        report(self.council)
        self.comment()
        frozen = self.validated()
        self.assertEqual(
            (frozen.state, frozen.validated_by, frozen.version),
            (ReportState.VALIDATED, account_of(self.president), 3),
        )
        comment = self.url("report_comment", YEAR, "budget")
        self.assertEqual(self.browser.get(comment).status_code, 404)
        answer = self.comment("budget", "trop tard")
        self.assertContains(answer, "Ce bilan est validé")
        self.assertContains(answer, "trop tard")
        again = self.post(self.president, self.url("report_validate", YEAR))
        self.assertContains(again, "Ce bilan est validé")
        kept = self.stored()
        self.assertEqual(
            (kept.figures, bytes(kept.document), kept.comments, kept.version),
            (frozen.figures, bytes(frozen.document), frozen.comments, 3),
        )

    def test_validating_over_a_comment_just_written_is_refused(self) -> None:
        """Two tabs: what one validates is what one has read."""
        report(self.council)
        self.comment()
        answer = self.post(self.president, self.url("report_validate", YEAR), version=1)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.stored().state, ReportState.DRAFT)

    def test_the_database_holds_the_rules_too(self) -> None:
        """A validated report has its document, date and author; a published one is validated."""
        made = report(self.council)
        for values in ({"state": "validated"}, {"is_published": True}):
            with self.assertRaises(IntegrityError), transaction.atomic():
                AnnualReport.objects.filter(pk=made.pk).update(**values)

    def test_the_figures_kept_are_those_of_the_document(self) -> None:
        """What is frozen as values is what the frozen paper says."""
        frozen = self.validated()
        words = text_of(bytes(frozen.document))
        for number, label in frozen.figures["essential"]:
            self.assertIn(f"{number} {label}", words)
        codes = {one["code"] for one in frozen.figures["figures"]}
        self.assertLessEqual({"meetings", "presence", "actions", "territory"}, codes)


class Published(Case):
    """Shown to anybody when the council is public and the report published."""

    def setUp(self) -> None:
        """Open the public page."""
        super().setUp()
        self.council.is_published = True
        self.council.save()
        self.list_url = reverse("public_reports:list", args=["metz"])
        self.pdf_url = reverse("public_reports:pdf", args=["metz", YEAR])

    def test_published_then_taken_back(self) -> None:
        """D.4: on /public/<slug>/bilans/ when both are published; the very bytes validated."""
        self.validated()
        self.assertContains(self.client.get(self.list_url), "Aucun bilan n’est publié")
        self.assertEqual(self.client.get(self.pdf_url).status_code, 404)
        self.post(self.president, self.url("report_publish", YEAR))
        self.assertContains(self.client.get(self.list_url), f"Bilan annuel {YEAR}")
        self.assertEqual(self.client.get(self.pdf_url).content, bytes(self.stored().document))
        public = self.client.get(reverse("public_council:home", args=["metz"]))
        self.assertContains(public, self.list_url)
        self.council.is_published = False
        self.council.save()
        for url in (self.list_url, self.pdf_url):
            self.assertEqual(self.client.get(url).status_code, 404)
        self.council.is_published = True
        self.council.save()
        self.post(self.president, self.url("report_unpublish", YEAR))
        self.assertEqual(self.client.get(self.pdf_url).status_code, 404)

    def test_only_validated_reports_and_by_who_signs(self) -> None:
        """A draft cannot be published; a member may not; replayed, it is published once."""
        report(self.council)
        url = self.url("report_publish", YEAR)
        for browser in (self.president, self.reader, self.steering, self.stranger):
            self.assertEqual(self.post(browser, url).status_code, 404)
        self.assertFalse(self.stored().is_published)
        version = self.validated().version
        for name in ("report_publish", "report_unpublish"):
            for browser in (self.reader, self.steering, self.stranger):
                self.assertEqual(self.post(browser, self.url(name, YEAR)).status_code, 404)
            self.assertEqual(self.client.get(self.url(name, YEAR)).status_code, 302)
            self.assertEqual(self.president.put(self.url(name, YEAR)).status_code, 405)
        data = {"idempotency_key": str(uuid4()), "version": version}
        for _ in range(2):
            self.assertEqual(self.president.post(url, data).status_code, 302)
        self.assertEqual(self.stored().version, version + 1)

    def test_the_public_report_names_no_coordinator_nor_member(self) -> None:
        """Persons are counted, not named: neither the coordinator nor who came."""
        self.validated()
        self.post(self.president, self.url("report_publish", YEAR))
        words = text_of(self.client.get(self.pdf_url).content)
        self.assertIn("1 ETP", words)
        for name in ("Camille Quenot", "Membre 1", "Signataire"):
            self.assertNotIn(name, words)
        self.assertGreater(Meeting.objects.count(), 0)
