"""The one door to a council's pages: who the person is there, or 404 (C-23, style 16)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse

from clsm_core.accounts.clock import now
from clsm_core.accounts.events import account_event
from clsm_core.council.models import Council, CouncilMembership


def memberships(user: Any, on: Any) -> Any:
    """Return the memberships of an account on a day."""
    return CouncilMembership.objects.filter(user=user, starts_on__lte=on).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    )


def require_council(request: Any, slug: str, roles: tuple[str, ...]) -> Council:
    """Return a council in which the account holds one of ``roles`` today.

    Raises: Http404, recorded, when it holds none or the council does not exist.
    """
    held = memberships(request.user, now().date()).filter(council__slug=slug)
    if roles:
        held = held.filter(role__in=roles)
    membership = held.select_related("council").first()
    if membership is None:
        account_event(request, "access.denied", purpose="council")
        raise Http404
    return membership.council


def council_page(*roles: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., Any]]:
    """Open a view ``(request, council, …)`` to the holders of ``roles`` (any role when none)."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: Any, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            council = require_council(request, slug, roles)
            return view(request, council, *args, **kwargs)

        opened.council_roles = roles
        return opened

    return decorate
