"""Note the restitution to the person, and her answer to each proposal (BR-11)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import situations, summaries
from cases.access.facts import ProposalView
from cases.actions import restitutions
from cases.domain.vocabulary import AnswerOfPerson
from cases.forms.restitution import RestitutionForm
from cases.models import Situation
from cases.permissions import Viewer
from cases.presenters.situation import proposal_title
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import found_locked, once, say_locked, submit


def _proposals(
    viewer: Viewer, situation: Situation, *, is_locked: bool
) -> tuple[ProposalView, ...]:
    """Return the proposals; without their words when the vault is closed."""
    if is_locked:
        return summaries.proposals(situation, ())[0]
    return situations.open_situation(viewer, situation.code).proposals


@page("GET", "POST")
@once
def restitute(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Note how the proposals were explained and what the person says of each."""
    situation = lookup.situation_for(viewer, code, "restitute")
    is_locked = found_locked(request, viewer)
    waiting = [
        proposal
        for proposal in _proposals(viewer, situation, is_locked=is_locked)
        if proposal.answer == AnswerOfPerson.PENDING.value
    ]
    form = RestitutionForm(
        request.POST if request.method == "POST" else None,
        proposals=[(proposal.id, proposal_title(proposal)) for proposal in waiting],
        today=viewer.at.date(),
        initial={"given_on": viewer.at.date()},
    )
    here = reverse("cases:situation", args=[code])
    if is_locked:
        say_locked(form)
    elif request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            restitutions.record(
                viewer=viewer,
                situation=situation,
                given_on=data["given_on"],
                mode=data["mode"],
                answers=form.answers(),
                words=data["words"],
            )
            return here

        response = submit(request, form, act, done="La restitution est notée.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Restitution — {code}",
        "submit": "Noter la restitution",
        "cancel_url": here,
        "lead": "La personne entend chaque proposition et répond à chacune. Ce qui n’est pas "
        "tranché reste « en attente » : vous le noterez plus tard.",
    }
    return render(request, "cases/grouped_form_page.html", context)
