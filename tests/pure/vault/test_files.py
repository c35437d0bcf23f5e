"""T-13: a sealed file opens whole, in its place, or gives no byte."""

import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from cases.vault import files
from cases.vault.errors import InvalidValue, Tampered, UnknownFormat, VaultError
from cases.vault.files import (
    CHUNK,
    HEADER_SIZE,
    open_range,
    open_stream,
    plain_length,
    seal_stream,
    sealed_length,
)
from tests.pure.vault import cast

CONTEXT = cast.file_context()
SMALL = 256
LENGTHS = [0, 1, SMALL - 1, SMALL, SMALL + 1, 2 * SMALL, 3 * SMALL, 3 * SMALL + 1, 5 * SMALL + 7]


def text(length: int) -> bytes:
    """Return `length` bytes in which no two chunks are alike."""
    return b"".join(number.to_bytes(4, "big") for number in range(-(-length // 4)))[:length]


def sealed(length: int, chunk: int = SMALL) -> bytes:
    return b"".join(seal_stream(cast.DEK, [text(length)], CONTEXT, length, chunk=chunk))


def opened(blob: bytes, context: files.FileContext = CONTEXT, dek: bytes = cast.DEK) -> bytes:
    return b"".join(open_stream(dek, io.BytesIO(blob), context))


def refused(blob: bytes, context: files.FileContext = CONTEXT, dek: bytes = cast.DEK) -> VaultError:
    """Demand a refusal at the call, hence before the first byte."""
    with pytest.raises((Tampered, UnknownFormat)) as caught:
        open_stream(dek, io.BytesIO(blob), context)
    assert caught.value.__cause__ is None
    return caught.value


def cut(blob: bytes, chunk: int = SMALL) -> list[bytes]:
    """Return the header and the sealed chunks."""
    step = chunk + 16
    places = range(HEADER_SIZE, len(blob), step)
    return [blob[:HEADER_SIZE], *(blob[place : place + step] for place in places)]


@pytest.mark.parametrize("length", LENGTHS)
def test_control_every_length_opens(length: int) -> None:
    blob = sealed(length)
    assert len(blob) == sealed_length(length, SMALL)
    assert plain_length(io.BytesIO(blob)) == length
    assert opened(blob) == text(length)
    assert text(length)[:64] not in blob or length < 4


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_control_at_the_size_of_chunk_in_use(length: int) -> None:
    blob = b"".join(seal_stream(cast.DEK, io.BytesIO(text(length)), CONTEXT, length))
    assert len(blob) == sealed_length(length)
    assert opened(blob) == text(length)


def test_the_header_is_that_of_the_specification() -> None:
    blob = sealed(SMALL + 1)
    assert HEADER_SIZE == 46
    assert blob[:2].hex() == "e201"
    assert int.from_bytes(blob[34:38], "big") == SMALL
    assert int.from_bytes(blob[38:46], "big") == SMALL + 1
    assert len({sealed(1)[2:34] for _ in range(20)}) == 20


@pytest.mark.parametrize("length", LENGTHS)
def test_t13_every_truncation(length: int) -> None:
    blob = sealed(length)
    for size in range(len(blob)):
        refused(blob[:size])


@pytest.mark.parametrize("length", LENGTHS)
def test_t13_truncated_at_a_chunk_and_told_shorter(length: int) -> None:
    """A cut with a header that agrees with it: the header is in every chunk's seal."""
    parts = cut(sealed(length))
    for kept in range(1, len(parts) - 1):
        header = parts[0][:38] + (kept * SMALL).to_bytes(8, "big")
        refused(b"".join([header, *parts[1 : kept + 1]]))


def test_t13_every_extension() -> None:
    for length in LENGTHS:
        blob = sealed(length)
        for tail in (b"\0", bytes(16), bytes(SMALL + 16), blob, cut(blob)[-1]):
            refused(blob + tail)
            longer = (length + len(tail)).to_bytes(8, "big")
            refused(blob[:38] + longer + blob[46:] + tail)


def test_t13_reordered_repeated_or_missing_chunks() -> None:
    parts = cut(sealed(5 * SMALL))
    orders = [
        (0, 2, 1, 3, 4, 5),
        (0, 1, 3, 2, 4, 5),
        (0, 1, 2, 3, 5, 4),
        (0, 5, 4, 3, 2, 1),
        (0, 1, 1, 3, 4, 5),
        (0, 1, 2, 3, 4, 4),
        (0, 1, 2, 3, 4),
        (0, 2, 3, 4, 5),
        (0, 1, 2, 3, 4, 5, 5),
    ]
    for order in orders:
        refused(b"".join(parts[place] for place in order))
    assert opened(b"".join(parts)) == text(5 * SMALL)


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
@pytest.mark.parametrize("length", [0, SMALL, 2 * SMALL + 3])
def test_t13_every_byte(length: int, mask: int) -> None:
    for blob in cast.flips(sealed(length), mask):
        refused(blob)


@pytest.mark.parametrize(
    "change",
    [
        {"attachment": cast.name("other attachment")},
        {"situation": cast.OTHER_SITUATION},
        {"section": "health"},
        {"key_version": 2},
    ],
)
def test_t13_every_other_place(change: dict[str, object]) -> None:
    for length in LENGTHS:
        assert refused(sealed(length), replace(CONTEXT, **change)).code == "tampered"


def test_t13_other_key_and_other_files() -> None:
    one, two = cut(sealed(3 * SMALL)), cut(sealed(3 * SMALL))
    refused(b"".join(one), dek=cast.HEALTH_DEK)
    for place in range(4):
        mixed = [*one[:place], two[place], *one[place + 1 :]]
        refused(b"".join(mixed))
    for blob in (b"", b"\xe2", text(1000), b"\xe2\x02" + sealed(9)[2:], b"\xe1" + sealed(9)[1:]):
        assert refused(blob).code == "unknown_format"


def test_t13_a_chunk_altered_between_the_two_readings() -> None:
    """The second reading proves each chunk again: what comes out is genuine, then it stops."""
    source = io.BytesIO(sealed(3 * SMALL))
    stream = open_stream(cast.DEK, source, CONTEXT)
    assert next(stream) == text(3 * SMALL)[:SMALL]
    source.getbuffer()[HEADER_SIZE + SMALL + 20] ^= 1
    with pytest.raises(Tampered):
        next(stream)


def test_t13_control_a_build_without_header_and_last_mark_shows_a_cut_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Weakened: neither the last mark nor the header is proved; a cut file then opens."""
    monkeypatch.setattr(
        files._Cipher, "_nonce", lambda self, index: bytes(3) + index.to_bytes(8, "big") + b"\0"
    )
    monkeypatch.setattr(files, "AESGCM", _DeafToTheHeader)
    parts = cut(sealed(3 * SMALL))
    header = parts[0][:38] + (2 * SMALL).to_bytes(8, "big")
    assert opened(b"".join([header, *parts[1:3]])) == text(2 * SMALL)


class _DeafToTheHeader:
    """AES-GCM that forgets the associated data: the weak build of the control."""

    def __init__(self, key: bytes) -> None:
        self._real = AESGCM(key)

    def encrypt(self, nonce: bytes, data: bytes, _associated: bytes) -> bytes:
        return self._real.encrypt(nonce, data, None)

    def decrypt(self, nonce: bytes, data: bytes, _associated: bytes) -> bytes:
        return self._real.decrypt(nonce, data, None)


def test_ranges() -> None:
    whole = text(5 * SMALL + 7)
    blob = sealed(len(whole))
    bounds = [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL, 5 * SMALL, len(whole) - 1, len(whole)]
    for start in bounds:
        for stop in (bound for bound in bounds if bound >= start):
            found = open_range(cast.DEK, io.BytesIO(blob), CONTEXT, start, stop)
            assert b"".join(found) == whole[start:stop]
    for start, stop in ((-1, 2), (3, 2), (0, len(whole) + 1)):
        with pytest.raises(InvalidValue):
            open_range(cast.DEK, io.BytesIO(blob), CONTEXT, start, stop)
    assert b"".join(open_range(cast.DEK, io.BytesIO(sealed(0)), CONTEXT, 0, 0)) == b""


def test_a_range_reads_its_chunks_and_the_last_one_only() -> None:
    parts = cut(sealed(5 * SMALL))
    elsewhere = b"".join([*parts[:4], bytes(len(parts[4])), parts[5]])
    found = open_range(cast.DEK, io.BytesIO(elsewhere), CONTEXT, SMALL, 2 * SMALL)
    assert b"".join(found) == text(5 * SMALL)[SMALL : 2 * SMALL]
    refused(elsewhere)
    for broken in (b"".join(parts[:-1]), b"".join([*parts[:5], bytes(len(parts[5]))])):
        with pytest.raises(Tampered):
            open_range(cast.DEK, io.BytesIO(broken), CONTEXT, SMALL, 2 * SMALL)
    with pytest.raises(Tampered):
        open_range(cast.DEK, io.BytesIO(elsewhere), CONTEXT, SMALL, 4 * SMALL)


@given(st.binary(max_size=2000), st.lists(st.integers(1, 700), max_size=8))
def test_pieces_of_any_size(whole: bytes, sizes: list[int]) -> None:
    def pieces() -> Iterator[bytes]:
        start = 0
        for size in sizes:
            yield whole[start : start + size]
            start += size
        yield whole[start:]

    blob = b"".join(seal_stream(cast.DEK, pieces(), CONTEXT, len(whole), chunk=SMALL))
    assert opened(blob) == whole


class _Drop(io.BytesIO):
    """A file that gives a few bytes at a time, as a socket does."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 7))


def test_a_source_that_gives_little_at_a_time() -> None:
    length = 2 * SMALL + 3
    blob = b"".join(seal_stream(cast.DEK, _Drop(text(length)), CONTEXT, length, chunk=SMALL))
    assert b"".join(open_stream(cast.DEK, _Drop(blob), CONTEXT)) == text(length)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_source_of_another_length_never_makes_a_whole_file(length: int) -> None:
    for told in {length - 1, length + 1, length + SMALL, max(0, length - SMALL)} - {length, -1}:
        parts: list[bytes] = []
        with pytest.raises(InvalidValue):
            parts.extend(seal_stream(cast.DEK, [text(length)], CONTEXT, told, chunk=SMALL))
        refused(b"".join(parts))


def test_wrong_values_are_refused_at_the_call() -> None:
    for length in (-1, True, 2**41, "1"):
        with pytest.raises(InvalidValue):
            seal_stream(cast.DEK, [], CONTEXT, length)
    for chunk in (0, 255, 2**20 + 1):
        with pytest.raises(InvalidValue):
            seal_stream(cast.DEK, [], CONTEXT, 0, chunk=chunk)
    for dek in (b"", bytes(16), bytes(33)):
        with pytest.raises(InvalidValue):
            seal_stream(dek, [], CONTEXT, 0)
        with pytest.raises(InvalidValue):
            open_stream(dek, io.BytesIO(sealed(3)), CONTEXT)


class _Endless:
    """A plaintext of any length that no memory holds."""

    def __init__(self, length: int) -> None:
        self.left = length

    def read(self, size: int, /) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


def _peak(length: int, tmp_path: Path) -> int:
    """Return the most memory, in bytes, that sealing to a file and opening it back took."""
    place = tmp_path / f"{length}.e2"
    tracemalloc.start()
    with place.open("wb") as target:
        for part in seal_stream(cast.DEK, _Endless(length), CONTEXT, length):
            target.write(part)
    seen = 0
    with place.open("rb") as source:
        for part in open_stream(cast.DEK, source, CONTEXT):
            seen += len(part)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen == length
    return peak


def test_memory_does_not_follow_the_length(tmp_path: Path) -> None:
    mebibyte = 1024 * 1024
    _peak(mebibyte, tmp_path)  # What is loaded once.
    small, large = _peak(mebibyte, tmp_path), _peak(20 * mebibyte, tmp_path)
    assert large < mebibyte
    assert large < small + 2 * CHUNK
