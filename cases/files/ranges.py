"""What part of a file a request asks for (RFC 9110 §14): one range, or the whole."""

from __future__ import annotations

import re
from typing import NamedTuple

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII | re.IGNORECASE)
_DIGITS = 19


class Unsatisfiable(Exception):
    """The range begins after the end of ``length`` bytes: 416."""

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


class Part(NamedTuple):
    """The bytes from ``start`` to ``stop``, the latter excluded."""

    start: int
    stop: int
    is_partial: bool


def part_of(header: str, length: int) -> Part:
    """Return the part that a Range header asks of ``length`` bytes.

    Several ranges, another unit or a header that cannot be read: the whole, as the standard allows.

    Raises: Unsatisfiable.
    """
    whole = Part(0, length, False)
    found = _RANGE.fullmatch(header.strip())
    if found is None or max(map(len, found.groups())) > _DIGITS:
        return whole
    first, last = found.groups()
    if not first and not last:
        return whole
    if not first:
        suffix = int(last)
        if suffix == 0 or length == 0:
            raise Unsatisfiable(length)
        return Part(max(0, length - suffix), length, True)
    start = int(first)
    stop = min(int(last) + 1, length) if last else length
    if last and int(last) < start:
        return whole
    if start >= length:
        raise Unsatisfiable(length)
    return Part(start, stop, True)
