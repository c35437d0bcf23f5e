"""Complementary suppression of exact counts at least cost, by the engine's own masking core.

The product never publishes this way (decision 38): it is measured because peers do.

Source: Fischetti and Salazar 2001; releases.md 2.2 ("exact + optimal complementary").
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cases.disclosure.ledger import Line
from cases.disclosure.masking import OFF, Attacker, Problem, cheapest
from cases.disclosure.plan_file import parse_plan
from cases.disclosure.system import Expression, System, matrix_of, minus
from tests.simulator.targets import targets
from tests.simulator.told import Answers, Where, Words

HERE = (0,)
COSTS = {0: 1000.0, 1: 10.0, 2: 1.0}
"""Price of withholding the total, a row of a one-way table, a crossed cell."""


def withheld(
    plan_json: Mapping[str, Any],
    population: str,
    rows: Sequence[Answers],
    kept: Mapping[Where, int],
) -> list[Where]:
    """Choose which exact counts go, so that no small cell is proved non-empty or below the floor.

    Raises:
        AuditFailed: no answer within the rounds of the masking core.
    """
    plan = parse_plan(json.dumps(plan_json, ensure_ascii=False))
    system = System(plan, population, 1)

    def sum_of(where: Where) -> Expression:
        line = Line("", population, where.facets, where.codes, 0, 0)
        return system.line(line, HERE)[0][0]

    small = [
        minus(sum_of(one.whole), sum_of(one.part)) if one.whole else sum_of(one.part)
        for one in targets(Words(plan_json, population), every=False)
        if one.count(rows) < plan.parameters.floor
    ]
    small = [expression for expression in small if expression]
    places = list(kept)
    told = [(sum_of(where), float(kept[where]), float(kept[where])) for where in places]
    every = [*system.rows, *told]
    attacker = Attacker(
        "outsider",
        np.array([low for _, low, _ in every], dtype=np.float64),
        np.array([high for _, _, high in every], dtype=np.float64),
        np.arange(len(small)),
        np.zeros(len(small)),
        np.full(len(small), float(plan.parameters.floor)),
    )
    problem = Problem(
        matrix_of([row for row, _, _ in every], system.size),
        np.array([OFF] * len(system.rows) + list(range(len(places)))),
        matrix_of(small, system.size),
        np.array([COSTS[len(where.facets)] for where in places]),
        [attacker],
    )
    found = cheapest(problem)
    return [places[rank] for rank in sorted(found.thrown)]
