"""Sealing to a public key: HPKE, base mode, hybrid ML-KEM-768 + X25519.

Promises: suite 01 is HPKE(MLKEM768_X25519, HKDF-SHA256, AES-256-GCM); a blob opens only with the
private key and the `info` of its sealing, today's and tomorrow's computers included.

Public key: ML-KEM-768 1184 bytes, then X25519 32 bytes. Private key: ML-KEM seed 64, then X25519
32. Source: RFC 9180; product.md promise 2.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from cases.vault.envelope import require_head
from cases.vault.errors import InvalidValue, Tampered

SUITE = 0x01
MLKEM_PUBLIC_SIZE = 1184
KEM_PUBLIC_SIZE = MLKEM_PUBLIC_SIZE + 32
KEM_PRIVATE_SIZE = 64 + 32
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def load_public(kem_public: bytes) -> MLKEM768X25519PublicKey:
    """Read the 1216 bytes of a public key.

    Raises: InvalidValue when they are not one.
    """
    if not isinstance(kem_public, bytes) or len(kem_public) != KEM_PUBLIC_SIZE:
        raise InvalidValue("kem_public")
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(kem_public[:MLKEM_PUBLIC_SIZE]),
            X25519PublicKey.from_public_bytes(kem_public[MLKEM_PUBLIC_SIZE:]),
        )
    except ValueError:
        raise InvalidValue("kem_public") from None


def load_private(kem_private: bytes) -> tuple[MLKEM768X25519PrivateKey, bytes]:
    """Read the 96 bytes of a private key; return it with the 1216 bytes of its public key.

    Raises: InvalidValue when they are not 96 bytes.
    """
    if not isinstance(kem_private, bytes) or len(kem_private) != KEM_PRIVATE_SIZE:
        raise InvalidValue("kem_private")
    lattice = MLKEM768PrivateKey.from_seed_bytes(kem_private[:64])
    curve = X25519PrivateKey.from_private_bytes(kem_private[64:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(lattice, curve), public


def seal_to(kind: int, kem_public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal to a public key: type | suite 01 | encapsulated key | ciphertext | tag.

    Raises: InvalidValue when the public key cannot be used.
    """
    public = load_public(kem_public)
    try:
        return bytes((kind, SUITE)) + _SUITE.encrypt(plaintext, public, info=info)
    except ValueError:
        raise InvalidValue("kem_public") from None


def open_with(kind: int, private: MLKEM768X25519PrivateKey, blob: bytes, info: bytes) -> bytes:
    """Open what `seal_to` made for this private key and this `info`.

    Raises: UnknownFormat for another type or suite; Tampered for everything else.
    """
    require_head(blob, kind, SUITE)
    try:
        return _SUITE.decrypt(blob[2:], private, info=info)
    except (InvalidTag, ValueError):
        raise Tampered from None
