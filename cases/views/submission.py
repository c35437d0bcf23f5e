"""A posted form acts once, or comes back with its words and everything typed (decision 50)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect

from cases.access import recording
from cases.actions.milestones import StaleSituation
from cases.domain.exceptions import DomainError
from cases.permissions import VaultLocked, Viewer
from cases.vault.errors import VaultError
from clsm_core.accounts import receipts

LOCKED = (
    "Votre coffre s’est refermé. Ouvrez-le dans un autre onglet, puis envoyez de nouveau : "
    "tout ce que vous avez écrit est resté ici."
)


CHANGED = StaleSituation.message
CHANGED_BUTTON = "Cette situation a changé entre-temps : relisez la page, puis recommencez."
UNIQUE_VIOLATION = "23505"


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
        # A refusal is recorded in the name of whom the door let in.
        request.clsm_viewer = viewer
        return view(request, viewer, *args, **kwargs)

    return checked


def found_locked(request: Any, viewer: Viewer) -> bool:
    """Tell whether a post finds the vault closed: its text comes back before anything else."""
    return request.method == "POST" and viewer.identity is None


def say_locked(form: Form) -> None:
    """Put on a posted form that the vault closed by itself."""
    form.full_clean()
    form.add_error(None, LOCKED)


def _is_twice(error: IntegrityError) -> bool:
    """Tell whether a UNIQUE refused what another post has just made."""
    return getattr(error.__cause__, "sqlstate", "") == UNIQUE_VIOLATION


def submit(
    request: Any, form: Form, act: Callable[[], str], *, done: str = ""
) -> HttpResponse | None:
    """Act on a valid form and lead on; None when the form must be shown again.

    ``act`` returns where to lead. A refusal of the rules or of the vault, or what another post
    made meanwhile, undoes the act alone and becomes an error of the form. The key is taken
    before the act, so that of two posts at once the second waits. The view is under ``once``.

    Raises: AlreadyPosted, which the door turns into the first post's result.
    """
    key = receipts.posted_key(request.POST)
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            receipts.reserve(user=request.user, key=key)
            location = act()
            receipts.settle(user=request.user, key=key, location=location)
    except Explained:
        return None
    except (DomainError, VaultError) as refusal:
        recording.denied(request.clsm_viewer, "access.denied", purpose=refusal.code)
        form.add_error(None, refusal.message)
        return None
    except IntegrityError as error:
        if not _is_twice(error):
            raise
        recording.denied(request.clsm_viewer, "access.denied", purpose=StaleSituation.code)
        form.add_error(None, CHANGED)
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
        # Nothing was typed: there is no text to speak of.
        messages.error(request, CHANGED_BUTTON if refusal == CHANGED else refusal)
    return redirect(back)
