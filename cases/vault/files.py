"""Sealed files (E2): a stream of chunks that opens whole, in its place, or not at all.

Promises: nothing of a file comes out before every chunk asked for, and always the last one, proved
genuine: a file cut, lengthened, reordered, altered or moved to another attachment, situation or
section gives no byte. Memory holds two chunks, whatever the file's length.
Must never: write anywhere, keep a plaintext, trust the length that storage gives.

Layout: E2 | algorithm 01 | file id 32 | u32 chunk | u64 length | chunks of ciphertext and tag 16.
The key is drawn from the section's data key for this file id, place and key version; the nonce of a
chunk is 000000, its u64 index, 01 for the last one and 00 before; the 46 bytes of the header are
the associated data of every chunk. An empty file is one empty chunk.

Source: security.md §2.3 (E2), §3; T-13, T-15.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cases.vault.encoding import lp, u32, u64
from cases.vault.envelope import AES_256_GCM, expand, extract_and_expand, require_head
from cases.vault.errors import InvalidValue, Tampered, UnknownFormat

FILE = 0xE2
CHUNK = 64 * 1024
HEADER_SIZE = 46
_ID_SIZE = 32
_TAG_SIZE = 16
_LEAST_CHUNK = 256
_MOST_CHUNK = 1024 * 1024
_MOST_LENGTH = 2**40


@runtime_checkable
class Readable(Protocol):
    """A file open for reading bytes, from its present position to its end."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""


class Seekable(Protocol):
    """A file whose bytes can be read in any order."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move and return the new position."""


@dataclass(frozen=True)
class FileContext:
    """The place of a file; `key_version` is that of the section's data key, kept by its row."""

    attachment: UUID
    situation: UUID
    section: str
    key_version: int

    def info(self) -> bytes:
        """Return the HKDF `info` of E2."""
        return lp("clsm/file/v1", self.attachment, self.situation, self.section)


def seal_stream(
    dek: bytes,
    source: Readable | Iterable[bytes],
    context: FileContext,
    length: int,
    *,
    chunk: int = CHUNK,
) -> Iterator[bytes]:
    """Yield the sealed file of a plaintext of exactly `length` bytes, header first.

    `source` is an open file or pieces of any size. Values are checked at the call, before the
    first piece; a source of another length makes the last chunk refuse to come.

    Raises: InvalidValue for a wrong key, length or chunk, or a source of another length.
    """
    if isinstance(length, bool) or not isinstance(length, int) or not 0 <= length <= _MOST_LENGTH:
        raise InvalidValue("file_length")
    if not _LEAST_CHUNK <= chunk <= _MOST_CHUNK:
        raise InvalidValue("file_chunk")
    file_id = os.urandom(_ID_SIZE)
    return _sealing(_Cipher(dek, context, _header(file_id, chunk, length)), source)


def open_stream(dek: bytes, source: Seekable, context: FileContext) -> Iterator[bytes]:
    """Yield the whole plaintext, once every chunk proved genuine.

    The file is read twice: to prove it, at the call; then to yield it, each chunk proved again.

    Raises: UnknownFormat when it is not E2; Tampered when bytes, length, order, place or key
    differ; InvalidValue when the key is not 32 bytes.
    """
    cipher = _opened(dek, source, context)
    return _range(cipher, source, 0, cipher.length)


def open_range(
    dek: bytes, source: Seekable, context: FileContext, start: int, stop: int
) -> Iterator[bytes]:
    """Yield the plaintext bytes `start` to `stop`, the latter excluded.

    The chunks that hold them and the last one are proved at the call; the others are not read.

    Raises: as `open_stream`; InvalidValue when the range is not inside the file.
    """
    cipher = _opened(dek, source, context)
    if not 0 <= start <= stop <= cipher.length:
        raise InvalidValue("file_range")
    return _range(cipher, source, start, stop)


def plain_length(source: Seekable) -> int:
    """Read the plaintext's length written in clear; opening proves it.

    Raises: UnknownFormat when it is not E2.
    """
    return _parse(source)[2]


def sealed_length(length: int, chunk: int = CHUNK) -> int:
    """Return how many bytes the sealed file of `length` plaintext bytes takes."""
    return HEADER_SIZE + length + _TAG_SIZE * _count(length, chunk)


class _Cipher:
    """The key and the header of one file, and what they say of each chunk."""

    def __init__(self, dek: bytes, context: FileContext, header: bytes) -> None:
        root = expand(
            dek,
            lp("clsm/v1", "file", context.situation, context.section, u32(context.key_version)),
        )
        key = extract_and_expand(root, header[2 : 2 + _ID_SIZE], context.info(), 32)
        self._aead = AESGCM(key)
        self.header = header
        self.chunk = int.from_bytes(header[34:38], "big")
        self.length = int.from_bytes(header[38:46], "big")
        self.count = _count(self.length, self.chunk)

    def size(self, index: int) -> int:
        """Return the plaintext length of a chunk."""
        last = index == self.count - 1
        return self.length - index * self.chunk if last else self.chunk

    def seal(self, index: int, plaintext: bytes | memoryview) -> bytes:
        return self._aead.encrypt(self._nonce(index), plaintext, self.header)

    def open(self, source: Seekable, index: int) -> bytes:
        """Read and open one chunk. Raises: Tampered."""
        source.seek(HEADER_SIZE + index * (self.chunk + _TAG_SIZE))
        sealed = _read(source, self.size(index) + _TAG_SIZE)
        try:
            return self._aead.decrypt(self._nonce(index), sealed, self.header)
        except InvalidTag:
            raise Tampered from None

    def _nonce(self, index: int) -> bytes:
        return bytes(3) + u64(index) + bytes((index == self.count - 1,))


def _header(file_id: bytes, chunk: int, length: int) -> bytes:
    return bytes((FILE, AES_256_GCM)) + file_id + u32(chunk) + u64(length)


def _count(length: int, chunk: int) -> int:
    return max(1, -(-length // chunk))


def _parse(source: Seekable) -> tuple[bytes, int, int]:
    """Return the header, the chunk size and the plaintext length."""
    source.seek(0)
    header = _read(source, HEADER_SIZE, UnknownFormat)
    require_head(header, FILE, AES_256_GCM)
    chunk, length = int.from_bytes(header[34:38], "big"), int.from_bytes(header[38:46], "big")
    if not _LEAST_CHUNK <= chunk <= _MOST_CHUNK or length > _MOST_LENGTH:
        raise UnknownFormat
    return header, chunk, length


def _opened(dek: bytes, source: Seekable, context: FileContext) -> _Cipher:
    """Check the header, the stored length and the last chunk."""
    header, chunk, length = _parse(source)
    cipher = _Cipher(dek, context, header)
    if source.seek(0, os.SEEK_END) != sealed_length(length, chunk):
        raise Tampered
    cipher.open(source, cipher.count - 1)
    return cipher


def _range(cipher: _Cipher, source: Seekable, start: int, stop: int) -> Iterator[bytes]:
    """Prove the chunks of the range now, then return what yields them."""
    indexes = range(start // cipher.chunk, -(-stop // cipher.chunk) if stop > start else 0)
    for index in indexes:
        cipher.open(source, index)
    return _yielding(cipher, source, indexes, start, stop)


def _yielding(
    cipher: _Cipher, source: Seekable, indexes: range, start: int, stop: int
) -> Iterator[bytes]:
    for index in indexes:
        first = index * cipher.chunk
        yield cipher.open(source, index)[max(0, start - first) : stop - first]


def _sealing(cipher: _Cipher, source: Readable | Iterable[bytes]) -> Iterator[bytes]:
    yield cipher.header
    held, pieces = bytearray(), _pieces(source)
    for index in range(cipher.count):
        wanted = cipher.size(index)
        last = index == cipher.count - 1
        # The last chunk waits for the end of the source: one byte too many must refuse it.
        while len(held) < wanted or (last and len(held) == wanted):
            piece = next(pieces, b"")
            if not piece:
                break
            held += piece
        if len(held) < wanted or (last and len(held) != wanted):
            raise InvalidValue("file_length")
        # Sealed where it lies: a copy of each chunk would cost as much as its sealing.
        with memoryview(held) as view, view[:wanted] as chunk:
            sealed = cipher.seal(index, chunk)
        del held[:wanted]
        yield sealed


def _pieces(source: Readable | Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces of at most one mebibyte: a larger one is cut, so that few bytes are held."""
    if isinstance(source, Readable):
        while piece := source.read(CHUNK):
            yield piece
        return
    for piece in source:
        # An empty piece ends nothing: the range is empty too.
        for start in range(0, len(piece), _MOST_CHUNK):
            yield piece[start : start + _MOST_CHUNK]


def _read(
    source: Seekable, size: int, refusal: type[Tampered] | type[UnknownFormat] = Tampered
) -> bytes:
    """Read exactly `size` bytes, however many calls it takes.

    Raises: the refusal when the source ends before.
    """
    parts = []
    while size > 0:
        part = source.read(size)
        if not part:
            raise refusal
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
