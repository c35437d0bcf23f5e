"""Pages of the contacts: list, page, entry, setting aside, forgetting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.council.views.found import gone
from clsm_core.directory.actions import contacts as actions
from clsm_core.directory.forms.choosing import Names
from clsm_core.directory.forms.contacts import ContactForm
from clsm_core.directory.forms.search import NameForm, SearchForm
from clsm_core.directory.models import College, Contact, Organisation
from clsm_core.directory.permissions import EDIT, MANAGE, READ
from clsm_core.directory.presenters import contacts as presenters
from clsm_core.directory.queries import contacts as queries
from clsm_core.directory.queries.organisations import organisation_of
from clsm_core.directory.views.lookups import filter_of, page_of

_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_FORM = "directory/contact_form.html"


@_METHODS
@council_page(READ)
def contacts(request: Any, council: Council) -> HttpResponse:
    """List the contacts, by state or college, or those that a search finds.

    A search is posted, so that no name stands in an address; it writes nothing.
    """
    member = request.member
    search = SearchForm(posted(request), label="Rechercher un nom, une structure")
    counts = queries.counts_of(council)
    state = filter_of(request, "etat", queries.STATES)
    college = filter_of(request, "college", College.values)
    found, page = None, None
    if request.method == "POST" and search.is_valid() and search.cleaned_data["words"]:
        found = queries.found_by(council, search.cleaned_data["words"])
    else:
        page = page_of(request, queries.listed(council, state=state, college=college))
    shown = presenters.list_page(
        council, member, counts, page=page, state=state, college=college, found=found
    )
    return render(request, "directory/contacts.html", {**shown, "search": search})


@require_safe
@council_page(READ)
def contact(request: Any, council: Council, contact_id: UUID) -> HttpResponse:
    """Show one contact."""
    one = there(queries.contact_of(council, contact_id))
    page = presenters.contact_page(council, request.member, one)
    return render(request, "directory/contact.html", page)


@_METHODS
@council_page(EDIT)
def create(request: Any, council: Council) -> HttpResponse:
    """Look for a family name, show who is near, then enter the contact.

    ``?structure=`` is the id of the organisation from whose page one comes.
    """
    list_url = reverse("directory:contacts", args=[council.slug])
    place = _organisation(council, request.GET.get("structure", ""))
    one = Contact(council=council, organisation=place)
    names = Names(council)
    heading = "Ajouter un contact"
    if request.method != "POST" or "look_for" in request.POST:
        look = NameForm(posted(request), label="Quel est son nom de famille ?")
        near, form = None, None
        if request.method == "POST" and look.is_valid():
            name = look.cleaned_data["look_for"]
            near = presenters.near_rows(council, queries.near_names(council, name))
            one.last_name = name[:80]
            form = _form(None, one, names, request)
        page = {"look": look, "near": near, "form": form, "names": names.labels.values()}
        return render(
            request,
            "directory/entry.html",
            {
                **page,
                "council": council,
                "heading": heading,
                "cancel_url": list_url,
                "back": list_url,
            },
        )

    def act() -> str:
        actions.save(contact=one)
        return _url(council, one)

    return form_page(
        request,
        _form(request.POST, one, names, request),
        act,
        heading=heading,
        cancel_url=list_url,
        done="Le contact est dans l’annuaire.",
        template=_FORM,
        names=names.labels.values(),
    )


@_METHODS
@council_page(EDIT)
def edit(request: Any, council: Council, contact_id: UUID) -> HttpResponse:
    """Correct a contact."""
    one = _known(council, contact_id)
    names = Names(council)

    def act() -> str:
        actions.save(contact=one)
        return _url(council, one)

    return form_page(
        request,
        _form(posted(request), one, names, request),
        act,
        heading="Modifier le contact",
        cancel_url=_url(council, one),
        row=one,
        done="Le contact est à jour.",
        template=_FORM,
        names=names.labels.values(),
    )


@_METHODS
@council_page(MANAGE)
def deactivate(request: Any, council: Council, contact_id: UUID) -> HttpResponse:
    """Set a contact aside, once confirmed."""
    one = _known(council, contact_id)

    def act() -> str:
        actions.deactivate(contact=one)
        return _url(council, one)

    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Désactiver le contact",
        cancel_url=_url(council, one),
        row=one,
        lead="Cette personne quittera les listes. Ce que le conseil a fait avec elle reste ;"
        " vous pourrez la réactiver.",
        submit="Désactiver",
        submit_kind="danger",
        done="Le contact est inactif.",
    )


@_METHODS
@council_page(MANAGE)
def reactivate(request: Any, council: Council, contact_id: UUID) -> HttpResponse:
    """Bring a contact back, once confirmed."""
    one = _known(council, contact_id)

    def act() -> str:
        actions.reactivate(contact=one)
        return _url(council, one)

    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Réactiver le contact",
        cancel_url=_url(council, one),
        row=one,
        lead="Cette personne reviendra dans les listes du conseil.",
        submit="Réactiver",
        done="Le contact est de nouveau actif.",
    )


@_METHODS
@council_page(MANAGE)
def forget(request: Any, council: Council, contact_id: UUID) -> HttpResponse:
    """Forget a person, once confirmed: delete her, or keep her function and college alone."""
    try:
        one = _known(council, contact_id)
    except Http404:
        return gone(request)

    def act() -> str:
        actions.forget(contact=one)
        return reverse("directory:contacts", args=[council.slug])

    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Oublier cette personne",
        cancel_url=_url(council, one),
        row=one,
        lead="Son nom, son adresse, son téléphone et son compte seront effacés, ici et dans les"
        " imports. Si une instance ou une réunion la cite, sa fonction et son collège restent,"
        " sans nom ; les comptes rendus déjà validés le gardent. On ne revient pas en arrière.",
        submit="Oublier définitivement",
        submit_kind="danger",
        done="Cette personne est oubliée.",
    )


def _known(council: Council, contact_id: UUID) -> Contact:
    """Return a contact who was not forgotten, or 404."""
    one = there(queries.contact_of(council, contact_id))
    return there(one if one.last_name else None)


def _organisation(council: Council, key: str) -> Organisation | None:
    if not key:
        return None
    try:
        wanted = UUID(key)
    except ValueError:
        return there(None)
    return there(organisation_of(council, wanted))


def _form(data: Any, one: Contact, names: Names, request: Any) -> ContactForm:
    return ContactForm(
        data,
        instance=one,
        names=names,
        today=request.member.today,
        has_account=request.member.may(MANAGE),
    )


def _url(council: Council, one: Contact) -> str:
    return reverse("directory:contact", args=[council.slug, one.pk])
