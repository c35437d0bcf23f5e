"""Situation codes: short, random, easy to say aloud, derived from nothing.

No vowel, so that no word appears; no character that a hand or a telephone confuses with
another (B/8, G/6, I/1, L/1, O/0, S/5, U/V, Z/2 keep one of the two at most).
"""

import secrets
from collections.abc import Callable, Container, Sequence

ALPHABET = "3479CDFGHJKLMNPQRTVWX"
PREFIX = "SIT"
LENGTH = 4
_ATTEMPTS = 1000


def new_code(
    taken: Container[str] = frozenset(),
    *,
    prefix: str = PREFIX,
    choose: Callable[[Sequence[str]], str] = secrets.choice,
) -> str:
    """Draw a code such as SIT-7K3Q that is not taken.

    Args:
        taken: codes already used, erased situations included.
        prefix: word before the hyphen.
        choose: picks one character; the demonstration passes a seeded one.

    Raises:
        RuntimeError: a thousand draws found no free code.
    """
    for _ in range(_ATTEMPTS):
        code = f"{prefix}-" + "".join(choose(ALPHABET) for _ in range(LENGTH))
        if code not in taken:
            return code
    raise RuntimeError("no free situation code: lengthen the codes")


def normalise_code(text: str, *, prefix: str = PREFIX) -> str | None:
    """Read a code as people type it (spaces, lower case, no prefix); None if it is not one."""
    letters = "".join(character for character in text.upper() if character.isalnum())
    letters = letters.removeprefix(prefix)
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    return f"{prefix}-{letters}"
