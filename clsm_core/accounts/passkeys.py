"""A passkey's secret: what its authenticator computes from a salt, beside the signature (PRF).

The salt is one constant for every account. A login without a name does not know whose key will
answer, so it cannot bring a salt of the account's own; with one salt the same gesture opens the
login and gives the secret. Nothing is lost by it: the authenticator mixes the salt with a secret
of its own for each key and each service, so two keys never give the same output (WebAuthn level 3,
§10.1.4).

Promises: the secret comes from one field of a form and is returned once; it is written nowhere.

Source: decisions 17 and 18.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Collection
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

SECRET_BYTES = 32
SALT = hashlib.sha256(b"clsm/passkey/prf/v1").digest()
# What the readers of an answer raise when no authenticator made it.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
INCORRECT = "Cette clé d’accès n’est pas reconnue. Réessayez, ou prenez un autre moyen."


def salt_text() -> str:
    """Return the salt as the page's script reads it (base64url)."""
    return base64.urlsafe_b64encode(SALT).decode().rstrip("=")


def of(user: Any) -> QuerySet[Authenticator]:
    """Return an account's passkeys, oldest first."""
    kind = Authenticator.Type.WEBAUTHN
    return Authenticator.objects.filter(user=user, type=kind).order_by("pk")


def mark_of(authenticator: Authenticator) -> str:
    """Return what names a passkey elsewhere: SHA-256 of its credential id, in hexadecimal."""
    return hashlib.sha256(_credential_id(authenticator)).hexdigest()


def gives_secret(authenticator: Authenticator) -> bool:
    """Tell whether the browser said, at creation, that this passkey can give a secret."""
    try:
        said = authenticator.data["credential"]["clientExtensionResults"]["prf"]["enabled"]
    except (LookupError, TypeError):
        return False
    return said is True


def request_options(user: Any, marks: Collection[str]) -> dict[str, Any]:
    """Begin an assertion by one of these passkeys; return the options for the page's script.

    The person is verified by the authenticator: the secret exists only then.
    """
    asked = json.loads(json.dumps(dict(auth.begin_authentication(user)), default=dict))
    public = asked["publicKey"]
    allowed = [_bytes_of(one["id"]) for one in public.get("allowCredentials") or []]
    public["allowCredentials"] = [
        {"type": "public-key", "id": base64.urlsafe_b64encode(one).decode().rstrip("=")}
        for one in allowed
        if hashlib.sha256(one).hexdigest() in marks
    ]
    public["userVerification"] = "required"
    return {"request_options": asked}


def verified(user: Any, posted: str) -> Authenticator:
    """Return the passkey of an account that signed the assertion begun in this session.

    Raises: ValidationError with a French message.
    """
    try:
        answer = json.loads(posted)
        auth.parse_authentication_response(answer)
    except (*UNREADABLE, ValidationError):
        raise ValidationError(INCORRECT) from None
    try:
        found: Authenticator = auth.complete_authentication(user, answer)
    except ValidationError:
        raise ValidationError(INCORRECT) from None
    found.record_usage()
    return found


def posted_secret(data: Any) -> bytes | None:
    """Return the 32 bytes that the script put in the form, None when it had none."""
    try:
        secret = _bytes_of(str(data.get("prf", "")))
    except (binascii.Error, ValueError):
        return None
    return secret if len(secret) == SECRET_BYTES else None


def _credential_id(authenticator: Authenticator) -> bytes:
    data = authenticator.wrap().authenticator_data.credential_data
    return bytes(data.credential_id)


def _bytes_of(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
