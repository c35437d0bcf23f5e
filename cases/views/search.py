"""Search before creating: by POST only, nothing of a name in an address, a title or a history."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import search as access
from cases.access.situations import require_vault
from cases.forms.person import SearchForm
from cases.permissions import MEMBER_ROLES, REFERRING_ROLES, Refused, Viewer, require_coordinator
from cases.presenters import person as presenter
from cases.views import lookup
from cases.views.brake import counted
from cases.views.doors import page
from cases.views.submission import found_locked, say_locked


@page("GET", "POST")
def search(request: Any, viewer: Viewer) -> HttpResponse:
    """Ask for a name, and answer with the codes of the situations that may be hers."""
    if not viewer.commissions_with(MEMBER_ROLES):
        raise Refused("role")
    form = SearchForm(request.POST if request.method == "POST" else None)
    found = None
    if found_locked(request, viewer):
        say_locked(form)
    elif request.method == "POST":
        if form.is_valid():
            found = access.by_name(viewer, form.asked())
    else:
        require_vault(viewer)
    context = {
        "form": form,
        "found": presenter.found(found) if found is not None else None,
        "headers": presenter.FOUND_HEADERS,
        "can_refer": bool(viewer.commissions_with(REFERRING_ROLES)),
    }
    return render(request, "cases/search.html", context)


@page("POST")
@counted
def referral_duplicates(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Compare the person of a referral with those the commission knows (decision 25)."""
    situation = lookup.referral(viewer, code)
    require_coordinator(viewer, situation.commission_id)
    require_vault(viewer)
    found = access.screened(viewer, situation)
    context = {
        "code": code,
        "found": presenter.found(found) if found is not None else None,
        "headers": presenter.FOUND_HEADERS,
        "back": reverse("cases:referral", args=[code]),
    }
    return render(request, "cases/duplicates.html", context)
