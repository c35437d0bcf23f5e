"""A posted form acts once, never over somebody else's change, or comes back with all it held.

Source: decisions 50 (idempotency, nothing typed is lost); style rule 22 (stale edits).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clsm_core.accounts import receipts
from clsm_core.ui.components import StaleField

UNIQUE_VIOLATION = "23505"
DEADLOCK = "40P01"
# Beyond these, calendars and durations count no more.
FIRST_YEAR, LAST_YEAR = 1900, 2999
YEAR = f"Écrivez une année de {FIRST_YEAR} à {LAST_YEAR}."
TWICE = "Cela existe déjà : quelqu’un l’a peut-être enregistré entre-temps."
AT_ONCE = "Quelqu’un enregistrait au même moment : rien n’est écrit ici. Enregistrez de nouveau."
CHANGED = (
    "Quelqu’un a modifié cette page entre-temps. Comparez les deux textes ci-dessous, gardez le"
    " vôtre ou reprenez le sien, puis enregistrez de nouveau."
)

# A page that shows a form and takes it back.
either = require_http_methods(["GET", "HEAD", "POST"])


class Refusal(Exception):
    """A rule refuses the act; its words go to the form, beside ``field`` when it has one."""

    def __init__(self, message: str, *, field: str | None = None, code: str = "") -> None:
        super().__init__(code or type(self).__name__)
        self.message, self.field, self.code = message, field, code


def posted(request: HttpRequest) -> Any:
    """Return what a form is bound to: what was posted, nothing when the page is only asked."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: Any,
    form: BaseForm,
    act: Callable[[], str],
    *,
    heading: str,
    cancel_url: str,
    row: Any = None,
    lead: str = "",
    submit: str = "Enregistrer",
    submit_kind: str = "main",
    done: str = "",
    template: str = "ui/form_page.html",
    **more: Any,
) -> HttpResponse:
    """Answer a page around one form.

    Args:
        act: writes and returns where to lead; called in a transaction, once for a posted form.
        row: what is edited, with a ``version`` that ``act`` increases; a stale edit is refused
            and shows both texts.
        done: a message shown on the next page.
        more: other variables of the template.

    Raises:
        Http404: ``row`` was removed since the page was asked for.
    """
    page: dict[str, Any] = {
        **more,
        "heading": heading,
        "form": form,
        "cancel_url": cancel_url,
        "lead": lead,
        "submit": submit,
        "submit_kind": submit_kind,
        "version": getattr(row, "version", None),
        "stale_fields": [],
    }
    if request.method == "POST":
        key = receipts.posted_key(request.POST)
        earlier = receipts.earlier_location(user=request.user, key=key)
        if earlier:
            return redirect(earlier)
        if form.is_valid() and _is_in_time(form):
            try:
                location = _once(request, act, key, row)
            except receipts.AlreadyPosted:
                return redirect(receipts.earlier_location(user=request.user, key=key) or "home")
            except _Stale as stale:
                form.add_error(None, CHANGED)
                page |= {
                    "version": stale.stored.version,
                    "stale_fields": _differences(form, stale.stored),
                }
            except Refusal as refusal:
                field = refusal.field if refusal.field in form.fields else None
                form.add_error(field, refusal.message)
            except ValidationError as error:
                _spread(form, error)
            except IntegrityError as error:
                if getattr(error.__cause__, "sqlstate", "") != UNIQUE_VIOLATION:
                    raise
                form.add_error(None, TWICE)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                    raise
                form.add_error(None, AT_ONCE)
            else:
                if done:
                    messages.success(request, done)
                return redirect(location)
        elif row is not None:
            # A form refused for a field keeps the version that its author has read.
            page["version"] = request.POST.get("version", page["version"])
    return render(request, template, page)


def _is_in_time(form: BaseForm) -> bool:
    """Refuse, beside its field, a day of no century that a council plans or remembers."""
    for name, value in list(form.cleaned_data.items()):
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            form.add_error(name if name in form.fields else None, YEAR)
    return form.is_valid()


class _Stale(Exception):
    """The row changed since the form was drawn."""

    def __init__(self, stored: Any) -> None:
        super().__init__()
        self.stored = stored


def _once(request: Any, act: Callable[[], str], key: Any, row: Any) -> str:
    with transaction.atomic():
        receipts.reserve(user=request.user, key=key)
        if row is not None:
            stored = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
            if stored is None:
                raise Http404
            # What ``act`` writes was read before the lock: a version guessed ahead is stale too.
            if not request.POST.get("version", "") == str(stored.version) == str(row.version):
                raise _Stale(stored)
        location = act()
        receipts.settle(user=request.user, key=key, location=location)
    return location


def _spread(form: BaseForm, error: ValidationError) -> None:
    """Put the errors of a model on the fields that the form has, the others at the top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _differences(form: BaseForm, stored: Any) -> list[StaleField]:
    """Give the fields whose stored value is not what was typed."""
    found = []
    for name, field in form.fields.items():
        if not hasattr(stored, name):
            continue
        typed, kept = form.cleaned_data.get(name), getattr(stored, name)
        if typed != kept and str(typed or "") != str(kept or ""):
            label = str(field.label or name)
            found.append(StaleField(label, _words(field, typed), _words(field, kept)))
    return found


def _words(field: Any, value: Any) -> str:
    """Write a value as its field would show it."""
    if value in (None, ""):
        return "—"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list | tuple):
        return ", ".join(_words(field, one) for one in value) or "—"
    labels = {}
    for key, label in getattr(field, "choices", None) or ():
        # A group of choices is a label and its own choices.
        labels |= dict(label) if isinstance(label, list | tuple) else {key: label}
    return str(labels.get(value, value))
