"""Ways of publishing small counts, to be attacked alike: what each prints, and what it tells.

Every method prints the cells of the plan's tables in their finest layout, except the product's,
which chooses among the declared layouts. What a method tells is what somebody who knows its rule
reads from a printed or a masked cell; noise tells no bound, it is measured by its error only.

Source: releases.md 2.1 and 2.2.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.disclosure.errors import AuditFailed, TooFewSituations
from cases.disclosure.period import Period, Span
from cases.disclosure.plan_file import parse_plan
from cases.disclosure.release import build_release
from cases.disclosure.snapshot import snapshot_of
from tests.simulator.commission import Row
from tests.simulator.complementary import withheld
from tests.simulator.knowledge import known_from_bundle
from tests.simulator.told import NO_LIMIT, Answers, Told, Where, Words

ANSWERS_AT_MOST = 5
"""Answers of one situation to one question that differential privacy counts."""


@dataclass(frozen=True)
class Shown:
    """What a method prints: numbers, in the order of the plan, and what they tell.

    `values` are what a reader takes each printed number for: the middle of a band or of a
    rounding. `told` is None for noise, about which an attacker has no certainty.
    """

    values: Mapping[Where, float]
    told: Sequence[Told] | None


Rows = Mapping[str, Sequence[Answers]]
"""Situations of one period, by population."""
Method = Callable[[Mapping[str, Any], Rows, str], dict[str, Shown]]


def by_population(plan: Mapping[str, Any], rows: Sequence[Row], year: int) -> Rows:
    """Sort the entries that a year counts by population."""
    return {
        one["code"]: [
            row.answers
            for row in rows
            if row.population == one["code"] and row.period[:4] == str(year)
        ]
        for one in plan["populations"]
    }


def naive(plan: Mapping[str, Any], rows: Rows, seed: str) -> dict[str, Shown]:
    """Print every count."""
    return _cell_by_cell(plan, rows, lambda count, floor: (count, count, count))


def primary_only(plan: Mapping[str, Any], rows: Rows, seed: str) -> dict[str, Shown]:
    """Mask what is below the floor, print the rest exactly."""
    return _cell_by_cell(
        plan,
        rows,
        lambda count, floor: (count, count, count) if count >= floor else (None, 0, floor - 1),
    )


def nearest_five(plan: Mapping[str, Any], rows: Rows, seed: str) -> dict[str, Shown]:
    """Print every count rounded to the nearest multiple of five."""

    def rounded(count: int, floor: int) -> tuple[float | None, int, int]:
        value = (count + 2) // 5 * 5
        return value, max(0, value - 2), value + 2

    return _cell_by_cell(plan, rows, rounded)


def seven_then_five(plan: Mapping[str, Any], rows: Rows, seed: str) -> dict[str, Shown]:
    """Mask seven or less, round the rest to the nearest five (OpenSAFELY, NHS Digital)."""

    def rounded(count: int, floor: int) -> tuple[float | None, int, int]:
        if count <= 7:
            return None, 0, 7
        value = (count + 2) // 5 * 5
        return value, max(8, value - 2), value + 2

    return _cell_by_cell(plan, rows, rounded)


def complementary(plan: Mapping[str, Any], rows: Rows, seed: str) -> dict[str, Shown]:
    """Mask what is below the floor and, at least cost, what would give it back; exact else.

    Raises:
        AuditFailed: no answer within its rounds.
    """
    found = {}
    for population, words in _words(plan).items():
        here = rows[population]
        exact = {where: where.count(here) for where in _printed(words)}
        kept = {where: n for where, n in exact.items() if n >= words.floor}
        for where in withheld(plan, population, here, kept):
            del kept[where]
        found[population] = Shown(kept, [Told(where, n, n) for where, n in kept.items()])
    return found


def noise(epsilon: int) -> Method:
    """Print every count with noise: differential privacy, its budget shared by the tables.

    A situation adds one to one cell of a table, or to five rows where it has several answers.
    """

    def drawn(plan: Mapping[str, Any], rows: Rows, seed: str) -> dict[str, Shown]:
        source = random.Random(f"{seed}-{epsilon}")
        found = {}
        for population, words in _words(plan).items():
            budget = epsilon / (len(words.tables) + 1)
            values = {}
            for where in _printed(words):
                is_multi = bool(where.facets) and words.facets[where.facets[0]]["multi"]
                most = ANSWERS_AT_MOST if is_multi else 1
                count = where.count(rows[population])
                values[where] = max(0, count + _two_sided(source, budget / most))
            found[population] = Shown(values, None)
        return found

    return drawn


def bands(plan: Mapping[str, Any], rows: Rows, seed: str) -> dict[str, Shown]:
    """Print what the product publishes: bands of ten from eleven, layouts and masks audited."""
    text = json.dumps(plan, ensure_ascii=False)
    known = parse_plan(text)
    atom = Span(date(2026, 1, 1), date(2027, 1, 1))
    placed = [(name, 0, row) for name, those in rows.items() for row in those]
    nothing = {name: Shown({}, []) for name in _words(plan)}
    try:
        files = build_release(
            known, snapshot_of(known, [atom], placed), Period.year(2026), [], issuer=None
        )
    except TooFewSituations:
        return nothing
    found = dict(nothing)
    for part in json.loads(files.bundle_text)["populations"]:
        if part["code"] in found:
            told = known_from_bundle(_words(plan)[part["code"]], part)
            found[part["code"]] = Shown(_middles(part), told)
    return found


METHODS: dict[str, Method] = {
    "naive": naive,
    "primary only": primary_only,
    "nearest 5": nearest_five,
    "7 or less masked, nearest 5": seven_then_five,
    "exact, optimal complementary": complementary,
    "differential privacy, ε = 1": noise(1),
    "differential privacy, ε = 3": noise(3),
    "bands of 10, audited": bands,
}


def _words(plan: Mapping[str, Any]) -> dict[str, Words]:
    return {one["code"]: Words(plan, one["code"]) for one in plan["populations"]}


def _printed(words: Words) -> list[Where]:
    """List the total and every printed cell, once."""
    return list(dict.fromkeys([Where(), *(cell.where for cell in words.printed())]))


Rule = Callable[[int, int], tuple[float | None, int, int]]
"""From a count and the floor: the printed value or None, and the bounds that it tells."""


def _cell_by_cell(plan: Mapping[str, Any], rows: Rows, rule: Rule) -> dict[str, Shown]:
    found = {}
    for population, words in _words(plan).items():
        values: dict[Where, float] = {}
        told = []
        for where in _printed(words):
            value, lo, hi = rule(where.count(rows[population]), words.floor)
            if value is not None:
                values[where] = value
            told.append(Told(where, lo, min(hi, NO_LIMIT)))
        found[population] = Shown(values, told)
    return found


def _two_sided(source: random.Random, budget: float) -> int:
    """Draw two-sided geometric noise of this budget."""
    share = math.exp(-budget)

    def one() -> int:
        return int(math.log(1 - source.random()) / math.log(share))

    return one() - one()


def _middles(part: Mapping[str, Any]) -> dict[Where, float]:
    """Give the middle of every band of a population of a bundle."""
    values: dict[Where, float] = {}
    if part["total"]:
        values[Where()] = sum(part["total"]) / 2
    for table in part["tables"]:
        names = tuple(facet["code"] for facet in table["facets"])
        for row in table["rows"]:
            for band, column in zip(
                row["bands"] if table["columns"] else [row["band"]],
                table["columns"] or [None],
                strict=True,
            ):
                if band:
                    group = frozenset(row["codes"])
                    codes = (group, frozenset(column["codes"])) if column else (group,)
                    values[Where(names, codes)] = sum(band) / 2
    return values


__all__ = ["METHODS", "AuditFailed", "Method", "Rows", "Shown", "by_population"]
