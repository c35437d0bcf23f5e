"""A second solver, in a process of its own: OR-tools and HiGHS's binding cannot share one (R11).

Each line read is one question, each line written its answer.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ortools.sat.python import cp_model


def extreme(asked: dict[str, Any], *, highest: bool) -> int | None:
    """Give the smallest or largest value of a sum, None when nothing is possible."""
    model = cp_model.CpModel()
    unknowns = [model.new_int_var(0, asked["most"], f"x{n}") for n in range(asked["unknowns"])]
    for row, lo, hi in zip(asked["rows"], asked["lo"], asked["hi"], strict=True):
        total = sum(times * unknowns[rank] for rank, times in row)
        if lo is not None:
            model.add(total >= lo)
        if hi is not None:
            model.add(total <= hi)
    goal = sum(unknowns[rank] for rank in asked["goal"])
    model.maximize(goal) if highest else model.minimize(goal)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    return int(solver.objective_value) if status == cp_model.OPTIMAL else None


def main() -> None:
    """Answer until the entry ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        answer = [extreme(asked, highest=False), extreme(asked, highest=True)]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
