"""What an outsider can prove from published numbers, by exact integer programs.

The attacker knows the plan, the parameters and every published line. His unknowns are the fine
cells of the plan; every table of whole numbers that agrees with the lines is possible to him.
The model covers the cells of the plan's tables, not crossings that the plan does not declare.

Source: releases.md 0.4, 2.2 and 5.4.3; Fischetti and Salazar 2001 for the attacker's problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from cases.disclosure.errors import AuditFailed
from cases.disclosure.ladder import Line
from cases.disclosure.plan import Facet, Plan, Table

Expression = dict[int, int]
"""A sum of unknowns: coefficient by rank of the unknown."""
Solution = NDArray[np.int64]
"""One possible world: a whole number for each unknown."""
FREE = "*"
"""Stands for every group about which no line says anything: they are all alike."""


class Attacker:
    """The feasible worlds of one population, given published lines."""

    def __init__(self, plan: Plan, population: str, lines: Sequence[Line]) -> None:
        """Build the unknowns and the constraints; lines may be dropped later, never added."""
        self._plan = plan
        self._tables = {table.id: table for table in plan.tables_of(population)}
        self._lines = list(lines)
        self._ranks: dict[tuple[str, ...], int] = {}
        self._rows: list[tuple[Expression, float, float]] = []
        self._spoken = self._groups_spoken_of()
        self.total = {self._rank("T"): 1}
        facets = plan.facets_of(population)
        for facet in facets:
            if not facet.multi:
                codes = [self._rank(facet.code, code) for code in facet.codes]
                self._equal(dict.fromkeys(codes, 1), self.total)
        for table in self._tables.values():
            if table.is_cross and not plan.facets[table.facets[0]].multi:
                self._cross_singles(table)
        for facet in facets:
            if facet.multi:
                self._multiple(facet)
        for line in self._lines:
            self._rows.append((self.cell(line.table, line.groups), line.lo, line.hi))
        self._freeze()

    def cell(self, table: str, groups: tuple[str, ...]) -> Expression:
        """Give the number of situations in a cell, as a sum of unknowns."""
        if not groups:
            return self.total
        known = self._tables[table]
        facets = [self._plan.facets[name] for name in known.facets]
        if len(groups) == 1:
            return self.margin(facets[0].code, groups[0])
        columns = facets[1].groups[groups[1]].codes
        if facets[0].multi:
            row = self._canonical(facets[0], groups[0])
            return {self._rank(table, row, column): 1 for column in columns}
        rows = facets[0].groups[groups[0]].codes
        return {self._rank(table, row, column): 1 for row in rows for column in columns}

    def margin(self, facet: str, group: str) -> Expression:
        """Give the number of situations in a group of a facet, as a sum of unknowns."""
        known = self._plan.facets[facet]
        if known.multi:
            return {self._rank(facet, self._canonical(known, group)): 1}
        return {self._rank(facet, code): 1 for code in known.groups[group].codes}

    def extreme(self, expression: Expression, side: Literal["low", "high"]) -> Solution:
        """Give a possible world in which a sum of unknowns is smallest or largest.

        Raises:
            AuditFailed: the solver did not reach a proven optimum.
        """
        sign = 1.0 if side == "low" else -1.0
        goal = np.zeros(len(self._ranks))
        for rank, coefficient in expression.items():
            goal[rank] += sign * coefficient
        result = milp(
            goal,
            integrality=np.ones(len(goal)),
            bounds=Bounds(0, np.inf),
            constraints=self._constraint,
            options={"time_limit": 20.0, "mip_rel_gap": 0.0},
        )
        if result.status != 0 or result.x is None:
            raise AuditFailed(
                "La vérification n’a pas abouti : rien n’est publié. Réessayez, puis prévenez "
                "la personne qui exploite le service."
            )
        world: Solution = np.rint(result.x).astype(np.int64)
        if not self.holds(world):
            raise AuditFailed("La vérification a donné un résultat inexact : rien n’est publié.")
        return world

    def holds(self, world: Solution) -> bool:
        """Tell, in whole numbers and without a solver, whether a world agrees with all lines."""
        return bool((world >= 0).all()) and all(
            lo <= value_in(world, expression) <= hi for expression, lo, hi in self._rows
        )

    def _rank(self, *name: str) -> int:
        """Give the rank of an unknown, made at its first use."""
        return self._ranks.setdefault(name, len(self._ranks))

    def _equal(self, left: Expression, right: Expression) -> None:
        """Demand that two sums be equal."""
        self._rows.append((_minus(left, right), 0, 0))

    def _at_most(self, left: Expression, right: Expression) -> None:
        """Demand that one sum be at most another."""
        self._rows.append((_minus(left, right), -np.inf, 0))

    def _groups_spoken_of(self) -> set[tuple[str, str]]:
        """List the groups of multiple facets that share a code with a published row."""
        spoken: set[tuple[str, str]] = set()
        for line in self._lines:
            facet = self._plan.facets[self._tables[line.table].facets[0]] if line.table else None
            if facet is not None and facet.multi:
                shown = facet.groups[line.groups[0]].codes
                spoken |= {(facet.code, c) for c, g in facet.groups.items() if g.codes & shown}
        return spoken

    def _canonical(self, facet: Facet, group: str) -> str:
        """Replace a group about which nothing is published by the one that stands for all."""
        return group if (facet.code, group) in self._spoken else FREE

    def _cross_singles(self, table: Table) -> None:
        """Tie the fine cells of two facets with one answer each to both margins."""
        first, second = (self._plan.facets[name] for name in table.facets)
        for row in first.codes:
            cells = {self._rank(table.id, row, column): 1 for column in second.codes}
            self._equal(cells, {self._rank(first.code, row): 1})
        for column in second.codes:
            cells = {self._rank(table.id, row, column): 1 for row in first.codes}
            self._equal(cells, {self._rank(second.code, column): 1})

    def _multiple(self, facet: Facet) -> None:
        """Tie each group of a facet with several answers to the whole, and unions to parts."""
        table = next(
            (t for t in self._tables.values() if t.is_cross and t.facets[0] == facet.code), None
        )
        items = [FREE, *(code for code in facet.groups if (facet.code, code) in self._spoken)]
        slices: list[dict[str, Expression]] = []
        wholes: list[Expression] = [self.total]
        slices.append({item: {self._rank(facet.code, item): 1} for item in items})
        if table is not None:
            other = self._plan.facets[table.facets[1]]
            for item in items:
                cells = {self._rank(table.id, item, code): 1 for code in other.codes}
                self._equal(cells, {self._rank(facet.code, item): 1})
            for code in other.codes:
                wholes.append({self._rank(other.code, code): 1})
                slices.append({item: {self._rank(table.id, item, code): 1} for item in items})
        for whole, part in zip(wholes, slices, strict=True):
            for expression in part.values():
                self._at_most(expression, whole)
            self._tie_unions(facet, part)
            self._cover(facet, part, whole)

    def _tie_unions(self, facet: Facet, part: dict[str, Expression]) -> None:
        """Demand that a union be at least each of its parts and at most their sum."""
        layouts = list(facet.layouts.values())
        for fine, coarse in pairwise(layouts):
            for union in coarse.groups:
                parts = [g for g in fine.groups if g.codes < union.codes and g.code in part]
                if union.code not in part or not parts:
                    continue
                for group in parts:
                    self._at_most(part[group.code], part[union.code])
                together: Expression = {}
                for group in parts:
                    together |= part[group.code]
                self._at_most(part[union.code], together)

    def _cover(self, facet: Facet, part: dict[str, Expression], whole: Expression) -> None:
        """Demand that every situation have an answer: the form asks for at least one.

        Two groups about which nothing is published can each be empty while the other covers
        everybody, so the demand teaches something about a single cell only when one or none is
        left.
        """
        shown = {line.groups[0] for line in self._lines if self._speaks_of(facet, line)}
        for layout in facet.layouts.values():
            named = [group.code for group in layout.groups if group.code in part]
            silent = len(layout.groups) - len(named)
            if shown & set(named) and silent <= 1:
                together: Expression = {}
                for code in [*named, *[FREE] * silent]:
                    together |= part[code]
                self._at_most(whole, together)

    def _speaks_of(self, facet: Facet, line: Line) -> bool:
        """Tell whether a line publishes a row of a facet."""
        return bool(line.table) and self._tables[line.table].facets[0] == facet.code

    def _freeze(self) -> None:
        """Write the constraints once as a sparse matrix."""
        data, rows, columns = [], [], []
        for index, (expression, _, _) in enumerate(self._rows):
            for rank, coefficient in expression.items():
                data.append(coefficient)
                rows.append(index)
                columns.append(rank)
        shape = (len(self._rows), len(self._ranks))
        matrix = csr_matrix((data, (rows, columns)), shape=shape)
        low = np.array([lo for _, lo, _ in self._rows], dtype=float)
        high = np.array([hi for _, _, hi in self._rows], dtype=float)
        self._constraint = LinearConstraint(matrix, low, high)


def value_in(world: Solution, expression: Expression) -> int:
    """Give the value of a sum of unknowns in one world."""
    return int(sum(int(world[rank]) * times for rank, times in expression.items()))


def _minus(left: Expression, right: Expression) -> Expression:
    """Subtract one sum from another."""
    result = dict(left)
    for rank, coefficient in right.items():
        result[rank] = result.get(rank, 0) - coefficient
    return result


def difference(whole: Expression, parts: Iterable[Expression]) -> Expression:
    """Give a whole less its parts: the cell "everybody else"."""
    for part in parts:
        whole = _minus(whole, part)
    return whole
