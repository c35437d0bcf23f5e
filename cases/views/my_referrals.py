"""What a referrer sent and what was answered: never the content again (decision 19)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import recording
from cases.actions import referrals
from cases.forms.screening import CompleteForm
from cases.models import ReferralAnswer
from cases.permissions import REFERRING_ROLES, Refused, Viewer
from cases.presenters import referrals as presenter
from cases.views import draft
from cases.views.doors import page
from cases.views.submission import act_once, once, submit

ROWS_A_PAGE = 50


def _mine(viewer: Viewer, code: str) -> ReferralAnswer:
    answer = queries.answers(viewer).filter(code=code).first()
    if answer is None:
        raise Refused("referral")
    return answer


@page("GET")
def my_referrals(request: Any, viewer: Viewer) -> HttpResponse:
    """List one's own referrals, newest first."""
    if not viewer.commissions_with(REFERRING_ROLES):
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    found = Paginator(queries.answers(viewer), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": presenter.mine_rows(found),
        "headers": presenter.MINE_HEADERS,
        "page": found,
        "has_draft": draft.stands(request, viewer),
    }
    return render(request, "cases/my_referrals.html", context)


@page("GET", "POST")
@once
def my_referral(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Show where a referral stands, the answer, and take the complement that was asked for."""
    answer = _mine(viewer, code)
    form = CompleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            referrals.complete(
                viewer=viewer, situation_id=answer.id, text=form.cleaned_data["text"]
            )
            return reverse("cases:my_referral", args=[code])

        response = submit(request, form, act, done="Votre complément est transmis.")
        if response is not None:
            return response
    recording.shown(viewer, "referral.shown", commission=answer.commission_id, objects=(answer.id,))
    opened = partial(referrals.opened_answer, viewer=viewer, answer=answer)
    context = {"mine": presenter.mine(answer, opened), "form": form}
    return render(request, "cases/my_referral.html", context)


@page("POST")
@once
def referral_take_back(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Take back a referral that nobody has answered."""
    answer = _mine(viewer, code)
    here = reverse("cases:my_referral", args=[code])

    def act() -> str:
        referrals.take_back(viewer=viewer, situation_id=answer.id)
        return here

    return act_once(request, act, done="La saisine est reprise.", back=here)
