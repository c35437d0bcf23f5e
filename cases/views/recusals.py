"""Step aside from a situation, set somebody aside, lift it: the vault is never asked to end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import continuity, situations
from cases.actions import recusals as actions
from cases.forms.recusal import InterestForm, SetAsideForm
from cases.models import Recusal, Situation
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer, require_coordinator
from cases.presenters.sittings import member_choices
from cases.views.doors import page
from cases.views.submission import act_once, once, submit


def _named(viewer: Viewer, code: str) -> Situation:
    """Return a situation or a referral whose code the viewer may know. Raises: Refused."""
    referral = queries.referrals(viewer).filter(code=code).first()
    found = referral or situations.find(viewer, code)
    if not viewer.holds(found.commission_id, *MEMBER_ROLES, Role.DPO):
        raise Refused("recusal", commission=found.commission_id, objects=(found.pk,))
    return found


@page("GET", "POST")
@once
def step_aside(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Declare an interest: every right there ends at once."""
    situation = _named(viewer, code)
    carriers = actions.carriers(situation, viewer)
    form = InterestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            actions.declare(viewer=viewer, situation=situation, reason=form.cleaned_data["reason"])
            return reverse("home")

        done = "Vous êtes déporté de cette situation : plus rien ne vous en est ouvert."
        if carriers:
            done = f"{done} La suite revient à {', '.join(carriers)}."
        response = submit(request, form, act, done=done)
        if response is not None:
            return response
    context = {
        "form": form,
        "code": code,
        "carriers": carriers,
        "is_lead": situation.lead_id == viewer.user_id,
        "is_withdrawn": situation.is_withdrawn,
        "cancel_url": reverse("home"),
    }
    return render(request, "cases/step_aside.html", context)


def _names_successor(request: Any, code: str) -> str:
    """Only naming a successor gives something; ending a right never asks."""
    return "Donner la situation à un nouveau référent" if request.POST.get("successor") else ""


@page("GET", "POST", fresh=_names_successor)
@once
def set_aside(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Set a member aside as the animation, with a successor when she leads."""
    situation = situations.find(viewer, code)
    require_coordinator(viewer, situation.commission_id)
    aside = set(queries.standing_recusals(situation.pk).values_list("user_id", flat=True))
    seated = [
        one
        for one in continuity.in_office(situation.commission, viewer.at)
        if one.user_id not in aside
    ]
    lead = str(situation.lead_id) if situation.lead_id else ""
    form = SetAsideForm(
        request.POST if request.method == "POST" else None,
        members=member_choices(one for one in seated if one.user_id != viewer.user_id),
        successors=member_choices(one for one in seated if one.role != Role.GUEST),
        lead="" if situation.lead_id == viewer.user_id else lead,
    )
    here = reverse("cases:readers", args=[code])
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            successor = data.get("successor")
            actions.set_aside(
                viewer=viewer,
                situation=situation,
                user_id=UUID(data["member"]),
                reason=data["reason"],
                successor=UUID(successor) if successor else None,
            )
            if situation.lead_id is None:
                messages.warning(request, "Cette situation n’a plus de référent : nommez-en un.")
            return here

        response = submit(request, form, act, done="Le déport est enregistré.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Déporter un membre — {code}",
        "submit": "Enregistrer le déport",
        "submit_kind": "danger",
        "cancel_url": here,
        "lead": "Ses accès à cette situation prennent fin tout de suite, et aucun ne peut lui être "
        "redonné tant que vous ne levez pas le déport.",
    }
    return render(request, "ui/form_page.html", context)


@page("POST")
@once
def recusal_lift(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Lift a recusal, as the animation; no right comes back with it."""
    found = (
        Recusal.objects.filter(pk=pk, lifted_at__isnull=True)
        .select_related("situation__commission")
        .first()
    )
    if found is None:
        raise Refused("recusal")
    situations.find(viewer, found.situation.code)
    here = reverse("cases:readers", args=[found.situation.code])

    def act() -> str:
        actions.lift(viewer=viewer, recusal=found)
        return here

    return act_once(request, act, done="Déport levé : redonnez des accès si besoin.", back=here)
