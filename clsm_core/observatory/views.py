"""Pages of the observatory: trends released by the commission, and their files."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clsm_core.accounts.access import council_page
from clsm_core.council.models import Council
from clsm_core.observatory import queries
from clsm_core.observatory.presenters import trends_page

READERS = ("coordinator", "president", "co_animator", "steering_member")
FILES = {
    "bundle.json": ("application/json", "bundle"),
    "manifest.json": ("application/json", "manifest"),
    "signature.bin": ("application/octet-stream", "signature"),
}


@require_GET
@council_page(*READERS)
def trends(request: HttpRequest, council: Council) -> HttpResponse:
    """Show what the commission released, proved before it is shown."""
    page = trends_page(
        council,
        queries.readings_of(council),
        queries.notes_of(council),
        is_whole=queries.history_is_whole(council),
        period=request.GET.get("periode", ""),
    )
    return render(request, "observatory/trends.html", page)


@require_GET
@council_page(*READERS)
def download(request: HttpRequest, council: Council, release_id: UUID, name: str) -> HttpResponse:
    """Give a file of a proved release, byte for byte, to be checked elsewhere."""
    reading = queries.reading_of(council, release_id)
    if reading is None or reading.proved is None or name not in FILES:
        raise Http404
    content_type, column = FILES[name]
    value = getattr(reading.release, column)
    body = value.encode() if isinstance(value, str) else bytes(value)
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
