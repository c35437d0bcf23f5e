"""Published minutes, for anybody: the text, the points, the decisions; nobody's name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clsm_core.governance.presenters import meetings as presenters
from clsm_core.governance.queries import meetings as queries
from clsm_core.governance.views.public import opened


@login_not_required
@require_safe
def minutes(request: Any, slug: str, pk: UUID) -> HttpResponse:
    """Show the published minutes of a council whose public page is open."""
    council = opened(slug)
    found = queries.published_meeting(council, pk)
    if found is None:
        raise Http404
    page = presenters.published_page(council, found)
    return render(request, "governance/public_minutes.html", page)
