"""Additive tables with exact counts, as the literature states them: instances with known optima.

The masking core knows nothing of them: they are stated with its rows, switches and demands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.sparse import csr_matrix, vstack

from cases.disclosure.masking import OFF, Attacker, Problem

INF = np.inf


def problem_of(
    values: Sequence[int],
    equations: np.ndarray,
    demands: dict[int, tuple[float, float]],
    *,
    kept: frozenset[int] = frozenset(),
) -> Problem:
    """State a table: equations of shape (equations, cells), demands by rank of the cell.

    A demanded cell is not shown; every other one is shown exactly unless its switch is thrown.
    Those of `kept` have no switch.
    """
    size = len(values)
    shown = [rank for rank in range(size) if rank not in demands]
    each = csr_matrix(np.eye(size, dtype=np.int64))
    rows = vstack([csr_matrix(equations), each[shown]], format="csr")
    exact = np.array(values, dtype=np.float64)[shown]
    nothing = np.zeros(len(equations))
    attacker = Attacker(
        "reader",
        np.concatenate([nothing, exact]),
        np.concatenate([nothing, exact]),
        np.array(sorted(demands)),
        np.array([demands[rank][0] for rank in sorted(demands)], dtype=np.float64),
        np.array([demands[rank][1] for rank in sorted(demands)], dtype=np.float64),
    )
    open_to = [rank for rank in shown if rank not in kept]
    places = {rank: place for place, rank in enumerate(open_to)}
    switches = [OFF] * len(equations) + [places.get(rank, OFF) for rank in shown]
    prices = np.array([values[rank] for rank in open_to], dtype=np.float64)
    return Problem(rows, np.array(switches), each, prices, [attacker])


def withheld(
    values: Sequence[int],
    demands: Mapping[int, object],
    thrown: frozenset[int],
    kept: frozenset[int] = frozenset(),
) -> list[int]:
    """Give the ranks of the cells that are not shown, demanded ones included."""
    open_to = [rank for rank in range(len(values)) if rank not in demands and rank not in kept]
    return sorted([*demands, *(open_to[switch] for switch in thrown)])


def with_margins(inner: Sequence[Sequence[int]]) -> tuple[list[int], np.ndarray]:
    """Add totals to a table; give its cells row by row and its equations."""
    table = np.array(inner)
    full = np.vstack([table, table.sum(axis=0)])
    full = np.hstack([full, full.sum(axis=1, keepdims=True)])
    height, width = full.shape
    rank = np.arange(full.size).reshape(full.shape)
    equations = []
    for row in range(height):
        line = np.zeros(full.size, dtype=np.int64)
        line[rank[row, :-1]], line[rank[row, -1]] = 1, -1
        equations.append(line)
    for column in range(width):
        line = np.zeros(full.size, dtype=np.int64)
        line[rank[:-1, column]], line[rank[-1, column]] = 1, -1
        equations.append(line)
    return [int(one) for one in full.ravel()], np.array(equations)


def possible_tables(values: Sequence[int], equations: np.ndarray, gone: set[int]) -> np.ndarray:
    """Enumerate every table of whole numbers that agrees with the cells shown.

    It walks cell by cell, in plain Python, and shares nothing with the solver. Only inner cells may
    be missing: each then lies between zero and what its row and its column still miss.
    """
    free = sorted(gone)
    table = [[int(one) for one in row] for row in equations]
    missing = [-sum(row[c] * v for c, v in enumerate(values) if c not in gone) for row in table]
    mine = [[rank for rank, row in enumerate(table) if row[cell] == 1] for cell in free]
    last = [max((c for c in free if row[c]), default=-1) for row in table]
    found: list[list[int]] = []

    def walk(place: int, chosen: list[int]) -> None:
        if place == len(free):
            found.append(chosen)
            return
        ends = [rank for rank in mine[place] if last[rank] == free[place]]
        most = min(missing[rank] for rank in mine[place])
        least = max((missing[rank] for rank in ends), default=0)
        for value in range(least, most + 1):
            if any(missing[rank] != value for rank in ends):
                continue
            for rank in mine[place]:
                missing[rank] -= value
            walk(place + 1, [*chosen, value])
            for rank in mine[place]:
                missing[rank] += value

    if all(left == 0 for left, end in zip(missing, last, strict=True) if end == -1):
        walk(0, [])
    return np.array(found, dtype=np.int64).reshape(len(found), len(free))


def cheapest_by_trying(
    values: Sequence[int],
    equations: np.ndarray,
    demands: dict[int, tuple[float, float]],
    kept: frozenset[int],
) -> int | None:
    """Give the price of the cheapest pattern by trying all, cheapest first; None if none does."""
    others = [rank for rank in range(len(values)) if rank not in demands and rank not in kept]
    patterns = sorted(
        (sum(values[rank] for rank in extra), extra)
        for size in range(len(others) + 1)
        for extra in combinations(others, size)
    )
    for price, extra in patterns:
        free = sorted({*demands, *extra})
        # A cell alone in an equation is known at once.
        if any(sum(1 for cell in free if row[cell]) == 1 for row in equations):
            continue
        tables = possible_tables(values, equations, set(free))
        if all(
            tables[:, free.index(cell)].min() <= low and tables[:, free.index(cell)].max() >= high
            for cell, (low, high) in demands.items()
        ):
            return price
    return None
