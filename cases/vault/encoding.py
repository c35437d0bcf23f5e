"""Byte encodings under every seal: length-prefixed lists, canonical JSON, padding.

Promises: two different lists never encode alike, NULL is never the empty value, one JSON value
has one text, and the length of a padded text tells its bucket only.

Source: security.md §2.3 (`lp`), §2.2 (padding).
"""

import json
from typing import Any
from uuid import UUID

from cases.vault.errors import InvalidValue, Tampered

_NULL = b"\xff\xff\xff\xff"
MAXIMUM_LENGTH = 16 * 1024 * 1024
_BLOCK = 32
_PADME_FROM = 1024
_DEEPEST = 64

Part = bytes | str | UUID | int | None


def u16(number: int) -> bytes:
    """Encode an unsigned number on 2 bytes, big end first."""
    return _unsigned(number, 2)


def u32(number: int) -> bytes:
    """Encode an unsigned number on 4 bytes, big end first."""
    return _unsigned(number, 4)


def u64(number: int) -> bytes:
    """Encode an unsigned number on 8 bytes, big end first."""
    return _unsigned(number, 8)


def lp(*parts: Part) -> bytes:
    """Encode a list injectively: u16 count, then u32 length and bytes of each part.

    Text is UTF-8, a UUID its 16 bytes, a bare number a u64 (use `u32` where the format says so).
    NULL is the length FFFFFFFF without bytes.

    Raises: InvalidValue for another type or a part that is too long.
    """
    encoded = [u16(len(parts))]
    for part in parts:
        if part is None:
            encoded.append(_NULL)
            continue
        raw = _part(part)
        if len(raw) > MAXIMUM_LENGTH:
            raise InvalidValue("too_long")
        encoded += (u32(len(raw)), raw)
    return b"".join(encoded)


def canonical_json(value: object) -> bytes:
    """Write a JSON value in its one form: sorted keys, no space, UTF-8, no float, no NaN.

    Raises: InvalidValue for a float, a date, a UUID, a key that is not text or excessive depth.
    """
    _require_plain(value, 0)
    try:
        text = json.dumps(
            value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        )
        return text.encode("utf-8")
    except (ValueError, TypeError):
        raise InvalidValue("not_json") from None


def parse_json(raw: bytes) -> dict[str, Any]:
    """Read a JSON object strictly: UTF-8, no duplicate key, no float.

    Raises: Tampered when the bytes are anything else.
    """
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        raise Tampered from None
    if not isinstance(value, dict):
        raise Tampered
    return value


def parse_canonical(raw: bytes) -> dict[str, Any]:
    """Read a JSON object and demand its canonical form.

    Raises: Tampered when the bytes are not that form.
    """
    value = parse_json(raw)
    try:
        again = canonical_json(value)
    except InvalidValue:
        raise Tampered from None
    if again != raw:
        raise Tampered
    return value


def padded_length(length: int) -> int:
    """Return the padded size in bytes: multiples of 32 up to 1 KiB, Padmé above.

    Source: Padmé, "Reducing Metadata Leakage from Encrypted Files" (PETS 2019).
    """
    if length <= _PADME_FROM:
        return max(_BLOCK, -(-length // _BLOCK) * _BLOCK)
    exponent = length.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (length + mask) & ~mask


def pad(raw: bytes, least: int = 0) -> bytes:
    """Prefix the u32 length and fill with zeros to the bucket, `least` bytes at the minimum.

    Raises: InvalidValue above 16 MiB.
    """
    if len(raw) > MAXIMUM_LENGTH:
        raise InvalidValue("too_long")
    framed = u32(len(raw)) + raw
    return framed.ljust(padded_length(max(len(framed), least)), b"\x00")


def unpad(padded: bytes, least: int = 0) -> bytes:
    """Undo `pad` and demand exactly what it writes.

    Raises: Tampered when length, bucket or filling differ.
    """
    end = 4 + int.from_bytes(padded[:4], "big")
    if end > len(padded) or padded_length(max(end, least)) != len(padded) or any(padded[end:]):
        raise Tampered
    return padded[4:end]


def _unsigned(number: int, size: int) -> bytes:
    if isinstance(number, bool) or not isinstance(number, int):
        raise InvalidValue("not_a_number")
    try:
        return int(number).to_bytes(size, "big")
    except OverflowError:
        raise InvalidValue("number_out_of_range") from None


def _part(part: Part) -> bytes:
    if isinstance(part, bytes):
        return part
    if isinstance(part, UUID):
        return part.bytes
    if isinstance(part, str):
        try:
            return part.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidValue("not_utf8") from None
    if isinstance(part, int):
        return u64(part)
    raise InvalidValue("unencodable")


def _require_plain(value: object, depth: int) -> None:
    if depth > _DEEPEST:
        raise InvalidValue("too_deep")
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, list | tuple):
        for item in value:
            _require_plain(item, depth + 1)
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InvalidValue("not_json")
            _require_plain(item, depth + 1)
        return
    raise InvalidValue("not_json")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError
    return value


def _refuse(_text: str) -> Any:
    raise ValueError
