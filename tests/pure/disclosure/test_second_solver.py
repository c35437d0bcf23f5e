"""R11: two solvers, written apart, give the same bounds of the same cells."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cases.disclosure.cells import cells_of
from cases.disclosure.counts import sum_of
from cases.disclosure.ladder import climb, lines_of
from cases.disclosure.period import Period
from cases.disclosure.solver import Solver
from cases.disclosure.system import MOST, System, matrix_of
from tests.breadth import IS_WHOLE
from tests.pure.disclosure.releasing import examined, snapshot_for
from tests.pure.disclosure.simulated import DEFAULT, rows_for

ROOT = Path(__file__).parents[3]
CELLS = 6


@pytest.fixture(scope="module")
def second() -> Iterator[subprocess.Popen[str]]:
    """Start the second solver once."""
    command = [sys.executable, "-m", "tests.pure.disclosure.second_solver"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        yield process


@pytest.mark.parametrize("seed", range(100 if IS_WHOLE else 10))
def test_r11_both_solvers_give_the_same_bounds(second: subprocess.Popen[str], seed: int) -> None:
    source = random.Random(f"second-{seed}")
    size = source.choice((34, 60, 120))
    rows = {"2026": examined(rows_for(DEFAULT, "examined", size, seed))}
    snapshot = snapshot_for(DEFAULT, rows, Period.year(2026), [])
    counts = sum_of(snapshot.counts["examined"])
    system = System(DEFAULT, "examined", 1)
    told = list(system.rows)
    for line in lines_of(DEFAULT, counts, climb(DEFAULT, counts, months=12)):
        told += system.line(line, (0,))
    lo = np.array([low for _, low, _ in told], dtype=np.float64)
    hi = np.array([high for _, _, high in told], dtype=np.float64)
    solver = Solver(matrix_of([row for row, _, _ in told], system.size), lo, hi)
    plain = list(cells_of(DEFAULT, "examined"))
    for cell in source.sample(plain, CELLS):
        expression = cell.expression(system, (0,))
        if any(times != 1 for times in expression.values()):
            continue
        goal = np.zeros(system.size)
        goal[list(expression)] = 1
        ours = [int(goal @ solver.integer(goal, side)) for side in ("low", "high")]
        assert ours == _asked(second, system.size, told, sorted(expression)), cell


def _asked(
    second: subprocess.Popen[str], size: int, told: list[object], goal: list[int]
) -> list[int]:
    """Put the question to the second solver."""
    asked = {
        "unknowns": size,
        "most": MOST,
        "rows": [list(row.items()) for row, _, _ in told],  # type: ignore[misc]
        "lo": [None if low == -np.inf else int(low) for _, low, _ in told],  # type: ignore[misc]
        "hi": [None if high == np.inf else int(high) for _, _, high in told],  # type: ignore[misc]
        "goal": goal,
    }
    assert second.stdin
    assert second.stdout
    second.stdin.write(json.dumps(asked) + "\n")
    second.stdin.flush()
    answer: list[int] = json.loads(second.stdout.readline())
    return answer
