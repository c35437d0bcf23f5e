"""What a council shows to anybody, without logging in: the papers it chose to publish."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.council.models import Council
from clsm_core.governance.presenters import framework as papers
from clsm_core.governance.presenters import public as presenters
from clsm_core.governance.queries import framework as queries
from clsm_core.governance.views.files import given_back
from clsm_core.ui.attachment import attachment


def opened(slug: str) -> Council:
    """Return a council whose public page is open. Raises: Http404 for any other."""
    return get_object_or_404(Council, slug=slug, is_published=True)


@login_not_required
@require_safe
def documents(request: Any, slug: str) -> HttpResponse:
    """List what the council publishes."""
    page = presenters.documents_page(opened(slug), now())
    return render(request, "governance/public_documents.html", page)


@login_not_required
@require_safe
def framework(request: Any, slug: str, document_id: UUID) -> HttpResponse:
    """Give a published framework document on paper."""
    council = opened(slug)
    found = queries.published(council).filter(pk=document_id).first()
    if found is None:
        raise Http404
    content = papers.paper(council, found, at=now())
    return attachment(content, f"{found.kind}-{found.number}.pdf".replace("_", "-"))


@login_not_required
@require_safe
def file(request: Any, slug: str, file_id: UUID) -> HttpResponse:
    """Give a file of a published framework document, as it was received."""
    found = queries.published_file(opened(slug), file_id)
    if found is None:
        raise Http404
    return given_back(found)
