"""A brake, not a block: beyond so many situations an hour, a reason is asked (decision 23).

What was opened is remembered in the sealed session. A new login starts again: it takes the
passphrase and the second factor, which whoever stole a session does not have.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.domain import openings
from cases.forms.brake import WhyForm
from cases.permissions import Refused, Role, Viewer, is_member
from cases.views.doors import page
from cases.views.vault import following
from clsm_core.accounts.events import account_event

OPENED, TOLD = "opened_situations", "openings_told_until"
View = Callable[..., HttpResponse]


def counted(view: View) -> View:
    """Count the situation that a view ``(request, viewer, code, …)`` opens, or ask why first."""

    @wraps(view)
    def braked(request: Any, viewer: Viewer, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        at = int(viewer.at.timestamp())
        held = {
            one: when
            for one, when in request.session.get(OPENED, {}).items()
            if at - when < openings.WINDOW_SECONDS
        }
        if code not in held:
            if len(held) >= limit(viewer) and request.session.get(TOLD, 0) <= at:
                # A gesture that was posted is made again from its page.
                back = (
                    request.get_full_path()
                    if request.method in ("GET", "HEAD")
                    else reverse("cases:situation", args=[code])
                )
                return redirect(f"{reverse('cases:why')}?{urlencode({'suite': back})}")
            request.session[OPENED] = {**held, code: at}
        return view(request, viewer, code, *args, **kwargs)

    return braked


def limit(viewer: Viewer) -> int:
    """Return how many different situations the viewer opens in an hour without a word."""
    coordinates = bool(viewer.commissions_with([Role.COORDINATOR]))
    return openings.COORDINATOR if coordinates else openings.MEMBER


@page("GET", "POST")
def why(request: Any, viewer: Viewer) -> HttpResponse:
    """Take the reason for the hour to come, and go on to what was asked."""
    if not is_member(viewer):
        raise Refused("role")
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        account_event(request, "vault.many_opened", purpose=reason)
        request.session[TOLD] = int(viewer.at.timestamp()) + openings.WINDOW_SECONDS
        return redirect(following(request))
    context = {
        "form": form,
        "limit": limit(viewer),
        "hidden": {"suite": following(request)},
    }
    return render(request, "cases/why.html", context)
