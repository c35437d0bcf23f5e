"""Pages of the mailing lists: their rule, their people, their files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.directory import events, files
from clsm_core.directory.actions import mailing as actions
from clsm_core.directory.forms.mailing import MailingForm, PickForm
from clsm_core.directory.forms.search import SearchForm
from clsm_core.directory.models import Contact, MailingList
from clsm_core.directory.permissions import MANAGE
from clsm_core.directory.presenters import mailing as presenters
from clsm_core.directory.presenters.values import label_lines
from clsm_core.directory.queries import contacts as contact_queries
from clsm_core.directory.queries import mailing as queries
from clsm_core.ui.attachment import attachment

_METHODS = require_http_methods(["GET", "HEAD", "POST"])
FILES = ("liste.csv", "liste.ods", "etiquettes.pdf")


@require_safe
@council_page(MANAGE)
def lists(request: Any, council: Council) -> HttpResponse:
    """List the mailing lists."""
    page = presenters.lists_page(council, request.member, queries.lists_of(council))
    return render(request, "directory/lists.html", page)


@require_safe
@council_page(MANAGE)
def mailing_list(request: Any, council: Council, list_id: UUID) -> HttpResponse:
    """Show who is in a list, and who is not and why."""
    one = there(queries.list_of(council, list_id))
    page = presenters.list_page(council, one, queries.recipients_of(one))
    return render(request, "directory/list.html", page)


@_METHODS
@council_page(MANAGE)
def create(request: Any, council: Council) -> HttpResponse:
    """Enter a list."""
    return _form(
        request,
        council,
        MailingList(council=council),
        heading="Ajouter une liste de diffusion",
        cancel_url=reverse("directory:lists", args=[council.slug]),
    )


@_METHODS
@council_page(MANAGE)
def edit(request: Any, council: Council, list_id: UUID) -> HttpResponse:
    """Change a list's name, purpose or rule."""
    one = there(queries.list_of(council, list_id))
    return _form(
        request,
        council,
        one,
        heading="Modifier la liste",
        cancel_url=_url(council, one),
        row=one,
    )


@_METHODS
@council_page(MANAGE)
def pick(request: Any, council: Council, list_id: UUID) -> HttpResponse:
    """Add people by hand, or take them out; a search is posted and writes nothing."""
    one = there(queries.list_of(council, list_id))
    picked = queries.picked_of(one)
    search = SearchForm(
        request.POST if "words" in request.POST else None, label="Chercher un contact à ajouter"
    )
    offered: list[Contact] = []
    is_search = request.method == "POST" and "words" in request.POST
    if is_search and search.is_valid():
        found = contact_queries.found_by(council, search.cleaned_data["words"])
        offered = [contact for contact in found if contact.is_active]
    elif request.method == "POST":
        offered = _posted(council, request.POST.getlist("people"))
    form = PickForm(None if is_search else posted(request), offered=offered, picked=picked)

    def act() -> str:
        actions.pick(mailing=one, contacts=form.chosen)
        return _url(council, one)

    page = {
        "council": council,
        "mailing": one,
        "search": search,
        "is_searched": is_search,
        "has_found": bool(offered),
        "has_choices": bool(offered or picked),
    }
    values = {"heading": "Ajouter à la main", "cancel_url": _url(council, one)}
    if is_search:
        return render(
            request,
            "directory/pick.html",
            {**page, **values, "form": form, "version": one.version, "submit": "Enregistrer"},
        )
    return form_page(
        request,
        form,
        act,
        heading=values["heading"],
        cancel_url=values["cancel_url"],
        row=one,
        done="La liste est à jour.",
        template="directory/pick.html",
        **page,
    )


@_METHODS
@council_page(MANAGE)
def set_active(request: Any, council: Council, list_id: UUID) -> HttpResponse:
    """Set a list aside, or bring it back, once confirmed."""
    one = there(queries.list_of(council, list_id))
    is_active = not one.is_active

    def act() -> str:
        actions.set_active(mailing=one, is_active=is_active)
        return _url(council, one)

    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Reprendre la liste" if is_active else "Mettre la liste de côté",
        cancel_url=_url(council, one),
        row=one,
        lead="La liste servira de nouveau."
        if is_active
        else "La liste ne servira plus ; vous pourrez la reprendre.",
        submit="Reprendre" if is_active else "Mettre de côté",
        done="La liste est active." if is_active else "La liste est mise de côté.",
    )


@require_safe
@council_page(MANAGE)
def addresses(request: Any, council: Council, list_id: UUID) -> HttpResponse:
    """Give the addresses of a list as one text to copy, recorded as a file is."""
    one = there(queries.list_of(council, list_id))
    events.handed_over(request, "addresses", objects=(one.pk,))
    found = queries.recipients_of(one).addresses
    page = {"council": council, "mailing": one, "number": len(found), "text": "; ".join(found)}
    return render(request, "directory/addresses.html", page)


@require_safe
@council_page(MANAGE)
def download(request: Any, council: Council, list_id: UUID, name: str) -> HttpResponse:
    """Give a list as a spreadsheet, or its labels."""
    there(name if name in FILES else None)
    one = there(queries.list_of(council, list_id))
    found = queries.recipients_of(one)
    if name == "etiquettes.pdf":
        there(any(label_lines(contact) for contact in found.members) or None)
    events.handed_over(request, name, objects=(one.pk,))
    if name == "liste.csv":
        return attachment(files.mailing_csv(found), name)
    if name == "liste.ods":
        return attachment(files.mailing_ods(one, found, at=now()), name)
    return attachment(files.labels_pdf(found, council=council, at=now()), name)


def _form(
    request: Any,
    council: Council,
    one: MailingList,
    *,
    heading: str,
    cancel_url: str,
    row: MailingList | None = None,
) -> HttpResponse:
    form = MailingForm(posted(request), instance=one)

    def act() -> str:
        actions.save(mailing=one)
        return _url(council, one)

    return form_page(
        request,
        form,
        act,
        heading=heading,
        cancel_url=cancel_url,
        row=row,
        lead="La liste se calcule à chaque fois : qui rejoint un de ces collèges ou une de ces"
        " structures y entre, qui retire son accord en sort.",
        done="La liste est enregistrée.",
    )


def _posted(council: Council, keys: list[str]) -> list[Contact]:
    """Return the posted contacts that are this council's; the form refuses the others."""
    wanted = set()
    for key in keys:
        try:
            wanted.add(UUID(key))
        except ValueError:
            continue
    return list(contact_queries.active_contacts(council).filter(pk__in=wanted))


def _url(council: Council, one: MailingList) -> str:
    return reverse("directory:list", args=[council.slug, one.pk])
