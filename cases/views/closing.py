"""Follow, close and reopen a situation (decision 29, C-09)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.actions import situations as actions
from cases.domain.vocabulary import CareOutcome, ClosureReason
from cases.forms.closing import CloseForm, ReopenForm
from cases.permissions import Viewer
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import act_once, once, submit


@page("POST")
@once
def follow(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Start the follow-up once the proposals were given back."""
    situation = lookup.situation_for(viewer, code, "follow")
    here = reverse("cases:situation", args=[code])

    def act() -> str:
        actions.follow(viewer=viewer, situation=situation)
        return here

    return act_once(request, act, done="Le suivi est engagé.", back=here)


@page("GET", "POST")
@once
def close(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Close a situation: the agreement lapses with it."""
    situation = lookup.situation_for(viewer, code, "close")
    initial: dict[str, Any] = {"outcome_care": CareOutcome.UNKNOWN.value}
    if situation.is_withdrawn:
        initial["reason"] = ClosureReason.PERSON_REFUSED.value
    form = CloseForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        is_withdrawn=situation.is_withdrawn,
    )
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            actions.close(
                viewer=viewer,
                situation=situation,
                reason=data["reason"],
                outcome_housing=data["outcome_housing"],
                outcome_care=data["outcome_care"],
                outcome_rights=data["outcome_rights"],
                missing_offer=data["missing_offer"],
                words=data.get("words", ""),
            )
            return reverse("cases:situations")

        response = submit(request, form, act, done="La situation est close.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Clore — {code}",
        "submit": "Clore la situation",
        "submit_kind": "danger",
        "cancel_url": reverse("cases:situation", args=[code]),
        "lead": "L’accord prend fin avec la clôture. Rouvrir demandera un nouvel accord. Deux "
        "ans après le dernier contact, tout est effacé.",
    }
    return render(request, "ui/form_page.html", context)


@page("GET", "POST")
@once
def reopen(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Take up a closed situation; a new agreement comes first."""
    situation = lookup.situation_for(viewer, code, "reopen")
    here = reverse("cases:situation", args=[code])
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            actions.reopen(viewer=viewer, situation=situation, reason=form.cleaned_data["reason"])
            return here

        response = submit(request, form, act, done="La situation est rouverte.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Rouvrir — {code}",
        "submit": "Rouvrir la situation",
        "cancel_url": here,
        "lead": "L’ancien accord a pris fin avec la clôture : enregistrez d’abord le nouvel "
        "accord de la personne.",
    }
    return render(request, "ui/form_page.html", context)
