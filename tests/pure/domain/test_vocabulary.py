"""Closed lists: codes, labels, sections, codes of situations, terms, durations."""

import inspect
import random
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain import agreement, exceptions, facets, lifecycle, reading, sections, vocabulary
from cases.domain.choice import Choice
from cases.domain.codes import ALPHABET, new_code, normalise_code
from cases.domain.glossary import GLOSSARY, english_of
from cases.domain.retention import (
    RetentionPolicy,
    active_until,
    add_months,
    archived_until,
    is_term_reached,
    is_warning_due,
    referral_kept_until,
)
from cases.domain.sections import InformationCategory, ProfessionCategory, Section
from cases.domain.vocabulary import Signal, SignalGroup

CHOICES = sorted(
    {
        value
        for module in (agreement, facets, lifecycle, reading, sections, vocabulary)
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Choice) and value is not Choice
    },
    key=lambda choice: choice.__name__,
)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.__name__)
def test_every_list_has_codes_and_labels(choice: type[Choice]) -> None:
    """Codes fit the columns and the ledger of forms; labels are words; the value is the code."""
    assert choice.__doc__
    for member in choice:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,59}", member.value)
        assert member.label.strip() == member.label != ""
        assert str(member) == member.value == f"{member}"
        assert dict(zip(choice.codes(), choice, strict=True))[member.value] is member
    assert choice.choices() == [(member.value, member.label) for member in choice]
    assert len({label for _, label in choice.choices()}) == len(choice.codes())


def test_nobody_is_called_a_case() -> None:
    """Product words: situation and person, never 'cas'."""
    for choice in CHOICES:
        for _, label in choice.choices():
            assert not re.search(r"\bcas\b", label, re.IGNORECASE)


def test_every_category_has_its_section() -> None:
    """Decision 20, line by line."""
    assert {category.value: category.section.value for category in InformationCategory} == {
        "identite": "identity",
        "situation_sociale": "social",
        "budget_droits": "social",
        "entourage_familial": "social",
        "parcours_scolaire_professionnel": "social",
        "logement": "housing",
        "sante_psychique": "health",
        "sante_somatique": "health",
        "addictions": "health",
        "situation_juridique": "legal",
    }
    without = {s for s in Section if not sections.categories_of(s)}
    assert without == sections.SECTIONS_WITHOUT_CATEGORY


def test_only_the_list_reads_health() -> None:
    """C-22: nine categories and letters of R1110-2 read health, 'outside the list' does not."""
    assert [p for p in ProfessionCategory if not p.reads_health] == [ProfessionCategory.NONE]
    assert len(ProfessionCategory) == 11


def test_every_signal_stands_in_a_group() -> None:
    """practice.md 1.3: four groups, none empty."""
    assert {signal.group for signal in Signal} == set(SignalGroup)


def test_exceptions_carry_a_code_and_french_words() -> None:
    """Style 13: one code a class, a sentence that ends."""
    classes = [
        value
        for value in vars(exceptions).values()
        if inspect.isclass(value) and issubclass(value, exceptions.DomainError)
    ]
    assert len({cls.code for cls in classes}) == len(classes)
    for cls in classes:
        assert str(cls()) == cls.message
        assert cls.message.endswith(".")


def test_codes_are_short_random_and_unlike_words() -> None:
    """No vowel, nothing that a hand confuses; the same seed gives the same code."""
    assert not set(ALPHABET) & set("AEIOUY01258SBZ6")
    assert new_code(choose=random.Random(7).choice) == new_code(choose=random.Random(7).choice)
    code = new_code()
    assert re.fullmatch(rf"SIT-[{ALPHABET}]{{4}}", code)
    with pytest.raises(RuntimeError):
        new_code({"SIT-3333"}, choose=lambda letters: letters[0])


@given(st.integers(0, 2**32))
def test_a_code_is_read_as_people_type_it(seed: int) -> None:
    """Lower case, spaces, without prefix or hyphen; anything else is no code."""
    code = new_code(choose=random.Random(seed).choice)
    for typed in (code, code.lower(), f" {code} ", code[4:], code.replace("-", " ")):
        assert normalise_code(typed) == code
    assert normalise_code(code + "3") is None
    assert normalise_code("SIT-AEIO") is None


def test_the_glossary_is_one_to_one() -> None:
    """Style 12."""
    assert len({term.french for term in GLOSSARY}) == len(GLOSSARY)
    assert len({term.english for term in GLOSSARY}) == len(GLOSSARY)
    assert english_of("séance") == "Sitting"
    assert english_of("cas") is None
    for section in Section:
        assert english_of(section.label) == section.value


def test_durations_of_conservation() -> None:
    """C-50, C-51, C-53, C-56."""
    policy = RetentionPolicy(archive_months=12)
    contact = date(2026, 2, 28)
    assert active_until(contact, policy) == date(2028, 2, 28)
    assert archived_until(contact, policy) == date(2029, 2, 28)
    assert referral_kept_until(date(2026, 8, 31), policy) == date(2027, 2, 28)
    term = active_until(contact, policy)
    assert not is_term_reached(term, term)
    assert is_term_reached(term, date(2028, 2, 29))
    assert not is_term_reached(term, date(2028, 2, 29), has_litigation=True)
    assert is_warning_due(term, date(2028, 1, 29), policy)
    assert not is_warning_due(term, date(2028, 1, 28), policy)


@pytest.mark.parametrize(
    "wrong",
    [{"active_months": 25}, {"archive_months": 37}, {"not_admitted_months": 0}],
)
def test_durations_beyond_the_law_are_refused(wrong: dict[str, int]) -> None:
    """Control: the defaults are accepted."""
    RetentionPolicy()
    with pytest.raises(ValueError, match="between"):
        RetentionPolicy(**wrong)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_months_never_overflow_a_month(day: date, months: int) -> None:
    """The day is kept, or the last day of a shorter month."""
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
