"""A member's vault at rest: her private identity sealed under her vault key (E9).

Promises: the identity of one member does not open as another's, nor without the vault key that
only her slots release.

Source: security.md §2.1, §2.4 (onboarding).
"""

from typing import NamedTuple
from uuid import UUID

from cases.vault.encoding import lp
from cases.vault.envelope import expand, new_key, seal, unseal
from cases.vault.errors import InvalidValue, Tampered
from cases.vault.identity import Identity, generate_identity

IDENTITY = 0xE9


class NewVault(NamedTuple):
    """What onboarding makes: keep `sealed_identity`, close `vault_key` in slots, forget it."""

    identity: Identity
    sealed_identity: bytes
    vault_key: bytes

    def __repr__(self) -> str:
        return f"<NewVault {self.identity.key_id}>"


def new_member_vault(user: UUID) -> NewVault:
    """Make a member's identity and vault key from fresh random bytes."""
    identity, vault_key = generate_identity(), new_key()
    return NewVault(identity, seal_identity(vault_key, identity, user), vault_key)


def seal_identity(vault_key: bytes, identity: Identity, user: UUID) -> bytes:
    """Seal a private identity under its member's vault key.

    Raises: InvalidValue when the key is not 32 bytes.
    """
    return seal(IDENTITY, _key(vault_key), identity.private_bytes(), _associated(user))


def open_identity(vault_key: bytes, blob: bytes, user: UUID) -> Identity:
    """Open a member's private identity.

    Raises: UnknownFormat when it is not E9; Tampered when bytes, key or member differ.
    """
    private = unseal(IDENTITY, _key(vault_key), blob, _associated(user))
    try:
        return Identity.from_private_bytes(private)
    except InvalidValue:
        raise Tampered from None


def _key(vault_key: bytes) -> bytes:
    return expand(vault_key, lp("clsm/v1", "identity"))


def _associated(user: UUID) -> bytes:
    return lp("clsm/identity/v1", user)
