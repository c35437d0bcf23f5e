"""What the commission service asks of a key provider.

A provider keeps versioned secrets, one family a *purpose*, and never lends a key to another
purpose. Callers see no key: they ask to wrap, seal and sign. It raises ``ProviderDown`` when it
cannot answer: upstream that is a 503, never a path without a key (``security.md`` §2.6).

One contract suite proves every provider (``tests/commission/test_key_providers.py``). A remote one
(Vault Transit, PKCS#11) implements ``KeyProvider``; ``raw`` alone asks for a key that leaves it,
for the viewer context whose pads the database must hold: such a provider keeps that one purpose in
an exportable key.
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
DUPLICATES = "duplicate-hint"
EXCEPTIONAL = "exceptional-words"
RELEASE_JOB = "release-job"
NOTES = "note-words"
PURPOSES = (
    WRAPPING,
    PEPPER,
    VIEWER,
    RELEASES,
    TICKETS,
    ANSWERS,
    INTAKE,
    DUPLICATES,
    EXCEPTIONAL,
    RELEASE_JOB,
    NOTES,
)
KEY_BYTES = 32


class ProviderDown(RuntimeError):
    """The provider cannot give its keys now."""


class KeyRefused(RuntimeError):
    """The bytes given do not open under this provider's keys, or the act is not allowed."""


class KeyProvider(Protocol):
    """Wraps, seals and signs with server keys that callers never see."""

    def versions(self, purpose: str) -> tuple[int, ...]: ...

    def current_version(self, purpose: str) -> int: ...

    def new_version(self, purpose: str) -> int: ...

    def destroy(self, purpose: str, version: int) -> None: ...

    def wrap(self, purpose: str, plaintext: bytes, aad: bytes) -> tuple[int, bytes]: ...

    def unwrap(self, purpose: str, version: int, blob: bytes, aad: bytes) -> bytes: ...

    def rewrap(self, purpose: str, version: int, blob: bytes, aad: bytes) -> tuple[int, bytes]: ...

    def hmac(self, purpose: str, data: bytes, version: int | None = None) -> bytes: ...

    def raw(self, purpose: str, version: int | None = None) -> bytes: ...

    def sign(self, purpose: str, message: bytes) -> bytes: ...

    def public(self, purpose: str, version: int | None = None) -> bytes: ...

    def publics(self, purpose: str) -> tuple[bytes, ...]: ...

    def health(self) -> None: ...


class LocalKeys:
    """Keys read as bytes by ``read(purpose, version)``: what the file and env providers share."""

    def read(self, purpose: str, version: int) -> bytes:
        """Return the 32 bytes of a key. Raises: ProviderDown when it is absent."""
        raise NotImplementedError

    def listed(self, purpose: str) -> tuple[int, ...]:
        """Return the versions held of a purpose, in order. Raises: ProviderDown."""
        raise NotImplementedError

    def new_version(self, purpose: str) -> int:
        """Make the next version of a key; it wraps from now on. Raises: KeyRefused."""
        raise NotImplementedError

    def destroy(self, purpose: str, version: int) -> None:
        """Destroy a former version for ever. Raises: KeyRefused for the current one."""
        raise NotImplementedError

    def versions(self, purpose: str) -> tuple[int, ...]:
        """Return the versions held of a purpose, oldest first. Raises: ProviderDown when none."""
        self._check(purpose)
        found = self.listed(purpose)
        if not found:
            raise ProviderDown(f"{purpose} has no key")
        return found

    def current_version(self, purpose: str) -> int:
        """Return the version that wraps new keys: the highest."""
        return self.versions(purpose)[-1]

    def _check(self, purpose: str) -> None:
        if purpose not in PURPOSES:
            raise KeyRefused(f"unknown purpose {purpose}")

    def _key(self, purpose: str, version: int | None = None) -> bytes:
        self._check(purpose)
        key = self.read(purpose, self.current_version(purpose) if version is None else version)
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

    def rewrap(self, purpose: str, version: int, blob: bytes, aad: bytes) -> tuple[int, bytes]:
        """Seal again under the current version, without giving the plaintext. Raises: KeyRefused.

        What is current already comes back unchanged.
        """
        if version == self.current_version(purpose):
            self.unwrap(purpose, version, blob, aad)
            return version, blob
        return self.wrap(purpose, self.unwrap(purpose, version, blob, aad), aad)

    def hmac(self, purpose: str, data: bytes, version: int | None = None) -> bytes:
        """Return HMAC-SHA256 of ``data`` (32 bytes) under a version, the current one by default."""
        return hmac.new(self._key(purpose, version), data, hashlib.sha256).digest()

    def raw(self, purpose: str, version: int | None = None) -> bytes:
        """Return the key itself: only for the viewer context, whose pads the database holds."""
        if purpose != VIEWER:
            raise KeyRefused(f"{purpose}: this key never leaves its provider")
        return self._key(purpose, version)

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Return the Ed25519 signature of ``message`` (64 bytes) under the current version."""
        return Ed25519PrivateKey.from_private_bytes(self._key(purpose)).sign(message)

    def public(self, purpose: str, version: int | None = None) -> bytes:
        """Return the Ed25519 public key of a signing purpose (32 bytes)."""
        private = Ed25519PrivateKey.from_private_bytes(self._key(purpose, version))
        return private.public_key().public_bytes_raw()

    def publics(self, purpose: str) -> tuple[bytes, ...]:
        """Return the public keys of every version held, newest first."""
        return tuple(self.public(purpose, one) for one in reversed(self.versions(purpose)))

    def health(self) -> None:
        """Raise ProviderDown unless every key can be read."""
        for purpose in PURPOSES:
            for version in self.versions(purpose):
                self._key(purpose, version)
