"""A login accepted in full opens the vault; a departure closes it (decision 17)."""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa import signals as second_factor
from django.conf import settings
from django.contrib.auth import signals
from django.dispatch import receiver

from cases.access import openings, vaults
from cases.middleware import cookie_key
from cases.vault.errors import VaultError
from clsm_core.accounts.clock import now
from clsm_core.accounts.events import account_event

PENDING = "pending_vault"


@receiver(signals.user_logged_in)
def open_pending_vault(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Open the vault with the half kept since the passphrase step, then destroy it.

    Runs in the transaction that accepts the second factor; both halves are needed.
    """
    if request is None or not hasattr(request, "clsm_cookies"):
        return
    name = settings.PENDING_VAULT_COOKIE_NAME
    pending = request.session.pop(PENDING, None)
    key = cookie_key(request, name)
    request.clsm_cookies[name] = None
    same_response = getattr(request, "clsm_pending_key", b"")
    if pending is None or pending.get("user") != str(user.pk):
        return
    try:
        identity = vaults.open_pending(
            user, same_response or key, base64.b64decode(pending["blob"])
        )
    except VaultError:
        return  # The login stands, the vault stays locked and says so.
    request.session.save()
    opening = openings.open_in_session(
        user=user, identity=identity, session_key=request.session.session_key, at=now()
    )
    request.clsm_cookies[settings.VAULT_COOKIE_NAME] = (opening, settings.SESSION_COOKIE_AGE)
    account_event(request, "vault.opened", actor=user.pk)


@receiver(second_factor.authentication_failed)
def forget_pending_vault(sender: Any, request: Any, **kwargs: Any) -> None:
    """Destroy the half kept since the passphrase step: a wrong code opens a login at most.

    The next right code logs in; the vault then asks for its own opening (decision 17).
    """
    if request is not None and hasattr(request, "clsm_cookies"):
        request.session.pop(PENDING, None)
        request.clsm_cookies[settings.PENDING_VAULT_COOKIE_NAME] = None


@receiver(signals.user_logged_out)
def close_vault(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Close the vault of the session that ends."""
    if request is None or user is None or not hasattr(request, "clsm_cookies"):
        return
    openings.close(session_key=request.session.session_key)
    request.clsm_cookies[settings.VAULT_COOKIE_NAME] = None
