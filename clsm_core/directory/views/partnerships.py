"""Pages of the partnerships: list counted by nature, page, entry (000-24)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.directory.actions import partnerships as actions
from clsm_core.directory.forms.choosing import Names
from clsm_core.directory.forms.partnerships import PartnershipForm
from clsm_core.directory.models import Partnership, PartnershipNature
from clsm_core.directory.permissions import EDIT, READ
from clsm_core.directory.presenters import partnerships as presenters
from clsm_core.directory.queries import partnerships as queries
from clsm_core.directory.queries.organisations import organisation_of
from clsm_core.directory.views.lookups import filter_of, page_of

_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_FORM = "directory/contact_form.html"


@require_safe
@council_page(READ)
def partnerships(request: Any, council: Council) -> HttpResponse:
    """List the partnerships by where they stand, or by nature."""
    member = request.member
    state = filter_of(request, "etat", queries.STATES)
    nature = filter_of(request, "nature", PartnershipNature.values)
    page = presenters.list_page(
        council,
        member,
        queries.counts_of(council, member.today),
        page=page_of(request, queries.listed(council, member.today, state=state, nature=nature)),
        state=state,
        nature=nature,
    )
    return render(request, "directory/partnerships.html", page)


@require_safe
@council_page(READ)
def partnership(request: Any, council: Council, partnership_id: UUID) -> HttpResponse:
    """Show one partnership."""
    one = there(queries.partnership_of(council, partnership_id))
    page = presenters.partnership_page(council, request.member, one)
    return render(request, "directory/partnership.html", page)


@_METHODS
@council_page(EDIT)
def create(request: Any, council: Council) -> HttpResponse:
    """Enter a partnership; ``?structure=`` is the id of a first organisation."""
    first = None
    if key := request.GET.get("structure", ""):
        try:
            first = there(organisation_of(council, UUID(key)))
        except ValueError:
            there(None)
    return _form_page(
        request,
        council,
        Partnership(council=council),
        heading="Ajouter un partenariat",
        cancel_url=reverse("directory:partnerships", args=[council.slug]),
        done="Le partenariat est enregistré.",
        first=first,
    )


@_METHODS
@council_page(EDIT)
def edit(request: Any, council: Council, partnership_id: UUID) -> HttpResponse:
    """Correct a partnership."""
    one = there(queries.partnership_of(council, partnership_id))
    return _form_page(
        request,
        council,
        one,
        heading="Modifier le partenariat",
        cancel_url=_url(council, one),
        done="Le partenariat est à jour.",
        row=one,
    )


def _form_page(
    request: Any,
    council: Council,
    one: Partnership,
    *,
    heading: str,
    cancel_url: str,
    done: str,
    row: Partnership | None = None,
    first: Any = None,
) -> HttpResponse:
    names = Names(council)
    form = PartnershipForm(posted(request), instance=one, names=names, first=first)

    def act() -> str:
        actions.save(partnership=one, organisations=form.organisations)
        return _url(council, one)

    return form_page(
        request,
        form,
        act,
        heading=heading,
        cancel_url=cancel_url,
        row=row,
        done=done,
        template=_FORM,
        names=names.labels.values(),
    )


def _url(council: Council, one: Partnership) -> str:
    return reverse("directory:partnership", args=[council.slug, one.pk])
