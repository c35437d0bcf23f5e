"""The commission's own change of passphrase: login and vault together (decision 17)."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.password_change import finalize_password_change
from allauth.account.views import PasswordChangeView
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.shortcuts import redirect

from cases.access import vaults
from cases.actions import slots
from cases.vault.errors import VaultError
from cases.views import opening
from clsm_core.accounts.clock import now
from clsm_core.accounts.events import account_event


class PassphraseChangeView(PasswordChangeView):
    """allauth's page, with the vault's slot closed again in the transaction of the login's hash."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Change both or neither, end every other session, and go on with the vault open."""
        request: Any = self.request
        user, at = request.user, now()
        before = request.session.session_key
        try:
            identity = slots.change_passphrase(
                user=user,
                present=form.cleaned_data["oldpassword"],
                passphrase=form.cleaned_data["password1"],
                at=at,
            )
        except VaultError as refusal:
            opening.refused(request, refusal)
            form.add_error(None, refusal.message)
            refused: HttpResponse = self.form_invalid(form)
            return refused
        for session in UserSession.objects.filter(user=user).exclude(session_key=before):
            session.end()
        finalize_password_change(request, user)
        if identity is not None:
            account_event(request, "vault.slot_added", purpose="passphrase")
            opening.keep_open(request, user, identity, at=at)
        return redirect("cases:slots" if vaults.has_vault(user) else "home")


change = PassphraseChangeView.as_view()
