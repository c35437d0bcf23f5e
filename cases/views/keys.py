"""« Clés à signer »: officers compare eight words with each member, then sign (decision 22)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import continuity, recording
from cases.actions import signing
from cases.models import Commission
from cases.permissions import Refused, Viewer
from cases.presenters import continuity as presenter
from cases.views.doors import page
from cases.views.submission import act_once, once


def _commissions(viewer: Viewer) -> list[Commission]:
    """Return the commissions for which the viewer signs. Raises: Refused when there is none."""
    found = [
        commission
        for commission in queries.commissions(viewer, continuity.DESKS)
        if continuity.is_officer(viewer, commission)
    ]
    if not found:
        raise Refused("officer")
    return found


@page("GET", "POST", fresh="Signer la clé d’un membre")
@once
def sign_keys(request: Any, viewer: Viewer) -> HttpResponse:
    """List the keys that wait for a signature, with their words; sign one."""
    commissions = _commissions(viewer)
    if request.method == "POST":
        return _sign(request, viewer, commissions)
    recording.shown(viewer, "list.shown")
    context = {
        "groups": [
            presenter.signing(viewer, commission, continuity.waiting_keys(viewer, commission))
            for commission in commissions
        ]
    }
    return render(request, "cases/sign_keys.html", context)


def _sign(request: Any, viewer: Viewer, commissions: list[Commission]) -> HttpResponse:
    posted = request.POST
    chosen = next((one for one in commissions if str(one.pk) == posted.get("commission")), None)
    if chosen is None:
        raise Refused("officer")
    try:
        member = UUID(posted.get("member", ""))
    except ValueError as malformed:
        raise Http404 from malformed
    here = reverse("cases:sign_keys")

    def act() -> str:
        signing.sign(viewer=viewer, commission=chosen, user_id=member, seen=posted.get("key", ""))
        return here

    return act_once(request, act, done="Votre signature est enregistrée.", back=here)
