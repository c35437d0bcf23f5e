"""Erase a situation by two people: ask, look at what waits, confirm or decline (promise 8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.actions import erasure as actions
from cases.domain.retention import gone_from_backups_on
from cases.forms.erasure import AskForm
from cases.permissions import Role, Viewer
from cases.presenters import erasure as presenter
from cases.views.doors import page
from cases.views.submission import act_once, once, submit

CONFIRM, DECLINE = "confirm", "decline"


@page("GET", "POST", fresh="Demander l’effacement d’une situation")
@once
def erase(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Ask for the erasure of a situation or of a referral."""
    situation = actions.candidate(viewer, code)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        reasons=actions.reasons(situation, viewer.at),
    )
    if request.method == "POST":

        def act() -> str:
            actions.ask(viewer=viewer, situation=situation, reason=form.cleaned_data["reason"])
            coordinates = viewer.holds(situation.commission_id, Role.COORDINATOR)
            return reverse("cases:erasures" if coordinates else "home")

        response = submit(request, form, act, done="L’effacement est demandé à la DPO.")
        if response is not None:
            return response
    context = {
        "form": form,
        "code": code,
        "gone_on": gone_from_backups_on(viewer.at.date()),
        "is_referral": situation.state is None,
    }
    return render(request, "cases/erase.html", context)


@page("GET")
def erasures(request: Any, viewer: Viewer) -> HttpResponse:
    """List what waits for a decision, and what was erased."""
    asked = actions.waiting(viewer)
    context = {
        "asked": asked,
        "made": presenter.rows(actions.made(viewer)),
        "headers": presenter.HEADERS,
        "decides": bool(viewer.commissions_with([Role.DPO])),
    }
    return render(request, "cases/erasures.html", context)


def _title(request: Any, *args: Any, **kwargs: Any) -> str:
    """Declining gives nothing away: only the erasure asks for the secret again."""
    return "Effacer une situation" if request.POST.get("action") == CONFIRM else ""


@page("GET", "POST", fresh=_title)
@once
def erasure(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Confirm an erasure that somebody else asked, or decline it."""
    act, situation = actions.decidable(viewer, pk)
    here = reverse("cases:erasures")
    if request.method == "POST":
        chosen = request.POST.get("action")

        def decide() -> str:
            if chosen == CONFIRM:
                actions.confirm(viewer=viewer, act=act)
                messages.success(request, "La situation est effacée.")
            elif chosen == DECLINE:
                actions.decline(viewer=viewer, act=act)
                messages.success(request, "L’effacement n’est pas confirmé : rien n’a changé.")
            return here

        return act_once(request, decide, done="", back=here)
    context = {
        "code": situation.code,
        "reason": actions.LABELS.get(act.reason, act.reason),
        "asked_by": act.asked_by.full_name,
        "asked_at": act.asked_at,
        "gone_on": gone_from_backups_on(viewer.at.date()),
    }
    return render(request, "cases/erasure.html", context)
