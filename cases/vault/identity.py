"""Who holds which keys: a member's identity, and the pairs of recovery and statistics.

Promises: private bytes come out only when asked for by name (`private_bytes`); `repr`, copies and
pickles of a private object show or carry nothing.

Private identity: ML-KEM-768 seed 64, X25519 32, Ed25519 32 (128 bytes). Source: security.md §2.1.
"""

import os
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from cases.vault.encoding import lp
from cases.vault.envelope import expand, new_key
from cases.vault.errors import BadSignature, InvalidValue, UnknownFormat
from cases.vault.kem import KEM_PRIVATE_SIZE, KEM_PUBLIC_SIZE, load_private, load_public
from cases.vault.words import fingerprint_words

_PUBLIC_VERSION = b"\x01"
_SIGNING_SIZE = 32
IDENTITY_PRIVATE_SIZE = KEM_PRIVATE_SIZE + _SIGNING_SIZE


@dataclass(frozen=True)
class PublicIdentity:
    """A member's public keys: `kem` (1216 bytes) receives wraps, `signing` (32) checks names."""

    kem: bytes
    signing: bytes

    def __post_init__(self) -> None:
        load_public(self.kem)
        if not isinstance(self.signing, bytes) or len(self.signing) != _SIGNING_SIZE:
            raise InvalidValue("signing_public")

    @cached_property
    def key_id(self) -> str:
        """Name the pair of keys: 16 bytes of a hash, as 32 hexadecimal digits."""
        return sha256(lp("clsm/key/v1", self.kem, self.signing)).digest()[:16].hex()

    def words(self) -> tuple[str, ...]:
        """Return the 8 French words that two people compare by phone or in person."""
        return fingerprint_words("clsm/words/v1", self.kem, self.signing, count=8)

    def to_bytes(self) -> bytes:
        """Write version 01, the KEM key and the signing key (1249 bytes)."""
        return _PUBLIC_VERSION + self.kem + self.signing

    @classmethod
    def from_bytes(cls, raw: bytes) -> "PublicIdentity":
        """Read what `to_bytes` wrote.

        Raises: UnknownFormat when version, length or keys are not acceptable.
        """
        if not isinstance(raw, bytes) or raw[:1] != _PUBLIC_VERSION:
            raise UnknownFormat
        if len(raw) != 1 + KEM_PUBLIC_SIZE + _SIGNING_SIZE:
            raise UnknownFormat
        try:
            return cls(kem=raw[1 : 1 + KEM_PUBLIC_SIZE], signing=raw[1 + KEM_PUBLIC_SIZE :])
        except InvalidValue:
            raise UnknownFormat from None

    def verify(self, message: bytes, signature: bytes) -> None:
        """Demand that this identity signed the message.

        Raises: BadSignature otherwise.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.signing).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise BadSignature from None

    def __repr__(self) -> str:
        return f"<PublicIdentity {self.key_id}>"


class _PrivateKeys:
    """Private bytes that no copy, pickle or representation can carry away by accident."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise InvalidValue("private_key_not_copied")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise InvalidValue("private_key_not_copied")


class Identity(_PrivateKeys):
    """A member's private keys; opens wraps made for her and signs in her name."""

    __slots__ = ("_kem", "_private", "_signing", "public")

    def __init__(self, private: bytes) -> None:
        if not isinstance(private, bytes) or len(private) != IDENTITY_PRIVATE_SIZE:
            raise InvalidValue("identity_private")
        self._private = private
        self._kem, kem_public = load_private(private[:KEM_PRIVATE_SIZE])
        self._signing = Ed25519PrivateKey.from_private_bytes(private[KEM_PRIVATE_SIZE:])
        self.public = PublicIdentity(kem_public, self._signing.public_key().public_bytes_raw())

    @classmethod
    def from_private_bytes(cls, private: bytes) -> "Identity":
        """Rebuild an identity from its 128 bytes.

        Raises: InvalidValue for another length.
        """
        return cls(private)

    @property
    def key_id(self) -> str:
        """Name of the public half."""
        return self.public.key_id

    @property
    def kem_private(self) -> MLKEM768X25519PrivateKey:
        """Key object that opens wraps."""
        return self._kem

    def private_bytes(self) -> bytes:
        """Return the 128 private bytes, to be sealed at once."""
        return self._private

    def sign(self, message: bytes) -> bytes:
        """Sign (Ed25519, 64 bytes); the message must begin with a label of its own purpose."""
        return self._signing.sign(message)

    def __repr__(self) -> str:
        return f"<Identity {self.key_id}>"


class KemPair(_PrivateKeys):
    """A pair that opens and never signs: recovery key, statistics key."""

    __slots__ = ("_kem", "_private", "public")

    def __init__(self, private: bytes) -> None:
        self._kem, self.public = load_private(private)
        self._private = private

    @classmethod
    def from_private_bytes(cls, private: bytes) -> "KemPair":
        """Rebuild a pair from its 96 bytes.

        Raises: InvalidValue for another length.
        """
        return cls(private)

    @classmethod
    def from_seed(cls, seed: bytes) -> "KemPair":
        """Derive a pair from a 32-byte seed, short enough to print in shares.

        Raises: InvalidValue for another length.
        """
        return cls(expand(seed, lp("clsm/v1", "kem-pair"), KEM_PRIVATE_SIZE))

    @property
    def key_id(self) -> str:
        """Name of the public half."""
        return kem_key_id(self.public)

    @property
    def kem_private(self) -> MLKEM768X25519PrivateKey:
        """Key object that opens wraps."""
        return self._kem

    def private_bytes(self) -> bytes:
        """Return the 96 private bytes, to be sealed or split at once."""
        return self._private

    def __repr__(self) -> str:
        return f"<KemPair {self.key_id}>"


KeyHolder = Identity | KemPair


def kem_key_id(kem_public: bytes) -> str:
    """Name a lone KEM public key (recovery, statistics): 32 hexadecimal digits."""
    return sha256(lp("clsm/kem/v1", kem_public)).digest()[:16].hex()


def kem_words(kem_public: bytes) -> tuple[str, ...]:
    """Return the 8 French words of a lone KEM public key, printed at its ceremony."""
    return fingerprint_words("clsm/words/v1", kem_public, None, count=8)


def generate_identity() -> Identity:
    """Make a member's identity from fresh random bytes."""
    return Identity(os.urandom(IDENTITY_PRIVATE_SIZE))


def generate_kem_pair() -> KemPair:
    """Make a pair from fresh random bytes."""
    return KemPair(os.urandom(KEM_PRIVATE_SIZE))


def new_recovery_seed() -> bytes:
    """Return the 32 random bytes that `KemPair.from_seed` reads and the trustees share."""
    return new_key()
