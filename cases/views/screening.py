"""Screen a referral: the coordinator's desk (BR-07, decision 28)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import situations
from cases.actions import referrals
from cases.domain.lifecycle import ReferralState
from cases.forms.screening import AdmitForm, AskForm, RedirectForm, RefuseForm
from cases.models import Situation
from cases.permissions import Viewer, require_coordinator
from cases.presenters import referrals as presenter
from cases.presenters.sittings import member_choices
from cases.views import lookup
from cases.views.brake import counted
from cases.views.doors import page
from cases.views.submission import once, submit

WAITING = (ReferralState.RECEIVED.value, ReferralState.INFORMATION_REQUESTED.value)


@page("GET")
def referrals_list(request: Any, viewer: Viewer) -> HttpResponse:
    """List what waits for an answer, oldest first, then what was answered."""
    lines = situations.list_referrals(viewer)
    waiting = [line for line in lines if line.situation.referral_state in WAITING]
    answered = [line for line in lines if line.situation.referral_state not in WAITING]
    context = {
        "waiting": presenter.screening_rows(waiting),
        "answered": presenter.screening_rows(answered),
        "headers": presenter.SCREENING_HEADERS,
    }
    return render(request, "cases/referrals.html", context)


@page("GET")
@counted
def referral(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Open a referral to screen it; the showing is recorded."""
    opened = situations.open_referral(viewer, code)
    return render(request, "cases/referral.html", {"page": presenter.screening(opened)})


def _admit(viewer: Viewer, situation: Situation, data: dict[str, Any]) -> str:
    referrals.admit(
        viewer=viewer,
        situation=situation,
        lead=UUID(data["lead"]),
        intensity=data["intensity"],
    )
    return reverse("cases:situation", args=[situation.code])


def _ask(viewer: Viewer, situation: Situation, data: dict[str, Any]) -> str:
    referrals.ask_information(
        viewer=viewer, situation=situation, reason=data["reason"], message=data["message"]
    )
    return reverse("cases:referrals")


def _refuse(viewer: Viewer, situation: Situation, data: dict[str, Any]) -> str:
    referrals.refuse(
        viewer=viewer, situation=situation, reason=data["reason"], message=data["message"]
    )
    return reverse("cases:referrals")


def _redirect(viewer: Viewer, situation: Situation, data: dict[str, Any]) -> str:
    referrals.redirect(
        viewer=viewer,
        situation=situation,
        destination=data["destination"],
        message=data["message"],
    )
    return reverse("cases:referrals")


Answer = Callable[[Viewer, Situation, dict[str, Any]], str]
ANSWERS: dict[str, tuple[str, str, type[Form], Answer]] = {
    "admettre": ("Admettre", "Saisine admise. Recueillez maintenant l’accord.", AdmitForm, _admit),
    "complement": ("Demander un complément", "Demande transmise au saisissant.", AskForm, _ask),
    "refuser": ("Non recevable", "Réponse transmise au saisissant.", RefuseForm, _refuse),
    "reorienter": ("Réorienter", "Réponse transmise au saisissant.", RedirectForm, _redirect),
}


def _gives(request: Any, code: str, answer: str) -> str:
    """Admitting alone gives rights: the lead receives the situation's keys."""
    return "Admettre et donner les accès au référent" if answer == "admettre" else ""


@page("GET", "POST", fresh=_gives)
@once
def screen(request: Any, viewer: Viewer, code: str, answer: str) -> HttpResponse:
    """Give one of the four answers to a referral."""
    if answer not in ANSWERS:
        raise Http404
    heading, done, kind, act = ANSWERS[answer]
    situation = lookup.referral(viewer, code)
    require_coordinator(viewer, situation.commission_id)
    options: dict[str, Any] = {}
    if kind is AdmitForm:
        options["leads"] = member_choices(queries.members(situation.commission, viewer.at))
    form = kind(request.POST if request.method == "POST" else None, **options)
    if request.method == "POST":
        response = submit(
            request, form, lambda: act(viewer, situation, form.cleaned_data), done=done
        )
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"{heading} — {situation.code}",
        "submit": heading,
        "submit_kind": "danger" if answer == "refuser" else "main",
        "cancel_url": reverse("cases:referral", args=[code]),
    }
    return render(request, "ui/form_page.html", context)
