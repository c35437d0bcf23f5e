"""Contingency counts of one population over one period: all that the engine ever sees.

Counts are confidential: they are sealed like a situation and never leave the commission.

Source: releases.md 5.1 (snapshot); decisions 36 and 40.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from typing import Any

from cases.disclosure.errors import RowInvalid
from cases.disclosure.plan import Facet, Plan

CodedRow = Mapping[str, str | Sequence[str]]
"""One situation: a code for each facet of its population, at least one where `multi`."""


@dataclass(frozen=True)
class Counts:
    """Numbers of situations, for every group of every layout.

    `margins[facet][group]` counts situations with a code of the group; `crosses[table][a][b]`
    counts those with a code of group `a` of the first facet and of group `b` of the second.
    """

    population: str
    total: int
    margins: Mapping[str, Mapping[str, int]] = field(repr=False)
    crosses: Mapping[str, Mapping[str, Mapping[str, int]]] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form, to be sealed between the member's request and the job."""
        return {
            "population": self.population,
            "total": self.total,
            "margins": self.margins,
            "crosses": self.crosses,
        }

    def plus(self, other: Counts) -> Counts:
        """Add the counts of another period of the same population and plan."""
        return Counts(
            self.population,
            self.total + other.total,
            {
                facet: {group: count + other.margins[facet][group] for group, count in row.items()}
                for facet, row in self.margins.items()
            },
            {
                table: {
                    first: {
                        second: count + other.crosses[table][first][second]
                        for second, count in row.items()
                    }
                    for first, row in cells.items()
                }
                for table, cells in self.crosses.items()
            },
        )


def count_rows(plan: Plan, population: str, rows: Iterable[CodedRow]) -> Counts:
    """Count coded rows that all belong to one population and one period.

    The order of rows has no effect. Facets of other populations may be present: they are left.

    Raises:
        RowInvalid: a facet is missing, or a code is not in the plan.
    """
    facets = plan.facets_of(population)
    margins = {facet.code: dict.fromkeys(facet.groups, 0) for facet in facets}
    tables = [table for table in plan.tables_of(population) if table.is_cross]
    crosses = {
        table.id: {
            first: dict.fromkeys(plan.facets[table.facets[1]].groups, 0)
            for first in plan.facets[table.facets[0]].groups
        }
        for table in tables
    }
    total = 0
    for row in rows:
        total += 1
        held = {facet.code: _groups_of(facet, row) for facet in facets}
        for name, groups in held.items():
            for group in groups:
                margins[name][group] += 1
        for table in tables:
            for first, second in product(*(held[name] for name in table.facets)):
                crosses[table.id][first][second] += 1
    return Counts(population, total, margins, crosses)


def sum_of(counts: Sequence[Counts]) -> Counts:
    """Add the counts of several periods."""
    return reduce(Counts.plus, counts)


def _groups_of(facet: Facet, row: CodedRow) -> list[str]:
    """Give the groups of a facet that hold one of the row's codes.

    Raises:
        RowInvalid: as `count_rows`; the message never repeats a value, it may be personal.
    """
    value = row.get(facet.code)
    if value is None:
        raise RowInvalid(f"Une situation n’a pas de réponse pour « {facet.label} ».")
    codes = {value} if isinstance(value, str) else set(value)
    if not codes or not codes <= facet.labels.keys() or (not facet.multi and len(codes) != 1):
        raise RowInvalid(f"Une réponse à « {facet.label} » n’est pas dans la liste du plan.")
    if codes & facet.exclusive and len(codes) > 1:
        raise RowInvalid(f"Une réponse à « {facet.label} » en exclut une autre, donnée aussi.")
    return [code for code, group in facet.groups.items() if group.codes & codes]
