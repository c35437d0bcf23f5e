"""Facets and the release plan hold the same lists (decision 36)."""

import json
from pathlib import Path

import pytest

from cases.domain.exceptions import UnknownCode
from cases.domain.facet_values import (
    admissibility,
    agreement_end,
    examinations,
    follow_up_band,
    restitution_facet,
)
from cases.domain.facets import (
    FACETS,
    INSIDER,
    Population,
    age_band,
    agreement_facet,
    complete,
    delay_band,
    facets_of,
    fold,
)
from cases.domain.lifecycle import AgreementStatus
from cases.domain.vocabulary import RefusalReason

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
    """Decision 36: each situation enters each population once."""
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


def whole(population: Population) -> dict[str, str | tuple[str, ...]]:
    """Return the first code of every facet."""
    return {
        facet.code: (facet.codes[0],) if facet.multi else facet.codes[0]
        for facet in facets_of(population)
    }


@pytest.mark.parametrize("population", Population)
def test_only_complete_records_are_accepted(population: Population) -> None:
    """Control: the complete record passes; each lack and each surplus is refused."""
    values = whole(population)
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
    values = whole(Population.EXAMINED)
    one = fold(Population.EXAMINED, {**values, "problem": ("autre", "addictions", "autre")})
    two = fold(Population.EXAMINED, {**values, "problem": ("addictions", "autre")})
    assert one == two


@pytest.mark.parametrize("population", Population)
def test_the_insider_s_facet_comes_with_any_population(population: Population) -> None:
    """Releases 5.3: the structure that referred knows its own; its finer codes are folded."""
    values = {**whole(population), INSIDER: "bailleur_prive"}
    assert fold(population, values)[INSIDER] == "autre"
    with pytest.raises(UnknownCode):
        fold(population, {**values, INSIDER: "inventé"})


def test_an_exclusive_code_stands_alone() -> None:
    """ "None" beside something is dropped; alone it stays."""
    values = whole(Population.EXAMINED)
    for codes, kept in (
        (("aucun", "isolement_total"), ("isolement_total",)),
        (("aucun",), ("aucun",)),
    ):
        said = fold(Population.EXAMINED, {**values, "severity_factor": codes})
        assert said["severity_factor"] == kept


def test_exclusive_codes_are_the_plan_s() -> None:
    plan = json.loads(PLAN.read_text("utf-8"))
    declared = {f["code"]: set(f["exclusive"]) for f in plan["facets"] if "exclusive" in f}
    assert declared == {f.code: set(f.exclusive) for f in FACETS.values() if f.exclusive}
    assert plan["insider"] == INSIDER


@pytest.mark.parametrize("population", Population)
def test_an_old_record_is_counted_under_unknown(population: Population) -> None:
    """Each facet with such a code may be missing; the others are left as they are."""
    values = whole(population)
    late = {facet.code: facet for facet in facets_of(population) if facet.unknown}
    old = {code: value for code, value in values.items() if code not in late}
    found = complete(population, old)
    assert {code: found[code] for code in old} == old
    for code, facet in late.items():
        assert facet.unknown in facet.codes
        assert found[code] == ((facet.unknown,) if facet.multi else facet.unknown)
    assert fold(population, found) == found
    assert complete(population, values) == values


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_reason_has_its_facet(reason: RefusalReason) -> None:
    """E-01; none of them says that the referral was admitted."""
    assert admissibility(reason.value) not in ("admise", "reorientee")
    with pytest.raises(UnknownCode):
        admissibility("autre")


def test_bands_of_the_closure_have_no_gap() -> None:
    """E-01, E-04, E-12: edges."""
    given = [restitution_facet(days) for days in (None, -1, 15, 16, 30, 31)]
    assert given == ["non_faite", "0-15", "0-15", "16-30", "16-30", "31+"]
    followed = [follow_up_band(days) for days in (0, 91, 92, 183, 184, 365, 366)]
    assert followed == ["0-3", "0-3", "4-6", "4-6", "7-12", "7-12", "13+"]
    assert [examinations(n) for n in (1, 2, 3, 9)] == ["une", "deux", *["trois_ou_plus"] * 2]
    with pytest.raises(ValueError, match="not examined"):
        examinations(0)
    for status in AgreementStatus:
        assert agreement_end(status, was_given=True)
    assert agreement_end(AgreementStatus.WITHDRAWN, was_given=True) == "retire"
    assert agreement_end(AgreementStatus.WITHDRAWN, was_given=False) == "sans_accord"


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
