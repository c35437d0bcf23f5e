"""A substitute stands in for a member between two days (domain.md B.3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import continuity, recording
from cases.actions import substitutions as actions
from cases.forms.substitution import SubstitutionForm
from cases.permissions import Refused, Role, Viewer
from cases.presenters.leads import substituted
from cases.views.doors import page
from cases.views.submission import act_once, once, submit


def _gives(request: Any, pk: UUID) -> str:
    """Standing in gives rights; ending it never asks for anything."""
    return "" if request.POST.get("action") == "end" else "Donner des accès à un suppléant"


@page("GET", "POST", fresh=_gives)
@once
def substitution(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Set, complete or end what a substitute stands in for."""
    mandate = continuity.mandate_at_desk(viewer, pk, Role.COORDINATOR)
    if mandate.role != Role.SUBSTITUTE or mandate.status != mandate.Status.ACTIVE:
        raise Refused("substitution", commission=mandate.commission_id)
    here = reverse("cases:substitution", args=[pk])
    action = request.POST.get("action")
    if request.method == "POST" and action in ("end", "complete"):

        def press() -> str:
            if action == "end":
                actions.end(viewer=viewer, mandate=mandate)
            else:
                _tell(request, actions.complete(viewer=viewer, mandate=mandate))
            return here

        done = "La suppléance a pris fin, avec tous ses accès." if action == "end" else ""
        return act_once(request, press, done=done, back=here)
    offered = {str(one.pk): one for one in actions.titulars(viewer, mandate)}
    form = SubstitutionForm(
        request.POST if request.method == "POST" else None,
        titulars=[
            (pk, f"{one.user.full_name} — {one.organisation}") for pk, one in offered.items()
        ],
        today=viewer.at.date(),
        initial={"first": viewer.at.date()},
    )
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            _tell(
                request,
                actions.start(
                    viewer=viewer,
                    mandate=mandate,
                    titular=offered[data["titular"]],
                    first=data["first"],
                    last=data["last"],
                ),
            )
            return here

        response = submit(request, form, act, done="La suppléance est enregistrée.")
        if response is not None:
            return response
    recording.shown(
        viewer, "list.shown", commission=mandate.commission_id, objects=(mandate.user_id,)
    )
    titular = mandate.substitute_of
    context = {
        "form": form,
        "mandate": mandate,
        "titular_name": titular.user.full_name if titular else "",
        "is_over": titular is not None and mandate.substitutes_until < viewer.at.date(),
        "member_url": reverse("cases:member", args=[pk]),
    }
    return render(request, "cases/substitution.html", context)


def _tell(request: Any, done: list[actions.Outcome]) -> None:
    for is_whole, words in substituted(done):
        (messages.success if is_whole else messages.warning)(request, words)
