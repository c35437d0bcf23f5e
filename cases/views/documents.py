"""Write a text in a section, or change one without overwriting anybody (style 22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import situations
from cases.access.situations import require_vault
from cases.actions import situations as actions
from cases.forms.document import DocumentForm, EditForm, place_of
from cases.models import SealedDocument
from cases.permissions import Refused, Viewer
from cases.presenters.documents import EDITABLE
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import Explained, found_locked, once, say_locked, submit
from clsm_core.ui.components import StaleField


@page("GET", "POST")
@once
def document_new(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Write a text; its category decides its section."""
    situation = lookup.situation_for(viewer, code, "write")
    if request.method == "GET":
        require_vault(viewer)
    writable = frozenset(
        section
        for section, grant in situations.live_grants(viewer, situation).items()
        if grant.is_current(viewer.at) and grant.level.rank >= 1
    )
    form = DocumentForm(
        request.POST if request.method == "POST" else None,
        writable=writable,
        is_anonymous=situation.is_anonymous,
        initial={"place": request.GET.get("sujet", "")},
    )
    here = reverse("cases:situation", args=[code])
    if request.method == "POST":

        def act() -> str:
            section, category = place_of(form.cleaned_data["place"])
            actions.write(
                viewer=viewer,
                situation=situation,
                section=section,
                category=category,
                text=form.cleaned_data["text"],
            )
            return here

        response = submit(request, form, act, done="Le texte est enregistré, scellé.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Écrire — {code}",
        "submit": "Enregistrer",
        "cancel_url": here,
    }
    return render(request, "ui/form_page.html", context)


@dataclass(frozen=True)
class _Stored:
    """The text being changed; none of it when the vault is closed."""

    section: str
    version: int
    text: str = ""
    is_anonymous: bool = False


def _locked(viewer: Viewer, code: str, pk: UUID) -> _Stored:
    """Return where a text stands without opening it. Raises: Refused."""
    situation = lookup.situation_for(viewer, code, "write")
    row = SealedDocument.objects.filter(pk=pk, situation=situation, kind__in=EDITABLE).first()
    grant = situations.live_grants(viewer, situation).get(row.section) if row else None
    if row is None or grant is None or not grant.is_current(viewer.at) or grant.level.rank < 1:
        raise Refused("document", commission=situation.commission_id, objects=(pk,))
    return _Stored(row.section, row.row_version)


def _document(viewer: Viewer, code: str, pk: UUID) -> _Stored:
    """Open the text to change. Raises: Refused, VaultLocked."""
    opened = situations.open_situation(viewer, code)
    for section in opened.sections:
        for document in section.documents:
            if document.id == pk and section.writable and document.kind in EDITABLE:
                text = str((document.payload or {}).get("text", ""))
                is_anonymous = opened.situation.is_anonymous
                return _Stored(section.section, document.version, text, is_anonymous)
    raise Refused("document", commission=opened.situation.commission_id, objects=(pk,))


@page("GET", "POST")
@once
def document_edit(request: Any, viewer: Viewer, code: str, document: UUID) -> HttpResponse:
    """Change a text; a stale edit shows both texts and loses neither."""
    is_locked = found_locked(request, viewer)
    shown = (_locked if is_locked else _document)(viewer, code, document)
    posted = request.POST.get("version", "") if request.method == "POST" else ""
    version = int(posted) if posted.isdigit() else shown.version
    stale: list[StaleField] = []
    form = EditForm(
        request.POST if request.method == "POST" else None,
        initial={"text": shown.text},
        is_anonymous=shown.is_anonymous,
    )
    here = reverse("cases:situation_section", args=[code, shown.section])
    if shown.section == "core":
        here = reverse("cases:situation", args=[code])
    if is_locked:
        say_locked(form)
    elif request.method == "POST":

        def act() -> str:
            typed = form.cleaned_data["text"]
            try:
                actions.rewrite(viewer=viewer, document_id=document, text=typed, version=version)
            except actions.TextChanged as changed:
                stale.append(StaleField("Texte", typed, changed.current))
                raise Explained from changed
            return here

        response = submit(request, form, act, done="Le texte est enregistré.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Modifier un texte — {code}",
        "submit": "Enregistrer",
        "cancel_url": here,
        # After both texts were shown, the next save is on top of the one just read.
        "version": shown.version if stale or request.method == "GET" else version,
        "stale_fields": stale,
    }
    return render(request, "ui/form_page.html", context)
