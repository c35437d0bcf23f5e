"""A login accepted in full opens the vault; a departure, a reset or a lost key closes what it
opened (decision 17)."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import signals
from django.dispatch import receiver

from cases.access import openings, vaults
from cases.actions import slots
from cases.middleware import cookie_key
from cases.models import VaultSlot
from cases.vault.errors import VaultError, WrongPassphrase
from cases.vault.identity import Identity
from cases.views import opening
from clsm_core.accounts import passkeys
from clsm_core.accounts.clock import now
from clsm_core.accounts.events import account_event
from clsm_core.accounts.gate import has_second_factor

PENDING = "pending_vault"


@receiver(signals.user_logged_in)
def open_pending_vault(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Open the vault by the passkey that logged in, or by the half kept since the passphrase.

    Runs in the transaction that accepts the login; the half is destroyed, used or not. A vault
    that does not open leaves the login standing, and its page says so.
    """
    if request is None or not hasattr(request, "clsm_cookies"):
        return
    name = settings.PENDING_VAULT_COOKIE_NAME
    pending = request.session.pop(PENDING, None)
    key = getattr(request, "clsm_pending_key", b"") or cookie_key(request, name)
    request.clsm_cookies[name] = None
    if not has_second_factor(user):
        # A first login, or the one after two officers reset it: a login, never a file.
        return
    try:
        identity = _by_passkey(request, user) or _by_pending(user, pending, key)
    except VaultError as refusal:
        account_event(request, "vault.refused", actor=user.pk, purpose=refusal.code)
        # The passphrase opened the login: the vault's is another one, since a reset.
        if isinstance(refusal, WrongPassphrase) and pending is not None:
            request.session[opening.APART] = True
        return
    if identity is not None:
        request.session.save()
        opening.keep_open(request, user, identity, at=now())


def _by_passkey(request: Any, user: Any) -> Identity | None:
    """Return the identity by the passkey that logged in, None when it opens no vault.

    Raises: VaultError when its slot does not open.
    """
    credential, secret = getattr(request, "clsm_passkey", ("", None))
    if not credential or credential not in vaults.passkey_marks(user):
        return None
    if secret is None:
        messages.info(request, opening.SILENT_KEY)
        return None
    return vaults.identity_from_secret(user, VaultSlot.Kind.PASSKEY, secret, credential=credential)


def _by_pending(user: Any, pending: Any, key: bytes) -> Identity | None:
    """Return the identity by the half kept since the passphrase step; both halves are needed.

    Raises: VaultError.
    """
    if pending is None or pending.get("user") != str(user.pk):
        return None
    return vaults.open_pending(user, key, base64.b64decode(pending["blob"]))


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


@receiver(account.password_reset)
def close_vaults_of_reset(sender: Any, user: Any, **kwargs: Any) -> None:
    """Close every vault of an account whose passphrase was reset by mail: it opens the login."""
    openings.close_all(user.pk)


@receiver(second_factor.authenticator_removed)
def remove_passkey_slot(
    sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any
) -> None:
    """Take the vault away from a passkey that left the account."""
    if authenticator.type != Authenticator.Type.WEBAUTHN:
        return
    owner, credential = authenticator.user, passkeys.mark_of(authenticator)
    if slots.remove_passkey(user=owner, credential=credential):
        account_event(request, "vault.slot_removed", actor=owner.pk, purpose="passkey")
