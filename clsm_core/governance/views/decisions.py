"""Pages of the register of decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.actions import decisions as actions
from clsm_core.governance.forms import decisions as forms
from clsm_core.governance.models import Decision, DecisionState, Meeting, Quality
from clsm_core.governance.permissions import visible_decisions
from clsm_core.governance.presenters import decisions as presenters
from clsm_core.governance.queries import bodies as body_queries
from clsm_core.governance.queries import decisions as queries
from clsm_core.ui.attachment import attachment

PER_PAGE = 25
STATES = {*DecisionState.values, queries.LATE}


def _decision(request: Any, decision_id: UUID) -> Decision:
    found = queries.decision_of(visible_decisions(request.member), decision_id)
    if found is None:
        raise Http404
    return found


def _url(council: Council, decision: Decision) -> str:
    return reverse("governance:decision", args=[council.slug, decision.pk])


@require_safe
@council_page()
def register(request: Any, council: Council) -> HttpResponse:
    """List the decisions, filtered and counted."""
    member = request.member
    visible = visible_decisions(member)
    bodies, years, owners = queries.choices_of(visible)
    form = forms.FilterForm(request.GET, bodies=bodies, years=years, owners=owners)
    state = request.GET.get("etat", "")
    filters = form.filters(state if state in STATES else "")
    found = queries.narrowed(visible, filters, member.today)
    shown = queries.in_state(found, filters.state, member.today)
    page = Paginator(queries.with_everything(shown), PER_PAGE).get_page(request.GET.get("page"))
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    context = presenters.list_page(
        council,
        member,
        page,
        counts=queries.counts_of(found, member.today),
        filters=filters,
        form=form,
        asked=asked,
        years=years,
    )
    return render(request, "governance/decisions.html", context)


@require_safe
@council_page()
def decision(request: Any, council: Council, decision_id: UUID) -> HttpResponse:
    """Show one decision and what became of it."""
    found = _decision(request, decision_id)
    page = presenters.decision_page(council, request.member, found)
    return render(request, "governance/decision.html", page)


@require_safe
@council_page(Act.MANAGE)
def meetings(request: Any, council: Council) -> HttpResponse:
    """Choose in which held meeting a decision was taken."""
    page = {
        "council": council,
        "meetings": [
            (
                one.body.name,
                body_queries.day_of(one),
                reverse("governance:decision_new", args=[council.slug, one.pk]),
            )
            for one in queries.recordable_meetings(council)
        ],
    }
    return render(request, "governance/decision_meetings.html", page)


@either
@council_page(Act.MANAGE)
def new(request: Any, council: Council, meeting_id: UUID) -> HttpResponse:
    """Record a decision of a held meeting."""
    meeting = queries.recordable_meeting(council, meeting_id)
    if meeting is None:
        raise Http404
    form = forms.NewDecisionForm(
        request.POST or None,
        meeting=meeting,
        initial={"point": request.GET.get("point"), "voters": _voters(meeting)},
    )

    def act() -> str:
        values = form.values()
        made = actions.record(
            council=council,
            meeting=meeting,
            point=values.pop("point"),
            values=values,
            voices=form.voices(),
        )
        return _url(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Inscrire une décision",
        cancel_url=reverse("governance:meeting", args=[council.slug, meeting.pk]),
        lead=f"{meeting.body.name}. La décision prend le numéro suivant du registre.",
        submit="Inscrire au registre",
        template="governance/decision_form.html",
        done="La décision est inscrite au registre.",
    )


@either
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, decision_id: UUID) -> HttpResponse:
    """Correct a decision while the minutes are not validated."""
    found = _decision(request, decision_id)
    if queries.recordable_meeting(council, found.meeting_id) is None and request.method != "POST":
        raise Http404
    form = forms.DecisionForm(
        request.POST or None,
        instance=found,
        meeting=found.meeting,
        vote=getattr(found, "vote", None),
    )

    def act() -> str:
        actions.edit(council=council, decision=found, values=form.values(), voices=form.voices())
        return _url(council, found)

    return form_page(
        request,
        form,
        act,
        heading=f"Modifier la décision {found.code}",
        cancel_url=_url(council, found),
        row=found,
        template="governance/decision_form.html",
        done="C’est enregistré.",
    )


@either
@council_page(Act.PROPOSE)
def follow(request: Any, council: Council, decision_id: UUID) -> HttpResponse:
    """Note what became of a decision."""
    found = _decision(request, decision_id)
    if not presenters.may_follow(request.member, found):
        raise Http404
    today = request.member.today
    form = forms.FollowUpForm(
        request.POST or None,
        initial={
            "on": today,
            "state": DecisionState.ONGOING if found.state == DecisionState.TO_DO else found.state,
        },
    )

    def act() -> str:
        values = form.cleaned_data
        actions.follow(
            decision=found,
            on=values["on"],
            state=values["state"],
            text=values["text"],
            by=request.user,
            today=today,
        )
        return _url(council, found)

    return form_page(
        request,
        form,
        act,
        heading=f"Suivi de la décision {found.code}",
        cancel_url=_url(council, found),
        row=found,
        lead=found.title,
        submit="Ajouter ce suivi",
        done="Le suivi est noté.",
    )


@require_safe
@council_page()
def year(request: Any, council: Council, year: int, extension: str) -> HttpResponse:
    """Give the register of a year, to keep or to print."""
    decisions = list(
        queries.with_everything(visible_decisions(request.member).filter(year=year)).order_by(
            "number"
        )
    )
    if not decisions:
        raise Http404
    content = presenters.register(
        council, decisions, year=year, extension=extension, at=now(), on=request.member.today
    )
    return attachment(content, f"decisions-{year}.{extension}")


def _voters(meeting: Meeting) -> int:
    """Count the members who had a voice on the day: what the form proposes."""
    on = body_queries.day_of(meeting)
    seats = body_queries.seats_today(meeting.body.mandates.all(), on)
    return sum(one.has_vote and one.quality == Quality.TITULAR for one in seats)
