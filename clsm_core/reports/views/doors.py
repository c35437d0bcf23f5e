"""What the pages of the reports ask before they open: a year that exists, a report one may read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from clsm_core.reports.models import AnnualReport
from clsm_core.reports.queries.reports import visible_reports
from clsm_core.roadmap.queries.counts.years import Year, year_of

TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
}
either = require_http_methods(["GET", "HEAD", "POST"])


def year_or_404(request: Any, number: int) -> Year:
    """Return a year that has begun. Raises: Http404."""
    year = year_of(number, request.member.today)
    if year is None:
        raise Http404
    return year


def report_or_404(request: Any, number: int) -> AnnualReport:
    """Return the report of a year among those that one may read. Raises: Http404."""
    return get_object_or_404(visible_reports(request.member), year=number)


def handed_over(content: bytes, name: str) -> HttpResponse:
    """Answer with a file to keep; its name names nobody."""
    response = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
