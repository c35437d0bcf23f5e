"""Who sits in the commission, what each may ever read, and what keeps the keys from being lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import continuity, recording
from cases.actions import factor_resets
from cases.forms.factor_reset import ResetForm
from cases.models import Commission
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer
from cases.presenters import continuity as continuity_presenter
from cases.presenters import members as presenter
from cases.views.doors import page
from cases.views.submission import act_once, once, submit


@page("GET")
def members(request: Any, viewer: Viewer) -> HttpResponse:
    """List the members of the viewer's commissions."""
    commissions = list(queries.commissions(viewer, (*MEMBER_ROLES, Role.DPO)))
    if not commissions:
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    groups = [
        (
            commission.name,
            presenter.rows(
                queries.members(commission, viewer.at),
                linked=viewer.holds(commission.pk, *continuity.DESKS),
            ),
        )
        for commission in commissions
    ]
    context = {
        "groups": groups,
        "headers": presenter.HEADERS,
        "requests": continuity_presenter.requests(viewer, factor_resets.waiting_for(viewer)),
        "renewals": _renewals(viewer, commissions),
        "has_desk": bool(viewer.commissions_with(continuity.DESKS)),
        "coordinates": bool(viewer.commissions_with([Role.COORDINATOR])),
    }
    return render(request, "cases/members.html", context)


def _renewals(viewer: Viewer, commissions: list[Commission]) -> list[tuple[str, str, int]]:
    """Return who waits to receive her rights again from somebody like the viewer."""
    found = []
    for commission in commissions:
        if viewer.holds(commission.pk, *MEMBER_ROLES):
            seated = {one.user_id: one for one in continuity.in_office(commission, viewer.at)}
            found += continuity_presenter.to_renew(viewer, commission, seated)
    return found


@page("GET")
def member(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show a member's mandate and key to the desks, with the acts about her."""
    mandate = continuity.mandate_at_desk(viewer, pk)
    recording.shown(
        viewer, "list.shown", commission=mandate.commission_id, objects=(mandate.user_id,)
    )
    is_officer = continuity.is_officer(viewer, mandate.commission)
    context = {
        "mandate": mandate,
        "facts": presenter.facts(viewer, mandate),
        "is_bound": continuity.is_bound(viewer, mandate.commission, mandate.user_id),
        "is_self": mandate.user_id == viewer.user_id,
        "can_reset": is_officer and mandate.user_id != viewer.user_id,
        "can_give": viewer.holds(mandate.commission_id, *MEMBER_ROLES),
        "coordinates": viewer.holds(mandate.commission_id, Role.COORDINATOR),
        "is_substitute": mandate.role == Role.SUBSTITUTE
        and viewer.holds(mandate.commission_id, Role.COORDINATOR),
        "is_active": mandate.status == mandate.Status.ACTIVE,
    }
    return render(request, "cases/member.html", context)


@page("GET")
def continuity_desk(request: Any, viewer: Viewer) -> HttpResponse:
    """Show who is missing for the keys to last, and whose departure would break them (§2.5)."""
    commissions = list(queries.commissions(viewer, continuity.DESKS))
    if not commissions:
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    context = {
        "groups": [continuity_presenter.desk(viewer, commission) for commission in commissions],
        "short_headers": continuity_presenter.SHORT_HEADERS,
        "member_headers": continuity_presenter.MEMBER_HEADERS,
        "requests": continuity_presenter.requests(viewer, factor_resets.waiting_for(viewer)),
    }
    return render(request, "cases/continuity.html", context)


@page("GET", "POST", fresh="Demander la réinitialisation d’un second facteur")
@once
def factor_reset(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Ask, as an officer, that a member's lost second factor be reset."""
    mandate = continuity.mandate_at_desk(viewer, pk)
    continuity.require_officer(viewer, mandate.commission)
    if mandate.user_id == viewer.user_id:
        raise Refused("own_factor", commission=mandate.commission_id)
    form = ResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            factor_resets.ask(viewer=viewer, mandate=mandate, reason=form.cleaned_data["reason"])
            return reverse("cases:members")

        response = submit(
            request, form, act, done="Demande enregistrée : une seconde personne la confirme."
        )
        if response is not None:
            return response
    bound = continuity.is_bound(viewer, mandate.commission, mandate.user_id)
    second = "le ou la dépositaire" if bound else "l’autre officier"
    context = {
        "form": form,
        "heading": "Téléphone perdu",
        "submit": "Demander la réinitialisation",
        "cancel_url": reverse("cases:member", args=[pk]),
        "lead": f"{mandate.user.full_name} : assurez-vous de vive voix que c’est bien elle ou lui "
        f"qui le demande. Ensuite {second} confirme : ses connexions se ferment, et à la prochaine "
        "un nouveau second facteur lui est demandé. Son coffre ne s’ouvre toujours qu’avec sa "
        "phrase de passe ou son kit de secours.",
    }
    return render(request, "ui/form_page.html", context)


def _confirms(request: Any, pk: UUID) -> str:
    """Confirming opens a login; declining opens nothing."""
    is_confirmed = request.POST.get("action") == "confirm"
    return "Réinitialiser un second facteur" if is_confirmed else ""


@page("POST", fresh=_confirms)
@once
def factor_reset_decide(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Confirm a request as the second person, or decline it."""
    act = factor_resets.find(viewer, pk)
    action = request.POST.get("action")
    if action not in ("confirm", "decline"):
        raise Refused("joint_act", commission=act.commission_id)
    here = reverse("cases:members")
    is_confirmed = action == "confirm"

    def decide() -> str:
        decided = factor_resets.confirm if is_confirmed else factor_resets.decline
        decided(viewer=viewer, act=act)
        return here

    done = (
        "Second facteur réinitialisé. Un message l’en prévient."
        if is_confirmed
        else "Demande écartée : rien n’a changé."
    )
    return act_once(request, decide, done=done, back=here)
