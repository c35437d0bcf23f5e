"""A passkey in software: it signs real ceremonies, and gives a secret when it knows how (PRF).

The secret is HMAC-SHA-256 of the salt under a random key of its own, as CTAP 2.1 does it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


def text_of(value: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


class SoftKey:
    """One passkey of one account."""

    def __init__(self, *, has_prf: bool = True) -> None:
        self.has_prf = has_prf
        self.id = os.urandom(32)
        self.handle = b""
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._random = os.urandom(32)

    @property
    def mark(self) -> str:
        """Return how a slot names this key."""
        return hashlib.sha256(self.id).hexdigest()

    def secret(self, salt: bytes) -> bytes:
        """Return what the authenticator computes from a salt."""
        return hmac.new(self._random, b"WebAuthn PRF\x00" + salt, hashlib.sha256).digest()

    def created(self, options: dict[str, Any]) -> str:
        """Answer a creation, as the page's script posts it."""
        asked = _plain(options)["creation_options"]["publicKey"]
        self.handle = _bytes_of(asked["user"]["id"])
        public = ES256.from_cryptography_key(self._private.public_key())
        data = AuthenticatorData.create(
            self._rp(),
            FLAG.UP | FLAG.UV | FLAG.AT,
            0,
            AttestedCredentialData.create(bytes(16), self.id, public),
        )
        response = {
            "clientDataJSON": text_of(self._client("webauthn.create", asked["challenge"])),
            "attestationObject": text_of(AttestationObject.create("none", data, {})),
        }
        said: dict[str, Any] = {"credProps": {"rk": True}}
        if self.has_prf:
            said["prf"] = {"enabled": True}
        return self._credential(response, said)

    def asserted(self, options: dict[str, Any]) -> str:
        """Answer a request, as the page's script posts it."""
        asked = _plain(options)["request_options"]["publicKey"]
        data = AuthenticatorData.create(self._rp(), FLAG.UP | FLAG.UV, 1)
        client = self._client("webauthn.get", asked["challenge"])
        signed = bytes(data) + hashlib.sha256(client).digest()
        response = {
            "clientDataJSON": text_of(client),
            "authenticatorData": text_of(data),
            "signature": text_of(self._private.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": text_of(self.handle),
        }
        return self._credential(response, {})

    def _credential(self, response: dict[str, str], said: dict[str, Any]) -> str:
        return json.dumps(
            {
                "id": text_of(self.id),
                "rawId": text_of(self.id),
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": said,
                "response": response,
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": settings.SERVICE_ORIGIN}
        return json.dumps({**said, "crossOrigin": False}).encode()

    def _rp(self) -> bytes:
        return hashlib.sha256(str(urlsplit(settings.SERVICE_ORIGIN).hostname).encode()).digest()


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(options, default=dict))
    return found


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
