"""Papers of a year: the report, its editable text, the slides, the note to the ARS."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.reports.odt import report_odt
from clsm_core.reports.presenters.groups import groups_pdf
from clsm_core.reports.presenters.note import note_pdf
from clsm_core.reports.presenters.pages import foot_of
from clsm_core.reports.presenters.papers import METHOD, report_pdf, slides_pdf
from clsm_core.reports.presenters.report import content_of, general, has_reserved, shown
from clsm_core.reports.queries.reports import visible_reports
from clsm_core.reports.views.doors import report_or_404, year_or_404
from clsm_core.ui.attachment import attachment

GENERAL = "generale"


@require_safe
@council_page()
def pdf(request: Any, council: Council, year: int) -> HttpResponse:
    """Give the report on paper: the frozen bytes once it is validated."""
    found, is_steering = report_or_404(request, year), _is_steering(request)
    frozen = found.steering_document if is_steering else None
    frozen = frozen or found.document
    if frozen is not None:
        is_reserved = is_steering and found.steering_document is not None
        return attachment(bytes(frozen), _name(year, "pdf", is_reserved=is_reserved))
    content = shown(found, year_or_404(request, year), is_steering=is_steering)
    foot = foot_of(found, content, request.member.today)
    name = _name(year, "pdf", is_reserved=has_reserved(content))
    return attachment(report_pdf(content, foot=foot, at=now()), name)


@require_safe
@council_page()
def odt(request: Any, council: Council, year: int) -> HttpResponse:
    """Give the report as an editable text, with the content of its PDF."""
    found, is_steering = report_or_404(request, year), _is_steering(request)
    content = shown(found, year_or_404(request, year), is_steering=is_steering)
    foot = foot_of(found, content, request.member.today)
    made = report_odt(content, foot=foot.capitalize(), method=METHOD, at=now())
    return attachment(made, _name(year, "odt", is_reserved=has_reserved(content)))


@require_safe
@council_page(Act.TRENDS)
def slides(request: Any, council: Council, year: int) -> HttpResponse:
    """Give what is shown in a plenary assembly, from the report of the year when there is one."""
    span = year_or_404(request, year)
    found = visible_reports(request.member).filter(year=year).first()
    content = (
        shown(found, span, is_steering=False) if found else general(content_of(council, span, {}))
    )
    return attachment(slides_pdf(content, foot=str(year), at=now()), f"pleniere-{year}.pdf")


@require_safe
@council_page(Act.TRENDS)
def groups(request: Any, council: Council, year: int) -> HttpResponse:
    """Give what each working group shows in a plenary assembly, from the data of the day."""
    content = groups_pdf(council, year_or_404(request, year), at=now())
    return attachment(content, f"pleniere-groupes-{year}.pdf")


@require_safe
@council_page(Act.TRENDS)
def note(request: Any, council: Council, year: int) -> HttpResponse:
    """Give the note to the ARS, from the data of the day."""
    content = note_pdf(council, year_or_404(request, year), at=now())
    return attachment(content, f"note-ars-{year}.pdf")


def _is_steering(request: Any) -> bool:
    """Tell which edition is asked for: whoever may read both asks for the general one by name."""
    return request.member.may(Act.TRENDS) and request.GET.get("edition") != GENERAL


def _name(year: int, extension: str, *, is_reserved: bool) -> str:
    return f"bilan-{year}{'-pilotage' if is_reserved else ''}.{extension}"
