"""A posted form acts once, or comes back with its words and everything typed (decision 50)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect

from cases.domain.exceptions import DomainError
from cases.permissions import VaultLocked, Viewer
from cases.vault.errors import VaultError
from clsm_core.accounts import receipts

LOCKED = (
    "Votre coffre s’est refermé. Ouvrez-le dans un autre onglet, puis envoyez de nouveau : "
    "tout ce que vous avez écrit est resté ici."
)


class Explained(Exception):
    """The act was refused and has already put its words on the form."""


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead a form posted again to what its first post made, before anything is looked up."""

    @wraps(view)
    def checked(request: Any, viewer: Viewer, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            key = receipts.posted_key(request.POST)
            if earlier := receipts.earlier_location(user=request.user, key=key):
                return redirect(earlier)
        return view(request, viewer, *args, **kwargs)

    return checked


def submit(
    request: Any, form: Form, act: Callable[[], str], *, done: str = ""
) -> HttpResponse | None:
    """Act on a valid form and lead on; None when the form must be shown again.

    ``act`` returns where to lead. A refusal of the rules or of the vault undoes the act alone
    and becomes an error of the form. The view is under ``once``.
    """
    key = receipts.posted_key(request.POST)
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            location = act()
            receipts.keep(user=request.user, key=key, location=location)
    except Explained:
        return None
    except (DomainError, VaultError) as refusal:
        form.add_error(None, refusal.message)
        return None
    except VaultLocked:
        form.add_error(None, LOCKED)
        return None
    if done:
        messages.success(request, done)
    return redirect(location)


class ActForm(Form):
    """An act of one button: nothing to type, something may still refuse."""


def act_once(request: Any, act: Callable[[], str], *, done: str, back: str) -> HttpResponse:
    """Act on a single button; a refusal is told on the page the button stands on."""
    form = ActForm(request.POST)
    response = submit(request, form, act, done=done)
    if response is not None:
        return response
    for refusal in form.non_field_errors():
        messages.error(request, refusal)
    return redirect(back)
