"""Whether a note says a name or an address of a person whom the commission knows.

Compared in memory with the identities that the author or the approver may open; what is returned
is the word as she typed it, never what it was found alike.

Source: C-98; decision 25 (identities are compared in memory, nothing is kept).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cases.domain.identity import NAMES
from cases.domain.names import PARTICLES, words_of
from cases.domain.note_lexicon import (
    ARTICLES,
    CIVILITIES,
    GENERIC,
    ORDINARY,
    SMALL_PLACES,
    STREETS,
)
from cases.domain.note_words import Finding, Kind, Word, joined, sequences, words

OTHER_NAMES = ("representative_name", "trusted_name", "carer_name", "other_carer_name")
SHORTEST_NAME = 2
_POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)")


@dataclass(frozen=True)
class Held:
    """The words of the identities that somebody may open; lives as long as a request."""

    names: frozenset[str] = field(default=frozenset(), repr=False)
    wholes: frozenset[str] = field(default=frozenset(), repr=False)
    addresses: frozenset[tuple[str, ...]] = field(default=frozenset(), repr=False)


def held(identities: Iterable[Mapping[str, object]]) -> Held:
    """Return the words to compare with, from identities as they were opened."""
    names: set[str] = set()
    wholes: set[str] = set()
    addresses: set[tuple[str, ...]] = set()
    for said in identities:
        designations = [str(said.get(place) or "") for place in OTHER_NAMES]
        for name in [*(str(said.get(place) or "") for place in NAMES), *map(_named, designations)]:
            parts = [one for one in words_of(name) if one.isalpha()]
            names.update(one for one in parts if len(one) >= SHORTEST_NAME)
            if len(parts) > 1:
                wholes.add("".join(parts))
        road = _road(str(said.get("address") or ""))
        if road:
            addresses.add(road)
    return Held(frozenset(names - PARTICLES), frozenset(wholes), frozenset(addresses))


def _named(designation: str) -> str:
    """Return the words of a designation that name somebody: « Sa nièce Lucie » names Lucie."""
    found = words(designation)
    alone = len(found) == 1
    named = [
        word.typed
        for place, word in enumerate(found)
        if word.is_capital
        and word.plain not in ORDINARY | GENERIC | CIVILITIES
        # A sentence begins with a capital: its first word names nobody by that alone.
        and (place > 0 or alone or found[1].is_capital)
    ]
    return " ".join(named)


def _road(address: str) -> tuple[str, ...]:
    """Return the words that name the road of an address; the commune is not one of them."""
    first_line = re.split(r"[\n,;]", address.strip(), maxsplit=1)[0]
    known = [
        word
        for word in words(_POSTCODE.split(first_line)[0])
        if word.plain not in ARTICLES and len(word.plain) > 1
    ]
    if not any(word.plain in STREETS or word.plain in SMALL_PLACES for word in known):
        return ()
    return tuple(
        word.plain for word in known if word.plain not in STREETS and word.plain not in SMALL_PLACES
    )


def compare(text: str, known: Held) -> list[Finding]:
    """Return the words of a text that are a known name, or a known road.

    An everyday word in lower case (« petit ») is given to be confirmed, never refused.
    """
    text = unicodedata.normalize("NFC", text)
    found = words(text)
    said = [*_names(found, known), *_in_one_piece(text, known), *_roads(text, found, known)]
    return list(dict.fromkeys(said))


def _names(found: Sequence[Word], known: Held) -> Iterator[Finding]:
    for word in found:
        if word.plain in known.names or word.plain in known.wholes:
            harmless = word.plain in ORDINARY and not word.is_capital
            yield Finding(Kind.ORDINARY if harmless else Kind.IDENTITY, word.typed)


def _in_one_piece(text: str, known: Held) -> Iterator[Finding]:
    for whole in joined(text):
        if whole.plain in known.names or whole.plain in known.wholes:
            yield Finding(Kind.IDENTITY, whole.typed)


def _roads(text: str, found: Sequence[Word], known: Held) -> Iterator[Finding]:
    for road in known.addresses:
        distinctive = len(road) > 1 or road[0] not in ORDINARY
        for typed in sequences(text, found, road):
            if distinctive or typed[0].isupper():
                yield Finding(Kind.IDENTITY, typed)
