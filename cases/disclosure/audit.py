"""Prove, for every small cell of the plan, that it could be empty or large; else drop tables.

A release is safe when each cell with a true count below the floor, published or not, complements
included, has two possible worlds: one where it is 0, one where it is at the floor or above. Both
worlds agree with everything published. Earlier releases need no unknown here: a situation enters
a population once, in one period, and overlapping periods are refused, so that no earlier line
speaks of the same situations.

Source: releases.md 0.4 and 5.4; decisions 35-38.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cases.disclosure.attacker import Attacker, Expression, Solution, difference, value_in
from cases.disclosure.counts import Counts
from cases.disclosure.errors import AuditFailed
from cases.disclosure.ladder import Line, Offer, lines_of
from cases.disclosure.plan import Plan, Table


@dataclass(frozen=True)
class Target:
    """A small cell to be protected. Its existence is confidential: it never leaves the engine."""

    table: str
    facets: tuple[str, ...]
    groups: tuple[str, ...]
    beside: str


@dataclass(frozen=True)
class Leak:
    """A small cell about which published lines prove something; `lo` and `hi` are its bounds."""

    target: Target
    lo: int
    hi: int


def find_leaks(plan: Plan, counts: Counts, lines: Sequence[Line]) -> list[Leak]:
    """List the small cells that the lines prove to be non-empty, or to be below the floor.

    Raises:
        AuditFailed: the solver gave no proven answer.
    """
    return _Auditor(plan, counts).leaks(lines)


def secure(plan: Plan, counts: Counts, offers: Sequence[Offer]) -> list[Offer]:
    """Drop the last tables or rows that speak of a provable small cell, until none is left.

    Raises:
        AuditFailed: a small cell stays provable from the total alone, or the solver failed.
    """
    kept = list(offers)
    auditor = _Auditor(plan, counts)
    while leaks := auditor.leaks(lines_of(plan, counts, kept)):
        smaller = _drop(plan, kept, leaks[0].target)
        if smaller == kept:
            raise AuditFailed(
                "Aucune forme de ces chiffres ne protège chaque personne : rien n’est publié."
            )
        kept = smaller
    return kept


class _Auditor:
    """Audits of one set of counts; possible worlds found once serve every later, looser set."""

    def __init__(self, plan: Plan, counts: Counts) -> None:
        self._plan = plan
        self._counts = counts

    def leaks(self, lines: Sequence[Line]) -> list[Leak]:
        """Look for two worlds for each small cell, reusing those already found."""
        attacker = Attacker(self._plan, self._counts.population, lines)
        floor = self._plan.parameters.floor
        worlds: list[Solution] = []
        found: list[Leak] = []
        settled: set[tuple[tuple[int, int], ...]] = set()
        for target, expression in self._targets(attacker):
            key = tuple(sorted(expression.items()))
            if key in settled:
                continue
            settled.add(key)
            low = _known(worlds, expression, 0, 0)
            if low is None:
                worlds.append(attacker.extreme(expression, "low"))
                low = value_in(worlds[-1], expression)
            high = _known(worlds, expression, floor, None)
            if high is None:
                worlds.append(attacker.extreme(expression, "high"))
                high = value_in(worlds[-1], expression)
            if low > 0 or high < floor:
                found.append(Leak(target, low, high))
        return found

    def _targets(self, attacker: Attacker) -> Iterator[tuple[Target, Expression]]:
        """Give every cell and complement whose true count is below the floor."""
        counts, floor = self._counts, self._plan.parameters.floor
        for facet in self._plan.facets_of(counts.population):
            for group, count in counts.margins[facet.code].items():
                target = Target("", (facet.code,), (group,), "")
                margin = attacker.margin(facet.code, group)
                if count < floor:
                    yield target, margin
                if counts.total - count < floor and len(facet.groups[group].codes) < len(
                    facet.codes
                ):
                    beside = Target("", (facet.code,), (group,), "total")
                    yield beside, difference(attacker.total, [margin])
        for table in self._plan.tables_of(counts.population):
            if table.is_cross:
                yield from self._cross_targets(attacker, table)

    def _cross_targets(
        self, attacker: Attacker, table: Table
    ) -> Iterator[tuple[Target, Expression]]:
        """Give the small cells of a crossed table, and the small rests of its rows and columns."""
        floor = self._plan.parameters.floor
        margins = [self._counts.margins[name] for name in table.facets]
        for row, cells in self._counts.crosses[table.id].items():
            for column, count in cells.items():
                cell = attacker.cell(table.id, (row, column))
                if count < floor:
                    yield Target(table.id, table.facets, (row, column), ""), cell
                wholes = (
                    (margins[0][row], attacker.margin(table.facets[0], row), "row"),
                    (margins[1][column], attacker.margin(table.facets[1], column), "column"),
                )
                for whole, expression, beside in wholes:
                    if whole - count < floor:
                        rest = Target(table.id, table.facets, (row, column), beside)
                        yield rest, difference(expression, [cell])


def _known(
    worlds: Sequence[Solution], expression: Expression, least: int, most: int | None
) -> int | None:
    """Give a value already seen within bounds, None when a new world must be looked for."""
    ranks = np.fromiter(expression, dtype=np.int64)
    times = np.fromiter(expression.values(), dtype=np.int64)
    for world in worlds:
        value = int(world[ranks] @ times)
        if value >= least and (most is None or value <= most):
            return value
    return None


def _drop(plan: Plan, offers: list[Offer], target: Target) -> list[Offer]:
    """Take away the last offer that speaks of the target's facets: crossed tables first.

    Of a facet with several answers only the rows that share a code with the target go.
    """
    near = [o for o in offers if set(o.table.facets) & set(target.facets)] or offers
    for offer in sorted(near, key=lambda o: (not o.table.is_cross, -offers.index(o))):
        first = plan.facets[offer.table.facets[0]]
        rows = offer.rows
        if first.multi and first.code == target.facets[0]:
            aim = first.groups[target.groups[0]].codes
            rows = frozenset(row for row in rows if first.groups[row].codes & aim)
        if rows:
            smaller = offer.without(rows)
            return [
                smaller if other is offer else other
                for other in offers
                if other is not offer or smaller.rows
            ]
    return offers
