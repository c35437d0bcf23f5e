"""The commission's logins: what opens the login opens the vault as well (decision 17).

A passphrase does it once the second factor is accepted; a passkey in one gesture, by the secret
that its authenticator gives (PRF).
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from allauth.account.views import LoginView
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from cases.access import vaults
from cases.signals import PENDING
from cases.vault.errors import VaultError
from clsm_core.accounts import passkeys
from clsm_core.accounts.events import account_event

PENDING_SECONDS = 300
MAY_OPEN = (
    "Cette clé d’accès peut aussi ouvrir votre coffre : voyez « Manières d’ouvrir le coffre », "
    "depuis la page du coffre."
)
LOGIN_ONLY = (
    "Cette clé d’accès ouvre votre connexion. Elle ne sait pas ouvrir le coffre : votre phrase de "
    "passe l’ouvre."
)


class _Replacing:
    """Let another login replace one that waits for its second factor, halves included.

    The library would send whoever comes to the second step of the person before.
    """

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Forget the pending login before a new one begins."""
        if request.method == "POST" and not request.user.is_authenticated:
            unstash_login(request)
            if request.session.pop(PENDING, None) is not None:
                request.clsm_cookies[settings.PENDING_VAULT_COOKIE_NAME] = None
        return super().dispatch(request, *args, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class CommissionLoginView(_Replacing, LoginView):
    """allauth's login, with the vault's costly half computed at the passphrase step."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the salt from which a passkey makes the vault's secret."""
        return {**super().get_context_data(**kwargs), "passkey_salt": passkeys.salt_text()}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the slot's output in two halves before the second step.

        The key goes into a five-minute ``Strict`` cookie, the sealed half into the pending
        session; expiry and failure destroy them, another login as well.
        """
        request: Any = self.request
        try:
            output = vaults.costly_half(form.user, form.cleaned_data["password"])
        except VaultError as refusal:
            # A slot whose cost somebody raised: the login goes on, the vault stays shut.
            account_event(request, "vault.refused", actor=form.user.pk, purpose=refusal.code)
            output = None
        if output is not None:
            key, blob = vaults.seal_pending(form.user, output)
            request.session[PENDING] = {
                "user": str(form.user.pk),
                "blob": base64.b64encode(blob).decode(),
            }
            request.clsm_pending_key = key
            request.clsm_cookies[settings.PENDING_VAULT_COOKIE_NAME] = (key, PENDING_SECONDS)
        response: HttpResponse = super().form_valid(form)
        return response


@method_decorator(login_not_required, name="dispatch")
class PasskeyLoginView(_Replacing, LoginWebAuthnView):
    """allauth's login by passkey, with the secret that opens the vault in the same gesture."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse an answer that no reader of JSON can follow as any other that opens nothing."""
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except RecursionError:
            messages.error(request, passkeys.INCORRECT)
            return redirect("account_login")
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Hand the secret to the login's signal, in this request's memory only."""
        request: Any = self.request
        authenticator = form.cleaned_data["credential"]
        request.clsm_passkey = (
            passkeys.mark_of(authenticator),
            passkeys.posted_secret(request.POST),
        )
        response: HttpResponse = super().form_valid(form)
        return response


class PasskeyAddView(AddWebAuthnView):
    """allauth's new passkey, which is asked whether it can also open the vault."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the script to ask for the secret's extension."""
        return {**super().get_context_data(**kwargs), "passkey_salt": passkeys.salt_text()}

    def get_success_url(self) -> str:
        """Lead to the vault's page when the new key can open it, once its codes are shown."""
        request: Any = self.request
        after: str = super().get_success_url()
        if not vaults.has_vault(request.user):
            return after
        newest = passkeys.of(request.user).last()
        if newest is None or not passkeys.gives_secret(newest):
            messages.info(request, LOGIN_ONLY)
            return after
        if self.did_generate_recovery_codes:
            messages.info(request, MAY_OPEN)
            return after
        return reverse("cases:slot_add")


login = CommissionLoginView.as_view()
passkey_login = PasskeyLoginView.as_view()
passkey_add = PasskeyAddView.as_view()
