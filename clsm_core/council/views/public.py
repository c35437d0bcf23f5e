"""What anybody may read of a council that opened its page; no account, no cookie."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from clsm_core.council.models import Council
from clsm_core.council.presenters.public import public_page

KEPT_SECONDS = 300


@login_not_required
@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the council publishes of itself.

    Raises:
        Http404: there is no such council, or its page is closed: both look the same.
    """
    council = Council.objects.filter(slug=slug, is_published=True).first()
    if council is None:
        raise Http404
    page = render(request, "council/public.html", public_page(council))
    patch_cache_control(page, public=True, max_age=KEPT_SECONDS)
    return page
