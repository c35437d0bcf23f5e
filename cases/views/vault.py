"""The vault's pages: open it, close it, make it; and the way to the council."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from cases import queries
from cases.access import openings, vaults
from cases.actions import members
from cases.models import VaultSlot
from cases.permissions import Refused, Viewer, is_member
from cases.vault.errors import VaultError, WeakPassphrase
from cases.vault.recovery_code import parse_recovery_code
from cases.views.doors import page
from clsm_core.accounts import tickets
from clsm_core.accounts.events import account_event

TICKETS = "ticket-signing"
TOO_MANY = "Trop d’essais. Attendez dix minutes avant de recommencer."
EXISTS = (
    "Votre coffre existe déjà. Si vous n’avez pas gardé le code de son kit de secours, faites un "
    "nouveau kit."
)


class OpenForm(forms.Form):
    """The passphrase, or the emergency kit's code."""

    passphrase = forms.CharField(
        label="Phrase de passe",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    kit = forms.CharField(
        label="Ou code du kit de secours",
        required=False,
        help_text="Le code imprimé à la création du coffre, si vous avez oublié la phrase.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        cleaned = super().clean() or {}
        if not cleaned.get("passphrase") and not cleaned.get("kit"):
            raise forms.ValidationError("Saisissez votre phrase de passe ou le code du kit.")
        return cleaned


class NewForm(forms.Form):
    """The passphrase of a new vault, typed twice."""

    passphrase = forms.CharField(
        label="Phrase de passe",
        strip=False,
        help_text="Au moins 15 caractères : quatre ou cinq mots sans lien entre eux. "
        "C’est celle de votre connexion : une seule phrase ouvre les deux.",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class RenewForm(forms.Form):
    """The passphrase again: it alone gives the key that a new kit must close."""

    passphrase = forms.CharField(
        label="Phrase de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class KitForm(forms.Form):
    """The kit's code typed back, which proves that it was kept."""

    code = forms.CharField(
        label="Recopiez le code du kit de secours",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def _next(request: Any) -> str:
    where = request.POST.get("suite") or request.GET.get("suite") or "/"
    allowed = url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return where if allowed and where.startswith("/") else "/"


def _keep_open(request: Any, viewer: Viewer, identity: Any) -> None:
    key = openings.open_in_session(
        user=viewer.user,
        identity=identity,
        session_key=request.session.session_key,
        at=viewer.at,
    )
    request.clsm_cookies[settings.VAULT_COOKIE_NAME] = (key, settings.SESSION_COOKIE_AGE)
    account_event(request, "vault.opened")


def _may_try(request: Any, viewer: Viewer) -> bool:
    """Count one try of a secret, whatever the page."""
    return bool(ratelimit.consume(request, action="vault", user=viewer.user))


@page("GET", "POST")
def vault(request: Any, viewer: Viewer) -> HttpResponse:
    """Show the vault's state and open it by the passphrase or the emergency kit."""
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _may_try(request, viewer):
            form.add_error(None, TOO_MANY)
        else:
            try:
                identity = _opened(viewer, form.cleaned_data)
            except VaultError as refused:
                account_event(request, "vault.refused")
                form.add_error(None, refused.message)
            else:
                _keep_open(request, viewer, identity)
                return redirect(_next(request))
    minutes = openings.minutes_left(
        user=viewer.user, session_key=request.session.session_key, at=viewer.at
    )
    opened = viewer.identity is not None
    context = {
        "form": form,
        "suite": _next(request),
        "hidden": {"suite": _next(request)},
        "opened": opened,
        "minutes": minutes,
    }
    return render(request, "cases/vault.html", context)


def _opened(viewer: Viewer, said: dict[str, str]) -> Any:
    if said.get("passphrase"):
        return vaults.identity_from_secret(
            viewer.user, VaultSlot.Kind.PASSPHRASE, said["passphrase"]
        )
    return vaults.identity_from_secret(
        viewer.user, VaultSlot.Kind.RECOVERY, parse_recovery_code(said["kit"])
    )


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
        if not _may_try(request, viewer):
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
                _keep_open(request, viewer, identity)
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
    form = RenewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _may_try(request, viewer):
            form.add_error(None, TOO_MANY)
        else:
            try:
                code = members.renew_kit(
                    user=viewer.user, passphrase=form.cleaned_data["passphrase"], at=viewer.at
                )
            except VaultError as refused:
                account_event(request, "vault.refused")
                form.add_error("passphrase", refused.message)
            else:
                account_event(request, "vault.slot_added")
                context = {"code": code, "form": KitForm()}
                return render(request, "cases/vault_kit.html", context)
    return render(request, "cases/vault_kit_new.html", {"form": form})


@page("POST")
def vault_kit(request: Any, viewer: Viewer) -> HttpResponse:
    """Check that the kit's code was kept, by opening the vault with it."""
    form = KitForm(request.POST)
    if form.is_valid() and not _may_try(request, viewer):
        form.add_error(None, TOO_MANY)
    elif form.is_valid():
        try:
            vaults.identity_from_secret(
                viewer.user,
                VaultSlot.Kind.RECOVERY,
                parse_recovery_code(form.cleaned_data["code"]),
            )
        except VaultError as refused:
            account_event(request, "vault.refused")
            form.add_error("code", refused.message)
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
