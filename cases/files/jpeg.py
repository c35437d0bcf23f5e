"""The segments of a JPEG: where it ends, and the same picture without what it tells around."""

from __future__ import annotations

from collections.abc import Iterator

from cases.files.refusals import FileRefused

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_COMMENT = 0xFE
_APP0, _APP2, _APP14, _APP15 = 0xE0, 0xE2, 0xEE, 0xEF
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Give (marker, start, stop) of each segment, the picture's data with its SOS.

    Raises: FileRefused when the markers do not follow each other to the end.
    """
    if content[:2] != b"\xff\xd8":
        raise FileRefused("file_damaged")
    yield _SOI, 0, 2
    at = 2
    while True:
        start = at
        while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] == b"\xff":
            at += 1
        if content[at : at + 1] != b"\xff" or at + 2 > len(content):
            raise FileRefused("file_damaged")
        marker = content[at + 1]
        if marker == _EOI:
            yield marker, start, at + 2
            return
        if marker in _ALONE:
            at += 2
            yield marker, start, at
            continue
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        if size < 2 or at + 2 + size > len(content):
            raise FileRefused("file_damaged")
        at += 2 + size
        if marker == _SOS:
            at = _after_data(content, at)
        yield marker, start, at


def _after_data(content: bytes, at: int) -> int:
    """Return where the next marker stands after the picture's data. Raises: FileRefused."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise FileRefused("file_damaged")
        following = content[at + 1]
        if following == 0 or 0xD0 <= following < 0xD8:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


def require_nothing_after(content: bytes) -> None:
    """Demand that a JPEG ends where its picture does.

    Phones add a second picture (depth, light) that the first one announces by an MPF segment: it is
    let through, to be left out. Raises: FileRefused.
    """
    announces_more, end = False, 0
    for marker, start, stop in _segments(content):
        announces_more |= marker == _APP2 and b"MPF\0" in content[start : start + 8]
        end = stop
    rest = content[end:].strip(b"\0\r\n ")
    if rest and not (announces_more and rest[:3] == b"\xff\xd8\xff" and rest[-2:] == b"\xff\xd9"):
        raise FileRefused("file_hidden_data")


def without_metadata(content: bytes) -> bytes:
    """Return the same picture, byte for byte, without comments, EXIF, XMP or what follows it.

    Kept: JFIF's own segment, the colour profile, Adobe's (it says how colours are coded). Raises:
    FileRefused.
    """
    kept = bytearray()
    for marker, start, stop in _segments(content):
        if marker == _COMMENT or (_APP0 < marker <= _APP15 and marker not in (_APP2, _APP14)):
            continue
        if marker == _APP2 and b"ICC_PROFILE\0" not in content[start : start + 20]:
            continue
        kept += content[start:stop]
    return bytes(kept)
