"""Inner wraps (E3): a section's data key sealed to one holder's public key.

Promises: a wrap opens only with the named holder's private key, for the situation, section and
version it was made for, and only into the key that was committed to.

Source: security.md §2.3 (E3, commitment); T-04, T-11.
"""

from dataclasses import dataclass
from uuid import UUID

from cases.vault.documents import check_commitment
from cases.vault.encoding import lp, u32
from cases.vault.envelope import require_key
from cases.vault.errors import InvalidValue, Tampered, WrongKey
from cases.vault.identity import KeyHolder
from cases.vault.kem import open_with, seal_to

WRAP = 0xE3


@dataclass(frozen=True)
class WrapContext:
    """The place of a wrap; `recipient_key_id` is 32 hexadecimal digits, `commitment` 32 bytes."""

    situation: UUID
    section: str
    key_version: int
    recipient_key_id: str
    commitment: bytes

    def info(self) -> bytes:
        """Return the HPKE `info` of E3.

        Raises: InvalidValue when the key id is not 16 bytes of hexadecimal.
        """
        try:
            recipient = bytes.fromhex(self.recipient_key_id)
        except (ValueError, TypeError):
            raise InvalidValue("key_id") from None
        if len(recipient) != 16 or recipient.hex() != self.recipient_key_id:
            raise InvalidValue("key_id")
        return lp(
            "clsm/wrap/v1",
            self.situation,
            self.section,
            u32(self.key_version),
            recipient,
            self.commitment,
        )


def wrap_key(dek: bytes, recipient_public_kem: bytes, context: WrapContext) -> bytes:
    """Seal a data key to a holder's KEM public key (1170 bytes).

    Raises: InvalidValue when a size is wrong; Tampered when the commitment is another key's.
    """
    require_key(dek)
    _check(dek, context)
    return seal_to(WRAP, recipient_public_kem, dek, context.info())


def unwrap_key(holder: KeyHolder, blob: bytes, context: WrapContext) -> bytes:
    """Open a wrap and check the commitment.

    Raises: WrongKey when it names another holder; UnknownFormat when it is not E3 suite 01;
    Tampered when bytes, place or commitment differ.
    """
    if holder.key_id != context.recipient_key_id:
        raise WrongKey
    dek = open_with(WRAP, holder.kem_private, blob, context.info())
    try:
        _check(dek, context)
    except InvalidValue:
        raise Tampered from None
    return dek


def _check(dek: bytes, context: WrapContext) -> None:
    check_commitment(
        dek, context.situation, context.section, context.key_version, context.commitment
    )
