"""Who leads: one situation, a member's situations, those that nobody leads; rights that go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import continuity, recording
from cases.actions import extensions, leads, reassignments
from cases.forms.lead import ExtendForm, LeadForm, ReassignForm
from cases.models import Commission, Mandate, Situation
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer
from cases.presenters import leads as presenter
from cases.presenters.rights import section_words
from cases.presenters.sittings import member_choices
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import once, submit


def _successors(
    viewer: Viewer, commission: Commission, left_out: set[UUID]
) -> list[tuple[str, str]]:
    """List who may lead or hold a situation: in office, no guest, an attested key."""
    register = continuity.register_of(viewer, commission)
    attested = register.by_user if register else {}
    return member_choices(
        one
        for one in continuity.in_office(commission, viewer.at)
        if one.user_id in attested and one.role != Role.GUEST and one.user_id not in left_out
    )


def _aside(situation: Situation) -> set[UUID]:
    return set(queries.standing_recusals(situation.pk).values_list("user_id", flat=True))


@page("GET", "POST", fresh="Changer de référent")
@once
def lead(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Give a situation another lead."""
    situation = lookup.situation_for(viewer, code, "lead")
    here = reverse("cases:readers", args=[code])
    left_out = _aside(situation) | ({situation.lead_id} if situation.lead_id else set())
    form = LeadForm(
        request.POST if request.method == "POST" else None,
        successors=_successors(viewer, situation.commission, left_out),
        has_lead=situation.lead_id not in (None, viewer.user_id),
    )
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            lacking = leads.change_lead(
                viewer=viewer,
                situation=situation,
                lead=UUID(data["lead"]),
                reason=data["reason"],
                keeps=data.get("keeps", False),
            )
            if lacking:
                messages.warning(
                    request, f"Votre coffre n’a pas pu transmettre : {section_words(lacking)}."
                )
            return here

        response = submit(request, form, act, done="Le référent a changé.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Changer de référent — {code}",
        "submit": "Changer de référent",
        "cancel_url": here,
        "lead": "Le nouveau référent reçoit tous les volets que sa profession permet ; les accès "
        "que l’ancien tenait de cette fonction prennent fin.",
    }
    return render(request, "ui/form_page.html", context)


@page("GET", "POST", fresh="Transmettre des situations")
@once
def reassign(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Hand over several situations of a member at once."""
    mandate = continuity.mandate_at_desk(viewer, pk, Role.COORDINATOR)
    here = reverse("cases:reassign", args=[pk])
    offered = reassignments.carried(viewer, mandate)
    context = {
        "heading": f"Transmettre les situations de {mandate.user.full_name}",
        "member_url": reverse("cases:member", args=[pk]),
        "former": mandate,
    }
    return _reassign(request, viewer, mandate.commission, mandate, offered, here, context)


@page("GET", "POST", fresh="Nommer un référent")
@once
def leaderless(request: Any, viewer: Viewer) -> HttpResponse:
    """Name a lead for the situations that nobody leads."""
    here = reverse("cases:leaderless")
    commission, offered = _first_with(
        queries.commissions(viewer, [Role.COORDINATOR]),
        lambda one: reassignments.leaderless(viewer, one),
    )
    context = {"heading": "Situations sans référent", "member_url": reverse("home"), "former": None}
    return _reassign(request, viewer, commission, None, offered, here, context)


def _reassign(
    request: Any,
    viewer: Viewer,
    commission: Commission,
    former: Mandate | None,
    offered: list[reassignments.Carried],
    here: str,
    context: dict[str, Any],
) -> HttpResponse:
    form = ReassignForm(
        request.POST if request.method == "POST" else None,
        situations=presenter.carried_choices(offered),
        successors=_successors(viewer, commission, {former.user_id} if former else set()),
        has_former=former is not None,
    )
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            done = reassignments.reassign(
                viewer=viewer,
                former=former,
                commission=commission,
                situations=[UUID(one) for one in data["situations"]],
                to=UUID(data["to"]),
                reason=data["reason"],
                keeps=data.get("keeps", False),
            )
            for is_whole, words in presenter.outcomes(done):
                (messages.success if is_whole else messages.warning)(request, words)
            return here

        response = submit(request, form, act)
        if response is not None:
            return response
    recording.shown(
        viewer,
        "list.shown",
        commission=commission.pk,
        objects=[one.situation for one in offered][:199],
    )
    context |= {"form": form, "has_any": bool(offered), "batch": reassignments.BATCH}
    return render(request, "cases/reassign.html", context)


@page("GET", "POST", fresh="Prolonger des accès")
@once
def extend(request: Any, viewer: Viewer) -> HttpResponse:
    """Extend rights that end within sixty days, before they end."""
    commission, lines = _first_with(
        [one for one in queries.commissions(viewer, MEMBER_ROLES) if _gives(viewer, one)],
        lambda one: extensions.ending(viewer, one),
    )
    form = ExtendForm(
        request.POST if request.method == "POST" else None,
        lines=presenter.ending_choices(lines),
    )
    here = reverse("cases:extend")
    if request.method == "POST":

        def act() -> str:
            done = extensions.extend(
                viewer=viewer, commission=commission, keys=form.cleaned_data["lines"]
            )
            for is_whole, words in presenter.extended(done):
                (messages.success if is_whole else messages.warning)(request, words)
            return here

        response = submit(request, form, act)
        if response is not None:
            return response
    recording.shown(
        viewer,
        "list.shown",
        commission=commission.pk,
        objects=list(dict.fromkeys(line.situation for line in lines))[:199],
    )
    context = {
        "form": form,
        "rows": presenter.ending_rows(lines),
        "headers": presenter.ENDING_HEADERS,
        "has_any": any(not line.refusal for line in lines),
        "back_url": reverse("home"),
    }
    return render(request, "cases/extend.html", context)


def _first_with(
    commissions: Iterable[Commission], found: Callable[[Commission], list[Any]]
) -> tuple[Commission, list[Any]]:
    """Return the first commission with something to do, the first one when none has.

    Done with, it leaves its place to the next. Raises: Refused without any commission.
    """
    offered = [(one, found(one)) for one in commissions]
    if not offered:
        raise Refused("role")
    return next((pair for pair in offered if pair[1]), offered[0])


def _gives(viewer: Viewer, commission: Commission) -> bool:
    """Tell whether the viewer gives rights somewhere: the animation, or a lead."""
    if viewer.holds(commission.pk, Role.COORDINATOR):
        return True
    led = queries.situations(viewer).filter(commission=commission, lead_id=viewer.user_id)
    return led.exists()
