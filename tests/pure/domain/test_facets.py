"""Facets and the release plan hold the same lists (decision 36)."""

import json
from pathlib import Path

import pytest

from cases.domain.exceptions import UnknownCode
from cases.domain.facets import (
    FACETS,
    Population,
    age_band,
    agreement_facet,
    delay_band,
    facets_of,
    fold,
)
from cases.domain.lifecycle import AgreementStatus

PLAN = Path(__file__).parents[3] / "cases" / "disclosure" / "plans" / "default.json"


def plan_facets() -> dict[str, tuple[str, bool, tuple[str, ...]]]:
    """Read the plan's facets: population, several or one, codes."""
    plan = json.loads(PLAN.read_text("utf-8"))
    return {
        facet["code"]: (
            facet["population"],
            facet["multi"],
            tuple(code for code, _ in facet["codes"]),
        )
        for facet in plan["facets"]
    }


def test_the_plan_and_the_domain_have_the_same_codes() -> None:
    """Same facets, same populations, same codes in the same order."""
    assert plan_facets() == {
        facet.code: (facet.population.value, facet.multi, facet.codes) for facet in FACETS.values()
    }


def test_populations_are_the_plan_s() -> None:
    """Decision 36: three populations."""
    plan = json.loads(PLAN.read_text("utf-8"))
    assert [p["code"] for p in plan["populations"]] == list(Population.codes())


def test_finer_codes_are_folded() -> None:
    """Every code of the forms goes to a code of the plan."""
    for facet in FACETS.values():
        for code in facet.values.codes():
            assert facet.fold(code) in facet.codes
    assert FACETS["closure_reason"].fold("transmis_equipe_dediee") == "reorientation"
    with pytest.raises(UnknownCode):
        FACETS["sex"].fold("F")


def complete(population: Population) -> dict[str, str | tuple[str, ...]]:
    """Return the first code of every facet."""
    return {
        facet.code: (facet.codes[0],) if facet.multi else facet.codes[0]
        for facet in facets_of(population)
    }


@pytest.mark.parametrize("population", Population)
def test_only_complete_records_are_accepted(population: Population) -> None:
    """Control: the complete record passes; each lack and each surplus is refused."""
    values = complete(population)
    assert fold(population, values) == values
    for code in values:
        with pytest.raises(UnknownCode):
            fold(population, {key: value for key, value in values.items() if key != code})
        with pytest.raises(UnknownCode):
            fold(population, {**values, code: "inventé"})
        with pytest.raises(UnknownCode):
            fold(population, {**values, code: ()})
    with pytest.raises(UnknownCode):
        fold(population, {**values, "name": "x"})


def test_several_codes_are_sorted_without_repetition() -> None:
    """Two situations with the same answers have the same record."""
    values = complete(Population.EXAMINED)
    one = fold(Population.EXAMINED, {**values, "problem": ("autre", "addictions", "autre")})
    two = fold(Population.EXAMINED, {**values, "problem": ("addictions", "autre")})
    assert one == two


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-15"), (15, "0-15"), (16, "16-25"), (65, "56-65"), (66, "66-75"), (76, "76+")],
)
def test_age_bands_have_no_gap(age: int, band: str) -> None:
    """Edges of the bands."""
    assert age_band(age) == band


@pytest.mark.parametrize(
    ("days", "band"), [(0, "0-30"), (30, "0-30"), (31, "31-60"), (90, "61-90"), (91, "91+")]
)
def test_delay_bands_have_no_gap(days: int, band: str) -> None:
    """Edges of the bands."""
    assert delay_band(days) == band


def test_negative_numbers_are_refused() -> None:
    """A date typed the wrong way round must not become a facet."""
    for banding in (age_band, delay_band):
        with pytest.raises(ValueError, match="negative"):
            banding(-1)


def test_every_status_has_a_facet() -> None:
    """A stop is a withdrawal only when something had been given."""
    for status in AgreementStatus:
        for given in (True, False):
            agreement_facet(status, was_given=given)
    assert agreement_facet(AgreementStatus.WITHDRAWN, was_given=True) == "retire"
    assert agreement_facet(AgreementStatus.WITHDRAWN, was_given=False) == "refuse"
