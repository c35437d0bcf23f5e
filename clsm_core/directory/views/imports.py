"""Pages of the imports: a file received, its preview, one confirmation, one way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.council.uploads import upload_page
from clsm_core.directory import events, files
from clsm_core.directory.actions import imports as actions
from clsm_core.directory.forms.imports import ImportForm
from clsm_core.directory.imports.reading import MAX_BYTES
from clsm_core.directory.models import Batch, BatchKind
from clsm_core.directory.permissions import MANAGE
from clsm_core.directory.presenters import imports as presenters
from clsm_core.directory.queries import batches as queries
from clsm_core.directory.views.lookups import posted_files
from clsm_core.ui.attachment import attachment

_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_KINDS = {"structures": BatchKind.ORGANISATIONS, "contacts": BatchKind.CONTACTS}


@upload_page(MAX_BYTES)
@_METHODS
@council_page(MANAGE)
def imports(request: Any, council: Council) -> HttpResponse:
    """Receive a file, read it, and lead to its preview; list the latest imports."""
    member = request.member
    form = ImportForm(*posted_files(request), council=council, today=member.today)

    def act() -> str:
        assert form.comparison is not None
        assert form.heads is not None
        batch = actions.receive(
            council=council,
            kind=form.cleaned_data["kind"],
            by=request.user,
            comparison=form.comparison,
            at=now(),
        )
        if form.heads.ignored:
            ignored = ", ".join(f"« {one} »" for one in form.heads.ignored)
            messages.warning(request, f"Colonnes laissées de côté : {ignored}.")
        return _url(council, batch)

    page = presenters.imports_page(council, member, queries.batches_of(council))
    return form_page(
        request,
        form,
        act,
        heading="Annuaire",
        cancel_url="",
        submit="Lire le fichier",
        template="directory/imports.html",
        **page,
    )


@_METHODS
@council_page(MANAGE)
def batch(request: Any, council: Council, batch_id: UUID) -> HttpResponse:
    """Show what an import would write, and write it once confirmed."""
    one = there(queries.batch_of(council, batch_id))

    def act() -> str:
        at = now()
        actions.confirm(batch=one, at=at)
        events.imported(request, "directory.imported", batch=one.pk, kind=one.kind, at=at)
        return _url(council, one)

    page = presenters.batch_page(council, one)
    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Import de l’annuaire",
        cancel_url="",
        submit=f"Écrire {_lines(page['to_write'])} dans l’annuaire",
        done="L’annuaire est à jour.",
        template="directory/import.html",
        **page,
    )


@_METHODS
@council_page(MANAGE)
def undo(request: Any, council: Council, batch_id: UUID) -> HttpResponse:
    """Take back what an import wrote, once confirmed."""
    one = there(queries.batch_of(council, batch_id))
    there(one if actions.is_undoable(one) or request.method == "POST" else None)

    def act() -> str:
        at = now()
        actions.undo(batch=one, at=at)
        events.imported(request, "directory.undone", batch=one.pk, kind=one.kind, at=at)
        return _url(council, one)

    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Annuler cet import",
        cancel_url=_url(council, one),
        lead="Les contacts ajoutés et que rien ne cite seront effacés, les structures ajoutées"
        " désactivées, les fiches modifiées remises comme avant. Ce qui a changé depuis reste,"
        " et vous sera dit ligne par ligne.",
        submit="Annuler l’import",
        submit_kind="danger",
        done="L’import est annulé.",
    )


@_METHODS
@council_page(MANAGE)
def give_up(request: Any, council: Council, batch_id: UUID) -> HttpResponse:
    """Drop an import before it is confirmed."""
    one = there(queries.batch_of(council, batch_id))

    def act() -> str:
        actions.give_up(batch=one, at=now())
        return reverse("directory:imports", args=[council.slug])

    return form_page(
        request,
        forms.Form(posted(request)),
        act,
        heading="Abandonner cet import",
        cancel_url=_url(council, one),
        lead="Rien ne sera écrit, et les lignes lues seront effacées.",
        submit="Abandonner l’import",
        done="L’import est abandonné : rien n’a été écrit.",
    )


@require_safe
@council_page(MANAGE)
def template(request: Any, council: Council, name: str) -> HttpResponse:
    """Give an example file to fill, which holds nothing of the council."""
    stem, _, extension = name.partition(".")
    kind = _KINDS.get(stem.removeprefix("modele-"))
    if kind is None or not stem.startswith("modele-"):
        raise Http404
    if extension == "csv":
        return attachment(files.template_csv(kind), name)
    if extension == "ods":
        return attachment(files.template_ods(kind, at=now()), name)
    raise Http404


def _lines(number: int) -> str:
    return f"{number} ligne{'s' if number > 1 else ''}"


def _url(council: Council, one: Batch) -> str:
    return reverse("directory:import", args=[council.slug, one.pk])
