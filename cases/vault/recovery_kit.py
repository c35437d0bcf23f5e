"""The recovery key's two halves: the pair that opens wraps, and the signature of what it gives.

Promises: both come from the 32-byte seed that the trustees share, under labels of their own; what
the recovery key signs is a grant (E6) on closed grounds, and is worth nothing as a member's or the
server's grant, nor theirs as the recovery's.

Source: security.md §2.4 (recovery); T-32.
"""

from hashlib import sha256
from typing import NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cases.vault.encoding import lp
from cases.vault.envelope import expand
from cases.vault.errors import BadSignature, InvalidValue
from cases.vault.grants import _NAMES, GRANT, GrantStatement, _read
from cases.vault.identity import KemPair
from cases.vault.statements import signed_message, split_statement, statement_fields

RECOVERY_GRANTOR = UUID(int=0)
RECOVERY_BASES = ("lead", "intake", "permanent", "depositary")
_SIGNING = "clsm/recovery-signing/v1"
_GRANT = "clsm/recovery-grant/v1"


class RecoverySigner:
    """Signs in the recovery key's name; `public` is 32 bytes of Ed25519."""

    __slots__ = ("_private", "public")

    def __init__(self, private: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(private)
        self.public = self._private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        """Name of the public half."""
        return recovery_signing_key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """Sign (Ed25519, 64 bytes); the message must begin with a label of its own purpose."""
        return self._private.sign(message)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise InvalidValue("private_key_not_copied")

    def __repr__(self) -> str:
        return f"<RecoverySigner {self.key_id}>"


def recovery_pair(seed: bytes) -> KemPair:
    """Return the pair that opens the wraps made to the recovery key.

    Raises: InvalidValue when the seed is not 32 bytes.
    """
    return KemPair.from_seed(seed)


def recovery_signer(seed: bytes) -> RecoverySigner:
    """Return what signs the grants that the recovery key gives.

    Raises: InvalidValue when the seed is not 32 bytes.
    """
    return RecoverySigner(expand(seed, lp(_SIGNING)))


def recovery_signing_key_id(public: bytes) -> str:
    """Name a recovery signing key: 16 bytes of a hash, as 32 hexadecimal digits."""
    return sha256(lp(_SIGNING, public)).digest()[:16].hex()


def sign_recovery_grant(signer: RecoverySigner, statement: GrantStatement) -> bytes:
    """Sign a grant in the recovery key's name.

    Raises: InvalidValue when the statement names another grantor or another ground.
    """
    if not _is_recovery(statement, signer.key_id):
        raise InvalidValue("grantor")
    body = statement.to_bytes()
    return body + signer.sign(signed_message(_GRANT, body))


def verify_recovery_grant(public: bytes, blob: bytes) -> GrantStatement:
    """Return the grant that this recovery signing key (32 bytes) signed.

    Raises: UnknownFormat when it is not E6; BadSignature when it is not signed by this key, or
    gives on another ground.
    """
    body, (signature,) = split_statement(GRANT, blob, most=1)
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, signed_message(_GRANT, body))
    except (InvalidSignature, ValueError):
        raise BadSignature from None
    statement = _read(statement_fields(body, _NAMES))
    if not _is_recovery(statement, recovery_signing_key_id(public)):
        raise BadSignature
    return statement


def _is_recovery(statement: GrantStatement, key_id: str) -> bool:
    return (
        statement.grantor == RECOVERY_GRANTOR
        and statement.grantor_key_id == key_id
        and statement.basis in RECOVERY_BASES
    )
