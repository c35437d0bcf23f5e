"""A key provider far away, as Vault Transit or a PKCS#11 module would be: keys never come here.

The keys live in a closure that stands for the other machine; this side sends a request for each
operation, and any of them may find it down. Only the viewer context's key is exportable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from deploy.keys.provider import PURPOSES, KeyRefused, LocalKeys, ProviderDown

Machine = Callable[[str, tuple[Any, ...]], Any]


def machine(keys: Mapping[str, Mapping[int, bytes]] | None = None) -> Machine:
    """Return the other machine: it answers operations, and lends no key."""

    class _Inside(LocalKeys):
        held: dict[str, dict[int, bytes]] = {
            purpose: dict((keys or {}).get(purpose, {1: os.urandom(32)})) for purpose in PURPOSES
        }

        def read(self, purpose: str, version: int) -> bytes:
            try:
                return self.held[purpose][version]
            except KeyError as missing:
                raise ProviderDown(f"{purpose} has no version {version}") from missing

        def listed(self, purpose: str) -> tuple[int, ...]:
            return tuple(sorted(self.held[purpose]))

        def new_version(self, purpose: str) -> int:
            version = self.current_version(purpose) + 1
            self.held[purpose][version] = os.urandom(32)
            return version

        def destroy(self, purpose: str, version: int) -> None:
            if version == self.current_version(purpose):
                raise KeyRefused(f"{purpose}: version {version} is the current one")
            self.held[purpose].pop(version, None)

    inside = _Inside()

    def answer(operation: str, arguments: tuple[Any, ...]) -> Any:
        return getattr(inside, operation)(*arguments)

    return answer


class RemoteKeys:
    """Ask the other machine; ``fails_at`` is the request, from 1, that finds it down."""

    def __init__(self, other: Machine) -> None:
        self._other = other
        self.requests = 0
        self.fails_at: int | None = None
        self.is_down = False

    def _ask(self, operation: str, *arguments: Any) -> Any:
        self.requests += 1
        if self.is_down or self.requests == self.fails_at:
            raise ProviderDown("the key provider does not answer")
        return self._other(operation, arguments)

    def versions(self, purpose: str) -> tuple[int, ...]:
        """Return the versions held."""
        return tuple(self._ask("versions", purpose))

    def current_version(self, purpose: str) -> int:
        """Return the version that wraps."""
        return int(self._ask("current_version", purpose))

    def new_version(self, purpose: str) -> int:
        """Have a version made there."""
        return int(self._ask("new_version", purpose))

    def destroy(self, purpose: str, version: int) -> None:
        """Have a former version destroyed there."""
        self._ask("destroy", purpose, version)

    def wrap(self, purpose: str, plaintext: bytes, aad: bytes) -> tuple[int, bytes]:
        """Have bytes sealed there."""
        version, blob = self._ask("wrap", purpose, plaintext, aad)
        return version, blob

    def unwrap(self, purpose: str, version: int, blob: bytes, aad: bytes) -> bytes:
        """Have bytes opened there."""
        return bytes(self._ask("unwrap", purpose, version, blob, aad))

    def rewrap(self, purpose: str, version: int, blob: bytes, aad: bytes) -> tuple[int, bytes]:
        """Have bytes sealed again there: their plaintext does not travel."""
        renewed, again = self._ask("rewrap", purpose, version, blob, aad)
        return renewed, again

    def hmac(self, purpose: str, data: bytes, version: int | None = None) -> bytes:
        """Have a code made there."""
        return bytes(self._ask("hmac", purpose, data, version))

    def raw(self, purpose: str, version: int | None = None) -> bytes:
        """Return the one exportable key; any other is refused by the other machine."""
        return bytes(self._ask("raw", purpose, version))

    def sign(self, purpose: str, message: bytes) -> bytes:
        """Have a message signed there."""
        return bytes(self._ask("sign", purpose, message))

    def public(self, purpose: str, version: int | None = None) -> bytes:
        """Return a public key."""
        return bytes(self._ask("public", purpose, version))

    def publics(self, purpose: str) -> tuple[bytes, ...]:
        """Return every public key, newest first."""
        return tuple(self._ask("publics", purpose))

    def health(self) -> None:
        """Ask whether every key is there."""
        self._ask("health")
