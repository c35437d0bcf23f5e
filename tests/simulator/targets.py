"""Numbers that an attacker tries to find: cells of a plan, and what lies beside each of them.

They are the groups of the plan's layouts, their crossings, and for each everybody else, the rest of
the row, the rest of the column.

Source: releases.md 0.4 (complements included).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from tests.simulator.told import Answers, Where, Words

EVERYBODY = Where()


@dataclass(frozen=True)
class Target:
    """A number to be found: a whole, less a part of it; `part` alone when `whole` is None."""

    part: Where
    whole: Where | None = None

    def count(self, rows: Sequence[Answers]) -> int:
        """Count the rows that lie there."""
        part = self.part.count(rows)
        return self.whole.count(rows) - part if self.whole else part


def targets(words: Words, *, every: bool) -> Iterator[Target]:
    """Give the cells of a population and what lies beside each, without repetition.

    With `every`, all groups of all layouts are crossed, those that no table shows included; else
    only the layouts that stand together on a rung of a ladder.
    """
    found: dict[Target, None] = {}
    for facet in words.facets:
        for group in words.groups(facet):
            if every or any(group in words.layout(facet, n) for n in words.on_ladders(facet)):
                here = Where((facet,), (group,))
                found[Target(here)] = found[Target(here, EVERYBODY)] = None
    for table in words.tables:
        if len(table["facets"]) < 2:
            continue
        first, second = table["facets"]
        pairs = (
            [(words.groups(first), words.groups(second))]
            if every
            else [
                (words.layout(first, rung["layouts"][0]), words.layout(second, rung["layouts"][1]))
                for rung in table["ladder"]
            ]
        )
        for rows, columns in pairs:
            for row, column in product(rows, columns):
                here = Where((first, second), (row, column))
                found[Target(here)] = None
                found[Target(here, Where((first,), (row,)))] = None
                found[Target(here, Where((second,), (column,)))] = None
    return iter(found)
