"""Three valid releases that the verifier's tests start from; each is built once a process."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from tests.pure.disclosure.enumerated import Made, make, period
from tests.pure.disclosure.tiny_plans import COIN, GARDEN

YEAR = period("2026-01-01", "2027-01-01", "2026")
SPRING = period("2026-01-01", "2026-07-01", "1er semestre 2026")
WHOLE = [("2026-01-01", "2027-01-01")]
HALVES = [("2026-01-01", "2026-07-01"), ("2026-07-01", "2027-01-01")]


def situations(*spec: tuple[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Repeat answers; each answer is a text whose letters are the codes."""
    return [dict(row) for times, row in spec for _ in range(times)]


GARDEN_ROWS = situations(
    (14, {"colour": "a", "side": "l", "hand": "m", "flag": "p"}),
    (12, {"colour": "a", "side": "r", "hand": "n", "flag": "q"}),
    (3, {"colour": "b", "side": "l", "hand": "m", "flag": "pq"}),
    (1, {"colour": "c", "side": "r", "hand": "m", "flag": "s"}),
    (9, {"colour": "b", "side": "r", "hand": "n", "flag": "q"}),
)
GARDEN_SHOWN = {"T-colour": ["two"], "T-side": ["detail"], "T-flag": ["detail"]}


@cache
def _garden() -> Made:
    return make(GARDEN, YEAR, WHOLE, {"examined": [GARDEN_ROWS]}, GARDEN_SHOWN)


@cache
def _crossed() -> Made:
    rows = situations(
        (12, {"colour": "a", "side": "l", "hand": "m", "flag": "p"}),
        (13, {"colour": "b", "side": "l", "hand": "n", "flag": "pq"}),
        (14, {"colour": "a", "side": "r", "hand": "m", "flag": "q"}),
        (15, {"colour": "c", "side": "r", "hand": "n", "flag": "s"}),
    )
    shown = {"T-side": ["detail"], "T-hand": ["detail"], "T-cross": ["detail", "detail"]}
    masked = ["examined/T-cross/l/m", "examined/T-hand/m"]
    return make(GARDEN, YEAR, WHOLE, {"examined": [rows]}, shown, masked=masked)


@cache
def _coin() -> tuple[Made, Made]:
    first = situations((18, {"face": "h"}), (17, {"face": "t"}))
    second = situations((14, {"face": "h"}), (13, {"face": "t"}))
    shown = {"T-face": ["detail"]}
    spring = make(COIN, SPRING, [HALVES[0]], {"examined": [first]}, {})
    rows = {"examined": [first, second]}
    return spring, make(COIN, YEAR, HALVES, rows, shown, spring.ledger)


def garden() -> Made:
    """Give a year with unpublished small cells, and a population of which nothing is shown."""
    return copy.deepcopy(_garden())


def crossed() -> Made:
    """Give a year with a crossed table; two figures are withheld although they reach the floor."""
    return copy.deepcopy(_crossed())


def spring() -> Made:
    """Give the release of a first semester."""
    return copy.deepcopy(_coin()[0])


def coin() -> Made:
    """Give the release of the year that follows the semester's: two atoms, one earlier line."""
    return copy.deepcopy(_coin()[1])
