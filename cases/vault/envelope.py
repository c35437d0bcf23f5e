"""The symmetric envelope: AES-256-GCM under a type byte, and the keys derived for it.

Promises: a fresh random nonce a seal; nothing comes out unless type, algorithm, version, place
(associated data) and key are those of the sealing.
Must never: try a second key, a second format or return bytes it did not authenticate.

Layout: type | algorithm 01 | [u32 version] | nonce 12 | ciphertext | tag 16.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from cases.vault.encoding import u32
from cases.vault.errors import InvalidValue, Tampered, UnknownFormat

AES_256_GCM = 0x01
KEY_SIZE = 32
NONCE_SIZE = 12
_TAG_SIZE = 16


def new_key() -> bytes:
    """Return 32 random bytes, for a data, situation, vault or session key."""
    return os.urandom(KEY_SIZE)


def require_key(key: bytes) -> None:
    """Demand a key of 32 bytes.

    Raises: InvalidValue otherwise.
    """
    if not isinstance(key, bytes) or len(key) != KEY_SIZE:
        raise InvalidValue("key_size")


def expand(key: bytes, info: bytes, length: int = KEY_SIZE) -> bytes:
    """Derive `length` bytes from a uniform 32-byte key (HKDF-Expand, SHA-256).

    Raises: InvalidValue when the key is not 32 bytes.
    """
    require_key(key)
    return HKDFExpand(SHA256(), length, info).derive(key)


def extract_and_expand(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive `length` bytes from a secret and a salt (HKDF, SHA-256)."""
    return HKDF(SHA256(), length, salt, info).derive(secret)


def aes_seal(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Return nonce 12, ciphertext and tag 16.

    Raises: InvalidValue when the key is not 32 bytes.
    """
    require_key(key)
    nonce = os.urandom(NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def aes_open(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Return the plaintext of `aes_seal`.

    Raises: Tampered when it does not authenticate; InvalidValue when the key is not 32 bytes.
    """
    require_key(key)
    if len(sealed) < NONCE_SIZE + _TAG_SIZE:
        raise Tampered
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], associated)
    except InvalidTag:
        raise Tampered from None


def seal(
    kind: int, key: bytes, plaintext: bytes, associated: bytes, version: int | None = None
) -> bytes:
    """Seal under a type byte; `version` is written in clear where the format carries one."""
    head = bytes((kind, AES_256_GCM)) + (b"" if version is None else u32(version))
    return head + aes_seal(key, plaintext, associated)


def unseal(
    kind: int, key: bytes, blob: bytes, associated: bytes, version: int | None = None
) -> bytes:
    """Open what `seal` made with the same arguments.

    Raises: UnknownFormat for another type or algorithm; Tampered for everything else.
    """
    require_head(blob, kind, AES_256_GCM)
    start = 2
    if version is not None:
        if blob[2:6] != u32(version):
            raise Tampered
        start = 6
    return aes_open(key, blob[start:], associated)


def clear_version(kind: int, blob: bytes) -> int:
    """Read the version written in clear, to choose the key; opening checks it again.

    Raises: UnknownFormat when the blob is not of this type or too short.
    """
    require_head(blob, kind, AES_256_GCM)
    if len(blob) < 6:
        raise UnknownFormat
    return int.from_bytes(blob[2:6], "big")


def require_head(blob: bytes, kind: int, algorithm: int) -> None:
    """Demand the two first bytes of a format.

    Raises: UnknownFormat otherwise.
    """
    if not isinstance(blob, bytes) or blob[:2] != bytes((kind, algorithm)):
        raise UnknownFormat
