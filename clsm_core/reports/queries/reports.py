"""Which annual reports somebody may read, and what they cite that was taken back since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.observatory.models import NoteWithdrawal, ReleaseWithdrawal
from clsm_core.reports.models import AnnualReport, ReportState


def visible_reports(member: Member) -> QuerySet[AnnualReport]:
    """Return the reports of the council: validated ones, drafts too for who steers."""
    found = AnnualReport.objects.filter(council=member.council).select_related("council")
    if not member.may(Act.TRENDS):
        found = found.filter(state=ReportState.VALIDATED)
    return found


def listed(reports: QuerySet[AnnualReport]) -> QuerySet[AnnualReport]:
    """Load what a list shows, without documents."""
    return reports.defer("document", "steering_document", "figures", "comments").order_by("-year")


def published_reports(council: Council) -> QuerySet[AnnualReport]:
    """Return what anybody may read: validated, then published."""
    return AnnualReport.objects.filter(
        council=council, state=ReportState.VALIDATED, is_published=True
    )


def years_taken(council: Council) -> set[int]:
    """Return the years that have a report already."""
    return set(AnnualReport.objects.filter(council=council).values_list("year", flat=True))


def withdrawn_since(
    council: Council, cited: Iterable[Mapping[str, str]]
) -> list[tuple[str, datetime]]:
    """Name what a frozen report cites of the commission and that was withdrawn, with when.

    Args:
        cited: releases and notes, as the report keeps them.
    """
    names = {one["id"]: one["label"] for one in cited}
    releases = ReleaseWithdrawal.objects.filter(release__council=council, release__in=names)
    notes = NoteWithdrawal.objects.filter(note__council=council, note__in=names)
    gone = [
        *releases.values_list("release", "withdrawn_at"),
        *notes.values_list("note", "withdrawn_at"),
    ]
    return sorted(((names[str(pk)], at) for pk, at in gone), key=lambda one: one[1])
