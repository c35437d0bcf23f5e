"""The commission's login: one passphrase opens the login and, once the second factor is accepted,
the vault (decision 17)."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.decorators import method_decorator

from cases.access import vaults
from cases.signals import PENDING

PENDING_SECONDS = 300


@method_decorator(login_not_required, name="dispatch")
class CommissionLoginView(LoginView):
    """allauth's login, with the vault's costly half computed at the passphrase step."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Let another login replace one that waits for its second factor, halves included.

        The library would send whoever types a passphrase to the second step of the person before.
        """
        if request.method == "POST" and not request.user.is_authenticated:
            unstash_login(request)
            if request.session.pop(PENDING, None) is not None:
                request.clsm_cookies[settings.PENDING_VAULT_COOKIE_NAME] = None
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the slot's output in two halves before the second step.

        The key goes into a five-minute ``Strict`` cookie, the sealed half into the pending
        session; expiry and failure destroy them, another login as well.
        """
        request: Any = self.request
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
