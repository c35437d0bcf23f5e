"""Earlier paper reports, typed as releases « 0 »."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import recording
from cases.actions import paper
from cases.forms.paper import SHOW, PaperForm
from cases.permissions import Refused, Role, Viewer
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import once, submit

ROLES = (Role.COORDINATOR, Role.DPO)
PREPARED = "Le rapport est prêt : relisez-le, deux personnes l’approuvent."


@page("GET", "POST")
@once
def release_paper(request: Any, viewer: Viewer) -> HttpResponse:
    """Type an earlier report: its period, its totals, the rows of the tables that it had."""
    commissions = list(queries.commissions(viewer, ROLES))
    if not commissions:
        raise Refused("role")
    # In the address, since the tables are those of one commission's plan.
    commission = lookup.commission(viewer, request.GET.get("commission"), *ROLES)
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        plan=paper.plan_of(viewer, commission),
        today=viewer.at.date(),
    )
    if request.method == "POST" and request.POST.get("action") == SHOW:
        form.draw_only()
    elif request.method == "POST":

        def act() -> str:
            draft = paper.enter(
                viewer=viewer,
                commission=commission,
                period=form.cleaned_data["period"],
                figures=form.figures(),
            )
            return reverse("cases:release", args=[draft.pk])

        response = submit(request, form, act, done=PREPARED)
        if response is not None:
            return response
    if request.method != "POST":
        recording.shown(viewer, "list.shown", commission=commission.pk)
    others = [(one.name, f"?commission={one.pk}") for one in commissions if one != commission]
    context = {"form": form, "commission": commission.name, "others": others}
    return render(request, "cases/release_paper.html", context)
