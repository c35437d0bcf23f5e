"""Plain texts: valid UTF-8, or the encoding of older Windows; kept as UTF-8."""

from __future__ import annotations

from cases.files.kinds import FileKind
from cases.files.refusals import FileRefused

_ALLOWED = frozenset("\t\n\r\f")
_LAST_CONTROL = 0x1F


def clean(kind: FileKind, content: bytes) -> bytes:
    """Return a text as UTF-8. Raises: FileRefused."""
    if b"\0" in content:
        raise FileRefused("file_text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise FileRefused("file_text") from None
    if any(_is_control(sign) for sign in set(text)):
        raise FileRefused("file_text")
    return text.encode()


def _is_control(sign: str) -> bool:
    code = ord(sign)
    return (code <= _LAST_CONTROL and sign not in _ALLOWED) or 0x7F <= code <= 0x9F
