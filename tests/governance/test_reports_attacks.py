"""Attacks on the annual reports: a validated one never moves, an address never breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.reports.actions import reports as actions
from clsm_core.reports.models import AnnualReport, ReportPart
from clsm_core.reports.urls import urlpatterns
from tests.cases_of import CommittingTestCase, TestCase
from tests.governance.at_once import during
from tests.governance.council_people import account_of, council, member
from tests.governance.reports_rows import YEAR, report

HUGE = 10**30
PAPER = b"%PDF-"


def validated(row: AnnualReport, by: Any) -> AnnualReport:
    """Validate a report with a paper of its own."""
    return actions.validate(
        report=AnnualReport.objects.get(pk=row.pk),
        content={"parts": []},
        document=PAPER,
        steering_document=None,
        by=by,
        on=now().date(),
    )


class WhileValidating(CommittingTestCase):
    """A validation takes seconds: whoever posts meanwhile cannot guess her way behind it."""

    def setUp(self) -> None:
        self.council: Council = council(f"metz-{self._testMethodName[-7:].replace('_', '-')}")
        self.browser = member(self.council, "coordinator", self._testMethodName[-7:])
        self.row = report(self.council)

    def post(self, name: str, version: int, *args: object, **data: object) -> Any:
        url = reverse(f"reports:{name}", args=[self.council.slug, YEAR, *args])
        return self.browser.post(url, {"version": version, **data})

    def test_a_comment_with_the_version_to_come(self) -> None:
        """D.4: the version is guessed, the row was read as a draft: the report stays frozen."""
        comment = {"comment_governance": "Réécrit"}
        by = account_of(self.browser)
        during(
            lambda: validated(self.row, by),
            lambda: self.post("report_comment", 2, "governance", **comment),
        )
        kept = AnnualReport.objects.get(pk=self.row.pk)
        self.assertEqual((kept.state, kept.comments), ("validated", {}))
        self.assertEqual(bytes(kept.document or b""), PAPER)

    def test_the_control_a_comment_before(self) -> None:
        answer = self.post("report_comment", 1, "governance", comment_governance="Écrit")
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(AnnualReport.objects.get(pk=self.row.pk).comment_governance, "Écrit")


class Frozen(TestCase):
    """An act on a row read before the validation is refused after it."""

    def setUp(self) -> None:
        self.council = council()
        self.browser = member(self.council, "coordinator", "claire")
        self.row = report(self.council)

    def acts(self) -> list[Callable[[], Any]]:
        row = AnnualReport.objects.get(pk=self.row.pk)
        by = account_of(self.browser)
        return [
            lambda: actions.comment(report=row, part=ReportPart.GOVERNANCE, text="Réécrit"),
            lambda: actions.validate(
                report=row,
                content={},
                document=b"autre",
                steering_document=None,
                by=by,
                on=now().date(),
            ),
            lambda: actions.publish(report=row),
            lambda: actions.unpublish(report=row),
        ]

    def test_rows_read_before(self) -> None:
        acts = self.acts()
        validated(self.row, account_of(self.browser))
        for place, act in enumerate(acts):
            with self.subTest(place), self.assertRaises(Refusal):
                act()
        kept = AnnualReport.objects.get(pk=self.row.pk)
        self.assertEqual((kept.state, bytes(kept.document or b"")), ("validated", PAPER))

    def test_the_control(self) -> None:
        """Before: commented and validated. After, on a row read after: published, taken back."""
        for place in (0, 1, 2, 3):
            self.acts()[place]()
        self.assertFalse(AnnualReport.objects.get(pk=self.row.pk).is_published)


class Addresses(TestCase):
    """A year that no calendar has is absent, whoever asks and however."""

    def test_years_of_no_calendar(self) -> None:
        here = council()
        here.is_published = True
        here.save()
        browser = member(here, "coordinator", "claire")
        report(here)
        names = [one.name for one in urlpatterns if "<int:year>" in str(one.pattern)]
        self.assertGreater(len(names), 12)
        for name in names:
            more = ["governance"] if name == "report_comment" else []
            for year in (0, 1, 9999, 32768, 2**31, HUGE):
                url = reverse(f"reports:{name}", args=[here.slug, year, *more])
                with self.subTest(name, year=year):
                    self.assertEqual(browser.get(url).status_code, 404)
        for year in (0, HUGE):
            url = reverse("public_reports:pdf", args=[here.slug, year])
            self.assertEqual(browser.get(url).status_code, 404)
        self.assertEqual(
            browser.get(reverse("reports:report", args=[here.slug, YEAR])).status_code, 200
        )
