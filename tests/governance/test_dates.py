"""Dates are written in legal time, by templates and by presenters alike (decision 10)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.template import Context, Template

from clsm_core.ui.templatetags.ui import day, moment, short_day
from tests.cases_of import TestCase

# Half past midnight in Paris on the first: still the day before in universal time.
NIGHT = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


class LegalTime(TestCase):
    """At half past midnight in Paris, today is already tomorrow's UTC."""

    def test_a_presenter_and_a_template_write_the_same(self) -> None:
        page = Template("{% load ui %}{{ at|day }}, {{ at|short_day }}, {{ at|moment }}")
        wanted = (day(NIGHT), short_day(NIGHT), moment(NIGHT))
        self.assertEqual(page.render(Context({"at": NIGHT})), ", ".join(wanted))
        self.assertEqual(wanted, ("1er février 2026", "1er févr. 2026", "1er févr. 2026, 0 h 30"))

    def test_a_date_is_itself(self) -> None:
        self.assertEqual(day(date(2026, 1, 31)), "31 janvier 2026")
        self.assertEqual((day(None), short_day(None), moment(None)), ("", "", ""))
