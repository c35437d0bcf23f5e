"""Pages of the roadmap: its sheets, one sheet."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.roadmap import presenters, queries


@require_GET
@council_page()
def sheets(request: HttpRequest, council: Council) -> HttpResponse:
    """List the sheets by axis."""
    page = presenters.list_page(council, queries.axes_of(council))
    return render(request, "roadmap/list.html", page)


@require_GET
@council_page()
def sheet(request: HttpRequest, council: Council, sheet_id: UUID) -> HttpResponse:
    """Show one sheet, field by field."""
    found = queries.sheet_of(council, sheet_id)
    if found is None:
        raise Http404
    return render(request, "roadmap/sheet.html", presenters.sheet_page(council, found))
