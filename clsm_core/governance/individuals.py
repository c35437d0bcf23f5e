"""Words by which a text may tell of somebody: what governance never writes (D-10).

Pure Python. Promise: it only points; whoever writes decides. Members of the council named as such
are not pointed at when their names are given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NAMED = re.compile(
    r"\b(?:M\.|Mr\.?|Mme\.?|Mlle\.?|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle)[  ]+"
    r"(?P<name>[A-ZÀ-ÖØ-Ý][\w’'-]*\.?(?:[  ][A-ZÀ-ÖØ-Ý][\w’'-]*)?)"
)
_PHONE = re.compile(r"(?<!\d)(?:\+33[  ]?|0)[1-9](?:[ .  -]?\d{2}){4}(?!\d)")
_BORN = re.compile(
    r"\bn[ée]e?s?[  ]+(?:le|en)[  ]+\d[\w./ -]{0,16}\d|\bâgée?[  ]+de[  ]+\d{1,3}[  ]+ans\b",
    re.IGNORECASE,
)
_INSURED = re.compile(r"(?<!\d)[12][  ]?\d{2}[  ]?\d{2}[  ]?\d[\dAB][  ]?\d{3}[  ]?\d{3}(?!\d)")
# After a civility, a function and not a name: « Madame la maire », « Monsieur le préfet ».
_FUNCTIONS = frozenset({"le", "la", "les", "l"})


def pointed_at(text: str, *, known: Iterable[str] = ()) -> list[str]:
    """Return the pieces of a text that may designate somebody, each once, in their order.

    Args:
        known: last names of members, who may be named for what they said.
    """
    members = {_plain(name) for name in known if name}
    found: list[tuple[int, str]] = []
    for match in _NAMED.finditer(text):
        words = match["name"].rstrip(".").split()
        if words[0].lower() in _FUNCTIONS or any(_plain(word) in members for word in words):
            continue
        if _plain(" ".join(words)) in members:
            continue
        found.append((match.start(), match[0]))
    for pattern in (_PHONE, _BORN, _INSURED):
        found += [(match.start(), match[0]) for match in pattern.finditer(text)]
    return list(dict.fromkeys(words for _, words in sorted(found)))


def _plain(text: str) -> str:
    """Return a name in lower case, without accent."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in split if not unicodedata.combining(letter)).casefold()
