"""Slots (E5): the ways a member opens her vault key.

Promises: any one slot opens the vault key, and only with its secret, its owner and the server's
pepper. The costly half (`slot_output`) is apart from the cheap half, so that a login computes it
once and keeps it sealed until the second factor is accepted (decision 17).
Must never: run a derivation whose stored cost exceeds the ceilings below.

Layout: E5 | kind | u32 memory KiB | u32 iterations | u8 lanes | salt 16 | nonce 12 | ct 64 | tag.
The cost fields are zero for the kinds whose secret is random (passkey, recovery, ceremony).
AES-GCM alone lets two keys open one ciphertext. The sealed text therefore carries, after the vault
key, 32 bytes derived with the slot key, compared in constant time: a second key would need a
collision on 256 bits.

Source: security.md §2.1, §2.3 (E5); decision 17; T-02, T-11.
"""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from hmac import compare_digest
from uuid import UUID

from cryptography.exceptions import InternalError
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from cases.vault.encoding import lp, u32
from cases.vault.envelope import (
    KEY_SIZE,
    aes_open,
    aes_seal,
    extract_and_expand,
    require_key,
)
from cases.vault.errors import InvalidValue, Tampered, UnknownFormat, VaultError, WrongPassphrase

SLOT = 0xE5
OUTPUT_SIZE = 32
_SALT_SIZE = 16
_COST_SIZE = 9
_HEAD_SIZE = 2 + _COST_SIZE
_SLOT_SIZE = _HEAD_SIZE + _SALT_SIZE + 12 + 2 * KEY_SIZE + 16
_LEAST_SECRET = 16
_MOST_SECRET = 4096
_MOST_MEMORY_KIB = 512 * 1024
_MOST_ITERATIONS = 12
_MOST_LANES = 16

Pepper = Callable[[bytes], bytes]


class SlotKind(IntEnum):
    """What the member presents; the value is the kind byte of E5."""

    PASSPHRASE = 0x01
    PRF = 0x02
    RECOVERY = 0x03
    CEREMONY = 0x04


_REFUSALS = {
    SlotKind.PASSPHRASE: WrongPassphrase.default_message,
    SlotKind.PRF: "Cette clé d'accès n'ouvre pas le coffre : il reste fermé.",
    SlotKind.RECOVERY: "Ce code de secours n'ouvre pas le coffre : il reste fermé.",
    SlotKind.CEREMONY: "Ce secret n'ouvre pas le coffre : il reste fermé.",
}


@dataclass(frozen=True)
class SlotParameters:
    """Cost of Argon2id: memory in KiB, passes, lanes. The default is the production cost.

    Source: RFC 9106, second recommended choice.
    """

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (
            1 <= self.iterations <= _MOST_ITERATIONS
            and 1 <= self.lanes <= _MOST_LANES
            and 8 * self.lanes <= self.memory_kib <= _MOST_MEMORY_KIB
        ):
            raise InvalidValue("slot_parameters")

    def to_bytes(self) -> bytes:
        """Write the 9 cost bytes of E5."""
        return u32(self.memory_kib) + u32(self.iterations) + bytes((self.lanes,))


PRODUCTION = SlotParameters()


def make_slot(
    kind: SlotKind,
    secret: bytes | str,
    vault_key: bytes,
    user: UUID,
    slot: UUID,
    pepper: Pepper,
    parameters: SlotParameters = PRODUCTION,
) -> bytes:
    """Close the vault key under a secret; `pepper` is the key provider's HMAC.

    A passphrase is text; the other kinds are at least 16 random bytes and ignore `parameters`.

    Raises: InvalidValue when a size or type is wrong.
    """
    require_key(vault_key)
    kind = SlotKind(kind)
    cost = parameters.to_bytes() if kind is SlotKind.PASSPHRASE else bytes(_COST_SIZE)
    head = bytes((SLOT, kind)) + cost + os.urandom(_SALT_SIZE)
    key, proof = _slot_keys(head, _stretch(head, secret), user, slot, pepper)
    return head + aes_seal(key, vault_key + proof, _associated(head, user, slot))


def slot_kind(blob: bytes) -> SlotKind:
    """Read the kind of a slot.

    Raises: UnknownFormat when it is not E5.
    """
    return _parse(blob)[0]


def slot_parameters(blob: bytes) -> SlotParameters | None:
    """Read the cost of a passphrase slot, or None for a kind that has none.

    Raises: UnknownFormat when it is not E5 or exceeds the ceilings.
    """
    return _parse(blob)[1]


def slot_output(blob: bytes, secret: bytes | str) -> bytes:
    """Compute the costly half: 32 bytes from the secret, without the server's pepper.

    It opens nothing by itself, yet spares an attacker the cost: keep it sealed.

    Raises: UnknownFormat when it is not E5; InvalidValue when the secret is empty or too long.
    """
    _parse(blob)
    return _stretch(blob, secret)


def open_slot_with_output(
    blob: bytes, output: bytes, user: UUID, slot: UUID, pepper: Pepper
) -> bytes:
    """Return the vault key from the costly half.

    Raises: UnknownFormat when it is not E5; WrongPassphrase when secret, owner, pepper, cost or
    bytes differ (they cannot be told apart).
    """
    kind, _parameters = _parse(blob)
    if not isinstance(output, bytes) or len(output) != OUTPUT_SIZE:
        raise InvalidValue("slot_output")
    key, proof = _slot_keys(blob, output, user, slot, pepper)
    try:
        plaintext = aes_open(key, blob[_HEAD_SIZE + _SALT_SIZE :], _associated(blob, user, slot))
        if not compare_digest(plaintext[KEY_SIZE:], proof):
            raise Tampered
    except Tampered:
        raise WrongPassphrase(message=_REFUSALS[kind]) from None
    return plaintext[:KEY_SIZE]


def close_again(
    blob: bytes, output: bytes, vault_key: bytes, user: UUID, slot: UUID, pepper: Pepper
) -> bytes:
    """Close the vault key under the same secret and another pepper; the salt and cost stay.

    Raises: UnknownFormat when it is not E5; InvalidValue when a size is wrong.
    """
    _parse(blob)
    require_key(vault_key)
    if not isinstance(output, bytes) or len(output) != OUTPUT_SIZE:
        raise InvalidValue("slot_output")
    head = blob[: _HEAD_SIZE + _SALT_SIZE]
    key, proof = _slot_keys(head, output, user, slot, pepper)
    return head + aes_seal(key, vault_key + proof, _associated(head, user, slot))


def open_slot(blob: bytes, secret: bytes | str, user: UUID, slot: UUID, pepper: Pepper) -> bytes:
    """Return the vault key from the secret.

    Raises: as `slot_output` and `open_slot_with_output`.
    """
    return open_slot_with_output(blob, slot_output(blob, secret), user, slot, pepper)


def _parse(blob: bytes) -> tuple[SlotKind, SlotParameters | None]:
    if not isinstance(blob, bytes) or len(blob) != _SLOT_SIZE or blob[0] != SLOT:
        raise UnknownFormat
    try:
        kind = SlotKind(blob[1])
        cost = blob[2:_HEAD_SIZE]
        if kind is SlotKind.PASSPHRASE:
            return kind, SlotParameters(
                memory_kib=int.from_bytes(cost[:4], "big"),
                iterations=int.from_bytes(cost[4:8], "big"),
                lanes=cost[8],
            )
    except (ValueError, VaultError):
        raise UnknownFormat from None
    if any(cost):
        raise UnknownFormat
    return kind, None


def _stretch(head: bytes, secret: bytes | str) -> bytes:
    salt = head[_HEAD_SIZE : _HEAD_SIZE + _SALT_SIZE]
    kind = SlotKind(head[1])
    if kind is not SlotKind.PASSPHRASE:
        if not isinstance(secret, bytes) or not _LEAST_SECRET <= len(secret) <= _MOST_SECRET:
            raise InvalidValue("slot_secret")
        return extract_and_expand(secret, salt, lp("clsm/slot/v1", "random"), OUTPUT_SIZE)
    raw = _passphrase_bytes(secret)
    try:
        return Argon2id(
            salt=salt,
            length=OUTPUT_SIZE,
            iterations=int.from_bytes(head[6:10], "big"),
            lanes=head[10],
            memory_cost=int.from_bytes(head[2:6], "big"),
        ).derive(raw)
    except (MemoryError, ValueError, InternalError):
        raise VaultError(
            "slot_unavailable", "Le coffre ne peut pas s'ouvrir maintenant : réessayez."
        ) from None


def _passphrase_bytes(secret: bytes | str) -> bytes:
    """Give one byte form to the accents that different keyboards compose differently."""
    if isinstance(secret, bytes):
        raw = secret
    else:
        try:
            raw = unicodedata.normalize("NFKC", secret).encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidValue("slot_secret") from None
    if not 1 <= len(raw) <= _MOST_SECRET:
        raise InvalidValue("slot_secret")
    return raw


def _slot_keys(
    head: bytes, output: bytes, user: UUID, slot: UUID, pepper: Pepper
) -> tuple[bytes, bytes]:
    salt = pepper(lp("clsm/pepper/v1", user, slot))
    if not isinstance(salt, bytes) or len(salt) < KEY_SIZE:
        raise InvalidValue("pepper")
    info = lp("clsm/slot/v1", "key", head[1:2], head[2:_HEAD_SIZE])
    derived = extract_and_expand(output, salt, info, 2 * KEY_SIZE)
    return derived[:KEY_SIZE], derived[KEY_SIZE:]


def _associated(head: bytes, user: UUID, slot: UUID) -> bytes:
    return lp("clsm/slot/v1", user, slot, head[1:2], head[2:_HEAD_SIZE])
