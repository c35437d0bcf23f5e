"""Secrets on paper: an alphabet that survives handwriting.

Promises: 32 signs, capital letters without I, L, O, U and digits; case, spaces and dashes do not
matter when read; I and L are read as 1, O as 0.
"""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {sign: value for value, sign in enumerate(_ALPHABET)} | {"I": 1, "L": 1, "O": 0}
_IGNORED = frozenset(" -–—‑_.\t\r\n\u00a0\u202f")


class Unreadable(ValueError):
    """A sign does not belong to the alphabet, or the last one carries bits of nothing."""


def spell(raw: bytes) -> str:
    """Write bytes, 5 bits a sign, the last sign completed with zero bits."""
    bits = len(raw) * 8
    signs = -(-bits // 5)
    number = int.from_bytes(raw, "big") << (signs * 5 - bits)
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(signs)))


def in_groups(signs: str, size: int) -> str:
    """Separate groups of `size` signs with dashes."""
    return "-".join(signs[start : start + size] for start in range(0, len(signs), size))


def signs_of(text: str) -> str:
    """Keep the signs that count, in capitals."""
    return "".join(sign for sign in text.upper() if sign not in _IGNORED)


def plain(signs: str) -> str:
    """Replace the look-alikes by the signs they stand for.

    Raises: Unreadable when a sign is foreign.
    """
    if any(sign not in _VALUES for sign in signs):
        raise Unreadable
    return "".join(_ALPHABET[_VALUES[sign]] for sign in signs)


def unspell(signs: str) -> bytes:
    """Read what `spell` wrote.

    Raises: Unreadable when a sign is foreign or the completion is not zero.
    """
    number = 0
    for sign in plain(signs):
        number = number << 5 | _VALUES[sign]
    spare = len(signs) * 5 % 8
    if spare >= 5 or number & ((1 << spare) - 1):
        raise Unreadable
    return (number >> spare).to_bytes(len(signs) * 5 // 8, "big")
