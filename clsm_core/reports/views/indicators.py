"""Pages of the computed indicators, of conformity and of ethics, with their files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.reports.presenters import conformity as conformity_presenters
from clsm_core.reports.presenters import indicators as presenters
from clsm_core.reports.presenters.ethics import ethics_page
from clsm_core.reports.views.doors import year_or_404
from clsm_core.ui.attachment import attachment


@require_safe
@council_page()
def indicators(request: Any, council: Council, year: int) -> HttpResponse:
    """Show the indicators of a year."""
    page = presenters.indicators_page(request.member, year_or_404(request, year))
    return render(request, "reports/indicators.html", page)


@require_safe
@council_page()
def indicators_csv(request: Any, council: Council, year: int) -> HttpResponse:
    """Give the indicators of a year as a table."""
    content = presenters.indicators_table(council, year_or_404(request, year), at=now())
    return attachment(content, f"indicateurs-{year}.csv")


@require_safe
@council_page(Act.TRENDS)
def ethics(request: Any, council: Council, year: int) -> HttpResponse:
    """Show what the steering committee checks of ethics and confidentiality."""
    page = ethics_page(request.member, year_or_404(request, year))
    return render(request, "reports/ethics.html", page)


@require_safe
@council_page(Act.TRENDS)
def conformity(request: Any, council: Council, year: int) -> HttpResponse:
    """Show the nine criteria of a year."""
    page = conformity_presenters.conformity_page(request.member, year_or_404(request, year))
    return render(request, "reports/conformity.html", page)


@require_safe
@council_page(Act.TRENDS)
def conformity_pdf(request: Any, council: Council, year: int) -> HttpResponse:
    """Give the dossier of conformity on paper."""
    found = year_or_404(request, year)
    content = conformity_presenters.conformity_pdf(council, found, at=now())
    return attachment(content, f"conformite-{year}.pdf")


@require_safe
@council_page(Act.TRENDS)
def conformity_ods(request: Any, council: Council, year: int) -> HttpResponse:
    """Give the dossier of conformity as a spreadsheet."""
    found = year_or_404(request, year)
    content = conformity_presenters.conformity_ods(council, found, at=now())
    return attachment(content, f"conformite-{year}.ods")
