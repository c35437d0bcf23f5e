"""The history of the person's agreement, and its receipt: on paper for her, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from cases.access.agreement_history import open_history
from cases.domain.receipt import receipt
from cases.permissions import Viewer
from cases.presenters import agreement as presenter
from cases.views.doors import page
from clsm_core.ui.pdf import compile_pdf

TEMPLATE = Path(__file__).parent.parent / "documents" / "agreement_receipt.typ"
FILE = "recu-accord"


@page("GET", "POST")
def agreement_history(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Show every expression, newest first; its words by a gesture that is recorded."""
    revealed = request.method == "POST"
    opened = open_history(viewer, code, with_words=revealed)
    context = {"page": presenter.page(opened, revealed=revealed), "revealed": revealed}
    return render(request, "cases/agreement_history.html", context)


@page("GET")
def agreement_receipt(request: Any, viewer: Viewer, code: str, pk: UUID) -> HttpResponse:
    """Return the receipt to be handed to the person, her words first."""
    opened = open_history(viewer, code, action="document.printed", with_words=True, only=pk)
    document = presenter.receipt_document(opened, opened.one(pk), viewer.at)
    pdf = compile_pdf(TEMPLATE, document, at=viewer.at, title=str(document["heading"]))
    return _download(HttpResponse(pdf, content_type="application/pdf"), "pdf")


@page("GET")
def agreement_receipt_data(request: Any, viewer: Viewer, code: str, pk: UUID) -> HttpResponse:
    """Return the same as data, under the terms of ISO/IEC TS 27560: no name, no word of hers."""
    opened = open_history(viewer, code, action="export.written", only=pk)
    data = receipt(presenter.receipt_facts(opened, opened.one(pk), viewer.at))
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    return _download(response, "json")


def _download(response: HttpResponse, extension: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{FILE}.{extension}"'
    return response
