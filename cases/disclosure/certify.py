"""Build the certificate: for every cell of the plan, two possible worlds that keep it open.

Everything here is computed from what is published, as an attacker would: the certificate tells
nothing that she could not find alone. All cells are listed, so the list does not say which are
small.

Source: releases.md 0.4 and 5.7; decision 37.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cases.disclosure.audit import Atoms, Said
from cases.disclosure.cells import cells_of
from cases.disclosure.masking import OFF, Attack, Attacker, Problem
from cases.disclosure.period import Span
from cases.disclosure.plan import Plan
from cases.disclosure.solver import Real, Whole
from cases.disclosure.system import System, matrix_of
from cases.disclosure.worlds import world_of


def certify(
    plan: Plan,
    population: str,
    atoms: Sequence[Span],
    periods: Sequence[Atoms],
    said: Sequence[Said],
    *,
    tick: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Give one population's part of the certificate; `said` is every line ever published.

    Raises:
        AuditFailed: the solver failed, or `tick` ended it.
    """
    system = System(plan, population, len(atoms))
    cells = [(rank, cell) for rank in range(len(periods)) for cell in cells_of(plan, population)]
    rows = list(system.rows)
    for one in said:
        rows += system.line(one.line, one.atoms)
    sums = matrix_of([cell.expression(system, periods[rank]) for rank, cell in cells], system.size)
    matrix = matrix_of([row for row, _, _ in rows], system.size)
    lo = np.array([low for _, low, _ in rows], dtype=np.float64)
    hi = np.array([high for _, _, high in rows], dtype=np.float64)
    wanted = np.full(len(cells), float(plan.parameters.required_upper))
    anybody = Attacker("anybody", lo, hi, np.arange(len(cells)), np.zeros(len(cells)), wanted)
    problem = Problem(matrix, np.full(len(rows), OFF), sums, np.zeros(0), [anybody])
    attack = Attack(problem, anybody)
    worlds, values = attack.open(tick=tick)
    lows = _first(values, wanted * 0, -1)
    highs = _first(values, wanted, 1)
    kept = {rank: place for place, rank in enumerate(sorted({*lows, *highs}))}
    return {
        "code": population,
        "atoms": [atom.as_dict() for atom in atoms],
        "periods": [list(period) for period in periods],
        "worlds": [world_of(system, worlds[rank], len(atoms)) for rank in kept],
        "cells": [
            [
                cell.name(population, period),
                int(values[lows[rank]][rank]),
                kept[lows[rank]],
                int(values[highs[rank]][rank]),
                kept[highs[rank]],
            ]
            for rank, (period, cell) in enumerate(cells)
        ],
    }


def _first(values: Sequence[Whole], wanted: Real, sign: int) -> list[int]:
    """Give, for each cell, the first world that reaches what is wanted, else the furthest one."""
    if not values:
        return []
    seen = sign * np.array(values)
    reached = np.minimum(seen, sign * wanted)
    return [int(rank) for rank in reached.argmax(axis=0)]
