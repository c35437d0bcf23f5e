"""Which words of a hand-written note say a number, a person or a place too small.

A note goes up without any figure and names nobody. These checks catch slips, and the tricks by
which a word could hide from them: other alphabets, invisible signs, letters set apart. They do
not judge what a note tells: two people read it for that. Nothing here keeps a word.

Source: decision 35; C-98; releases.md §5.2 (text notes are checked for digits).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cases.domain.choice import Choice
from cases.domain.codes import PREFIX, normalise_code
from cases.domain.note_lexicon import (
    AGES,
    ARTICLES,
    CIVILITIES,
    CIVILITIES_BEFORE_CAPITAL,
    CONFIRMED_NUMBERS,
    LINKS,
    NUMBERS,
    PERSONS,
    SMALL_PLACES,
    STREETS,
)


class Kind(Choice):
    """Why a word is stopped; the label is read after the word itself."""

    FIGURE = "figure", "un chiffre ne va pas dans une note"
    NUMBER = "number", "ce mot dit un nombre ; écrivez par exemple « plusieurs » ou « souvent »"
    AGE = "age", "ce mot dit un âge"
    CIVILITY = "civility", "une personne semble désignée par sa civilité"
    INITIAL = "initial", "une lettre isolée peut être une initiale"
    STREET = "street", "ces mots ressemblent à une adresse"
    PLACE = "place", "ce lieu est plus petit que la commune"
    EMAIL = "email", "une adresse électronique ou un lien ne va pas dans une note"
    CODE = "code", "ceci ressemble au code d’une situation"
    HIDDEN = "hidden", "ce signe est invisible ou d’un autre alphabet : réécrivez le mot au clavier"
    IDENTITY = "identity", "ce mot est aussi un nom ou une adresse que la commission connaît"
    ONE = "one", "article, ou nombre de personnes"
    ORDER = "order", "rang, part ou adjectif qui peut dire un nombre"
    ACRONYM = "acronym", "sigle, ou initiales d’une personne"
    ORDINARY = "ordinary", "mot courant, ou nom d’une personne"


# What the author may confirm: the word has a harmless meaning as often as not.
CONFIRMED = frozenset({Kind.ONE, Kind.ORDER, Kind.ACRONYM, Kind.ORDINARY})


@dataclass(frozen=True)
class Finding:
    """A word as the author typed it, and why it is stopped."""

    kind: Kind
    word: str = field(repr=False)

    @property
    def is_blocking(self) -> bool:
        """Tell whether the note cannot be kept with this word."""
        return self.kind not in CONFIRMED


@dataclass(frozen=True)
class Word:
    """A run of letters: where it stands, as typed, and plain (lower case, no accent)."""

    start: int
    end: int
    typed: str
    plain: str

    @property
    def is_capital(self) -> bool:
        """Tell whether it begins with a capital."""
        return self.typed[0].isupper()


_LETTERS = re.compile(r"[^\W\d_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "OE", "Æ": "AE"})
_ORDINAL = re.compile(
    r"(?:un|deux|trois|quatr|cinqu|six|sept|huit|neuv|dix|on|dou|trei|quator|quin|"
    r"sei|vingt|trent|quarant|cinquant|soixant|cent|mill)i[eè]mes?"
)
_LINK = re.compile(r"\S*(?:@|https?:|www\.)\S*", re.IGNORECASE)
_DIGITS = re.compile(r"\S*\d\S*")
# Signs that people type; any other stands for trickery or for a picture.
_PLAIN_CATEGORIES = frozenset({"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "Zs"})
_SIGNS = frozenset("\n\r\t°")


def plain(text: str) -> str:
    """Return letters in lower case, without accent or ligature."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    kept = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return kept.casefold()


def words(text: str) -> list[Word]:
    """Return the words of a text in order."""
    return [
        Word(found.start(), found.end(), found.group(), plain(found.group()))
        for found in _LETTERS.finditer(text)
    ]


def joined(text: str) -> Iterator[Word]:
    """Give what is written with signs inside, or with its letters apart, read in one piece.

    « Du-pont », « D.u.p.o.n.t » and « d u p o n t » all say « dupont ».
    """
    for found in re.finditer(r"[^\s,;:!?()«»\"]+", text):
        inside = _LETTERS.findall(found.group())
        if len(inside) > 1:
            yield Word(found.start(), found.end(), found.group(), plain("".join(inside)))
    spaced = r"(?<![^\W\d_])[^\W\d_](?:[\W_]{1,3}[^\W\d_](?![^\W\d_])){2,}"
    for found in re.finditer(spaced, text):
        together = "".join(_LETTERS.findall(found.group()))
        yield Word(found.start(), found.end(), found.group(), plain(together))


def read(text: str, *, places: Iterable[str] = ()) -> list[Finding]:
    """Return what a text must not say, by words alone; the same word once a kind.

    Args:
        text: title or body, as typed.
        places: names of places smaller than a commune that the council knows.
    """
    text = unicodedata.normalize("NFC", text)
    found = list(words(text))
    said = [
        *_hidden(text),
        *_figures(text),
        *_numbers(text, found),
        *_ages(found),
        *_civilities(text, found),
        *_initials(text, found),
        *_streets(text, found),
        *_places(text, found, places),
        *_codes(text, found),
    ]
    return list(dict.fromkeys(said))


# --- signs ----------------------------------------------------------------------------------
def _hidden(text: str) -> Iterator[Finding]:
    for place, sign in enumerate(text):
        if not _is_plain(sign):
            yield Finding(Kind.HIDDEN, _around(text, place))


def _is_plain(sign: str) -> bool:
    if sign in _SIGNS or sign.isdigit():
        return True
    if sign.isalpha():
        base = unicodedata.normalize("NFD", sign)[0].casefold()
        return base in "abcdefghijklmnopqrstuvwxyzœæ"
    # Numbers of every alphabet are figures, said so elsewhere.
    category = unicodedata.category(sign)
    return category in _PLAIN_CATEGORIES or category.startswith("N")


def _around(text: str, place: int) -> str:
    """Return the run of signs without a space around a place."""
    before = re.search(r"\S*$", text[:place])
    after = re.match(r"\S*", text[place:])
    assert before is not None
    assert after is not None
    return before.group() + after.group() or repr(text[place])


def _figures(text: str) -> Iterator[Finding]:
    for found in _LINK.finditer(text):
        yield Finding(Kind.EMAIL, found.group())
    for place, sign in enumerate(text):
        if unicodedata.category(sign).startswith("N") or sign in "%‰":
            yield Finding(Kind.FIGURE, _around(text, place))


# --- numbers --------------------------------------------------------------------------------
def _numbers(text: str, found: Sequence[Word]) -> Iterator[Finding]:
    for rank, word in enumerate(found):
        if word.plain in NUMBERS:
            yield Finding(Kind.NUMBER, word.typed)
        elif word.plain in CONFIRMED_NUMBERS or _ORDINAL.fullmatch(word.plain):
            yield Finding(Kind.ORDER, word.typed)
        elif word.plain in ("un", "une"):
            yield from _one(text, found, rank)
    for whole in joined(text):
        if whole.plain in NUMBERS:
            yield Finding(Kind.NUMBER, whole.typed)


def _one(text: str, found: Sequence[Word], rank: int) -> Iterator[Finding]:
    if rank and found[rank - 1].plain == "quelqu":
        return
    following = found[rank + 1 : rank + 3]
    for last in following:
        between = text[found[rank].end : last.start]
        if re.search(r"[.!?;:]", between):
            break
        if last.plain in PERSONS:
            yield Finding(Kind.NUMBER, text[found[rank].start : last.end])
            return
    yield Finding(Kind.ONE, found[rank].typed)


def _ages(found: Sequence[Word]) -> Iterator[Finding]:
    for rank, word in enumerate(found):
        after = found[rank + 1].plain if rank + 1 < len(found) else ""
        if (
            word.plain in AGES
            or word.plain.removesuffix("s").endswith(("genaire", "trentenaire", "quarantenaire"))
            or (word.plain in ("age", "agee", "ages", "agees") and after in ("de", "d"))
            or (word.plain in ("ne", "nee") and after in ("en", "le"))
        ):
            yield Finding(Kind.AGE, word.typed)


# --- people ---------------------------------------------------------------------------------
def _civilities(text: str, found: Sequence[Word]) -> Iterator[Finding]:
    for word, after in pairwise(found):
        between = text[word.end : after.start]
        if not re.fullmatch(r"[.\s]*", between):
            continue
        named = after.is_capital or len(after.plain) == 1
        if word.plain in CIVILITIES:
            counts = named or after.plain not in LINKS
        else:
            # « me » is a pronoun, « Me » a lawyer.
            counts = named and (word.plain != "me" or word.is_capital)
        if counts and word.plain in CIVILITIES | CIVILITIES_BEFORE_CAPITAL:
            yield Finding(Kind.CIVILITY, text[word.start : after.end])


def _initials(text: str, found: Sequence[Word]) -> Iterator[Finding]:
    for word in found:
        after = text[word.end : word.end + 1]
        if len(word.typed) == 1 and word.is_capital and after not in ("'", "’"):
            starts = re.search(r"(?:^|[.!?:\n«])[\s«]*$", text[: word.start]) is not None
            is_civility = word.typed == "M" and after == "." and _leads_to_a_function(text, word)
            if is_civility:
                continue
            if after == "." or not (starts and word.plain in ("a", "y", "o")):
                yield Finding(Kind.INITIAL, word.typed)
        elif len(word.typed) == 2 and word.typed.isupper():
            yield Finding(Kind.ACRONYM, word.typed)


def _leads_to_a_function(text: str, word: Word) -> bool:
    """Tell whether « M. » is followed by a function: « M. le maire »."""
    following = _LETTERS.search(text, word.end)
    return following is not None and plain(following.group()) in LINKS


# --- places ---------------------------------------------------------------------------------
def _streets(text: str, found: Sequence[Word]) -> Iterator[Finding]:
    for rank, word in enumerate(found):
        if word.plain not in STREETS:
            continue
        name = _named(text, found, rank, any_case=word.plain in ("rue", "avenue", "boulevard"))
        if name is not None:
            yield Finding(Kind.STREET, text[word.start : name.end])


def _places(text: str, found: Sequence[Word], places: Iterable[str]) -> Iterator[Finding]:
    for rank, word in enumerate(found):
        if word.plain in SMALL_PLACES:
            name = _named(text, found, rank, any_case=False)
            if name is not None:
                yield Finding(Kind.PLACE, text[word.start : name.end])
    for place in places:
        wanted = [word.plain for word in words(place) if word.plain not in ARTICLES]
        if any(len(one) > 2 for one in wanted):
            yield from (Finding(Kind.PLACE, typed) for typed in sequences(text, found, wanted))


def _named(text: str, found: Sequence[Word], rank: int, *, any_case: bool) -> Word | None:
    """Return the name that follows a kind of place, None when none does.

    In any case, a name follows an article: « la rue » and « à la rue » name no place.
    """
    articles = 0
    for word in found[rank + 1 : rank + 5]:
        if re.search(r"[.!?;:,()\n]", text[found[rank].end : word.start]):
            return None
        if word.plain in ARTICLES:
            articles += 1
        elif word.is_capital or (any_case and articles):
            return word
        else:
            return None
    return None


def sequences(text: str, found: Sequence[Word], wanted: Sequence[str]) -> Iterator[str]:
    """Give each run of words that says the wanted ones in order, articles aside."""
    kept = [word for word in found if word.plain not in ARTICLES]
    for start in range(len(kept) - len(wanted) + 1):
        run = kept[start : start + len(wanted)]
        if [word.plain for word in run] == list(wanted):
            yield text[run[0].start : run[-1].end]


def _codes(text: str, found: Sequence[Word]) -> Iterator[Finding]:
    for match in re.finditer(rf"\b{PREFIX}[\W_]*(\w{{4}})\b", text, re.IGNORECASE):
        if normalise_code(match.group(1)) is not None:
            yield Finding(Kind.CODE, match.group())
