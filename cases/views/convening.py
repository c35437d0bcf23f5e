"""Convene a sitting: one prepared list of who receives what, confirmed once (decision 23)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import recording
from cases.actions import convening
from cases.actions import sittings as actions
from cases.actions.convening import ItemPlan
from cases.models import Sitting
from cases.permissions import Refused, Viewer
from cases.presenters import convening as presenter
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import act_once, once

STATES = (Sitting.State.DRAFT, Sitting.State.CONVENED, Sitting.State.OPEN)


def tell(request: Any, plans: list[ItemPlan]) -> None:
    """Say what each point gave; what the vault could not open is said, never silent."""
    for is_whole, words in presenter.told(plans):
        (messages.success if is_whole else messages.warning)(request, words)


@page("GET", "POST", fresh="Convoquer et donner les accès de la séance")
@once
def sitting_convene(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show who would receive what, point by point; then convene, or complete what was given."""
    found = lookup.sitting(viewer, pk, coordinates=True)
    if found.state not in STATES:
        raise Refused("sitting_step", commission=found.commission_id)
    here = reverse("cases:sitting", args=[pk])
    is_draft = found.state == Sitting.State.DRAFT
    if request.method == "POST":
        if request.POST.get("state") != found.state:
            raise Refused("sitting_step", commission=found.commission_id)

        def act() -> str:
            step = actions.convene if is_draft else actions.complete
            tell(request, step(viewer=viewer, sitting=found))
            return here

        done = "La séance est convoquée." if is_draft else "Les accès sont complétés."
        return act_once(request, act, done=done, back=here)
    plans = convening.prepare(viewer, found)
    recording.shown(
        viewer,
        "agenda.shown",
        commission=found.commission_id,
        objects=(found.pk, *[plan.situation for plan in plans][:199]),
    )
    context = {
        "sitting": found,
        "is_draft": is_draft,
        "sheets": presenter.sheets(plans),
        "headers": presenter.HEADERS,
        "gives": any(plan.gives for plan in plans),
        "cancel_url": here,
    }
    return render(request, "cases/convene.html", context)
