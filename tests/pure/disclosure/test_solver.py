"""The solver's answers are whole, proven, and not those of a broken preparation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest

from cases.disclosure.errors import AuditFailed
from cases.disclosure.solver import Solver
from cases.disclosure.system import matrix_of

DATA = Path(__file__).parent / "data" / "presolve.json"


def _instance() -> tuple[Any, np.ndarray, np.ndarray, np.ndarray]:
    """Give rows, bounds and goal of an audit that has possible worlds."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    rows = matrix_of([dict(row) for row in data["rows"]], data["unknowns"])
    lo = np.array([-np.inf if one is None else one for one in data["lo"]], dtype=np.float64)
    hi = np.array([np.inf if one is None else one for one in data["hi"]], dtype=np.float64)
    goal = np.zeros(data["unknowns"])
    goal[data["goal"]] = 1
    return rows, lo, hi, goal


def test_feasible_program_that_highs_presolve_calls_infeasible_is_answered() -> None:
    rows, lo, hi, goal = _instance()
    world = Solver(rows, lo, hi).integer(goal, "low")
    values = rows @ world
    assert (world >= 0).all()
    assert (values >= lo).all()
    assert (values <= hi).all()
    assert float(goal @ world) == pytest.approx(Solver(rows, lo, hi).linear(goal, "low").value)


def test_control_with_its_presolve_highs_still_calls_it_infeasible() -> None:
    """When this fails, HiGHS was mended: presolve may be tried again."""
    rows, lo, hi, goal = _instance()
    solver = Solver(rows, lo, hi)
    solver.integer(goal, "low")
    model = solver._integer
    model.setOptionValue("presolve", "on")
    model.clearSolver()
    model.run()
    assert model.getModelStatus() == highspy.HighsModelStatus.kInfeasible


def test_what_cannot_be_is_refused_rather_than_answered() -> None:
    rows = matrix_of([{0: 1}, {0: 2}], 1)
    solver = Solver(rows, np.array([3.0, 0.0]), np.array([5.0, 4.0]))
    with pytest.raises(AuditFailed):
        solver.integer(np.ones(1), "low")
    with pytest.raises(AuditFailed):
        solver.linear(np.ones(1), "low")


@pytest.mark.parametrize("enough", [None, 3.0, 40.0])
def test_a_target_ends_the_search_early_and_never_lies(enough: float | None) -> None:
    rows = matrix_of([{0: 2, 1: 3}, {0: 1}, {1: 1}], 2)
    solver = Solver(rows, np.zeros(3), np.array([12.5, 5.0, 5.0]))
    goal = np.array([1.0, 1.0])
    world = solver.integer(goal, "high", enough=enough)
    assert float(goal @ world) >= min(enough or 5.0, 5.0)
    assert (rows @ world <= np.array([12.5, 5.0, 5.0])).all()


def test_bounds_may_change_between_two_questions() -> None:
    rows = matrix_of([{0: 1}], 1)
    solver = Solver(rows, np.array([0.0]), np.array([7.0]))
    assert solver.linear(np.ones(1), "high").value == 7
    assert solver.integer(np.ones(1), "high")[0] == 7
    solver.bound(np.array([2.0]), np.array([4.0]))
    assert solver.linear(np.ones(1), "high").value == 4
    assert solver.integer(np.ones(1), "low")[0] == 2
