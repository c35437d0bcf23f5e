"""Pages of the seats of a body: give, change, end, renew, hand over; the list on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.actions import mandates as actions
from clsm_core.governance.forms import mandates as forms
from clsm_core.governance.models import Body, BodyKind, BodyMandate
from clsm_core.governance.presenters import composition
from clsm_core.governance.presenters.bodies import body_url
from clsm_core.governance.presenters.mandates import mandate_page
from clsm_core.governance.queries.mandates import mandate_of
from clsm_core.governance.views.bodies import body_or_404
from clsm_core.ui.attachment import attachment


def _seated_body(request: Any, body_id: UUID) -> Body:
    """Return a body that has members: the commission is a name only."""
    found = body_or_404(request, body_id)
    if found.kind == BodyKind.COMMISSION:
        raise Http404
    return found


def _mandate(council: Council, body_id: UUID, mandate_id: UUID) -> BodyMandate:
    found = mandate_of(council, body_id, mandate_id)
    if found is None:
        raise Http404
    return found


def _url(council: Council, mandate: BodyMandate) -> str:
    return reverse("governance:mandate", args=[council.slug, mandate.body_id, mandate.pk])


@either
@council_page(Act.MANAGE)
def new(request: Any, council: Council, body_id: UUID) -> HttpResponse:
    """Give a seat to one contact."""
    body = _seated_body(request, body_id)
    initial = {"contact": request.GET.get("contact"), "role": request.GET.get("role")}
    form = forms.NewMandateForm(
        request.POST or None,
        body=body,
        on=request.member.today,
        initial={name: value for name, value in initial.items() if value},
    )
    if not form.is_bound and initial["contact"]:
        chosen = form.fields["contact"].queryset
        form.fields["college"].initial = next(
            (one.college for one in chosen if str(one.pk) == initial["contact"]), ""
        )

    def act() -> str:
        values = dict(form.cleaned_data)
        actions.add(
            body=body,
            contact=values.pop("contact"),
            starts_on=values.pop("starts_on"),
            values=values,
        )
        return body_url(council, body)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter un membre",
        cancel_url=body_url(council, body),
        submit="Ajouter",
        done="Le membre est inscrit.",
    )


@either
@council_page(Act.MANAGE)
def several(request: Any, council: Council, body_id: UUID) -> HttpResponse:
    """Give a seat to several contacts at once."""
    body = _seated_body(request, body_id)
    form = forms.SeveralForm(request.POST or None, body=body, on=request.member.today)

    def act() -> str:
        values = dict(form.cleaned_data)
        actions.add_many(
            body=body,
            contacts=values.pop("contacts"),
            starts_on=values.pop("starts_on"),
            values=values,
        )
        return body_url(council, body)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter plusieurs membres",
        cancel_url=body_url(council, body),
        submit="Ajouter ces membres",
        template="governance/bodies_form.html",
        is_grid=False,
        done="Les membres sont inscrits.",
    )


@require_safe
@council_page(Act.MANAGE)
def mandate(request: Any, council: Council, body_id: UUID, mandate_id: UUID) -> HttpResponse:
    """Show a mandate and what may be done of it."""
    found = _mandate(council, body_id, mandate_id)
    page = mandate_page(council, found, request.member.today)
    return render(request, "governance/mandate.html", page)


@either
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, body_id: UUID, mandate_id: UUID) -> HttpResponse:
    """Correct a mandate."""
    found = _mandate(council, body_id, mandate_id)
    form = forms.MandateForm(
        request.POST or None, instance=found, body=found.body, on=request.member.today
    )

    def act() -> str:
        actions.edit(mandate=found, values=form.cleaned_data)
        return _url(council, found)

    return form_page(
        request,
        form,
        act,
        heading="Modifier le mandat",
        cancel_url=_url(council, found),
        row=found,
        lead="Pour corriger une erreur. Quand une personne part ou change, mettez fin à son mandat"
        " ou remplacez-la : l’histoire reste.",
        done="C’est enregistré.",
    )


@either
@council_page(Act.MANAGE)
def end(request: Any, council: Council, body_id: UUID, mandate_id: UUID) -> HttpResponse:
    """End a mandate."""
    found = _mandate(council, body_id, mandate_id)
    form = forms.EndForm(request.POST or None, initial={"ends_on": request.member.today})

    def act() -> str:
        actions.end(mandate=found, ends_on=form.cleaned_data["ends_on"])
        return body_url(council, found.body)

    return form_page(
        request,
        form,
        act,
        heading="Mettre fin au mandat",
        cancel_url=_url(council, found),
        row=found,
        lead="Le mandat reste dans l’histoire de l’instance. Les suppléants de cette personne"
        " finissent le même jour.",
        submit="Mettre fin au mandat",
        submit_kind="danger",
        done="Le mandat prend fin.",
    )


@either
@council_page(Act.MANAGE)
def renew(request: Any, council: Council, body_id: UUID, mandate_id: UUID) -> HttpResponse:
    """Renew a mandate from the day after its end."""
    found = _mandate(council, body_id, mandate_id)
    form = forms.RenewForm(request.POST or None)

    def act() -> str:
        made = actions.renew(mandate=found, ends_on=form.cleaned_data["ends_on"])
        return _url(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Renouveler le mandat",
        cancel_url=_url(council, found),
        row=found,
        submit="Renouveler",
        done="Le mandat est renouvelé.",
    )


@either
@council_page(Act.MANAGE)
def replace(request: Any, council: Council, body_id: UUID, mandate_id: UUID) -> HttpResponse:
    """Hand a seat over to another contact."""
    found = _mandate(council, body_id, mandate_id)
    form = forms.ReplaceForm(request.POST or None, body=found.body, on=request.member.today)

    def act() -> str:
        made = actions.replace(mandate=found, **form.cleaned_data)
        return _url(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Remplacer ce membre",
        cancel_url=_url(council, found),
        row=found,
        lead="La nouvelle personne reprend le collège, le rôle, la voix et les suppléants.",
        submit="Remplacer",
        done="Le siège a changé de titulaire.",
    )


@require_safe
@council_page()
def paper(request: Any, council: Council, body_id: UUID, extension: str) -> HttpResponse:
    """Give the composition of the day, as a list to print or a spreadsheet."""
    body = _seated_body(request, body_id)
    content = composition.paper(council, body, extension=extension, at=now())
    return attachment(content, f"composition.{extension}")
