"""Names compared as people write them, and clues read in free texts (decision 25, C-03)."""

import pytest

from cases.domain import names
from cases.domain.anonymity import Clue, clues_in
from cases.domain.identity import FIELDS, birth_year_of, holds_security_number, validate


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hélène", "HELENE"),
        ("Œuvrard", "oeuvrard"),
        ("Marie-Claude", "marie  claude"),
        ("Claude Marie", "Marie-Claude"),
        ("La Tour", "LATOUR"),
        ("Le Goff", "Legoff"),
        ("Dupont", "Dupond"),
        ("Lefebvre", "Lefevbre"),
        ("Schwartzenberg", "Schwarzenberk"),
    ],
)
def test_ways_of_writing_are_one_name(one: str, other: str) -> None:
    """Accents, ligatures, hyphens, order, particles, small slips."""
    assert names.is_alike([one], [other])
    assert names.is_alike([other], [one])


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        (["Dupont"], ["Durand"]),
        (["Li"], ["Lo"]),
        (["Roux"], ["Rousseau"]),
        (["Camille", "Dupont"], ["Camille", "Martin"]),
        (["Dupont Dupont"], ["Dupont"]),
        ([""], ["Dupont"]),
        (["-", "’"], ["Dupont"]),
        (["Dupont"], [""]),
    ],
)
def test_other_names_are_other_people(asked: list[str], held: list[str]) -> None:
    """Control: what is asked must all be found, and nothing asked finds nothing."""
    assert not names.is_alike(asked, held)


def test_keys_ignore_the_order() -> None:
    """One key for all the ways of writing a whole name, another for another."""
    assert names.key_of(["Dupont-Fictif", "Camille"]) == names.key_of(["camille", "fictif DUPONT"])
    assert names.key_of(["Dupont"]) != names.key_of(["Dupond"])


def test_distance_is_bounded() -> None:
    """Whatever is typed, the answer is cheap and never beyond the bound."""
    assert names.distance("chat", "chat", 2) == 0
    assert names.distance("chat", "caht", 2) == 1
    assert names.distance("chat", "chats", 2) == 1
    assert names.distance("chat", "x" * 1000, 2) == 3
    assert not names.is_alike(["x" * 100000], ["y" * 100000])
    assert len(names.words_of("a b c d e f g h i j k")) <= 8


def test_years() -> None:
    """One year apart is a slip; two are another person; unknown refuses nothing."""
    assert names.are_years_compatible(1968, 1969)
    assert not names.are_years_compatible(1968, 1970)
    assert names.are_years_compatible(None, 1970)


@pytest.mark.parametrize(
    ("text", "clue"),
    [
        ("Vu avec Mme Durand hier.", Clue.NAME),
        ("Camille Dupont ne sort plus.", Clue.NAME),
        ("Elle s’appelle Camille.", Clue.NAME),
        ("Vu Paul DURAND hier.", Clue.NAME),
        ("Joindre au 06 12 34 56 78.", Clue.TELEPHONE),
        ("Joindre au +33 6.12.34.56.78.", Clue.TELEPHONE),
        ("Écrire à a.b@exemple.fr", Clue.EMAIL),
        ("Au 12 bis rue des Lilas.", Clue.ADDRESS),
        ("Habite 57000 Metz.", Clue.ADDRESS),
        ("Née le 12/03/1968.", Clue.EXACT_DATE),
        ("Depuis le 1er mars 2026.", Clue.EXACT_DATE),
    ],
)
def test_clues_are_seen(text: str, clue: Clue) -> None:
    """Each kind of clue, as it is written."""
    assert clue in clues_in([text])


@pytest.mark.parametrize(
    "text",
    [
        "Elle ne sort plus depuis le printemps.",
        "Le Centre Hospitalier et le CCAS sont passés en mars.",
        "Dette de 12000 euros, trois visites depuis 2019.",
        "Je veux garder mon appartement.",
        "Deux étages, porte close. Les volets sont fermés.",
        "Action Logement a écrit deux fois.",
    ],
)
def test_plain_facts_are_not_clues(text: str) -> None:
    """Control: an ordinary text asks for no confirmation."""
    assert clues_in([text]) == ()


def test_identity_holds_nothing_forbidden() -> None:
    """C-28, C-30, C-12: no number, no offence, no representative told against the measure."""
    assert not {"nir", "offence", "conviction", "national_id"} & set(FIELDS)
    assert holds_security_number("1 68 03 57 463 123 45")
    assert holds_security_number("268035746312345")
    assert not holds_security_number("06 12 34 56 78")
    said = {"last_name": "Fictif", "reach": "n° 1680357463123"}
    assert set(validate(said)) == {"reach"}
    assert set(validate({"first_name": "Camille"})) == {"last_name"}
    told = {"last_name": "F", "representative_informed": "representation_a_la_personne"}
    assert set(validate(told)) == {"representative_informed"}
    assert validate({**told, "protection_measure": "tutelle_a_la_personne"}) == {}
    assert set(validate({**told, "protection_measure": "curatelle_simple"})) != set()
    assert birth_year_of({"birth_date": "1968-03-12"}) == 1968
    assert birth_year_of({"birth_year": "abc"}) is None
