"""Open a vault in the running session, by what the member shows of herself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError

from cases.access import openings, vaults
from cases.models import VaultSlot
from cases.presenters.devices import label
from cases.vault.errors import VaultError
from cases.vault.identity import Identity
from cases.vault.recovery_code import parse_recovery_code
from clsm_core.accounts import passkeys
from clsm_core.accounts.events import account_event

TOO_MANY = "Trop d’essais. Attendez dix minutes avant de recommencer."
SILENT_KEY = (
    "Cette clé d’accès ne donne pas de quoi ouvrir le coffre avec ce navigateur : prenez votre "
    "phrase de passe."
)
# Set in the session when the login's passphrase turned out not to be the vault's.
APART = "vault_apart"


def keep_open(request: Any, user: Any, identity: Identity, *, at: datetime) -> None:
    """Keep a vault open for this session, and record it. Raises: LedgerUnavailable."""
    key = openings.open_in_session(
        user=user,
        identity=identity,
        session_key=request.session.session_key,
        at=at,
        device=label(request.headers.get("User-Agent", "")),
    )
    request.clsm_cookies[settings.VAULT_COOKIE_NAME] = (key, settings.SESSION_COOKIE_AGE)
    account_event(request, "vault.opened", actor=user.pk)


def may_try(request: Any, user: Any) -> bool:
    """Count one try of a secret, whatever the page."""
    return bool(ratelimit.consume(request, action="vault", user=user))


def refused(request: Any, refusal: VaultError) -> None:
    """Record a secret that opened nothing, by its code."""
    account_event(request, "vault.refused", purpose=refusal.code)


def key_by_kit(user: Any, code: str) -> bytes:
    """Return the vault key by the kit's code. Raises: VaultError with a French message."""
    return vaults.vault_key_from_secret(user, VaultSlot.Kind.RECOVERY, parse_recovery_code(code))


def key_by_typed(user: Any, said: dict[str, str]) -> bytes:
    """Return the vault key by a passphrase, or else a kit's code. Raises: VaultError."""
    if said.get("passphrase"):
        return vaults.vault_key_from_secret(user, VaultSlot.Kind.PASSPHRASE, said["passphrase"])
    return key_by_kit(user, said["kit"])


def key_by_passkey(request: Any, user: Any) -> bytes:
    """Return the vault key by the passkey whose assertion and secret were posted.

    Raises: VaultError with a French message.
    """
    credential, secret = passkey_posted(request, user)
    return vaults.vault_key_from_secret(user, VaultSlot.Kind.PASSKEY, secret, credential=credential)


def passkey_posted(request: Any, user: Any) -> tuple[str, bytes]:
    """Return which passkey of the account signed, and its secret (32 bytes).

    Raises: VaultError with a French message.
    """
    try:
        authenticator = passkeys.verified(user, request.POST.get("credential", ""))
    except ValidationError as unknown:
        raise VaultError("passkey_unknown", unknown.messages[0]) from None
    secret = passkeys.posted_secret(request.POST)
    if secret is None:
        raise VaultError("passkey_without_secret", SILENT_KEY)
    return passkeys.mark_of(authenticator), secret


def passkey_request(user: Any) -> dict[str, Any]:
    """Return what a page needs to ask a passkey that opens this vault; empty without one."""
    marks = vaults.passkey_marks(user)
    if not any(passkeys.mark_of(one) in marks for one in passkeys.of(user)):
        return {}
    return {
        "passkey_options": passkeys.request_options(user, marks),
        "passkey_salt": passkeys.salt_text(),
    }
