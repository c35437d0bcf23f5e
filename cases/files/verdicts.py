"""What an inspection answers, and what is refused before a byte is read.

The service loads this and never the readers of PDF or pictures: they run apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from cases.files.kinds import FileKind, kind_of
from cases.files.refusals import FileRefused

MAX_BYTES = 25 * 2**20


@dataclass(frozen=True)
class Accepted:
    """A file that may stay: its type, the bytes to keep, the SHA-256 of those that came (hex)."""

    kind: FileKind
    content: bytes
    original_sha256: str


def require_announced(name: str, size: int) -> FileKind:
    """Return the type that a name announces, before its bytes are looked at.

    ``size`` counts every byte that came, kept or not. Raises: FileRefused.
    """
    kind = kind_of(name)
    if kind is None:
        raise FileRefused("file_type")
    if size == 0:
        raise FileRefused("file_empty")
    if size > MAX_BYTES:
        raise FileRefused("file_too_big")
    return kind
