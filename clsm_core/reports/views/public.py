"""Annual reports that anybody may read: validated, published, of a council whose page is open."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clsm_core.governance.views.public import opened
from clsm_core.reports.presenters.pages import public_page
from clsm_core.reports.queries.reports import listed, published_reports
from clsm_core.ui.attachment import attachment


@login_not_required
@require_safe
def reports(request: Any, slug: str) -> HttpResponse:
    """List the published reports of a council."""
    council = opened(slug)
    page = public_page(council, listed(published_reports(council)))
    return render(request, "reports/public.html", page)


@login_not_required
@require_safe
def pdf(request: Any, slug: str, year: int) -> HttpResponse:
    """Give a published report, the very bytes that were validated."""
    found = get_object_or_404(published_reports(opened(slug)), year=year)
    return attachment(bytes(found.document or b""), f"bilan-{year}.pdf")
