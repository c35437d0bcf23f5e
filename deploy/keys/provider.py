"""What the commission service asks of a key provider.

A provider keeps versioned secrets, one family a *purpose*, and never lends a key to another
purpose. It raises ``ProviderDown`` when it cannot answer: upstream that is a 503, never a path
without a key (``security.md`` §2.6).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# Purposes never share keys.
WRAPPING = "situation-keys"
PEPPER = "pepper"
VIEWER = "viewer-context"
RELEASES = "release-signing"
TICKETS = "ticket-signing"
ANSWERS = "answers"
INTAKE = "intake-signing"
PURPOSES = (WRAPPING, PEPPER, VIEWER, RELEASES, TICKETS, ANSWERS, INTAKE)
KEY_BYTES = 32


class ProviderDown(RuntimeError):
    """The provider cannot give its keys now."""


class KeyRefused(RuntimeError):
    """The bytes given do not open under this provider's keys."""


class KeyProvider(Protocol):
    """Wraps, seals and signs with server keys that callers never see."""

    def wrap(self, purpose: str, plaintext: bytes, aad: bytes) -> tuple[int, bytes]: ...

    def unwrap(self, purpose: str, version: int, blob: bytes, aad: bytes) -> bytes: ...

    def hmac(self, purpose: str, data: bytes) -> bytes: ...

    def raw(self, purpose: str) -> bytes: ...

    def sign(self, purpose: str, message: bytes) -> bytes: ...

    def public(self, purpose: str) -> bytes: ...

    def current_version(self, purpose: str) -> int: ...

    def health(self) -> None: ...


class LocalKeys:
    """Keys read as bytes by ``read(purpose, version)``: what the file and env providers share."""

    def current_version(self, purpose: str) -> int:
        """Return the version that wraps new keys (1 until a rotation)."""
        self._check(purpose)
        return 1

    def read(self, purpose: str, version: int) -> bytes:
        """Return the 32 bytes of a key. Raises: ProviderDown when it is absent."""
        raise NotImplementedError

    def _check(self, purpose: str) -> None:
        if purpose not in PURPOSES:
            raise KeyRefused(f"unknown purpose {purpose}")

    def _key(self, purpose: str, version: int | None = None) -> bytes:
        self._check(purpose)
        key = self.read(purpose, version or self.current_version(purpose))
        if len(key) != KEY_BYTES:
            raise ProviderDown(f"the key of {purpose} is not {KEY_BYTES} bytes long")
        return key

    def wrap(self, purpose: str, plaintext: bytes, aad: bytes) -> tuple[int, bytes]:
        """Seal ``plaintext`` with AES-256-GCM; return (key version, nonce ‖ ciphertext)."""
        version = self.current_version(purpose)
        nonce = os.urandom(12)
        sealed = AESGCM(self._key(purpose, version)).encrypt(nonce, plaintext, aad)
        return version, nonce + sealed

    def unwrap(self, purpose: str, version: int, blob: bytes, aad: bytes) -> bytes:
        """Open what ``wrap`` sealed. Raises: KeyRefused when a byte or the context changed."""
        try:
            return AESGCM(self._key(purpose, version)).decrypt(blob[:12], blob[12:], aad)
        except (InvalidTag, ValueError) as refused:
            raise KeyRefused(f"{purpose}: not opened") from refused

    def hmac(self, purpose: str, data: bytes) -> bytes:
        """Return HMAC-SHA256 of ``data`` (32 bytes)."""
        return hmac.new(self._key(purpose), data, hashlib.sha256).digest()

    def raw(self, purpose: str) -> bytes:
        """Return the key itself: only for the viewer context, whose pads the database holds."""
        if purpose != VIEWER:
            raise KeyRefused(f"{purpose}: this key never leaves its provider")
        return self._key(purpose)

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Return the Ed25519 signature of ``message`` (64 bytes)."""
        return Ed25519PrivateKey.from_private_bytes(self._key(purpose)).sign(message)

    def public(self, purpose: str) -> bytes:
        """Return the Ed25519 public key of a signing purpose (32 bytes)."""
        private = Ed25519PrivateKey.from_private_bytes(self._key(purpose))
        return private.public_key().public_bytes_raw()

    def health(self) -> None:
        """Raise ProviderDown unless every key can be read."""
        for purpose in PURPOSES:
            self._key(purpose)
