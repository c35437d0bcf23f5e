"""Write what a sitting made of a situation (BR-10, BR-12)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access.situations import require_vault
from cases.actions import reviews
from cases.forms.review import ReviewForm
from cases.models import Sitting
from cases.permissions import Refused, Role, Viewer
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import once, submit


@page("GET", "POST")
@once
def review(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Note the analysis, the proposals and the text for the person."""
    item = lookup.item(viewer, pk)
    situation = item.situation
    may = situation.lead_id == viewer.user_id or viewer.holds(
        situation.commission_id, Role.COORDINATOR
    )
    if not may or item.sitting.state != Sitting.State.OPEN:
        raise Refused("review", commission=situation.commission_id, objects=(situation.pk,))
    if request.method == "GET":
        # Asked for before anything is typed, so that nothing is typed in vain.
        require_vault(viewer)
    form = ReviewForm(
        request.POST if request.method == "POST" else None, is_anonymous=situation.is_anonymous
    )
    here = reverse("cases:sitting", args=[item.sitting_id])
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            reviews.record(
                viewer=viewer,
                item=item,
                presence=data["presence"],
                analysis=form.analysis(),
                shareable_text=data["shareable_text"],
                proposals=form.proposals(),
                no_proposal=data["no_proposal"],
                review_due_on=data["review_due_on"],
            )
            return here

        response = submit(
            request, form, act, done="Examen noté. La restitution à la personne est à faire."
        )
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Examen — {situation.code}",
        "submit": "Enregistrer l’examen",
        "cancel_url": here,
        "lead": "Chaque ligne porte un sujet, et le sujet décide qui pourra la lire. Tout est "
        "écrit pour pouvoir être lu par la personne.",
    }
    return render(request, "cases/grouped_form_page.html", context)
