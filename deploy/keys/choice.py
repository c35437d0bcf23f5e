"""Choose the provider named by the setting ``KEY_PROVIDER`` (``file:<folder>`` or ``env:``)."""

from __future__ import annotations

from deploy.keys.env import EnvKeys
from deploy.keys.file import FileKeys
from deploy.keys.provider import KeyProvider


def provider(address: str) -> KeyProvider:
    """Return the provider of an address. Raises: ValueError when its kind is unknown."""
    kind, _, rest = address.partition(":")
    if kind == "file":
        return FileKeys(rest)
    if kind == "env":
        return EnvKeys()
    raise ValueError(f"KEY_PROVIDER must begin with file: or env:, not {kind}:")
