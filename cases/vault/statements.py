"""Signed statements: one canonical JSON text, its fields read strictly.

Promises: what is signed is type, version and text under a label of its own purpose, so that a
signature of one purpose is worth nothing for another.

Layout: type | version 01 | u32 length | canonical JSON | signatures of 64 bytes.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cases.vault.encoding import canonical_json, lp, parse_canonical, u32
from cases.vault.envelope import require_head
from cases.vault.errors import BadSignature, Expired, InvalidValue, UnknownFormat, VaultError

VERSION = 0x01
SIGNATURE_SIZE = 64
_HEAD_SIZE = 6
_LONGEST = 16 * 1024


def statement_body(kind: int, fields: dict[str, Any]) -> bytes:
    """Write the part of a statement that is signed."""
    text = canonical_json(fields)
    return bytes((kind, VERSION)) + u32(len(text)) + text


def signed_message(label: str, body: bytes) -> bytes:
    """Return the bytes that a signature of this purpose covers."""
    return lp(label, body)


def split_statement(kind: int, blob: bytes, most: int) -> tuple[bytes, list[bytes]]:
    """Separate the body from its 1 to `most` signatures.

    Raises: UnknownFormat when type, version or lengths are wrong.
    """
    require_head(blob, kind, VERSION)
    end = _HEAD_SIZE + int.from_bytes(blob[2:_HEAD_SIZE], "big")
    tail = blob[end:]
    count, rest = divmod(len(tail), SIGNATURE_SIZE)
    if len(blob) < _HEAD_SIZE or end > _LONGEST or rest or not 1 <= count <= most:
        raise UnknownFormat
    starts = range(0, len(tail), SIGNATURE_SIZE)
    return blob[:end], [tail[start : start + SIGNATURE_SIZE] for start in starts]


def statement_fields(body: bytes, names: frozenset[str]) -> dict[str, Any]:
    """Read the fields of a body whose signature was verified.

    Raises: BadSignature when the text is not canonical or its names are not exactly these.
    """
    try:
        fields = parse_canonical(body[_HEAD_SIZE:])
    except VaultError:
        raise BadSignature from None
    if frozenset(fields) != names:
        raise BadSignature
    return fields


def utc(at: datetime) -> datetime:
    """Return the same instant in UTC.

    Raises: InvalidValue when it is not a date and time with a zone.
    """
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise InvalidValue("naive_time")
    return at.astimezone(UTC)


def time_text(at: datetime) -> str:
    """Write an instant in its one ISO 8601 form, UTC, microseconds, Z."""
    return utc(at).strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + "Z"


def read_time(text: object) -> datetime:
    """Read what `time_text` wrote. Raises: ValueError otherwise."""
    if not isinstance(text, str) or len(text) != 27 or not text.endswith("Z"):
        raise ValueError
    at = datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    if time_text(at) != text:
        raise ValueError
    return at


def read_uuid(text: object) -> UUID:
    """Read a UUID in its one form. Raises: ValueError otherwise."""
    if not isinstance(text, str) or str(UUID(text)) != text:
        raise ValueError
    return UUID(text)


def read_hex(text: object, size: int) -> bytes:
    """Read `size` bytes of lower-case hexadecimal. Raises: ValueError otherwise."""
    if not isinstance(text, str):
        raise ValueError
    raw = bytes.fromhex(text)
    if len(raw) != size or raw.hex() != text:
        raise ValueError
    return raw


def require_text(text: object, longest: int) -> str:
    """Demand 1 to `longest` signs. Raises: ValueError otherwise."""
    if not isinstance(text, str) or not 1 <= len(text) <= longest:
        raise ValueError
    return text


def require_within(what: str, at: datetime, not_before: datetime, not_after: datetime) -> None:
    """Demand not_before <= at < not_after; `what` is the French name of the signed thing.

    Raises: Expired, with code `not_yet_valid` or `expired`.
    """
    if utc(at) < not_before:
        raise Expired("not_yet_valid", f"{what} n'est pas encore valable.")
    if utc(at) >= not_after:
        raise Expired("expired", f"{what} n'est plus valable.")
