"""What, in a free text, might let somebody be recognised: a light reading, never a proof.

It only warns whoever writes about a coded person; she confirms or mends. What was found is never
stored, nor the text told to anybody.

Source: C-03, C-27; practice.md 5, line 2.
"""

import re
from collections.abc import Iterable

from cases.domain.choice import Choice


class Clue(Choice):
    """A kind of thing that names or finds somebody."""

    NAME = "nom", "un nom"
    TELEPHONE = "telephone", "un numéro de téléphone"
    EMAIL = "courriel", "une adresse électronique"
    ADDRESS = "adresse", "une adresse"
    EXACT_DATE = "date", "une date exacte"


_CAPITAL = "A-ZÀ-ÖØ-ÞŒ"
_SMALL = "a-zà-öø-ÿœ"
_NAME_WORD = rf"[{_CAPITAL}](?:[{_SMALL}]{{2,}}|[{_CAPITAL}’'-]{{2,}})(?:-[{_CAPITAL}][{_SMALL}]+)*"
_CIVILITY = re.compile(
    rf"\b(?:M\.|Mr|Mme|Mlle|Madame|Monsieur|Mademoiselle)\s+[{_CAPITAL}][\w’'.-]*"
)
_INTRODUCED = re.compile(
    rf"\b(?:s[’']appelle|(?:pré)?nommée?|surnommée?|née|né)\s+[{_CAPITAL}][{_SMALL}]"
)
_PAIR = re.compile(rf"\b({_NAME_WORD})[\s\u00a0]+({_NAME_WORD})\b")
# Words that a capital begins without naming anybody.
_NOT_NAMES = (
    "le la les un une des du de au aux ce cet cette ces sa son ses leur leurs elle il elles ils "
    "on nous vous je tu mais et ou donc or ni car puis depuis quand lors après avant selon pour "
    "par sans avec chez dans sur sous entre vers dès si madame monsieur action centre "
    "hospitalier hospitalière conseil local maison mairie habitat logement office public "
    "service social sociale départemental départementale caisse agence régionale équipe mobile "
    "samu croix rouge secours populaire catholique emmaüs pôle emploi france travail mission "
    "protection juridique commission janvier février mars avril mai juin juillet août septembre "
    "octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche deux trois "
    "quatre cinq plusieurs aucun aucune "
)
_COMMON = frozenset(_NOT_NAMES.split())
_TELEPHONE = re.compile(r"(?<!\d)(?:\+33[\s.]?|0033[\s.]?|0)[1-9](?:[\s.\u00a0-]?\d{2}){4}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(
    r"\b\d{1,4}\s?(?:bis|ter|quater|[abc])?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|allée|allee|"
    r"chemin|impasse|cours|quai|square|route|résidence|residence|lotissement|villa|passage)\b"
    r"|\b\d{5}\s+(?-i:[A-ZÀ-Ý])",
    re.IGNORECASE,
)
_MONTHS = (
    "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|"
    "décembre|decembre"
)
_EXACT_DATE = re.compile(
    rf"(?<!\d)\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?(?:19|20)?\d{{2}}(?!\d)"
    rf"|\b(?:1er|\d{{1,2}})\s+(?:{_MONTHS})\s+(?:19|20)\d{{2}}\b",
    re.IGNORECASE,
)


def clues_in(texts: Iterable[str]) -> tuple[Clue, ...]:
    """Return the kinds of clues that these texts seem to hold, in the order of the list."""
    found = {clue for text in texts for clue in _read(text)}
    return tuple(clue for clue in Clue if clue in found)


def _read(text: str) -> set[Clue]:
    patterns = (
        (Clue.TELEPHONE, _TELEPHONE),
        (Clue.EMAIL, _EMAIL),
        (Clue.ADDRESS, _ADDRESS),
        (Clue.EXACT_DATE, _EXACT_DATE),
    )
    found = {clue for clue, pattern in patterns if pattern.search(text)}
    if _CIVILITY.search(text) or _INTRODUCED.search(text) or _has_pair(text):
        found.add(Clue.NAME)
    return found


def _has_pair(text: str) -> bool:
    """Tell whether two words in a row look like a first name and a name."""
    return any(
        not {first.casefold(), second.casefold()} & _COMMON
        and not (first.isupper() and second.isupper())
        for first, second in _PAIR.findall(text)
    )
