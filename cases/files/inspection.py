"""Decide on a file: size, type by its own bytes, structure; return what is kept of it.

Source: decision 53c; security.md §3; T-58.
"""

from __future__ import annotations

import hashlib

from cases.files import images, office, pdf, texts
from cases.files.kinds import (
    IMAGE,
    KINDS,
    ODF,
    OLE,
    OOXML,
    PDF,
    TEXT,
    FileKind,
    begins_as_another,
)
from cases.files.refusals import FileRefused
from cases.files.verdicts import MAX_BYTES, Accepted

# What is written again may be a little longer than what came.
MAX_KEPT_BYTES = 40 * 2**20
_CLEANERS = {
    PDF: pdf.clean,
    IMAGE: images.clean,
    OOXML: office.clean_ooxml,
    ODF: office.clean_odf,
    TEXT: texts.clean,
}


def inspect(extension: str, content: bytes) -> Accepted:
    """Read a file as its type and return what is kept of it.

    ``extension`` is a key of ``KINDS``. Raises: FileRefused with the reason.
    """
    kind = KINDS[extension]
    if not content:
        raise FileRefused("file_empty")
    if len(content) > MAX_BYTES:
        raise FileRefused("file_too_big")
    if not kind.begins(content):
        _refuse_head(kind, content)
    if kind.family == TEXT and begins_as_another(content):
        raise FileRefused("file_other_type")
    kept = _CLEANERS[kind.family](kind, content)
    if len(kept) > MAX_KEPT_BYTES:
        raise FileRefused("file_too_complex")
    return Accepted(kind, kept, hashlib.sha256(content).hexdigest())


def _refuse_head(kind: FileKind, content: bytes) -> None:
    if kind.family == OOXML and content.startswith(OLE):
        # An Office document with a password is wrapped in the old format.
        raise FileRefused("file_encrypted")
    if kind.head in content[:4096]:
        raise FileRefused("file_hidden_data")
    raise FileRefused("file_other_type")
