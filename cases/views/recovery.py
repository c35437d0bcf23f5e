"""A forgotten passphrase: ways back to a vault that the reset login does not open (decision 17).

A reset opens the login and 0 section. By the kit, a passkey or the former passphrase, together
with the login's passphrase of today, one passphrase opens both again. With none of them left, new
keys are made, and colleagues give the accesses back.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from cases.access import vaults
from cases.actions import members, slots
from cases.domain.exceptions import DomainError
from cases.forms.vault import ByFormerForm, ByKitForm, KitForm, PresentForm, RenewKeysForm
from cases.models import VaultSlot
from cases.permissions import Viewer
from cases.vault.errors import VaultError, WeakPassphrase
from cases.vault.identity import Identity
from cases.views import opening
from cases.views.doors import page
from cases.views.opening import APART, TOO_MANY
from cases.views.vault import following
from clsm_core.accounts.events import account_event

KIT, FORMER, PASSKEY = "kit", "phrase", "cle"
FORMS: dict[str, type[Form]] = {KIT: ByKitForm, FORMER: ByFormerForm, PASSKEY: PresentForm}
NOT_PRESENT = "Ce n’est pas la phrase de passe de votre connexion."
JOINED = "Une seule phrase de passe ouvre de nouveau votre connexion et votre coffre."


@page("GET")
def vault_recover(request: Any, viewer: Viewer) -> HttpResponse:
    """Show the ways back to the vault."""
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    context = {
        "apart": request.session.get(APART, False),
        "has_passkey": bool(vaults.passkey_marks(viewer.user)),
        "suite": following(request),
    }
    return render(request, "cases/vault_recover.html", context)


@page("GET", "POST")
def vault_recover_by(request: Any, viewer: Viewer, way: str) -> HttpResponse:
    """Open the vault by one of the ways and make one passphrase of the two."""
    if way not in FORMS:
        raise Http404
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    form = FORMS[way](request.POST or None)
    if request.method == "POST" and form.is_valid():
        identity = _rejoined(request, viewer, form, way)
        if identity is not None:
            opening.keep_open(request, viewer.user, identity, at=viewer.at)
            request.session.pop(APART, None)
            messages.success(request, JOINED)
            return redirect(following(request))
    asked = opening.passkey_request(viewer.user) if way == PASSKEY else {}
    if way == PASSKEY and not asked:
        return redirect("cases:vault_recover")
    context = {"form": form, "way": way, "suite": following(request), **asked}
    return render(request, "cases/vault_recover_by.html", context)


def _rejoined(request: Any, viewer: Viewer, form: Form, way: str) -> Identity | None:
    """Return the identity once one passphrase opens both; None, said on the form, otherwise."""
    if not _is_present(request, viewer, form):
        return None
    said = form.cleaned_data
    try:
        if way == KIT:
            vault_key = opening.key_by_kit(viewer.user, said["kit"])
        elif way == FORMER:
            vault_key = vaults.vault_key_from_secret(
                viewer.user, VaultSlot.Kind.PASSPHRASE, said["former"]
            )
        else:
            vault_key = opening.key_by_passkey(request, viewer.user)
        identity = slots.rejoin_passphrase(
            user=viewer.user, vault_key=vault_key, passphrase=said["passphrase"], at=viewer.at
        )
    except WeakPassphrase as weak:
        form.add_error("passphrase", weak.message)
        return None
    except VaultError as refusal:
        opening.refused(request, refusal)
        form.add_error({KIT: "kit", FORMER: "former"}.get(way), refusal.message)
        return None
    account_event(request, "vault.slot_added", purpose="passphrase")
    return identity


def _is_present(request: Any, viewer: Viewer, form: Form) -> bool:
    """Tell whether the login's passphrase of today was typed, and may still be tried."""
    if not opening.may_try(request, viewer.user):
        form.add_error(None, TOO_MANY)
        return False
    if not viewer.user.check_password(form.cleaned_data["passphrase"]):
        account_event(request, "vault.refused", purpose="login_passphrase")
        form.add_error("passphrase", NOT_PRESENT)
        return False
    return True


@page("GET", "POST")
def vault_renew(request: Any, viewer: Viewer) -> HttpResponse:
    """Make new keys when nothing opens the vault any more; show the new kit once."""
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    form = RenewKeysForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_present(request, viewer, form):
        try:
            identity, code = members.renew_identity(
                user=viewer.user, passphrase=form.cleaned_data["passphrase"], at=viewer.at
            )
        except WeakPassphrase as weak:
            form.add_error("passphrase", weak.message)
        except (DomainError, VaultError) as refusal:
            account_event(request, "vault.refused", purpose=refusal.code)
            form.add_error(None, refusal.message)
        else:
            account_event(request, "vault.replaced")
            opening.keep_open(request, viewer.user, identity, at=viewer.at)
            request.session.pop(APART, None)
            words = " · ".join(identity.public.words())
            context = {"code": code, "words": words, "renewed": True, "form": KitForm()}
            return render(request, "cases/vault_kit.html", context)
    return render(
        request, "cases/vault_renew.html", {"form": form, "opened": viewer.identity is not None}
    )
