"""What the pages of the reports ask before they open: a year that exists, a report one may read."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from clsm_core.reports.models import AnnualReport
from clsm_core.reports.queries.reports import visible_reports
from clsm_core.roadmap.queries.counts.years import Year, year_of


def year_or_404(request: Any, number: int) -> Year:
    """Return a year that has begun. Raises: Http404."""
    year = year_of(number, request.member.today)
    if year is None:
        raise Http404
    return year


def report_or_404(request: Any, number: int) -> AnnualReport:
    """Return the report of a year among those that one may read. Raises: Http404."""
    return get_object_or_404(visible_reports(request.member), year=number)
