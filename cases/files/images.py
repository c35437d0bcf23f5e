"""Pictures: measured before they are drawn, drawn again without anything but their points.

The new picture has no EXIF, no place, no comment, no colour profile, no second picture; it is
turned as its first camera meant it.
"""

from __future__ import annotations

import struct
from io import BytesIO

from PIL import Image, ImageOps

from cases.files import jpeg
from cases.files.kinds import FileKind
from cases.files.refusals import FileRefused

# The largest sensors of ordinary phones (50 million points), with a margin.
MAX_PIXELS = 52_000_000
_FORMATS = {"jpg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",)}
_JPEG_MODES = ("L", "RGB")
_QUALITY = 90


def clean(kind: FileKind, content: bytes) -> bytes:
    """Draw a picture again. Raises: FileRefused."""
    _require_whole(kind.extension, content)
    try:
        with Image.open(BytesIO(content), formats=_FORMATS[kind.extension]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise FileRefused("file_pixels")
            if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
                raise FileRefused("file_hidden_data")
            picture.load()
            return _drawn(kind.extension, ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused("file_pixels") from None
    except MemoryError:
        raise FileRefused("file_too_complex") from None
    except FileRefused:
        raise
    except Exception:
        # The readers of pictures have as many ways to fail as there are ways to be malformed.
        raise FileRefused("file_damaged") from None


def _drawn(extension: str, picture: Image.Image) -> bytes:
    told = picture.info
    # The palette's own transparency is part of the picture; nothing else of what it tells is.
    picture.info = {"transparency": told["transparency"]} if "transparency" in told else {}
    made = BytesIO()
    if extension == "jpg":
        if picture.mode not in _JPEG_MODES:
            picture = picture.convert("RGB")
        picture.info = {}
        picture.save(made, "JPEG", quality=_QUALITY, exif=b"", icc_profile=None)
    elif extension == "png":
        picture.save(made, "PNG", exif=b"", icc_profile=None)
    else:
        picture.save(made, "WEBP", quality=_QUALITY, exif=b"", icc_profile=b"", xmp=b"")
    return made.getvalue()


def _require_whole(extension: str, content: bytes) -> None:
    """Demand that the picture ends with the file. Raises: FileRefused."""
    if extension == "jpg":
        jpeg.require_nothing_after(content)
    elif extension == "png":
        _require_png_end(content)
    else:
        size = int.from_bytes(content[4:8], "little") + 8
        if size > len(content):
            raise FileRefused("file_damaged")
        if content[size + size % 2 :].strip(b"\0"):
            raise FileRefused("file_hidden_data")


def _require_png_end(content: bytes) -> None:
    at = 8
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        at += 12 + size
        if name == b"IEND":
            if content[at:].strip(b"\0\r\n "):
                raise FileRefused("file_hidden_data")
            return
    raise FileRefused("file_damaged")


def without_metadata(name: str, content: bytes) -> bytes:
    """Return a picture that stands inside a document without what it tells around its points.

    Not drawn again: the same points, to the last. One that is not read as its name says is left.
    """
    lowered = name.lower()
    try:
        if lowered.endswith((".jpg", ".jpeg")):
            return jpeg.without_metadata(content)
        if lowered.endswith(".png"):
            return _png_without_metadata(content)
    except FileRefused:
        return content
    return content


def _png_without_metadata(content: bytes) -> bytes:
    kept, at = bytearray(content[:8]), 8
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        stop = at + 12 + size
        if name not in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"):
            kept += content[at:stop]
        at = stop
        if name == b"IEND":
            return bytes(kept)
    raise FileRefused("file_damaged")
