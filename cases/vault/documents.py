"""Sealed documents (E1): one blob for the fields of one row and one section.

Promises: a document opens only in the row, section, row version and situation it was sealed for,
and its length tells a bucket, not a content.
Must never: read an unsealed document, accept a key whose commitment differs.

Source: security.md §2.3 (E1, commitment); T-04, T-06, T-10.
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from uuid import UUID

from cases.vault.encoding import canonical_json, lp, pad, parse_json, u32, u64, unpad
from cases.vault.envelope import clear_version, expand, new_key, seal, unseal
from cases.vault.errors import InvalidValue, Tampered

DOCUMENT = 0xE1


@dataclass(frozen=True)
class DocumentContext:
    """The place of a document: table name, row, section code, versions, situation."""

    table: str
    row: UUID
    section: str
    row_version: int
    situation: UUID
    key_version: int

    def associated(self) -> bytes:
        """Return the associated data of E1."""
        return lp(
            "clsm/doc/v1",
            self.table,
            self.row,
            self.section,
            u64(self.row_version),
            self.situation,
            u32(self.key_version),
        )


def new_data_key() -> bytes:
    """Make the data key of one (situation, section, version): 32 random bytes."""
    return new_key()


def commitment(dek: bytes, situation: UUID, section: str, version: int) -> bytes:
    """Return the 32 bytes that bind a data key to its place, stored and signed beside it."""
    return expand(dek, lp("clsm/v1", "commit", situation, section, u32(version)))


def check_commitment(
    dek: bytes, situation: UUID, section: str, version: int, expected: bytes
) -> None:
    """Demand, in constant time, that the data key is the one committed to.

    Raises: Tampered otherwise.
    """
    found = commitment(dek, situation, section, version)
    if not isinstance(expected, bytes) or not compare_digest(found, expected):
        raise Tampered("wrong_commitment")


def seal_document(dek: bytes, payload: dict[str, Any], context: DocumentContext) -> bytes:
    """Seal the fields of a row's section.

    Raises: InvalidValue when the payload is not a plain JSON object or exceeds 16 MiB.
    """
    if not isinstance(payload, dict):
        raise InvalidValue("not_json")
    plaintext = pad(canonical_json(payload))
    key = _document_key(dek, context)
    return seal(DOCUMENT, key, plaintext, context.associated(), context.key_version)


def open_document(dek: bytes, blob: bytes, context: DocumentContext) -> dict[str, Any]:
    """Open a sealed document in its place.

    Raises: UnknownFormat when it is not E1; Tampered when bytes, place or key differ.
    """
    key = _document_key(dek, context)
    plaintext = unseal(DOCUMENT, key, blob, context.associated(), context.key_version)
    return parse_json(unpad(plaintext))


def document_key_version(blob: bytes) -> int:
    """Read which version of the section's key sealed the document.

    Raises: UnknownFormat when it is not E1.
    """
    return clear_version(DOCUMENT, blob)


def _document_key(dek: bytes, context: DocumentContext) -> bytes:
    info = lp("clsm/v1", "enc", context.situation, context.section, u32(context.key_version))
    return expand(dek, info)
