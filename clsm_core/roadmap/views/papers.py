"""The roadmap to keep or to print: a sheet, the whole, a spreadsheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.roadmap.models import ActionSheet
from clsm_core.roadmap.permissions import READ
from clsm_core.roadmap.presenters import papers
from clsm_core.roadmap.presenters.layouts import LAYOUTS
from clsm_core.roadmap.presenters.tables import sheets_ods
from clsm_core.roadmap.queries import plans, sheets
from clsm_core.roadmap.views.lookups import plan_of
from clsm_core.ui.attachment import attachment


@require_safe
@council_page(READ)
def sheet(request: Any, council: Council, sheet_id: UUID, layout: str) -> HttpResponse:
    """Give a sheet on paper, in one of the three layouts."""
    there(LAYOUTS.get(layout))
    found = there(sheets.sheet_of(council, sheet_id))
    content = papers.sheet_pdf(council, found, layout, at=now())
    return attachment(content, f"fiche-{found.code.replace('.', '-')}-{layout}.pdf")


@require_safe
@council_page(READ)
def roadmap(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Give the whole roadmap on paper."""
    found = plan_of(council, roadmap_id)
    axes = list(plans.axes_of(found))
    content = papers.roadmap_pdf(council, found, axes, _all(found), at=now())
    return attachment(content, f"feuille-de-route-{found.starts_on.year}.pdf")


@require_safe
@council_page(READ)
def spreadsheet(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Give the sheets of a roadmap as a spreadsheet, which an import reads again."""
    found = plan_of(council, roadmap_id)
    content = sheets_ods(_all(found), title=found.title, at=now())
    return attachment(content, f"fiches-{found.starts_on.year}.ods")


def _all(found: Any) -> list[ActionSheet]:
    kept = ActionSheet.objects.filter(axis__roadmap=found)
    return list(sheets.in_full(kept).order_by("axis__number", "number"))
