"""What the views of the roadmap share: a row of the council or 404, what a form is bound to."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clsm_core.council.models import Council
from clsm_core.roadmap.models import ActionSheet, Roadmap
from clsm_core.roadmap.permissions import may_follow, may_write
from clsm_core.roadmap.queries import plans, sheets
from clsm_core.roadmap.shape import Kind

either = require_http_methods(["GET", "HEAD", "POST"])
Row = TypeVar("Row")


def there(row: Row | None) -> Row:
    """Return a row. Raises: Http404 when it is absent, or another council's."""
    if row is None:
        raise Http404
    return row


def posted(request: Any) -> Any:
    """Return what a form is bound to: what was posted, nothing when the page is only asked."""
    return request.POST if request.method == "POST" else None


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
