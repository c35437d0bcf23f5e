"""The masking core finds the published optima, and those of plain trying (R1, R11's companion)."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np
import pytest

from cases.disclosure.errors import AuditFailed, AuditTimeout
from cases.disclosure.masking import Attack, Problem, cheapest
from tests.pure.disclosure.exact_tables import (
    cheapest_by_trying,
    problem_of,
    with_margins,
    withheld,
)

DATA = Path(__file__).parent / "data"


def test_r1_three_by_three_of_fischetti_and_salazar() -> None:
    """One cell of 8 is small (9 or fewer): the optimum withholds four cells, for 59.

    Source: Fischetti and Salazar 2001, table 1; InseeFrLab and modulartabler repeat it.
    """
    values, equations = with_margins([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    demands = {4: (0.0, 10.0)}
    found = cheapest(problem_of(values, equations, demands))
    gone = withheld(values, demands, found.thrown)
    assert gone == [4, 6, 8, 10]
    assert sum(values[rank] for rank in gone) == 59


def test_r1_published_pattern_of_the_five_by_five_by_five_table_holds_and_no_cell_can_return() -> (
    None
):
    """The optimum itself is sought in the long trials; its pattern is checked here.

    Source: modulartabler's test data (NSW Ministry of Health, MIT).
    """
    values, equations, pattern = high_dimensional()
    demands = demands_of(values)
    others = [rank for rank in range(len(values)) if rank not in demands]
    thrown = frozenset(others.index(rank) for rank in pattern if rank not in demands)
    problem = problem_of(values, equations, demands)
    assert not _is_broken(problem, thrown)
    for switch in sorted(thrown):
        assert _is_broken(problem, thrown - {switch})


def high_dimensional() -> tuple[list[int], np.ndarray, list[int]]:
    """Give the 125 cells, the 61 equations and the published pattern."""
    with (DATA / "high-dim.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    values = [int(row["counts"]) for row in rows]
    names = [name for name in rows[0] if name.startswith("NS")]
    equations = np.array([[int(row[name]) for row in rows] for name in names])
    return values, equations, [i for i, row in enumerate(rows) if int(row["suppress_pattern"])]


def demands_of(values: list[int], small: int = 4) -> dict[int, tuple[float, float]]:
    """Demand that each cell from 1 to `small` be possibly one less and one more."""
    return {rank: (v - 1.0, v + 1.0) for rank, v in enumerate(values) if 1 <= v <= small}


def _is_broken(problem: Problem, thrown: frozenset[int]) -> bool:
    """Tell whether a pattern leaves a demand unmet."""
    attack = Attack(problem, problem.attackers[0])
    return bool(attack.cuts(thrown, most=1, tick=lambda: None))


@pytest.mark.parametrize("seed", range(200))
def test_r1_same_price_as_plain_trying(seed: int) -> None:
    compare_with_trying(seed)


def compare_with_trying(seed: int) -> None:
    """Draw a table of at most 4 x 4 whose totals are shown; compare the two optima."""
    source = random.Random(f"table-{seed}")
    height, width = source.randint(2, 4), source.randint(2, 4)
    inner = [[source.choice((0, 1, 2, 3, 4, 5, 7, 9)) for _ in range(width)] for _ in range(height)]
    values, equations = with_margins(inner)
    shape = np.arange(len(values)).reshape(height + 1, width + 1)
    kept = frozenset(int(rank) for rank in [*shape[-1], *shape[:, -1]])
    small = [rank for rank, value in enumerate(values) if value < 2 and rank not in kept]
    demands = dict.fromkeys(small[:4], (0.0, 2.0))
    tried = cheapest_by_trying(values, equations, demands, kept)
    problem = problem_of(values, equations, demands, kept=kept)
    found = cheapest(problem)
    hopeless = any(found.hopeless.values())
    if tried is None:
        assert hopeless
        return
    gone = withheld(values, demands, found.thrown, kept)
    assert not hopeless
    assert sum(values[rank] for rank in gone if rank not in demands) == tried


def test_an_audit_ends_when_it_is_told_that_its_time_is_over() -> None:
    values, equations = with_margins([[20, 50, 10], [8, 19, 22], [17, 32, 12]])

    def over() -> None:
        raise AuditTimeout("fin")

    with pytest.raises(AuditTimeout):
        cheapest(problem_of(values, equations, {4: (0.0, 10.0)}), tick=over)


def test_too_many_rounds_end_in_a_refusal_never_in_a_guess() -> None:
    values, equations = with_margins([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    with pytest.raises(AuditFailed):
        cheapest(problem_of(values, equations, {4: (0.0, 10.0)}), rounds=1)
