"""A few bits of a keyed hash of an identity: enough to ask a colleague, too few to tell who.

The hint follows CipherSweet's rule, 2 ≤ R / 2^b < √R for R situations: every value is shared by at
least two of them on average, so that a value proves nobody's presence, even to whoever holds the
key and guesses names. It is computed from what is typed and written only with an identity that the
person agreed to share (decision 25); a former version of the key stays as long as hints need it.

Format (15 bits): version of the key (6) | length and bits: a leading 1, then b ≤ 8 bits (9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cases.vault.encoding import lp
from cases.vault.errors import InvalidValue

MOST_BITS = 8
LONGEST_VERSION = 63
_PLACE = MOST_BITS + 1
Code = Callable[[bytes], bytes]
"""HMAC-SHA256 under one version of the key, which the caller never sees (32 bytes)."""


def bits_for(population: int) -> int:
    """Return b for R situations: the longest with 2 ≤ R / 2^b < √R, at most 8; 0 when none fits.

    6 to 8 bits from 128 situations on; a small commission has fewer, and below eight situations
    there is no hint at all.
    """
    for bits in range(MOST_BITS, 0, -1):
        shared = population / 2**bits
        if shared >= 2:
            return bits if bits == MOST_BITS or shared * shared < population else 0
    return 0


def message(commission: bytes, key: str, birth_year: int) -> bytes:
    """Return what is hashed: a normalised name and a year, within one commission."""
    return lp("clsm/duplicate-hint/v1", commission, key, birth_year)


def make(code: Code, said: bytes, *, bits: int, version: int) -> int:
    """Return the hint of an identity (b bits) under a version of the key.

    Raises: InvalidValue for a length or a version that the format cannot hold.
    """
    if not 1 <= bits <= MOST_BITS or not 1 <= version <= LONGEST_VERSION:
        raise InvalidValue("number_out_of_range")
    first = code(said)[0]
    return (version << _PLACE) | (1 << bits) | (first >> (8 - bits))


def possible(codes: Iterable[tuple[int, Code]], said: bytes) -> list[int]:
    """Return every hint that this identity may have been given, whatever its length and version."""
    return sorted(
        make(code, said, bits=bits, version=version)
        for version, code in codes
        for bits in range(1, MOST_BITS + 1)
    )


def version_of(hint: int) -> int:
    """Return the version of the key that made a hint."""
    return hint >> _PLACE
