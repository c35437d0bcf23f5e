"""« Manières d’ouvrir le coffre »: see them, add a passkey, remove it (decisions 17, 18)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.access import vaults
from cases.actions import slots as actions
from cases.forms.vault import OpenForm
from cases.models import VaultSlot
from cases.permissions import Refused, Viewer
from cases.presenters import slots as presenter
from cases.vault.errors import VaultError
from cases.views import opening
from cases.views.doors import page
from cases.views.opening import APART, TOO_MANY
from clsm_core.accounts import passkeys
from clsm_core.accounts.events import account_event

ADDED = "Cette clé d’accès ouvre maintenant votre connexion et votre coffre, d’un seul geste."
REMOVED = "Cette clé d’accès n’ouvre plus votre coffre."


def _rows(user: Any) -> list[VaultSlot]:
    return list(VaultSlot.objects.filter(user=user).order_by("created_at", "pk"))


@page("GET")
def slots(request: Any, viewer: Viewer) -> HttpResponse:
    """List what opens the vault: passphrase, kit, passkeys with their names and dates."""
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    keys, marks = list(passkeys.of(viewer.user)), vaults.passkey_marks(viewer.user)
    context = {
        "rows": presenter.rows(_rows(viewer.user), keys),
        "may_add": bool(presenter.candidates(marks, keys)),
        "has_others": any(passkeys.mark_of(one) not in marks for one in keys),
        "apart": request.session.get(APART, False),
    }
    return render(request, "cases/slots.html", context)


@page("GET", "POST")
def slot_add(request: Any, viewer: Viewer) -> HttpResponse:
    """Let one of the account's passkeys open the vault as well.

    The open session holds no vault key: the passphrase, or the kit, gives it.
    """
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    keys = list(passkeys.of(viewer.user))
    candidates = presenter.candidates(vaults.passkey_marks(viewer.user), keys)
    if not candidates:
        return redirect("cases:slots")
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not opening.may_try(request, viewer.user):
            form.add_error(None, TOO_MANY)
        else:
            try:
                _add(request, viewer, form.cleaned_data)
            except VaultError as refusal:
                opening.refused(request, refusal)
                form.add_error(None, refusal.message)
            else:
                account_event(request, "vault.slot_added", purpose="passkey")
                messages.success(request, ADDED)
                return redirect("cases:slots")
    context = {
        "form": form,
        "names": [one.wrap().name for one in candidates],
        "passkey_options": passkeys.request_options(
            viewer.user, {passkeys.mark_of(one) for one in candidates}
        ),
        "passkey_salt": passkeys.salt_text(),
    }
    return render(request, "cases/slot_add.html", context)


def _add(request: Any, viewer: Viewer, said: dict[str, str]) -> None:
    credential, secret = opening.passkey_posted(request, viewer.user)
    vault_key = opening.key_by_typed(viewer.user, said)
    actions.add_passkey(
        user=viewer.user,
        vault_key=vault_key,
        secret=secret,
        credential=credential,
        at=viewer.at,
    )


@page("GET", "POST")
def slot_remove(request: Any, viewer: Viewer, pk: uuid.UUID) -> HttpResponse:
    """Take the vault away from a passkey; the passphrase and the kit always stay."""
    slot = VaultSlot.objects.filter(pk=pk, user=viewer.user, kind=VaultSlot.Kind.PASSKEY).first()
    if slot is None:
        raise Refused("slot")
    if request.method == "POST":
        if actions.remove_passkey(user=viewer.user, pk=slot.pk):
            account_event(request, "vault.slot_removed", purpose="passkey")
            messages.success(request, REMOVED)
        return redirect("cases:slots")
    name = presenter.name_of(slot, list(passkeys.of(viewer.user)))
    return render(request, "cases/slot_remove.html", {"name": name})
