"""Files handed over as answers, under names that name nobody."""

from __future__ import annotations

from django.http import HttpResponse

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
}


def attachment(content: bytes, name: str) -> HttpResponse:
    """Answer with a file to keep; its type is that of its name's extension."""
    response = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
