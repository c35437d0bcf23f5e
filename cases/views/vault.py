"""The vault's pages: open it, close it, make it, print its kit; and the way to the council."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from cases import queries
from cases.access import openings, vaults
from cases.actions import members, slots
from cases.forms.vault import KitForm, NewForm, OpenForm, RenewKitForm
from cases.permissions import Refused, Viewer, is_member
from cases.vault.errors import VaultError, WeakPassphrase, WrongPassphrase
from cases.views import opening
from cases.views.doors import page
from cases.views.opening import APART, TOO_MANY
from clsm_core.accounts import tickets
from clsm_core.accounts.events import account_event

TICKETS = "ticket-signing"
EXISTS = (
    "Votre coffre existe déjà. Si vous n’avez pas gardé le code de son kit de secours, faites un "
    "nouveau kit."
)


def following(request: Any) -> str:
    """Return where the member was going, on this service; the first page otherwise."""
    where = request.POST.get("suite") or request.GET.get("suite") or "/"
    allowed = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return where if allowed and where.startswith("/") else "/"


@page("GET", "POST")
def vault(request: Any, viewer: Viewer) -> HttpResponse:
    """Show the vault's state and open it: by passphrase, emergency kit or passkey."""
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    by_passkey = "credential" in request.POST
    form = OpenForm(request.POST if request.method == "POST" and not by_passkey else None)
    refusal = ""
    if request.method == "POST" and (by_passkey or form.is_valid()):
        refusal = _open(request, viewer, form)
        if not refusal:
            return redirect(following(request))
        if not by_passkey:
            form.add_error(None, refusal)
    opened, apart = viewer.identity is not None, request.session.get(APART, False)
    minutes = openings.minutes_left(
        user=viewer.user, session_key=request.session.session_key, at=viewer.at
    )
    context = {
        "form": form,
        "suite": following(request),
        "opened": opened,
        "minutes": minutes,
        "apart": apart,
        "has_passkey": bool(vaults.passkey_marks(viewer.user)),
        "passkey_refusal": refusal if by_passkey else "",
        **({} if opened or apart else opening.passkey_request(viewer.user)),
    }
    return render(request, "cases/vault.html", context)


def _open(request: Any, viewer: Viewer, form: OpenForm) -> str:
    """Open the vault by what was posted; return the words of a refusal, empty when it opened."""
    if not opening.may_try(request, viewer.user):
        return TOO_MANY
    said = form.cleaned_data if form.is_bound else {}
    try:
        if said:
            key = opening.key_by_typed(viewer.user, said)
        else:
            key = opening.key_by_passkey(request, viewer.user)
        identity = vaults.identity_of(viewer.user, key)
    except VaultError as refusal:
        opening.refused(request, refusal)
        wrong = isinstance(refusal, WrongPassphrase) and said.get("passphrase")
        if wrong and viewer.user.check_password(wrong):
            request.session[APART] = True
        return refusal.message
    opening.keep_open(request, viewer.user, identity, at=viewer.at)
    if said.get("passphrase"):
        # The former passphrase opens as well: the page then offers to have only one again.
        request.session[APART] = not viewer.user.check_password(said["passphrase"])
    return ""


@page("POST")
def vault_close(request: Any, viewer: Viewer) -> HttpResponse:
    """Close the vault now."""
    openings.close(session_key=request.session.session_key)
    request.clsm_cookies[settings.VAULT_COOKIE_NAME] = None
    account_event(request, "vault.closed")
    return redirect("home")


@page("GET", "POST")
def vault_new(request: Any, viewer: Viewer) -> HttpResponse:
    """Make the member's vault; its kit is shown once, then typed back (T-30, GlobaLeaks 4211)."""
    if not is_member(viewer):
        raise Refused("vault")
    if vaults.has_vault(viewer.user):
        return _exists(request)
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        passphrase = form.cleaned_data["passphrase"]
        if not opening.may_try(request, viewer.user):
            form.add_error(None, TOO_MANY)
        elif not viewer.user.check_password(passphrase):
            account_event(request, "vault.refused")
            form.add_error("passphrase", "Ce n’est pas la phrase de passe de votre connexion.")
        else:
            try:
                identity, code = members.enrol(
                    user=viewer.user, passphrase=passphrase, at=viewer.at
                )
            except WeakPassphrase as weak:
                form.add_error("passphrase", weak.message)
            except IntegrityError:
                # Two posts at once: the first one made the vault.
                if not vaults.has_vault(viewer.user):
                    raise
                return _exists(request)
            else:
                opening.keep_open(request, viewer.user, identity, at=viewer.at)
                words = " · ".join(identity.public.words())
                context = {"code": code, "words": words, "form": KitForm()}
                return render(request, "cases/vault_kit.html", context)
    return render(request, "cases/vault_new.html", {"form": form})


def _exists(request: Any) -> HttpResponse:
    """Say that the vault exists: its kit went to a page that may not have been seen."""
    if request.method == "POST":
        messages.info(request, EXISTS)
    return redirect("cases:vault")


@page("GET", "POST")
def vault_kit_new(request: Any, viewer: Viewer) -> HttpResponse:
    """Replace the kit when its code was not kept, by the passphrase typed again."""
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    form = RenewKitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not opening.may_try(request, viewer.user):
            form.add_error(None, TOO_MANY)
        else:
            try:
                code = slots.renew_kit(
                    user=viewer.user, passphrase=form.cleaned_data["passphrase"], at=viewer.at
                )
            except VaultError as refusal:
                opening.refused(request, refusal)
                form.add_error("passphrase", refusal.message)
            else:
                account_event(request, "vault.slot_added", purpose="recovery")
                context = {"code": code, "form": KitForm()}
                return render(request, "cases/vault_kit.html", context)
    return render(request, "cases/vault_kit_new.html", {"form": form})


@page("POST")
def vault_kit(request: Any, viewer: Viewer) -> HttpResponse:
    """Check that the kit's code was kept, by opening the vault with it."""
    form = KitForm(request.POST)
    if form.is_valid() and not opening.may_try(request, viewer.user):
        form.add_error(None, TOO_MANY)
    elif form.is_valid():
        try:
            key = opening.key_by_kit(viewer.user, form.cleaned_data["code"])
            vaults.identity_of(viewer.user, key)
        except VaultError as refusal:
            opening.refused(request, refusal)
            form.add_error("code", refusal.message)
        else:
            return redirect("home")
    return render(request, "cases/vault_kit.html", {"form": form})


@page("GET")
def to_council(request: Any, viewer: Viewer) -> HttpResponse:
    """Give a one-way ticket to the council, in a form that posts it there (decision 2)."""
    council_user = queries.council_account(viewer.user)
    if council_user is None:
        raise Refused("council")
    ticket = tickets.issue(
        council_user=council_user,
        audience=settings.COUNCIL_ORIGIN,
        at=viewer.at,
        sign=lambda message: settings.KEYS.sign(TICKETS, message),
    )
    account_event(request, "ticket.issued")
    response = render(
        request,
        "cases/to_council.html",
        {"ticket": ticket, "address": f"{settings.COUNCIL_ORIGIN}/entree/"},
    )
    # This page only may post to the council, and tell it where the post comes from.
    response.csp_form_action = [settings.COUNCIL_ORIGIN]
    response["Referrer-Policy"] = "strict-origin"
    return response
