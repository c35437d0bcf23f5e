"""Attacks on whole releases, by a program sharing nothing with the engine (R5, R6, R8).

The attacker (`tests/simulator/attack.py`, OR-tools, a process of its own) knows the plan, the rules
and the bundle. Every attack has its control: the same one on exact or on half-masked figures.
R2 is in `test_methods.py`; every size and seed in `make comparison`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from tests.breadth import IS_WHOLE
from tests.simulator.attacker import Attacker
from tests.simulator.commission import rows_of
from tests.simulator.known_plans import plan_json
from tests.simulator.methods import METHODS, Rows, Shown, bands, by_population
from tests.simulator.verdict import Verdict

YEAR = 2026

RUNS = 1000 if IS_WHOLE else 60


@pytest.fixture(scope="module")
def attacker() -> Iterator[Attacker]:
    """Start the attacker's process once."""
    with Attacker() as one:
        yield one


def _rows(plan: Mapping[str, Any], size: int, seed: int) -> Rows:
    return by_population(plan, rows_of(plan, seed=seed, size=size), YEAR)


def _attack(
    attacker: Attacker,
    plan: Mapping[str, Any],
    rows: Rows,
    shown: Mapping[str, Shown],
    owner: str | None = None,
) -> Verdict:
    """Attack every population; `owner` is the structure that knows its own situations."""
    found = Verdict()
    for population, one in shown.items():
        own = [row for row in rows[population] if owner and row.get(plan["insider"]) == owner]
        if one.told and (own or owner is None):
            found += attacker.attack(plan, population, one.told, rows[population], own=own)
    return found


def test_r5_no_structure_learns_of_the_few_others(attacker: Attacker) -> None:
    plan = plan_json("default")
    rows = _rows(plan, 50, 2)
    shown = bands(plan, rows, "r5")
    owners = sorted({str(row[plan["insider"]]) for those in rows.values() for row in those})
    assert len(owners) >= 5
    for owner in owners:
        verdict = _attack(attacker, plan, rows, shown, owner)
        assert (verdict.exact, verdict.proven, verdict.narrowed) == (0, 0, 0), owner


@pytest.mark.parametrize("method", ["naive", "primary only"])
def test_r5_control_same_structure_breaks_figures_without_audit(
    attacker: Attacker, method: str
) -> None:
    plan = plan_json("default")
    rows = _rows(plan, 50, 2)
    shown = METHODS[method](plan, rows, "r5")
    assert _attack(attacker, plan, rows, shown, "bailleur_social").exact > 0


def test_r6_district_and_neighbourhoods_that_differ_by_a_few_tell_nothing(
    attacker: Attacker,
) -> None:
    """Four neighbourhoods less the priority district: a few situations live in the difference."""
    plan = _only(plan_json("wide"), {"area", "age_band", "referrer_category"})
    rows = _beside_the_district(_rows(plan, 120, 3), 3)
    shown = bands(plan, rows, "r6")
    tables = {where.facets for where in shown["examined"].values}
    assert ("area",) in tables
    verdict = _attack(attacker, plan, rows, {"examined": shown["examined"]})
    assert (verdict.exact, verdict.proven, verdict.narrowed) == (0, 0, 0)


def test_r6_control_exact_figures_tell_the_difference(attacker: Attacker) -> None:
    plan = _only(plan_json("wide"), {"area", "age_band", "referrer_category"})
    rows = _beside_the_district(_rows(plan, 120, 3), 3)
    shown = METHODS["primary only"](plan, rows, "r6")
    assert _attack(attacker, plan, rows, {"examined": shown["examined"]}).exact > 0


def test_r8_a_planted_person_is_not_guessed_better_than_by_chance() -> None:
    """Her care status is hers alone and known; how grave her situation is, a coin decides."""
    right, trials = _guesses(_bands_of)
    assert trials >= 30
    # The 99 % bound of a fair coin.
    assert right / trials <= 0.5 + 2.33 * 0.5 / trials**0.5


def test_r8_control_exact_figures_give_her_away() -> None:
    right, trials = _guesses(_counts_of)
    assert right == trials


def _beside_the_district(rows: Rows, few: int) -> Rows:
    """Leave only a few situations of four neighbourhoods outside the priority district."""
    moved = {name: [dict(row) for row in those] for name, those in rows.items()}
    outside = [row for row in moved["examined"] if str(row["area"]).endswith("_hors")]
    for row in outside[few:]:
        row["area"] = str(row["area"]).replace("_hors", "_qpv")
    return moved


def _small_plan() -> dict[str, Any]:
    """Keep care, gravity and their crossing: what the planted person is known and asked by."""
    plan = _only(plan_json("default"), {"care_status", "severity", "age_band", "sex"})
    del plan["insider"]
    return plan


def _only(whole: Mapping[str, Any], facets: set[str]) -> dict[str, Any]:
    """Keep some facets of the situations examined, and the tables that speak of them only."""
    plan = deepcopy(dict(whole))
    plan["facets"] = [f for f in plan["facets"] if f["code"] in facets]
    plan["tables"] = [t for t in plan["tables"] if set(t["facets"]) <= facets]
    plan["populations"] = [p for p in plan["populations"] if p["code"] == "examined"]
    return plan


def _guesses(look: Callable[[Mapping[str, Any], list[Any]], dict[str, float]]) -> tuple[int, int]:
    """Learn from half of the runs what a planted person changes; guess the others."""
    plan = _small_plan()
    source = random.Random("planted")
    runs = []
    for seed in range(RUNS):
        rows = [dict(row) for row in _rows(plan, 30, 1000 + seed)["examined"]]
        for row in rows:
            if row["care_status"] == "refus":
                row["care_status"] = "inconnu"
        is_grave = source.random() < 0.5
        hers = {**rows[0], "care_status": "refus", "severity": "critique" if is_grave else "modere"}
        runs.append((look(plan, [hers, *rows[1:]]), is_grave))
    centres = {
        answer: _centre([seen for seen, grave in runs[::2] if grave is answer])
        for answer in (True, False)
    }
    right = sum(
        (_far(seen, centres[True]) < _far(seen, centres[False])) is is_grave
        for seen, is_grave in runs[1::2]
    )
    return right, len(runs[1::2])


def _bands_of(plan: Mapping[str, Any], rows: list[Any]) -> dict[str, float]:
    shown = bands(plan, {"examined": rows}, "r8")["examined"]
    return {repr(where): float(value) for where, value in shown.values.items()}


def _counts_of(plan: Mapping[str, Any], rows: list[Any]) -> dict[str, float]:
    """Keep the one column of her status: an attacker looks where she knows that she is."""
    shown = METHODS["naive"](plan, {"examined": rows}, "r8")["examined"]
    hers = frozenset(["refus"])
    return {
        repr(where): float(value)
        for where, value in shown.values.items()
        if where.facets == ("care_status", "severity") and where.codes[0] == hers
    }


def _centre(seen: list[dict[str, float]]) -> dict[str, float]:
    names = {name for one in seen for name in one}
    return {name: sum(one.get(name, 0) for one in seen) / len(seen) for name in names}


def _far(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum((one.get(name, 0) - other.get(name, 0)) ** 2 for name in {*one, *other})
