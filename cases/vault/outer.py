"""Outer seals (E4): a wrap closed again under the situation's server key.

Promises: opening a section takes the member and the server; a seal moved to another grant or
situation does not open.

Source: security.md §1.4, §2.3 (E4).
"""

from uuid import UUID

from cases.vault.encoding import lp
from cases.vault.envelope import clear_version, seal, unseal

OUTER = 0xE4
# The version of the situation key that seals: written in clear, hence demanded by who opens.
OUTER_VERSION = 1


def outer_seal(
    situation_key: bytes, inner: bytes, situation: UUID, grant: UUID, sk_version: int
) -> bytes:
    """Seal an inner wrap under the situation's 32-byte server key.

    Raises: InvalidValue when the key is not 32 bytes.
    """
    return seal(OUTER, situation_key, inner, _associated(situation, grant), sk_version)


def outer_open(
    situation_key: bytes, blob: bytes, situation: UUID, grant: UUID, sk_version: int
) -> bytes:
    """Return the inner wrap.

    Raises: UnknownFormat when it is not E4; Tampered when bytes, place, key or version differ.
    """
    return unseal(OUTER, situation_key, blob, _associated(situation, grant), sk_version)


def outer_key_version(blob: bytes) -> int:
    """Read which version of the situation's server key made the seal.

    Raises: UnknownFormat when it is not E4.
    """
    return clear_version(OUTER, blob)


def _associated(situation: UUID, grant: UUID) -> bytes:
    return lp("clsm/outer/v1", situation, grant)
