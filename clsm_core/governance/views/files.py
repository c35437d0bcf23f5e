"""How the papers of governance are handed over: by a name that names nobody."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

from clsm_core.governance.models import Document


def given_back(document: Document) -> HttpResponse:
    """Answer with a file as it was received, always to be kept, harmless if it is opened here."""
    response = HttpResponse(bytes(document.content), content_type=document.media_type)
    bare = document.file_name.encode("ascii", "ignore").decode() or "document"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{bare}\"; filename*=UTF-8''{quote(document.file_name)}"
    )
    response.csp_sandbox = True
    return response
