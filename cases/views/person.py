"""Write or correct the identity of a person: shown by a gesture, changed without overwriting."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import agreements, identities
from cases.access.situations import require_vault
from cases.actions import identities as actions
from cases.domain.exceptions import DomainError
from cases.forms.person import IdentityForm
from cases.models import Situation
from cases.permissions import Viewer
from cases.presenters import person as presenter
from cases.views import lookup
from cases.views.brake import counted
from cases.views.doors import page
from cases.views.submission import Explained, found_locked, once, say_locked, submit
from clsm_core.ui.components import StaleField

OPEN = "open"


@page("GET", "POST")
@once
def identity_edit(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Show the form: empty, or filled by the recorded gesture; keep what is typed."""
    situation = lookup.situation_for(viewer, code, "identify")
    if found_locked(request, viewer):
        return _locked(request, situation)
    require_vault(viewer)
    actions.require_writer(viewer, situation)
    refusal = _refusal(viewer, situation)
    if refusal is not None and request.method == "GET":
        return _page(request, situation, refusal=refusal)
    if request.POST.get("action") == OPEN:
        return _opened(request, viewer, code)
    if request.method == "GET":
        if identities.row_of(situation) is not None:
            return _page(request, situation)
        return _page(request, situation, form=IdentityForm(), version=0)
    return _save(request, viewer, situation)


def _refusal(viewer: Viewer, situation: Situation) -> DomainError | None:
    """Return why nothing may be written now, None when it may."""
    try:
        actions.require_agreed(situation, agreements.standing(situation, viewer.at))
    except DomainError as refused:
        return refused
    return None


@counted
def _opened(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    situation = lookup.situation_for(viewer, code, "identify")
    held, version = identities.open_to_change(viewer, situation)
    if held is None:
        return _page(request, situation, is_altered=True)
    return _page(request, situation, form=IdentityForm(initial=held), version=version)


def _locked(request: Any, situation: Situation) -> HttpResponse:
    form = IdentityForm(request.POST)
    say_locked(form)
    return _page(request, situation, form=form, version=_posted_version(request))


def _posted_version(request: Any) -> int:
    posted = request.POST.get("version", "")
    return int(posted) if posted.isdigit() and len(posted) < 10 else 0


def _save(request: Any, viewer: Viewer, situation: Situation) -> HttpResponse:
    form = IdentityForm(request.POST)
    version = _posted_version(request)
    stale: list[StaleField] = []
    now = version

    def act() -> str:
        nonlocal now
        try:
            actions.write(
                viewer=viewer, situation=situation, content=form.content(), version=version
            )
        except actions.InvalidIdentity as invalid:
            form.refuse(invalid.errors)
            raise Explained from invalid
        except actions.IdentityChanged as changed:
            now = changed.version
            stale.extend(presenter.stale_fields(form.content(), changed.current))
            raise Explained from changed
        return reverse("cases:situation", args=[situation.code])

    response = submit(request, form, act, done="L’identité est enregistrée, scellée.")
    if response is not None:
        return response
    # After both texts were shown, the next save is on top of the one just read.
    return _page(request, situation, form=form, version=now, stale=stale)


def _page(
    request: Any,
    situation: Situation,
    *,
    form: IdentityForm | None = None,
    version: int = 0,
    stale: list[StaleField] | None = None,
    refusal: DomainError | None = None,
    is_altered: bool = False,
) -> HttpResponse:
    code = situation.code
    context = {
        "code": code,
        "form": form,
        "version": version,
        "stale_fields": stale or [],
        "refusal": refusal.message if refusal else "",
        "is_altered": is_altered,
        "is_anonymous": situation.is_anonymous,
        "agreement_url": reverse("cases:agreement", args=[code]),
        "cancel_url": reverse("cases:situation", args=[code]),
    }
    return render(request, "cases/identity_edit.html", context)
