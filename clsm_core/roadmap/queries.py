"""What of the roadmap a council's pages show."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from clsm_core.council.models import Council
from clsm_core.roadmap.models import ActionSheet, Axis, Partner, PartnerRole

PART_LISTS = (
    "objective_lines",
    "activity_lines",
    "partner_lines",
    "audience_lines",
    "indicator_lines",
    "budgetline_lines",
    "funding_lines",
)


def axes_of(council: Council) -> QuerySet[Axis]:
    """Give the axes of a council with their sheets and pilots, in a constant number of queries."""
    pilots = Partner.objects.filter(role=PartnerRole.PILOT)
    sheets = ActionSheet.objects.select_related("axis").prefetch_related(
        Prefetch("partner_lines", queryset=pilots, to_attr="pilots")
    )
    return Axis.objects.filter(council=council).prefetch_related(
        Prefetch("sheets", queryset=sheets.order_by("number"))
    )


def sheet_of(council: Council, sheet_id: UUID) -> ActionSheet | None:
    """Give one sheet of the council with all its parts, None when it is not there."""
    return (
        ActionSheet.objects.filter(axis__council=council, pk=sheet_id)
        .select_related("axis")
        .prefetch_related(*PART_LISTS)
        .first()
    )
