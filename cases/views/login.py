"""The commission's login: one passphrase opens the login and, once the second factor is accepted,
the vault (decision 17)."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.decorators import method_decorator

from cases.access import vaults
from cases.signals import PENDING

PENDING_SECONDS = 300


@method_decorator(login_not_required, name="dispatch")
class CommissionLoginView(LoginView):  # type: ignore[misc]
    """allauth's login, with the vault's costly half computed at the passphrase step."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the slot's output in two halves before the second step.

        The key goes into a five-minute ``Strict`` cookie, the sealed half into the pending
        session; another login replaces both, expiry and failure destroy them.
        """
        request: Any = self.request
        request.session.pop(PENDING, None)
        output = vaults.costly_half(form.user, form.cleaned_data["password"])
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


login = CommissionLoginView.as_view()
