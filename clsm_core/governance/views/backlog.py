"""Pages of the subjects that wait for a meeting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.views.found import gone
from clsm_core.governance.actions import agendas as actions
from clsm_core.governance.forms import agendas as forms
from clsm_core.governance.models import AgendaPoint
from clsm_core.governance.presenters import backlog as presenters
from clsm_core.governance.queries import meetings as queries
from clsm_core.governance.views.meeting_doors import page_of, subject_or_404


def _list_url(council: Council) -> str:
    return reverse("governance:subjects", args=[council.slug])


@require_safe
@council_page()
def subjects(request: Any, council: Council) -> HttpResponse:
    """List the subjects that wait, and those set aside."""
    page = presenters.subjects_page(request.member, body=request.GET.get("instance", ""))
    return render(request, "governance/subjects.html", page)


@either
@council_page(Act.PROPOSE)
def propose(request: Any, council: Council) -> HttpResponse:
    """Propose a subject."""
    bodies = queries.bodies_that_meet(request.member).filter(ends_on=None)
    form = forms.SubjectForm(
        request.POST or None, initial={"body": request.GET.get("instance")}, bodies=bodies
    )

    def act() -> str:
        fields = dict(form.cleaned_data)
        fields.pop("is_general", None)
        actions.propose(body=fields.pop("body"), fields=fields, by=request.user)
        return _list_url(council)

    return form_page(
        request,
        form,
        act,
        heading="Proposer un sujet",
        cancel_url=_list_url(council),
        lead="La coordination le lit et l’inscrit à une réunion. Votre nom y est associé.",
        submit="Proposer",
        done="Votre proposition est dans la liste.",
    )


@either
@council_page(Act.PROPOSE)
def edit(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Change a subject: its author, or the coordination."""
    found = subject_or_404(request, pk)
    if found.proposed_by_id != request.user.pk and not request.member.may(Act.MANAGE):
        raise Http404
    form = forms.PointForm(request.POST or None, instance=AgendaPoint.objects.get(pk=found.pk))

    def act() -> str:
        fields = {name: form.cleaned_data[name] for name in form.Meta.fields}
        actions.change(point=found, fields=fields)
        return _list_url(council)

    return form_page(
        request,
        form,
        act,
        heading="Modifier le sujet",
        cancel_url=_list_url(council),
        row=found,
        lead=found.body.name,
    )


@either
@council_page(Act.MANAGE)
def place(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Put a subject on an agenda."""
    try:
        found = subject_or_404(request, pk)
    except Http404:
        return gone(request)
    coming = queries.next_meetings(found.body, now())
    if not coming.exists():
        return redirect(
            f"{reverse('governance:meeting_new', args=[council.slug])}?instance={found.body_id}"
        )
    chosen = request.GET.get("reunion", "")
    form = forms.PlaceForm(request.POST or None, meetings=coming, initial={"meeting": chosen})

    def act() -> str:
        meeting = form.cleaned_data["meeting"]
        actions.place(point=found, meeting=meeting)
        return page_of(council, meeting, f"#point-{found.pk}")

    return form_page(
        request,
        form,
        act,
        heading="Inscrire un sujet",
        cancel_url=_list_url(council),
        row=found,
        lead=f"« {found.title} » – {found.body.name}",
        submit="Inscrire à l’ordre du jour",
        done="Le sujet est à l’ordre du jour.",
    )


@either
@council_page(Act.MANAGE)
def set_aside(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Set a subject aside."""
    return _aside(
        request,
        council,
        pk,
        True,
        heading="Écarter un sujet",
        lead="Il reste lisible par tous parmi les sujets écartés, et se reprend à tout moment.",
        submit="Écarter",
        done="Le sujet est écarté.",
    )


@either
@council_page(Act.MANAGE)
def take_up(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Take a subject up again."""
    return _aside(
        request,
        council,
        pk,
        False,
        heading="Reprendre un sujet",
        lead="Il attend de nouveau une réunion.",
        submit="Reprendre",
        done="Le sujet attend une réunion.",
    )


def _aside(
    request: Any, council: Council, pk: UUID, is_set_aside: bool, *, lead: str, **words: Any
) -> HttpResponse:
    found = subject_or_404(request, pk)
    form = django_forms.Form(request.POST or None)

    def act() -> str:
        actions.set_aside(point=found, is_set_aside=is_set_aside)
        return _list_url(council)

    return form_page(
        request,
        form,
        act,
        cancel_url=_list_url(council),
        row=found,
        lead=f"« {found.title} ». {lead}",
        **words,
    )
