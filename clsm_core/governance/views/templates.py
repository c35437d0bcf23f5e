"""Pages of the templates of agenda."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.views.found import gone
from clsm_core.governance.actions import agendas as actions
from clsm_core.governance.actions import templates as template_actions
from clsm_core.governance.forms import agendas as forms
from clsm_core.governance.models import MeetingTemplate
from clsm_core.governance.presenters import backlog as presenters


def _list_url(council: Council) -> str:
    return reverse("governance:agenda_templates", args=[council.slug])


def template_or_404(council: Council, pk: UUID) -> MeetingTemplate:
    """Return a template of the council. Raises: Http404."""
    found = MeetingTemplate.objects.filter(council=council, pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@council_page(Act.MANAGE)
def templates(request: Any, council: Council) -> HttpResponse:
    """List the templates."""
    return render(request, "governance/agenda_templates.html", presenters.templates_page(council))


@either
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Write a template."""
    form = forms.TemplateForm(request.POST or None)
    return _written(
        request, council, form, MeetingTemplate(council=council), "Écrire un modèle", None
    )


@either
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Change a template."""
    found = template_or_404(council, pk)
    form = forms.TemplateForm(request.POST or None, instance=template_or_404(council, pk))
    return _written(request, council, form, found, "Modifier le modèle", found)


def _written(
    request: Any, council: Council, form: Any, template: MeetingTemplate, heading: str, row: Any
) -> HttpResponse:
    def act() -> str:
        data = form.cleaned_data
        actions.save_template(
            template=template, fields={"name": data["name"]}, lines=data["points"]
        )
        return _list_url(council)

    return form_page(
        request,
        form,
        act,
        heading=heading,
        cancel_url=_list_url(council),
        row=row,
        done="Le modèle est enregistré.",
    )


@either
@council_page(Act.MANAGE)
def delete(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Delete a template."""
    found = MeetingTemplate.objects.filter(council=council, pk=pk).first()
    if found is None:
        return gone(request)
    form = django_forms.Form(request.POST or None)

    def act() -> str:
        template_actions.delete(template=found)
        return _list_url(council)

    return form_page(
        request,
        form,
        act,
        heading="Supprimer le modèle",
        cancel_url=_list_url(council),
        row=found,
        lead=f"« {found.name} » : les réunions qui en sont parties gardent leurs points.",
        submit="Supprimer",
        submit_kind="danger",
        done="Le modèle est supprimé.",
    )
