"""Addresses that both services have: accounts, health, errors."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Answer that the process serves, and nothing more."""
    return HttpResponse("ok", content_type="text/plain")


handlers: dict[str, Any] = {
    "handler400": "clsm_core.ui.errors.handler400",
    "handler403": "clsm_core.ui.errors.handler403",
    "handler404": "clsm_core.ui.errors.handler404",
    "handler429": "clsm_core.ui.errors.too_many_requests",
    "handler500": "clsm_core.ui.errors.handler500",
}

account_patterns: list[URLPattern | URLResolver] = [
    path("compte/", include("allauth.urls")),
    path("compte/", include("clsm_core.accounts.urls")),
    path("sante", alive, name="alive"),
]
if settings.DEBUG:
    account_patterns.append(path("galerie/", include("clsm_core.ui.urls")))
