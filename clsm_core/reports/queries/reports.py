"""Which annual reports somebody may read."""

from __future__ import annotations

from django.db.models import QuerySet

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.reports.models import AnnualReport, ReportState


def visible_reports(member: Member) -> QuerySet[AnnualReport]:
    """Return the reports of the council: validated ones, drafts too for who steers."""
    found = AnnualReport.objects.filter(council=member.council).select_related("council")
    if not member.may(Act.TRENDS):
        found = found.filter(state=ReportState.VALIDATED)
    return found


def listed(reports: QuerySet[AnnualReport]) -> QuerySet[AnnualReport]:
    """Load what a list shows, without documents."""
    return reports.defer("document", "figures", "comments").order_by("-year")


def published_reports(council: Council) -> QuerySet[AnnualReport]:
    """Return what anybody may read: validated, then published."""
    return AnnualReport.objects.filter(
        council=council, state=ReportState.VALIDATED, is_published=True
    )


def years_taken(council: Council) -> set[int]:
    """Return the years that have a report already."""
    return set(AnnualReport.objects.filter(council=council).values_list("year", flat=True))
