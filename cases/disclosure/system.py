"""The unknowns of one population over some atoms, and the relations that always hold.

An attacker's possible world is a whole number for each unknown, such that situations with these
answers exist: crossed facets form a forest, so tables that agree on their shared facet can always
be joined (`cases.disclosure.worlds` does it). Every relation is homogeneous: what an attacker
knows of her own situations can be taken away from both sides.

Source: releases.md 5.4.3; Fischetti and Salazar 2001 for the attacker's problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from cases.disclosure.counts import Counts
from cases.disclosure.errors import PeriodRefused
from cases.disclosure.ledger import Line
from cases.disclosure.plan import Facet, Group, Plan, Table

Expression = dict[int, int]
"""A sum of unknowns: coefficient by rank of the unknown."""
Row = tuple[Expression, float, float]
"""A sum of unknowns and the bounds it keeps within."""
MOST: Final = 100_000
"""No commission meets as many situations in a period: it keeps every question bounded."""
REST: Final = "~"
"""Names the situations that give none of the exclusive answers of a facet."""


class System:
    """Unknowns and sure relations; `rows` hold for every world, whatever is published."""

    def __init__(self, plan: Plan, population: str, atoms: int) -> None:
        """Make every unknown of `atoms` periods."""
        self.plan = plan
        self.population = population
        self.facets = {facet.code: facet for facet in plan.facets_of(population)}
        self.crosses = [table for table in plan.tables_of(population) if table.is_cross]
        self.rows: list[Row] = []
        self._ranks: dict[tuple[int, tuple[str, ...]], int] = {}
        self._crossed = {
            table.facets[0]: table for table in self.crosses if self.facets[table.facets[0]].multi
        }
        for atom in range(atoms):
            self._atom(atom)

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return len(self._ranks)

    def total(self, atoms: Sequence[int]) -> Expression:
        """Give the number of situations of some atoms."""
        return {self.rank(atom, "T"): 1 for atom in atoms}

    def margin(self, atoms: Sequence[int], facet: str, group: str) -> Expression:
        """Give the number of situations in a group of a facet."""
        known = self.facets[facet]
        if known.multi:
            return {rank: 1 for atom in atoms for rank in self._several(atom, known, group)}
        codes = known.groups[group].codes
        return {self.rank(atom, facet, code): 1 for atom in atoms for code in sorted(codes)}

    def crossing(
        self, atoms: Sequence[int], table: Table, row: Group, columns: Sequence[str]
    ) -> Expression:
        """Give the number of situations of a group of the first facet with one of these codes."""
        rows = [row.code] if self.facets[table.facets[0]].multi else sorted(row.codes)
        return {self.rank(a, table.id, r, c): 1 for a in atoms for r in rows for c in columns}

    def line(self, line: Line, atoms: Sequence[int]) -> list[Row]:
        """Give what a line of the ledger says, as bounded sums.

        Raises:
            PeriodRefused: the plan cannot say it in its own codes any more.
        """
        if not line.facets:
            return [(self.total(atoms), line.lo, line.hi)]
        facets = [self.facets.get(name) for name in line.facets]
        if any(
            facet is None or not codes <= facet.labels.keys()
            for facet, codes in zip(facets, line.codes, strict=True)
        ):
            raise self._changed()
        first = self.facets[line.facets[0]]
        if len(facets) == 1:
            cell = self._union(first, line.codes[0], atoms)
            whole = self.total(atoms)
        else:
            cell, whole = self._crossing(line, atoms)
        rows: list[Row] = [(cell, line.lo, line.hi)]
        if line.beside is not None:
            rows.append((minus(whole, cell), line.beside, np.inf))
        return rows

    def placed(self, atom: int, counts: Counts) -> Iterator[tuple[int, int]]:
        """Give every unknown of an atom and its value when these situations are all there is."""
        yield self.rank(atom, "T"), counts.total
        for facet in self.facets.values():
            if not facet.multi:
                for code in facet.codes:
                    yield self.rank(atom, facet.code, code), counts.margins[facet.code][code]
                continue
            table = self._crossed.get(facet.code)
            for part, _ in self.slices(atom, facet):
                held = {
                    group: counts.crosses[table.id][group][part[0]]
                    if table
                    else counts.margins[facet.code][group]
                    for group in facet.groups
                }
                whole = counts.margins[table.facets[1]][part[0]] if table else counts.total
                for group, count in held.items():
                    yield self.several(atom, facet, group, part), count
                alone = sum(held[code] for code in facet.exclusive)
                yield self.several(atom, facet, REST, part), whole - alone
        for table in self.crosses:
            first, second = (self.facets[name] for name in table.facets)
            if not first.multi:
                for row in first.codes:
                    for column in second.codes:
                        count = counts.crosses[table.id][row][column]
                        yield self.rank(atom, table.id, row, column), count

    def rank(self, atom: int, *name: str) -> int:
        """Give the rank of an unknown, made at its first use."""
        return self._ranks.setdefault((atom, name), len(self._ranks))

    def _atom(self, atom: int) -> None:
        """Write the relations of one period."""
        total = self.total([atom])
        self.rows.append((total, 0, MOST))
        for facet in self.facets.values():
            if not facet.multi:
                codes = {self.rank(atom, facet.code, code): 1 for code in facet.codes}
                self._equal(codes, total)
        for table in self.crosses:
            first, second = (self.facets[name] for name in table.facets)
            if first.multi:
                continue
            for row in first.codes:
                cells = {self.rank(atom, table.id, row, column): 1 for column in second.codes}
                self._equal(cells, {self.rank(atom, first.code, row): 1})
            for column in second.codes:
                cells = {self.rank(atom, table.id, row, column): 1 for row in first.codes}
                self._equal(cells, {self.rank(atom, second.code, column): 1})
        for facet in self.facets.values():
            if facet.multi:
                for part, whole in self.slices(atom, facet):
                    self._several_answers(facet, atom, part, whole)

    def slices(self, atom: int, facet: Facet) -> Iterator[tuple[tuple[str, ...], Expression]]:
        """Give the parts of a period in which a facet with several answers is counted.

        They are the columns of its crossed table, or the whole; each comes with its size.
        """
        table = self._crossed.get(facet.code)
        if table is None:
            yield (), self.total([atom])
            return
        for column in self.facets[table.facets[1]].codes:
            yield (column,), {self.rank(atom, table.facets[1], column): 1}

    def several(self, atom: int, facet: Facet, group: str, part: tuple[str, ...]) -> int:
        """Give the rank of a group of a facet with several answers, in one part."""
        table = self._crossed.get(facet.code)
        return self.rank(atom, table.id if table else facet.code, group, *part)

    def _several_answers(
        self, facet: Facet, atom: int, part: tuple[str, ...], whole: Expression
    ) -> None:
        """Tie groups to their parts, and all of them to the whole: everybody answers.

        A union is at least each of its parts and at most their sum. Exclusive answers and the rest
        share the whole between them.
        """
        alone = [self.several(atom, facet, code, part) for code in sorted(facet.exclusive)]
        rest = {self.several(atom, facet, REST, part): 1}
        self._equal({**dict.fromkeys(alone, 1), **rest}, whole)
        (chain,) = facet.chains()
        for fine, coarse in pairwise(chain):
            for union in coarse.groups:
                parts = [group.code for group in fine.groups if group.codes < union.codes]
                if parts:
                    here = {self.several(atom, facet, union.code, part): 1}
                    self._covers(here, [self.several(atom, facet, one, part) for one in parts])
        tops = [g.code for g in chain[-1].groups if not g.codes & facet.exclusive]
        self._covers(rest, [self.several(atom, facet, one, part) for one in tops])

    def _covers(self, union: Expression, parts: Sequence[int]) -> None:
        """Demand that a union be at least each part and at most their sum."""
        for rank in parts:
            self.rows.append((minus({rank: 1}, union), -np.inf, 0))
        self.rows.append((minus(union, dict.fromkeys(parts, 1)), -np.inf, 0))

    def _equal(self, left: Expression, right: Expression) -> None:
        """Demand that two sums be equal."""
        self.rows.append((minus(left, right), 0, 0))

    def _several(self, atom: int, facet: Facet, group: str) -> list[int]:
        """Give the ranks whose sum is a group of a facet with several answers."""
        return [self.several(atom, facet, group, part) for part, _ in self.slices(atom, facet)]

    def _union(self, facet: Facet, codes: frozenset[str], atoms: Sequence[int]) -> Expression:
        """Give the number of situations with at least one code of a set."""
        if not facet.multi:
            return {
                self.rank(atom, facet.code, code): 1 for atom in atoms for code in sorted(codes)
            }
        return self.margin(atoms, facet.code, self._group(facet, codes))

    def _group(self, facet: Facet, codes: frozenset[str]) -> str:
        """Name the group that puts exactly these codes together."""
        found = next((g.code for g in facet.groups.values() if g.codes == codes), None)
        if found is None:
            raise self._changed()
        return found

    def _crossing(self, line: Line, atoms: Sequence[int]) -> tuple[Expression, Expression]:
        """Give a crossed line's cell, and the column in which it lies."""
        table = next((t for t in self.crosses if t.facets == line.facets), None)
        if table is None:
            raise self._changed()
        first, second = (self.facets[name] for name in line.facets)
        rows = [self._group(first, line.codes[0])] if first.multi else sorted(line.codes[0])
        columns = sorted(line.codes[1])
        cell = {self.rank(a, table.id, r, c): 1 for a in atoms for r in rows for c in columns}
        return cell, {self.rank(a, second.code, c): 1 for a in atoms for c in columns}

    def _changed(self) -> PeriodRefused:
        """Say that an overlapping release was made under a plan that said other things."""
        return PeriodRefused(
            "Une publication ancienne de cette période suit un plan dont les réponses ont changé "
            f"({self.plan.populations[self.population].label}) : choisissez une période qui ne la "
            "recouvre pas."
        )


def minus(left: Expression, right: Expression) -> Expression:
    """Subtract one sum from another."""
    result = dict(left)
    for rank, coefficient in right.items():
        result[rank] = result.get(rank, 0) - coefficient
    return {rank: coefficient for rank, coefficient in result.items() if coefficient}


def matrix_of(expressions: Sequence[Expression], size: int) -> csr_matrix:
    """Write sums of unknowns as a sparse matrix of shape (expressions, unknowns)."""
    data, columns, starts = [], [], [0]
    for expression in expressions:
        for rank, coefficient in expression.items():
            columns.append(rank)
            data.append(coefficient)
        starts.append(len(columns))
    shape = (len(expressions), size)
    return csr_matrix((np.array(data, dtype=np.int64), columns, starts), shape=shape)
