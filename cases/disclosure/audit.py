"""Withhold what lets an attacker narrow a small cell, over every release ever made.

A cell whose true count is below the floor, published or not, complements and differences between
releases included, must stay possibly empty and possibly larger than the floor by a margin. To a
structure that knows its own situations, what remains when they are taken away must stay possibly
nothing and possibly `insider_floor`. The outsider and each kind of structure are attackers of one
problem.

A structure's own answer to "which structure?" is no secret to it: that one cell is not demanded.

Source: releases.md 0.4, 5.3 and 5.4; decisions 36 and 38.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from cases.disclosure.cells import ALONE, Cell, cells_of
from cases.disclosure.counts import Counts, sum_of
from cases.disclosure.ledger import BY_RULE, Line
from cases.disclosure.masking import OFF, Attacker, Problem, cheapest
from cases.disclosure.plan import Plan
from cases.disclosure.snapshot import Snapshot
from cases.disclosure.solver import Real
from cases.disclosure.system import Row, System, matrix_of

OUTSIDER: Final = "outsider"
TOTAL_COST: Final = 1_000_000.0
MARGIN_COST: Final = 1_000.0
CROSS_COST: Final = 100.0
Atoms = tuple[int, ...]


@dataclass(frozen=True)
class Said:
    """A line of the ledger and the atoms it speaks of."""

    line: Line
    atoms: Atoms


@dataclass(frozen=True)
class Audited:
    """What an audit decided for one population; confidential but for the lines.

    Attributes:
        lines: what may be published, and what the rule then says of withheld cells.
        withheld: ids of the lines that the ladder offered and the audit withheld.
        protected: ids of the cells whose true count is below the floor, but for those that earlier
            releases already told.
        demands: for each attacker, how many cells must stay open to her.
        known: for each attacker, how many were narrower from the start.
    """

    lines: tuple[Line, ...]
    withheld: tuple[str, ...]
    protected: tuple[str, ...] = field(repr=False)
    demands: dict[str, int]
    known: dict[str, int]


class Candidates:
    """The lines that the ladder offers, their switches, and what the rule adds to them.

    A table of single answers is offered only when all its cells are large, and so is a row of a
    crossed table: a cell withheld there is known to be large, unless its whole table, or its whole
    row, is withheld. A second switch does that.
    """

    def __init__(self, plan: Plan, lines: Sequence[Line], *, is_ladder: bool = True) -> None:
        """Give each line a switch; the first line is the total, without which nothing is said.

        Without `is_ladder`, the lines were chosen in another way, and no rule speaks of a table.
        """
        self.plan = plan
        self.lines = list(lines)
        self.costs = [_cost(line) for line in lines]
        self.implied: list[tuple[int, int]] = []
        self._drops: dict[str, int] = {}
        for rank, line in enumerate(lines):
            block = _block(plan, line) if is_ladder else ""
            if block and block not in self._drops:
                self._drops[block] = len(self.costs)
                self.costs.append(MARGIN_COST)
            if block:
                self.implied.append((self._drops[block], rank))
        self.implied += [(0, other) for other in range(1, len(self.costs))] if lines else []

    def by_rule(self, rank: int) -> tuple[Line, int] | None:
        """Give what a withheld line still is, and the switch that ends it too."""
        line = self.lines[rank]
        drop = self._drops.get(_block(self.plan, line))
        if drop is None:
            return None
        floor, most = self.plan.parameters.floor, self.lines[0].hi
        name = line.id + BY_RULE
        return Line(name, line.population, line.facets, line.codes, floor, most), drop

    def published(self, thrown: frozenset[int]) -> tuple[list[Line], list[str]]:
        """Give the lines that remain, with what the rule says of the others, and those withheld."""
        left = [line for rank, line in enumerate(self.lines) if rank not in thrown]
        shown = {_block(self.plan, line) for line in left}
        lines: list[Line] = []
        withheld: list[str] = []
        for rank, line in enumerate(self.lines):
            if rank not in thrown:
                lines.append(line)
                continue
            withheld.append(line.id)
            rule = self.by_rule(rank)
            # A block of which nothing is shown looks like one that was never offered.
            if rule is not None and _block(self.plan, line) in shown:
                lines.append(rule[0])
        return lines, withheld


def _cost(line: Line) -> float:
    """Price a line: the total far above one-way tables, those above crossed ones."""
    return TOTAL_COST if not line.facets else CROSS_COST if len(line.facets) == 2 else MARGIN_COST


def _block(plan: Plan, line: Line) -> str:
    """Name the cells that are offered together or not at all; a line alone has no name."""
    if not line.facets:
        return ""
    _, table, row, *_ = line.id.split("/")
    if not plan.facets[line.facets[0]].multi:
        return table
    return f"{table}/{row}" if len(line.facets) == 2 else ""


def audit(
    plan: Plan,
    population: str,
    snapshot: Snapshot,
    periods: Sequence[Atoms],
    history: Sequence[Said],
    candidates: Candidates,
    here: Atoms,
    *,
    tick: Callable[[], None] = lambda: None,
    thrown: frozenset[int] | None = None,
) -> tuple[Audited, frozenset[int]]:
    """Withhold the cheapest candidate lines; `here` are the atoms of the new release.

    `thrown` is the answer of an earlier, interrupted audit of the same figures: it is checked
    again, not trusted.

    Raises:
        AuditFailed: the solver failed, or `tick` ended the audit.
    """
    system = System(plan, population, len(snapshot.atoms))
    cells = [(rank, cell) for rank in range(len(periods)) for cell in cells_of(plan, population)]
    sums = matrix_of([cell.expression(system, periods[rank]) for rank, cell in cells], system.size)
    rows: list[Row] = list(system.rows)
    switches = [OFF] * len(rows)
    for said in history:
        told = system.line(said.line, said.atoms)
        rows += told
        switches += [OFF] * len(told)
    for rank, line in enumerate(candidates.lines):
        told = system.line(line, here)
        rows += told
        switches += [rank] * len(told)
        rule = candidates.by_rule(rank)
        if rule is not None:
            rows += system.line(rule[0], here)
            switches.append(rule[1])
    matrix = matrix_of([row for row, _, _ in rows], system.size)
    lo = np.array([low for _, low, _ in rows], dtype=np.float64)
    hi = np.array([high for _, _, high in rows], dtype=np.float64)
    true = _true(snapshot.counts[population], periods, cells)
    floor = plan.parameters.floor
    small = np.flatnonzero(true < floor)
    attackers = [
        Attacker(
            OUTSIDER,
            lo,
            hi,
            small,
            np.zeros(len(small)),
            np.full(len(small), float(plan.parameters.required_upper)),
        )
    ]
    known_rows = _Known(system, matrix)
    for code, counts in snapshot.insiders.items():
        own = _true(counts[population], periods, cells)
        left = np.flatnonzero(
            (true - own < plan.parameters.insider_floor) & _secret(cells, plan, code)
        )
        told_own = known_rows.values(counts[population])
        attackers.append(
            Attacker(
                code,
                lo - told_own,
                hi - told_own,
                left,
                np.zeros(len(left)),
                np.full(len(left), float(plan.parameters.insider_floor)),
            )
        )
    problem = Problem(
        matrix,
        np.array(switches),
        sums,
        np.array(candidates.costs),
        attackers,
        candidates.implied,
    )
    found = cheapest(problem, tick=tick, start=thrown or frozenset())
    lines, withheld = candidates.published(found.thrown)
    audited = Audited(
        tuple(lines),
        tuple(withheld),
        tuple(
            cells[rank][1].name(population, cells[rank][0])
            for place, rank in enumerate(small)
            if place not in found.hopeless[OUTSIDER]
        ),
        {one.name: len(one.sums) for one in attackers},
        {name: len(ranks) for name, ranks in found.hopeless.items()},
    )
    return audited, found.thrown


def emptied(audited: Audited) -> list[str]:
    """Name the tables of which the audit left nothing."""
    left = {line.id.split("/")[1] for line in audited.lines}
    gone = dict.fromkeys(name.split("/")[1] for name in audited.withheld)
    return [table for table in gone if table not in left]


class _Known:
    """Values of every row for counts that somebody knows: what she takes away from the bounds."""

    def __init__(self, system: System, rows: csr_matrix) -> None:
        self._system, self._rows = system, rows

    def values(self, counts: Sequence[Counts]) -> Real:
        """Give the value of each row in the world of these counts alone, shape (rows,)."""
        world = np.zeros(self._system.size, dtype=np.int64)
        for atom, one in enumerate(counts):
            for rank, value in self._system.placed(atom, one):
                world[rank] = value
        return np.asarray(self._rows @ world, dtype=np.float64)


def _true(
    counts: Sequence[Counts], periods: Sequence[Atoms], cells: Sequence[tuple[int, Cell]]
) -> np.ndarray:
    """Give the true count of every cell, shape (cells,)."""
    summed = [sum_of([counts[atom] for atom in atoms]) for atoms in periods]
    return np.array([cell.count(summed[rank]) for rank, cell in cells], dtype=np.int64)


def _secret(cells: Sequence[tuple[int, Cell]], plan: Plan, code: str) -> np.ndarray:
    """Tell which cells are not the structure's own answer to "which structure?"."""
    return np.array(
        [
            not (
                cell.facets == (plan.insider,)
                and cell.beside == ALONE
                and plan.facets[cell.facets[0]].groups[cell.groups[0]].codes == {code}
            )
            for _, cell in cells
        ],
        dtype=bool,
    )
