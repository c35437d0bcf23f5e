"""Compare names as people write them: accents, hyphens, order and small slips count for nothing.

Nothing here keeps a name: keys and distances are computed in memory and thrown away.

Source: decision 7b (the stored key of names), decision 25 (duplicates); security.md §2.4.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

PARTICLES = frozenset({"d", "de", "des", "du", "l", "la", "le", "les"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_WORDS = re.compile(r"[a-z0-9]+")
# A name longer than this is no name: distances stay cheap whatever is typed.
_MOST_WORDS = 8
_LONGEST_WORD = 40
# Birth years are often off by one on a sheet filled for somebody else.
_YEARS_APART = 1


def _all_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, plain: lower case, no accent, no hyphen."""
    lowered = name.casefold().translate(_LIGATURES)
    decomposed = unicodedata.normalize("NFKD", lowered)
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return tuple(word[:_LONGEST_WORD] for word in _WORDS.findall(letters)[:_MOST_WORDS])


def words_of(name: str) -> tuple[str, ...]:
    """Return the plain words of a name without its particles, unless it has nothing else."""
    found = _all_words(name)
    return tuple(word for word in found if word not in PARTICLES) or found


def key_of(names: Iterable[str]) -> str:
    """Return one text for all the ways of writing these names, in any order."""
    return " ".join(sorted(word for name in names for word in words_of(name)))


def distance(one: str, other: str, most: int) -> int:
    """Count the slips between two words, up to ``most`` + 1.

    A slip is a letter missing, added, changed, or two neighbours exchanged.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, sign in enumerate(other, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != sign))
            is_swapped = (
                row > 1 and column > 1 and letter == other[column - 2] and sign == one[row - 2]
            )
            if is_swapped:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]


def is_same_word(one: str, other: str) -> bool:
    """Tell whether two words are one: a slip from four letters on, two from eight on."""
    shortest = min(len(one), len(other))
    most = 0 if shortest < 4 else 1 if shortest < 8 else 2
    return distance(one, other, most) <= most


def is_alike(asked: Sequence[str], held: Sequence[str]) -> bool:
    """Tell whether everything asked is found among the names held; nothing asked finds nothing.

    Args:
        asked: usage name, first name… as typed; empty ones ask nothing.
        held: the names of an identity, in any order.
    """
    wanted = [name for name in asked if _all_words(name)]
    known = [name for name in held if _all_words(name)]
    return bool(wanted) and all(_is_found(name, known) for name in wanted)


def _is_found(name: str, known: list[str]) -> bool:
    """Tell whether one name is held, word by word or written in one piece (Le Goff, Legoff)."""
    words = words_of(name)
    left = [word for one in known for word in words_of(one)]
    if len(words) <= len(left) and _are_paired(words, left):
        return True
    whole = "".join(_all_words(name))
    return any(is_same_word(whole, "".join(_all_words(one))) for one in known)


def _are_paired(words: tuple[str, ...], left: list[str]) -> bool:
    """Tell whether each word has one of its own among those left."""
    if not words:
        return True
    return any(
        is_same_word(words[0], word) and _are_paired(words[1:], left[:place] + left[place + 1 :])
        for place, word in enumerate(left)
    )


def are_years_compatible(asked: int | None, held: int | None) -> bool:
    """Tell whether two birth years may be one person's; an unknown year refuses nothing."""
    return asked is None or held is None or abs(asked - held) <= _YEARS_APART
