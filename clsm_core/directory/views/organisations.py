"""Pages of the organisations: list, page, entry, verification, setting aside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.directory.actions import organisations as actions
from clsm_core.directory.forms.organisations import OrganisationForm
from clsm_core.directory.forms.search import NameForm, SearchForm
from clsm_core.directory.models import Category, Organisation
from clsm_core.directory.permissions import EDIT, MANAGE, PUBLISH, READ
from clsm_core.directory.presenters import organisations as presenters
from clsm_core.directory.queries import organisations as queries
from clsm_core.directory.views.lookups import filter_of, page_of

_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_SEARCH = "Rechercher une structure, une commune, une mission"


@_METHODS
@council_page(READ)
def home(request: Any, council: Council) -> HttpResponse:
    """List the organisations, by state or category, or those that a search finds.

    A search is posted, so that no name stands in an address; it writes nothing.
    """
    member = request.member
    search = SearchForm(posted(request), label=_SEARCH)
    counts = queries.counts_of(council, member.today)
    state = filter_of(request, "etat", queries.STATES)
    category = filter_of(request, "categorie", Category.values)
    found, page = None, None
    if request.method == "POST" and search.is_valid() and search.cleaned_data["words"]:
        found = queries.found_by(council, search.cleaned_data["words"])
    else:
        page = page_of(
            request, queries.listed(council, member.today, state=state, category=category)
        )
    shown = presenters.list_page(
        council, member, counts, page=page, state=state, category=category, found=found
    )
    return render(request, "directory/organisations.html", {**shown, "search": search})


@require_safe
@council_page(READ)
def organisation(request: Any, council: Council, organisation_id: UUID) -> HttpResponse:
    """Show one organisation."""
    one = there(queries.organisation_in_full(council, organisation_id))
    page = presenters.organisation_page(council, request.member, one)
    return render(request, "directory/organisation.html", page)


@_METHODS
@council_page(EDIT)
def create(request: Any, council: Council) -> HttpResponse:
    """Look for a name, show what is near, then enter the organisation."""
    home_url = reverse("directory:home", args=[council.slug])
    label = "Quel est le nom de la structure ?"
    if request.method != "POST" or "look_for" in request.POST:
        look = NameForm(posted(request), label=label)
        near, form = None, None
        if request.method == "POST" and look.is_valid():
            name = look.cleaned_data["look_for"]
            near = presenters.near_rows(council, queries.near_names(council, name))
            form = OrganisationForm(
                initial={"name": name},
                instance=Organisation(council=council),
                **_rights(request),
            )
        page = {"council": council, "look": look, "near": near, "form": form}
        return render(
            request,
            "directory/entry.html",
            {**page, "heading": "Ajouter une structure", "cancel_url": home_url, "back": home_url},
        )
    one = Organisation(council=council)
    form = OrganisationForm(request.POST, instance=one, **_rights(request))

    def act() -> str:
        actions.save(organisation=one)
        return _url(council, one)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter une structure",
        cancel_url=home_url,
        done="La structure est dans l’annuaire.",
    )


@_METHODS
@council_page(EDIT)
def edit(request: Any, council: Council, organisation_id: UUID) -> HttpResponse:
    """Correct an organisation."""
    one = there(queries.organisation_of(council, organisation_id))
    form = OrganisationForm(posted(request), instance=one, **_rights(request))

    def act() -> str:
        actions.save(organisation=one)
        return _url(council, one)

    return form_page(
        request,
        form,
        act,
        heading="Modifier la structure",
        cancel_url=_url(council, one),
        row=one,
        done="La fiche est à jour.",
    )


@_METHODS
@council_page(EDIT)
def verify(request: Any, council: Council, organisation_id: UUID) -> HttpResponse:
    """Say that an entry was checked today with the organisation (D-09)."""
    one = there(queries.organisation_of(council, organisation_id))

    def act() -> str:
        actions.verify(organisation=one, on=request.member.today)
        return _url(council, one)

    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Fiche vérifiée aujourd’hui",
        cancel_url=_url(council, one),
        row=one,
        lead=f"Vous avez vérifié la fiche « {one.name} » avec la structure.",
        submit="Vérifiée aujourd’hui",
        done="La fiche est notée comme vérifiée aujourd’hui.",
    )


@_METHODS
@council_page(MANAGE)
def deactivate(request: Any, council: Council, organisation_id: UUID) -> HttpResponse:
    """Set an organisation aside, once confirmed."""
    one = there(queries.organisation_of(council, organisation_id))

    def act() -> str:
        actions.deactivate(organisation=one)
        return _url(council, one)

    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Désactiver la structure",
        cancel_url=_url(council, one),
        row=one,
        lead=f"« {one.name} » quittera les listes et le guide public. Sa fiche, ses contacts et"
        " ses partenariats restent ; vous pourrez la réactiver.",
        submit="Désactiver",
        submit_kind="danger",
        done="La structure est inactive.",
    )


@_METHODS
@council_page(MANAGE)
def reactivate(request: Any, council: Council, organisation_id: UUID) -> HttpResponse:
    """Bring an organisation back, once confirmed."""
    one = there(queries.organisation_of(council, organisation_id))

    def act() -> str:
        actions.reactivate(organisation=one)
        return _url(council, one)

    return form_page(
        request,
        _Bare(posted(request)),
        act,
        heading="Réactiver la structure",
        cancel_url=_url(council, one),
        row=one,
        lead=f"« {one.name} » reviendra dans les listes. Pensez à vérifier sa fiche.",
        submit="Réactiver",
        done="La structure est de nouveau active.",
    )


class _Bare(forms.Form):
    """Nothing to type; a rule that refuses speaks at the top."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Put every error at the top: this form has no field."""
        super().add_error(None, error)


def _rights(request: Any) -> dict[str, Any]:
    """Return the day, and whether the member may open the public guide to an organisation."""
    member = request.member
    return {"today": member.today, "publishes": member.may(PUBLISH)}


def _url(council: Council, one: Organisation) -> str:
    return reverse("directory:organisation", args=[council.slug, one.pk])
