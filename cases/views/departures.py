"""A member leaves; a member's rights are given again (C-25; security.md §2.4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import continuity, recording
from cases.actions import departures, regrants
from cases.forms.departure import DepartForm, is_urgent
from cases.permissions import MEMBER_ROLES, Role, Viewer
from cases.presenters import continuity as presenter
from cases.presenters.sittings import member_choices
from cases.views.doors import page
from cases.views.submission import act_once, once, submit


def _hands_over(request: Any, pk: UUID) -> str:
    """Naming successors gives rights; ending some never asks for anything."""
    named = any(name.startswith("lead_") and value for name, value in request.POST.items())
    return "Transmettre des situations" if named and not is_urgent(request.POST) else ""


@page("GET", "POST", fresh=_hands_over)
@once
def depart(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show what a departure ends and leaves behind; then do it, in one act."""
    mandate = continuity.mandate_at_desk(viewer, pk)
    leaving = departures.prepare(viewer=viewer, mandate=mandate)
    coordinates = viewer.holds(mandate.commission_id, Role.COORDINATOR)
    form = DepartForm(
        request.POST if request.method == "POST" else None,
        led=[(one.pk, one.code) for one in leaving.led],
        successors=member_choices(departures.successors(viewer=viewer, mandate=mandate))
        if coordinates
        else [],
    )
    if request.method == "POST":

        def act() -> str:
            left = departures.depart(viewer=viewer, mandate=mandate, successors=form.successors())
            _tell(request, left)
            return reverse("cases:continuity")

        response = submit(request, form, act)
        if response is not None:
            return response
    recording.shown(
        viewer, "list.shown", commission=mandate.commission_id, objects=(mandate.user_id,)
    )
    context = {
        "form": form,
        "mandate": mandate,
        "leaving": leaving,
        "rows": presenter.leaving_rows(leaving),
        "headers": presenter.LEAVING_HEADERS,
        "is_self": mandate.user_id == viewer.user_id,
        "member_url": reverse("cases:member", args=[pk]),
    }
    return render(request, "cases/depart.html", context)


def _tell(request: Any, left: departures.Leaving) -> None:
    messages.success(request, "Le départ est enregistré : tous ses accès ont pris fin.")
    if left.short:
        messages.warning(
            request, f"Situations à redonner : {', '.join(left.short)}. La page dit à qui."
        )


@page("GET", "POST", fresh="Redonner des accès")
@once
def regrant(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show what would be given back to a member, situation by situation; then give it."""
    mandate = continuity.mandate_at_desk(viewer, pk, *MEMBER_ROLES)
    here = reverse("cases:regrant", args=[pk])
    if request.method == "POST":
        shown = _posted(request)

        def act() -> str:
            done = regrants.give_back(viewer=viewer, mandate=mandate, situations=shown)
            given = sum(bool(line.given) for line in done)
            messages.success(request, f"Accès redonnés dans {given} situation(s).")
            return here

        return act_once(request, act, done="", back=here)
    lines = regrants.prepare(viewer=viewer, mandate=mandate)
    recording.shown(
        viewer,
        "list.shown",
        commission=mandate.commission_id,
        objects=(mandate.user_id, *[line.situation for line in lines][:199]),
    )
    context = {
        "mandate": mandate,
        "rows": presenter.regrant_rows(lines),
        "headers": presenter.LINE_HEADERS,
        "givable": [line for line in lines if line.given],
    }
    return render(request, "cases/regrant.html", context)


def _posted(request: Any) -> list[UUID]:
    try:
        return [UUID(pk) for pk in request.POST.getlist("situation")]
    except ValueError as malformed:
        raise Http404 from malformed
