"""The attacker's program finds what is to be found, and nothing in what the product publishes.

Source: releases.md 6 (R2 and its control, R5, R11); decision 41 (twelve commissions in the suite).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement, product
from pathlib import Path
from typing import Any

import pytest

from tests.simulator import attacker as speaking
from tests.simulator.attacker import Attacker, ToldFalse
from tests.simulator.commission import rows_of
from tests.simulator.comparison import LARGEST, YEAR, known_results, page
from tests.simulator.known_plans import plan_json
from tests.simulator.methods import METHODS, Rows, by_population
from tests.simulator.targets import targets
from tests.simulator.told import Answers, Told, Where, Words
from tests.simulator.verdict import Verdict

APART = ("attack", "possible", "targets", "told", "verdict", "knowledge")


def codes(*names: str) -> frozenset[str]:
    """Return a group of codes."""
    return frozenset(names)


def tiny(floor: int = 2) -> dict[str, Any]:
    """Return a plan whose every possible commission of three situations can be enumerated."""

    def facet(name: str, letters: str, **more: Any) -> dict[str, Any]:
        pairs = [[letter, letter.upper()] for letter in letters]
        return {"code": name, "population": "p", "multi": False, "codes": pairs, **more}

    union = {"name": "two", "groups": [{"code": "xy", "codes": ["x", "y"]}, "z"]}
    return {
        "parameters": {"floor": floor, "insider_floor": floor},
        "populations": [{"code": "p"}],
        "facets": [
            facet("colour", "abc"),
            facet("side", "lr"),
            facet("flag", "xyz", multi=True, exclusive=["z"], layouts=[union]),
        ],
        "tables": [
            {"facets": ["colour", "side"], "ladder": [{"layouts": ["detail", "detail"]}]},
            {"facets": ["flag", "side"], "ladder": [{"layouts": ["two", "detail"]}]},
        ],
    }


def situations() -> list[Answers]:
    """Return every situation that the tiny plan knows."""
    flags = [*(set(c) for n in (1, 2) for c in combinations("xy", n)), {"z"}]
    return [
        {"colour": colour, "side": side, "flag": tuple(sorted(flag))}
        for colour, side, flag in product("abc", "lr", flags)
    ]


WORLDS = [list(w) for n in range(4) for w in combinations_with_replacement(situations(), n)]
TOLD: tuple[tuple[Told, ...], ...] = (
    (),
    (Told(Where(("colour",), (codes("a"),)), 2, 3),),
    (
        Told(Where(("flag",), (codes("x", "y"),)), 2, 2),
        Told(Where(("side",), (codes("l"),)), 1, 2),
    ),
    (
        Told(Where(("flag", "side"), (codes("x"), codes("l"))), 1, 1),
        Told(Where(("flag",), (codes("x"),)), 1, 3, Where()),
        Told(Where(("colour", "side"), (codes("b", "c"), codes("r"))), 0, 0),
    ),
    (
        Told(Where(("flag",), (codes("x"),)), 3, 3),
        Told(Where(("flag", "side"), (codes("y"), codes("l"))), 2, 3),
    ),
)


@pytest.fixture(scope="module")
def attacker() -> Iterator[Attacker]:
    with Attacker() as one:
        yield one


def outcome(name: str, rows: Rows, method: str, attacker: Attacker, **how: Any) -> Verdict:
    """Publish with a method, attack every population."""
    plan = plan_json(name)
    verdict = Verdict()
    insider = how.pop("insider", "")
    for population, shown in METHODS[method](plan, rows, "x").items():
        assert shown.told is not None
        here = rows[population]
        own = [row for row in here if row[plan["insider"]] == insider]
        if own or not insider:
            verdict += attacker.attack(plan, population, shown.told, here, own=own, **how)
    return verdict


def drawn(name: str, size: int, seed: int) -> Rows:
    """Draw a commission for a plan."""
    plan = plan_json(name)
    return by_population(plan, rows_of(plan, seed=seed, size=size), YEAR)


@pytest.mark.parametrize("told", TOLD)
def test_the_attacker_agrees_with_the_list_of_every_possible_world(
    attacker: Attacker, told: tuple[Told, ...]
) -> None:
    """Both bounds of every cell are those of the enumeration, up to the floor."""
    plan, limit = tiny(), Told(Where(), 0, 3)
    words = Words(plan, "p")
    possible = [w for w in WORLDS if all(t.lo <= t.count(w) <= t.hi for t in told)]
    assert possible
    floor = plan["parameters"]["floor"]
    for rows in possible[:: max(1, len(possible) // 4)]:
        expected = Verdict()
        for target in targets(words, every=True):
            values = [target.count(world) for world in possible]
            low, high, truth = min(values), max(values), target.count(rows)
            small = 0 < truth < floor
            held = target.whole is not None and target.whole.count(rows) > 0
            expected += Verdict(
                cells=1,
                small=small,
                exact=small and low == high,
                proven=small and low >= 1 and high < floor,
                group=truth < floor and held and truth == 0 == high,
                narrowed=truth < floor and (low >= 1 or high < floor),
            )
        assert attacker.attack(plan, "p", [limit, *told], rows) == expected


def test_what_is_false_is_refused(attacker: Attacker) -> None:
    """Two sums that cannot hold together; the process answers the next question."""
    false = [Told(Where(), 3, 3), Told(Where(("side",), (codes("l"),)), 4, 9)]
    with pytest.raises(ToldFalse):
        attacker.attack(tiny(), "p", false, [])
    assert attacker.attack(tiny(), "p", [], WORLDS[-1]).exact == 0


def test_an_insider_takes_her_own_away(attacker: Attacker) -> None:
    """Two of three in a cell are hers: she finds the third, an outsider nothing."""
    rows: list[Answers] = [
        {"colour": "a", "side": "l", "flag": ("x",)},
        {"colour": "a", "side": "l", "flag": ("y",)},
        {"colour": "a", "side": "r", "flag": ("z",)},
    ]
    told = [Told(Where(("colour",), (codes("a"),)), 3, 3), Told(Where(), 3, 3)]
    assert attacker.attack(tiny(), "p", told, rows).proven == 0
    assert attacker.attack(tiny(), "p", told, rows, own=rows[:2]).proven > 0


def test_r2_control_weak_methods_are_broken(attacker: Attacker) -> None:
    """Without it nothing below would mean anything: 12.9 exact, give or take 5, in releases 2.2."""
    found = {"naive": [], "primary only": [], "7 or less masked, nearest 5": []}
    for seed in (1, 2, 3):
        rows = drawn("wide", 100, seed)
        for method, verdicts in found.items():
            verdicts.append(outcome("wide", rows, method, attacker, every=False))
    assert all(one.exact == one.small > 80 for one in found["naive"])
    mean = sum(one.exact for one in found["primary only"]) / 3
    assert 7.9 <= mean <= 17.9
    assert sum(one.proven for one in found["7 or less masked, nearest 5"]) > 0


@pytest.mark.parametrize(("size", "seed"), list(product((12, 20, 30, 50), (1, 2, 3))))
def test_r2_nothing_is_found_in_what_the_product_publishes(
    attacker: Attacker, size: int, seed: int
) -> None:
    """Every cell, for an outsider and for the structure that refers most (R5)."""
    rows = drawn("default", size, seed)
    bands = "bands of 10, audited"
    # Up to 29 only the total may be published: crossings that no table shows would add nothing.
    verdict = outcome("default", rows, bands, attacker, every=size >= 30)
    assert verdict.small > 100
    assert (verdict.exact, verdict.proven, verdict.group, verdict.narrowed) == (0, 0, 0, 0)
    assert outcome("default", rows, bands, attacker, insider=LARGEST, every=False).proven == 0


def test_r5_control_an_insider_breaks_exact_counts(attacker: Attacker) -> None:
    rows = drawn("default", 50, 1)
    assert outcome("default", rows, "primary only", attacker, insider=LARGEST, every=False).proven


def test_the_attacker_imports_nothing_of_the_engine() -> None:
    """In its source, and once it runs."""
    folder = Path(speaking.__file__).parent
    for name in APART:
        text = (folder / f"{name}.py").read_text("utf-8")
        assert "from cases" not in text
        assert "import cases" not in text
    program = (
        "import sys, tests.simulator.attack;"
        "print([n for n in sys.modules if n.split('.')[0] in ('cases', 'highspy', 'scipy')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=speaking.ROOT,
    )
    assert done.stdout.strip() == "[]"


def test_complementary_suppression_leaves_nothing_to_an_outsider(attacker: Attacker) -> None:
    """And it withholds more than what is below the floor (control: primary only is broken)."""
    rows = drawn("lean", 100, 1)
    assert (
        outcome("lean", rows, "exact, optimal complementary", attacker, every=False).narrowed == 0
    )
    assert outcome("lean", rows, "primary only", attacker, every=False).narrowed > 0
    plan = plan_json("lean")
    shown = [METHODS[m](plan, rows, "x") for m in ("exact, optimal complementary", "primary only")]
    sizes = [sum(len(one.values) for one in part.values()) for part in shown]
    assert sizes[0] < sizes[1]


def test_noise_costs_more_when_its_budget_is_smaller() -> None:
    """ε = 1 errs more than ε = 3; the same seed gives the same noise."""
    plan, rows = plan_json("lean"), drawn("lean", 300, 1)
    exact = METHODS["naive"](plan, rows, "x")

    def error(method: str) -> float:
        noisy = METHODS[method](plan, rows, "x")
        assert noisy == METHODS[method](plan, rows, "x")
        return sum(
            abs(value - exact[population].values[where])
            for population, one in noisy.items()
            for where, value in one.values.items()
        )

    assert error("differential privacy, ε = 1") > error("differential privacy, ε = 3") > 0


def test_an_interrupted_run_keeps_whole_lines(tmp_path: Path) -> None:
    """A line cut short is measured again; the page tells what is known."""
    file = tmp_path / "kept.jsonl"
    line = (
        '{"plan": "lean", "size": 50, "seed": 1, "method": "naive", "shown": 59, "error": 0.0, '
        '"outsider": {"cells": 9, "small": 3, "exact": 3, "proven": 3, "group": 0, "narrowed": 4}, '
        '"insider": {"cells": 9, "small": 3, "exact": 2, "proven": 2, "group": 0, "narrowed": 4}}'
    )
    file.write_text(f"{line}\n{line[:40]}")
    assert len(known_results(file)) == 1
    assert "| naive | 1 | 59 | 0 % | 3.0 (3) | 3.0 (3) |" in page(known_results(file))
