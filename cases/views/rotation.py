"""Renew the keys of a situation: what it does, how far it is, one batch at a press (T-31)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import situations
from cases.actions import rotation
from cases.permissions import Refused, Viewer
from cases.presenters import rotation as presenter
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import act_once, once


@page("GET", "POST", fresh="Renouveler les clés")
@once
def keys(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Renew the keys of the sections that the viewer manages."""
    situation = situations.find(viewer, code)
    sections = rotation.managed(viewer, situation)
    if not sections and "share" not in lookup.acts(viewer, situation):
        raise Refused("keys", commission=situation.commission_id, objects=(situation.pk,))
    here = reverse("cases:keys", args=[code])
    if request.method == "POST":

        def act() -> str:
            left = sum(one.remaining for one in rotation.renew(viewer=viewer, situation=situation))
            if left:
                messages.info(request, presenter.remaining(left))
            else:
                messages.success(request, "Les clés sont renouvelées.")
            return here

        return act_once(request, act, done="", back=here)
    sheet = presenter.sheet(rotation.standing(situation, sections))
    return render(request, "cases/keys.html", {"code": code, "sheet": sheet})
