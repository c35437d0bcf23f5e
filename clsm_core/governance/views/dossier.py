"""The dossier that a new coordinator inherits."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.presenters import dossier as presenters
from clsm_core.ui.attachment import attachment


@require_safe
@council_page(Act.VALIDATE)
def dossier(request: Any, council: Council) -> HttpResponse:
    """Show, on one page, where the council stands."""
    page = presenters.page(council, request.member, now())
    return render(request, "governance/dossier.html", page)


@require_safe
@council_page(Act.VALIDATE)
def paper(request: Any, council: Council) -> HttpResponse:
    """Give the dossier on paper."""
    return attachment(presenters.paper(council, now()), "passation.pdf")
