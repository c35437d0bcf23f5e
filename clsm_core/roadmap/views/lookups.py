"""What the views of the roadmap share: a row that this account may read or write, or 404."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from clsm_core.council.access import there
from clsm_core.council.models import Council
from clsm_core.roadmap.models import ActionSheet, Roadmap
from clsm_core.roadmap.permissions import may_follow, may_write
from clsm_core.roadmap.queries import plans, sheets
from clsm_core.roadmap.shape import Kind


def plan_of(council: Council, roadmap_id: UUID) -> Roadmap:
    """Return a roadmap of the council. Raises: Http404."""
    return there(plans.roadmap_of(council, roadmap_id))


def written(request: Any, council: Council, sheet_id: UUID) -> ActionSheet:
    """Return a sheet that this account may write. Raises: Http404."""
    found = there(sheets.bare_sheet_of(council, sheet_id))
    return there(found if may_write(request.member, found) else None)


def followed(request: Any, council: Council, sheet_id: UUID) -> ActionSheet:
    """Return a sheet whose life this account may write. Raises: Http404."""
    found = there(sheets.bare_sheet_of(council, sheet_id))
    return there(found if may_follow(request.member, found) else None)


def listed(request: Any, council: Council, sheet_id: UUID, kind: Kind) -> ActionSheet:
    """Return a sheet of which this account may write a list. Raises: Http404."""
    return (followed if kind.is_followed else written)(request, council, sheet_id)


def plan_url(council: Council, roadmap: Roadmap) -> str:
    """Return the address of a roadmap."""
    return reverse("roadmap:plan", args=[council.slug, roadmap.pk])


def sheet_url(council: Council, sheet: ActionSheet) -> str:
    """Return the address of a sheet."""
    return reverse("roadmap:sheet", args=[council.slug, sheet.pk])
