"""Every table of whole numbers that an attacker cannot rule out, and how far a number may go.

Written apart from the engine, with other solvers: GLOP for real numbers, CP-SAT for whole ones
(OR-tools). The unknowns are the codes of each facet, the fine cells of each crossing, and for
facets with several answers the sizes of each group in each column.

Source: Fischetti and Salazar 2001; releases.md 6 (R2, R11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from tests.simulator.told import NO_LIMIT, Answers, Codes, Told, Where, Words

Sum = dict[int, int]
"""A sum of unknowns: coefficient by rank."""
World = list[int]
Side = Literal["low", "high"]
_CLOSE = 1e-6


class NoWorld(Exception):
    """What was told contradicts itself: the attacker was told something false."""


class Possible:
    """The worlds of one population that agree with what was told.

    With `own`, the attacker knows these situations: the unknowns are then those of the others.
    """

    def __init__(self, words: Words, told: Iterable[Told], own: Sequence[Answers] = ()) -> None:
        """Write the relations of the population, then what was told, own situations taken away."""
        self._words = words
        self._ranks: dict[tuple[Any, ...], int] = {}
        self._rows: list[tuple[Sum, int, int]] = []
        self._crossed = {
            t["facets"][0]: t["facets"][1]
            for t in words.tables
            if len(t["facets"]) == 2 and words.facets[t["facets"][0]]["multi"]
        }
        self._pairs = {
            tuple(t["facets"])
            for t in words.tables
            if len(t["facets"]) == 2 and not words.facets[t["facets"][0]]["multi"]
        }
        self._relate()
        for one in told:
            known = one.count(own) if own else 0
            part = self.sum_of(one.where)
            spoken = less(self.sum_of(one.whole), part) if one.whole else part
            self._rows.append((spoken, one.lo - known, one.hi - known))
        self._worlds: list[World] = []
        self._linear: Any = None
        self._whole: Any = None

    def sum_of(self, where: Where) -> Sum:
        """Write a number of situations as a sum of unknowns."""
        if not where.facets:
            return {self._rank("all"): 1}
        first, codes = where.facets[0], where.codes[0]
        if not self._words.facets[first]["multi"]:
            if len(where.facets) == 1:
                return {self._rank(first, code): 1 for code in sorted(codes)}
            columns = sorted(where.codes[1])
            pair = where.facets
            return {
                self._rank(*pair, row, column): 1 for row in sorted(codes) for column in columns
            }
        if len(where.facets) == 1:
            return {self._rank(first, codes, part): 1 for part in self._parts(first)}
        return {self._rank(first, codes, column): 1 for column in sorted(where.codes[1])}

    def low(self, goal: Sum, *, wanted: int = 0) -> int:
        """Give the least value of a sum, or any value that is not above `wanted`."""
        return self._extreme(goal, "low", wanted)

    def high(self, goal: Sum, *, wanted: int = NO_LIMIT) -> int:
        """Give the largest value of a sum, or any value that is not below `wanted`."""
        return self._extreme(goal, "high", wanted)

    # --- relations that always hold ---
    def _rank(self, *name: Any) -> int:
        return self._ranks.setdefault(name, len(self._ranks))

    def _parts(self, facet: str) -> list[str]:
        """List the columns in which a facet with several answers is counted; one when alone."""
        column = self._crossed.get(facet)
        return self._words.codes(column) if column else [""]

    def _relate(self) -> None:
        every = {self._rank("all"): 1}
        self._rows.append((every, 0, NO_LIMIT))
        for code, facet in self._words.facets.items():
            if not facet["multi"]:
                self._same({self._rank(code, one): 1 for one in self._words.codes(code)}, every)
        for first, second in sorted(self._pairs):
            rows, columns = self._words.codes(first), self._words.codes(second)
            for row in rows:
                cells = {self._rank(first, second, row, column): 1 for column in columns}
                self._same(cells, {self._rank(first, row): 1})
            for column in columns:
                cells = {self._rank(first, second, row, column): 1 for row in rows}
                self._same(cells, {self._rank(second, column): 1})
        for code, facet in self._words.facets.items():
            if facet["multi"]:
                for part in self._parts(code):
                    whole = {self._rank(self._crossed[code], part): 1} if part else every
                    self._several(code, part, whole, frozenset(facet.get("exclusive", ())))

    def _several(self, facet: str, part: str, whole: Sum, alone: Codes) -> None:
        """Everybody answers: one exclusive code, or at least one of the others.

        Groups are nested, so sizes are possible as soon as each is at least its largest part and
        at most all its parts together.
        """
        sizes = {g: self._rank(facet, g, part) for g in self._words.groups(facet)}
        others = self._rank(facet, "others", part)
        each = {sizes[frozenset([code])]: 1 for code in sorted(alone)}
        self._same({**each, others: 1}, whole)
        (chain,) = self._words.chains(facet)
        for fine, coarse in pairwise(chain):
            for union in coarse:
                inside = [sizes[group] for group in fine if group < union]
                if inside:
                    self._covered(sizes[union], inside)
        self._covered(others, [sizes[group] for group in chain[-1] if not group & alone])

    def _covered(self, union: int, parts: list[int]) -> None:
        for part in parts:
            self._rows.append(({part: 1, union: -1}, -NO_LIMIT, 0))
        self._rows.append(({union: 1, **dict.fromkeys(parts, -1)}, -NO_LIMIT, 0))

    def _same(self, left: Sum, right: Sum) -> None:
        self._rows.append((less(left, right), 0, 0))

    # --- how far a number may go ---
    def _extreme(self, goal: Sum, side: Side, wanted: int) -> int:
        values = [value_of(goal, world) for world in self._worlds]
        best = (min if side == "low" else max)(values, default=None)
        if best is not None and (best <= wanted if side == "low" else best >= wanted):
            return int(best)
        bound, world = self._real(goal, side)
        if world is None and not self._answers(bound, best, side):
            bound, world = self._exact(goal, side)
        if world is not None:
            self._worlds.append(world)
        return bound

    @staticmethod
    def _answers(bound: int, best: int | None, side: Side) -> bool:
        """Tell whether a known world reaches the bound over real numbers."""
        return best is not None and best == bound

    def _real(self, goal: Sum, side: Side) -> tuple[int, World | None]:
        """Bound a sum over real numbers; give the point too when it is a world."""
        if self._linear is None:
            self._linear = self._glop()
        solver, unknowns = self._linear
        objective = solver.Objective()
        objective.Clear()
        for rank, times in goal.items():
            objective.SetCoefficient(unknowns[rank], times)
        objective.SetOptimizationDirection(side == "high")
        status = solver.Solve()
        if status == pywraplp.Solver.INFEASIBLE:
            raise NoWorld
        if status != pywraplp.Solver.OPTIMAL:
            return self._exact(goal, side)
        value = objective.Value()
        bound = int(-((_CLOSE - value) // 1)) if side == "low" else int((value + _CLOSE) // 1)
        point = [unknown.solution_value() for unknown in unknowns]
        world = [round(x) for x in point]
        near = all(abs(x - y) < _CLOSE for x, y in zip(point, world, strict=True))
        return bound, world if near and self._holds(world) else None

    def _exact(self, goal: Sum, side: Side) -> tuple[int, World]:
        """Give the true extreme over whole numbers."""
        if self._whole is None:
            self._whole = self._cp_sat()
        model, unknowns = self._whole
        target = sum(times * unknowns[rank] for rank, times in goal.items())
        model.clear_objective()
        (model.minimize if side == "low" else model.maximize)(target)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            raise NoWorld
        if status != cp_model.OPTIMAL:
            raise RuntimeError("CP-SAT gave no proven answer")
        world = [solver.value(unknown) for unknown in unknowns]
        return value_of(goal, world), world

    def _holds(self, world: World) -> bool:
        return min(world) >= 0 and all(
            lo <= value_of(expression, world) <= hi for expression, lo, hi in self._rows
        )

    def _glop(self) -> Any:
        solver = pywraplp.Solver.CreateSolver("GLOP")
        unknowns = [solver.NumVar(0, NO_LIMIT, "") for _ in self._ranks]
        for expression, lo, hi in self._rows:
            row = solver.Constraint(lo, hi)
            for rank, times in expression.items():
                row.SetCoefficient(unknowns[rank], times)
        return solver, unknowns

    def _cp_sat(self) -> Any:
        model = cp_model.CpModel()
        unknowns = [model.new_int_var(0, NO_LIMIT, "") for _ in self._ranks]
        for expression, lo, hi in self._rows:
            model.add_linear_constraint(
                sum(times * unknowns[rank] for rank, times in expression.items()), lo, hi
            )
        return model, unknowns


def less(left: Sum, right: Sum) -> Sum:
    """Subtract one sum from another."""
    result = dict(left)
    for rank, times in right.items():
        result[rank] = result.get(rank, 0) - times
    return {rank: times for rank, times in result.items() if times}


def value_of(expression: Sum, world: World) -> int:
    """Give the value of a sum in a world."""
    return sum(times * world[rank] for rank, times in expression.items())
