"""Every cell that a plan knows, published or not: what must stay open when its count is small.

A cell is a group of a facet or a crossing of two, over some atoms, or what lies beside it:
everybody else, the rest of its row, the rest of its column.

Source: releases.md 0.4 (complements included) and 5.4.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cases.disclosure.counts import Counts
from cases.disclosure.plan import Group, Plan
from cases.disclosure.system import Expression, System, minus

ALONE: Final = ""
OTHERS: Final = "~"
ROW: Final = "~row"
COLUMN: Final = "~column"


@dataclass(frozen=True)
class Cell:
    """A group (`table` empty) or a crossing, or what lies beside it.

    Attributes:
        facets: one facet, or the two of the table.
        groups: one group a facet.
        beside: `ALONE` for the cell itself, else `OTHERS`, `ROW` or `COLUMN`.
    """

    table: str
    facets: tuple[str, ...]
    groups: tuple[str, ...]
    beside: str = ALONE

    def name(self, population: str, period: int) -> str:
        """Give the id of the cell over the period of this rank."""
        parts = [population, str(period), self.table or self.facets[0], *self.groups]
        return "/".join([*parts, self.beside] if self.beside else parts)

    def count(self, counts: Counts) -> int:
        """Give the true count."""
        if not self.table:
            held = counts.margins[self.facets[0]][self.groups[0]]
            return counts.total - held if self.beside else held
        held = counts.crosses[self.table][self.groups[0]][self.groups[1]]
        if self.beside == ROW:
            return counts.margins[self.facets[0]][self.groups[0]] - held
        if self.beside == COLUMN:
            return counts.margins[self.facets[1]][self.groups[1]] - held
        return held

    def expression(self, system: System, atoms: Sequence[int]) -> Expression:
        """Give the number of situations of the cell as a sum of unknowns."""
        first = system.facets[self.facets[0]]
        group = first.groups[self.groups[0]]
        others = [code for code in first.codes if code not in group.codes]
        if not self.table:
            held = system.margin(atoms, first.code, group.code)
            if not self.beside:
                return held
            if first.multi:
                return minus(system.total(atoms), held)
            return {system.rank(atom, first.code, code): 1 for atom in atoms for code in others}
        table = system.plan.table(self.table)
        column = system.facets[self.facets[1]].groups[self.groups[1]]
        if self.beside == ROW:
            rest = [c for c in system.facets[self.facets[1]].codes if c not in column.codes]
            return system.crossing(atoms, table, group, rest)
        held = system.crossing(atoms, table, group, sorted(column.codes))
        if self.beside == COLUMN and first.multi:
            return minus(system.margin(atoms, self.facets[1], column.code), held)
        if self.beside == COLUMN:
            alike = Group("", "", frozenset(others))
            return system.crossing(atoms, table, alike, sorted(column.codes))
        return held


def cells_of(plan: Plan, population: str) -> Iterator[Cell]:
    """Give every cell of a population, coarse groupings first.

    That order finds worlds in which a whole group is empty before asking about its parts.
    """
    for facet in plan.facets_of(population):
        for group in _coarse_first(plan, facet.code):
            for beside in (ALONE, OTHERS):
                yield Cell("", (facet.code,), (group,), beside)
    for table in plan.tables_of(population):
        if table.is_cross:
            for row in _coarse_first(plan, table.facets[0]):
                for column in _coarse_first(plan, table.facets[1]):
                    for beside in (ALONE, ROW, COLUMN):
                        yield Cell(table.id, table.facets, (row, column), beside)


def _coarse_first(plan: Plan, facet: str) -> list[str]:
    """Give the groups of a facet, those of the coarsest layout first, each once."""
    layouts = reversed(list(plan.facets[facet].layouts.values()))
    return list(dict.fromkeys(group.code for layout in layouts for group in layout.groups))
