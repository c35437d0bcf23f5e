"""Pages of an agenda: its points, their order, what goes elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.views.found import gone
from clsm_core.governance.actions import agendas as actions
from clsm_core.governance.actions import meetings as meeting_actions
from clsm_core.governance.forms import agendas as forms
from clsm_core.governance.models import AgendaPoint
from clsm_core.governance.presenters.minutes import known_names
from clsm_core.governance.queries import backlog
from clsm_core.governance.queries import meetings as queries
from clsm_core.governance.views.meeting_doors import inside_or_404, page_of, point_or_404

AGENDA = "#ordre-du-jour"


@either
@council_page(Act.MANAGE)
def add(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Add a point to an agenda."""
    meeting = inside_or_404(request, pk)
    form = forms.PointForm(request.POST or None, known_names=known_names(meeting))

    def act() -> str:
        point = actions.add(meeting=meeting, fields=_kept(form.cleaned_data))
        return page_of(council, meeting, f"#point-{point.pk}")

    return form_page(
        request,
        form,
        act,
        heading="Ajouter un point",
        cancel_url=page_of(council, meeting, AGENDA),
        submit="Ajouter le point",
        done="Le point est à la fin de l’ordre du jour.",
    )


@either
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Change a point."""
    meeting, point = point_or_404(request, pk)
    form = forms.PointForm(
        request.POST or None,
        instance=AgendaPoint.objects.get(pk=pk),
        known_names=known_names(meeting),
    )

    def act() -> str:
        actions.change(point=point, fields=_kept(form.cleaned_data))
        return page_of(council, meeting, f"#point-{point.pk}")

    return form_page(
        request,
        form,
        act,
        heading="Modifier le point",
        cancel_url=page_of(council, meeting, AGENDA),
        row=point,
    )


@either
@council_page(Act.MANAGE)
def move(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Move a point one place up or down; the agenda's own buttons post here."""
    meeting, point = point_or_404(request, pk)
    form = forms.MoveForm(request.POST or None)

    def act() -> str:
        direction = form.cleaned_data["direction"]
        actions.move(meeting=meeting, point=point, direction=direction)
        return page_of(council, meeting, f"#point-{point.pk}")

    return form_page(
        request,
        form,
        act,
        heading="Déplacer un point",
        cancel_url=page_of(council, meeting, AGENDA),
        row=meeting,
        lead=point.title,
        submit="Déplacer",
    )


@either
@council_page(Act.MANAGE)
def give_back(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Take a point out of an agenda."""
    try:
        meeting, point = point_or_404(request, pk)
    except Http404:
        return gone(request)
    form = django_forms.Form(request.POST or None)

    def act() -> str:
        actions.give_back(point=point)
        return page_of(council, meeting, AGENDA)

    return form_page(
        request,
        form,
        act,
        heading="Retirer un point",
        cancel_url=page_of(council, meeting, AGENDA),
        row=point,
        lead=f"« {point.title} » quitte cet ordre du jour et attend parmi les sujets : rien n’est"
        " perdu.",
        submit="Retirer de l’ordre du jour",
        done="Le point attend parmi les sujets.",
    )


@either
@council_page(Act.MANAGE)
def carry(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Carry a point over to a later meeting."""
    meeting, point = point_or_404(request, pk)
    later = queries.next_meetings(meeting.body, max(meeting.starts_at, now()))
    form = forms.CarryForm(request.POST or None, meetings=later.exclude(pk=meeting.pk))

    def act() -> str:
        actions.carry_over(point=point, to=form.cleaned_data["meeting"])
        return page_of(council, meeting, f"#point-{point.pk}")

    return form_page(
        request,
        form,
        act,
        heading="Reporter un point",
        cancel_url=page_of(council, meeting, AGENDA),
        row=point,
        lead=f"« {point.title} » reste à cet ordre du jour, comme point reporté, et s’inscrit plus"
        " tard.",
        submit="Reporter",
        done="Le point est reporté.",
    )


@either
@council_page(Act.MANAGE)
def apply(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Add the points of a template."""
    meeting = inside_or_404(request, pk)
    templates = backlog.templates_of(council)
    if not templates.exists():
        return redirect(reverse("governance:agenda_templates", args=[council.slug]))
    form = forms.ApplyForm(request.POST or None, templates=templates)

    def act() -> str:
        actions.require_open(meeting)
        meeting_actions.add_lines(meeting=meeting, template=form.cleaned_data["template"])
        return page_of(council, meeting, AGENDA)

    return form_page(
        request,
        form,
        act,
        heading="Partir d’un modèle",
        cancel_url=page_of(council, meeting, AGENDA),
        lead="Ses points s’ajoutent à la fin de l’ordre du jour.",
        submit="Ajouter ses points",
    )


@either
@council_page(Act.MANAGE)
def keep(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Keep an agenda as a template."""
    meeting = inside_or_404(request, pk)
    form = forms.TemplateNameForm(request.POST or None)

    def act() -> str:
        actions.keep_as_template(meeting=meeting, name=form.cleaned_data["name"])
        return reverse("governance:agenda_templates", args=[council.slug])

    return form_page(
        request,
        form,
        act,
        heading="Garder cet ordre du jour comme modèle",
        cancel_url=page_of(council, meeting, AGENDA),
        lead="Le modèle garde les intitulés, ce qui est attendu et les durées.",
        done="Le modèle est gardé.",
    )


def _kept(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in ("is_general", "body")}
