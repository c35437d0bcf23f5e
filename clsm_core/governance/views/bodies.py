"""Pages of the bodies: their list, one of them, opening, changing and closing."""

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
from clsm_core.governance.actions import bodies as actions
from clsm_core.governance.forms import bodies as forms
from clsm_core.governance.models import Body, BodyKind
from clsm_core.governance.permissions import visible_bodies
from clsm_core.governance.presenters import bodies as presenters
from clsm_core.governance.queries import bodies as queries


def body_or_404(request: Any, body_id: UUID) -> Body:
    """Return a body that the member may see. Raises: Http404 otherwise."""
    body = queries.body_of(visible_bodies(request.member), body_id)
    if body is None:
        raise Http404
    return body


@require_safe
@council_page()
def home(request: Any, council: Council) -> HttpResponse:
    """List the bodies, where each stands, what is missing."""
    page = presenters.home_page(council, request.member, now())
    return render(request, "governance/bodies.html", page)


@require_safe
@council_page()
def body(request: Any, council: Council, body_id: UUID) -> HttpResponse:
    """Show one body: who sits, when it meets."""
    found = body_or_404(request, body_id)
    page = presenters.body_page(council, request.member, found, now())
    return render(request, "governance/body.html", page)


@either
@council_page(Act.MANAGE)
def usual(request: Any, council: Council) -> HttpResponse:
    """Open the usual bodies in one act."""
    form = forms.UsualForm(request.POST or None, on=request.member.today)
    home_url = reverse("governance:home", args=[council.slug])

    def act() -> str:
        actions.open_usual(council=council, **form.cleaned_data)
        return home_url

    return form_page(
        request,
        form,
        act,
        heading="Ouvrir les instances habituelles",
        cancel_url=home_url,
        lead="Chaque conseil a un comité de pilotage et une assemblée plénière. Vous pourrez"
        " changer leur nom et leurs missions ensuite.",
        submit="Ouvrir",
        done="Les instances sont ouvertes : vous pouvez y inscrire les membres.",
    )


@either
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Open a body that needs no decision."""
    form = forms.NewBodyForm(
        request.POST or None,
        initial={"starts_on": request.member.today, "kind": BodyKind.TECHNICAL},
    )

    def act() -> str:
        values = forms.values_of(form)
        made = actions.create(
            council=council,
            kind=values.pop("kind"),
            starts_on=values.pop("starts_on"),
            values=values,
        )
        return presenters.body_url(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Ouvrir une instance",
        cancel_url=reverse("governance:home", args=[council.slug]),
        submit="Ouvrir",
        done="L’instance est ouverte.",
    )


@either
@council_page(Act.MANAGE)
def new_group(request: Any, council: Council) -> HttpResponse:
    """Open a working group that the steering committee decided (D-03)."""
    home_url = reverse("governance:home", args=[council.slug])
    if request.method != "POST" and not queries.founding_decisions(council).exists():
        return render(
            request, "governance/group_needs_decision.html", {"council": council, "home": home_url}
        )
    form = forms.NewGroupForm(
        request.POST or None,
        council=council,
        initial={
            "starts_on": request.member.today,
            "meetings_per_year": 4,
            "decision": request.GET.get("decision"),
        },
    )

    def act() -> str:
        values = forms.values_of(form)
        made = actions.create_group(
            council=council,
            decision=values.pop("decision"),
            referents=values.pop("referents"),
            starts_on=values.pop("starts_on"),
            values=values,
        )
        return presenters.body_url(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Créer un groupe de travail",
        cancel_url=home_url,
        submit="Créer le groupe",
        done="Le groupe est créé.",
    )


@either
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, body_id: UUID) -> HttpResponse:
    """Change what is written of a body."""
    found = body_or_404(request, body_id)
    url = presenters.body_url(council, found)
    kind = forms.GroupForm if found.kind == BodyKind.WORKING_GROUP else forms.BodyForm
    form = kind(request.POST or None, instance=found)

    def act() -> str:
        actions.edit(body=found, values=forms.values_of(form))
        return url

    return form_page(
        request,
        form,
        act,
        heading="Modifier l’instance",
        cancel_url=url,
        row=found,
        done="C’est enregistré.",
    )


@either
@council_page(Act.MANAGE)
def close(request: Any, council: Council, body_id: UUID) -> HttpResponse:
    """Close a body on a day."""
    found = body_or_404(request, body_id)
    url = presenters.body_url(council, found)
    form = forms.CloseForm(request.POST or None, initial={"ends_on": request.member.today})

    def act() -> str:
        actions.close(body=found, ends_on=form.cleaned_data["ends_on"])
        return url

    return form_page(
        request,
        form,
        act,
        heading="Fermer l’instance",
        cancel_url=url,
        row=found,
        lead="Ses réunions, ses décisions et l’histoire de ses membres restent lisibles. Les"
        " mandats encore en cours prennent fin le même jour.",
        submit="Fermer l’instance",
        submit_kind="danger",
        done="L’instance est fermée.",
    )


@either
@council_page(Act.MANAGE)
def categories(request: Any, council: Council, body_id: UUID) -> HttpResponse:
    """Answer, for the 25 categories of the national survey, who was invited and who sits."""
    found = body_or_404(request, body_id)
    if not presenters.is_surveyed(found):
        raise Http404
    url = presenters.body_url(council, found)
    form = forms.CategoriesForm(request.POST or None, body=found)

    def act() -> str:
        actions.answer_categories(body=found, answers=form.cleaned_data)
        return url

    return form_page(
        request,
        form,
        act,
        heading="Catégories de structures invitées",
        cancel_url=url,
        row=found,
        lead="Les 25 catégories de l’enquête nationale. « Oui » : la catégorie est membre ; « non »"
        " : elle a été invitée et n’est pas membre.",
        template="governance/bodies_form.html",
        is_grid=True,
        done="Les réponses sont enregistrées.",
    )
