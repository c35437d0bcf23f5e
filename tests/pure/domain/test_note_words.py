"""Words that a note must not say, and those it may (decision 35, C-98)."""

from __future__ import annotations

import pytest

from cases.domain.note_identities import Held, compare, held
from cases.domain.note_words import Kind, read

HARMLESS = """Les équipes mobiles manquent : une réponse à domicile se fait souvent attendre.
Plusieurs structures disent que le relais avec le CMP tient quand un professionnel accompagne le
premier rendez-vous. M. le maire et madame la préfète en ont été informés. Quelqu’un à la rue attend
l’hébergement ; à Metz comme ailleurs, le « chez-soi d’abord » réussit. Y a-t-il un médecin ?"""
KNOWN = held(
    [
        {
            "last_name": "Dupont-Lévêque",
            "first_name": "Élodie",
            "address": "12 rue des Lilas, 57000 Metz",
            "carer_name": "Jacques Œuvrard",
        },
        {"last_name": "Petit", "first_name": "Li", "address": "3 impasse du Moulin Vert"},
    ]
)


def kinds(text: str, **places: list[str]) -> set[Kind]:
    """Return why a text is refused."""
    return {one.kind for one in read(text, **places) if one.is_blocking}


def test_an_ordinary_note_passes() -> None:
    """Control of the whole file: only articles are left to confirm."""
    assert kinds(HARMLESS) == set()
    assert {one.kind for one in read(HARMLESS)} == {Kind.ONE}
    assert compare(HARMLESS, KNOWN) == []


@pytest.mark.parametrize(
    "text",
    ["12", "n°3", "½", "Ⅳ", "①", "٣ mois", "２ ans", "²", "dix %", "🔟", "90e"],
)
def test_figures_of_every_alphabet(text: str) -> None:
    """Digits, Roman, circled, fractions, percentages."""
    assert kinds(text) & {Kind.FIGURE, Kind.HIDDEN}


@pytest.mark.parametrize(
    "text",
    [
        "deux personnes",
        "DEUX",
        "de\u0301s la cinquantaine",
        "vingt-et-un",
        "quatre-vingt-dix-neuf",
        "une dizaine",
        "cent situations",
        "d.e.u.x",
        "d e u x",
        "d-e-u-x",
        "septante",
        "(trois)",
        "trois,",
        "l’onze",
        "une personne",
        "Un homme",
        "une jeune femme",
        "un seul dossier",
        "zéro",
        "une demi-douzaine",
        "des milliers",
    ],
)
def test_numbers_in_words(text: str) -> None:
    """From nought to thousands, and « un » before a person."""
    assert Kind.NUMBER in kinds(text)


def test_every_number_up_to_a_hundred() -> None:
    """Each of them, as French writes it."""
    units = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze"
    units += " quinze seize dix-sept dix-huit dix-neuf"
    small = units.split()
    tens = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
    every = dict(enumerate(small))
    for start, word in tens.items():
        every[start] = word
        for unit in range(1, 10):
            every[start + unit] = f"{word} et un" if unit == 1 else f"{word}-{small[unit]}"
    for unit in range(20):
        every[80 + unit] = "quatre-vingts" if not unit else f"quatre-vingt-{small[unit]}"
        if unit >= 10:
            every[60 + unit] = f"soixante-{small[unit]}"
    every[100] = "cent"
    assert len(every) == 101
    missed = [word for word in every.values() if not read(f"Il y en a {word} ici.")]
    assert missed == []
    # « un » and « neuf » alone have another meaning as often as not: the author confirms them.
    free = [word for word in every.values() if not kinds(f"Il y en a {word} ici.")]
    assert free == ["un", "neuf"]


@pytest.mark.parametrize("text", ["une fois sur un tiers", "le deuxième", "la moitié", "neuf"])
def test_ranks_and_parts_are_confirmed(text: str) -> None:
    """They may say a number: the author says that they do not."""
    assert kinds(text) == set()
    assert Kind.ORDER in {one.kind for one in read(text)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("M. D. attend", Kind.CIVILITY),
        ("Mme X", Kind.CIVILITY),
        ("madame dupont", Kind.CIVILITY),
        ("Monsieur Martin", Kind.CIVILITY),
        ("le docteur Muller", Kind.CIVILITY),
        ("chez J.", Kind.INITIAL),
        ("J.-P. attend", Kind.INITIAL),
        ("rue des lilas", Kind.STREET),
        ("impasse Verte", Kind.STREET),
        ("12, boulevard de Trèves", Kind.STREET),
        ("le quartier Borny", Kind.PLACE),
        ("la résidence Bellevue", Kind.PLACE),
        ("ecrire@exemple.invalid", Kind.EMAIL),
        ("voir www.exemple.invalid", Kind.EMAIL),
        ("06 12 34 56 78", Kind.FIGURE),
        ("octogénaire", Kind.AGE),
        ("âgée de longue date", Kind.AGE),
        ("née en hiver", Kind.AGE),
        ("SIT-7K3Q", Kind.CODE),
        ("sit kqjx", Kind.CODE),
    ],
)
def test_people_and_places(text: str, kind: Kind) -> None:
    """Civilities, initials, streets, small places, addresses, ages, codes."""
    assert kind in kinds(text)


@pytest.mark.parametrize("text", ["à la rue", "la place des aidants", "le quartier manque d’offre"])
def test_kinds_of_places_name_no_place(text: str) -> None:
    """Control: a street or a quarter without its name is a word like another."""
    assert kinds(text) == set()


def test_places_that_the_council_knows() -> None:
    """A priority district is smaller than its commune, whatever its case."""
    assert Kind.PLACE in kinds("À borny est, tout manque", places=["Borny Est"])
    assert kinds("Le borny de l’ouest", places=["Borny Est"]) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Dupоnt",
        "du\u200bpont",
        "du\u00adpont",
        "Ｄupont",
        "Ðupont",
        "d\u2060eux",
        "dupo\u0336nt",
        "łilas",
    ],
)
def test_hidden_letters(text: str) -> None:
    """Other alphabets, invisible signs and struck letters are refused whatever they spell."""
    assert Kind.HIDDEN in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "dupont",
        "(DUPONT)",
        "l’élodie",
        "ELODIE",
        "Levêque",
        "D.u.p.o.n.t",
        "D u p o n t",
        "dupont-leveque",
        "DupontLévêque",
        "oeuvrard",
        "Œuvrard",
        "Petit",
        "PETIT",
        "les lilas",
        "moulin vert",
        "Li",
        "de\u0301j\u00e0 \u0045\u0301lodie",
    ],
)
def test_names_and_addresses_that_one_knows(text: str) -> None:
    """Capitals, accents, punctuation, ligatures, letters apart, one piece."""
    found = compare(text, KNOWN)
    assert Kind.IDENTITY in {one.kind for one in found}
    assert compare(text, Held()) == []  # Control: nothing is known, nothing is found.


def test_a_word_of_every_day_is_confirmed() -> None:
    """« petit » in lower case is a word; the author says so, and is not told more."""
    assert {one.kind for one in compare("un petit groupe", KNOWN)} == {Kind.ORDINARY}
    assert compare("Metz manque de médecins", KNOWN) == []


def test_a_designation_names_nobody() -> None:
    """« Une voisine du second » forbids none of its words; « Sa nièce Lucie » forbids Lucie."""
    said = {
        "trusted_name": "Sa nièce Lucie",
        "carer_name": "Une voisine du second",
        "other_carer_name": "Mme Jeanne Aubry",
        "representative_name": "Association tutélaire (fiction)",
    }
    assert held([said]).names == {"lucie", "jeanne", "aubry"}


def test_a_finding_says_only_what_was_typed() -> None:
    """Neither its words nor its repr tell what it was found alike."""
    for one in compare("Voir ELODIE", KNOWN):
        assert one.word == "ELODIE"
        assert "ELODIE" not in repr(one)
    assert "dupont" not in repr(KNOWN)


def test_no_text_makes_it_slow_or_fail() -> None:
    """Long runs, no letter, odd signs: an answer comes."""
    for text in ("", "." * 1000, "a." * 500, "é" * 1000, "\u0301", "M. " * 300, "rue de " * 140):
        read(text)
        compare(text, KNOWN)
