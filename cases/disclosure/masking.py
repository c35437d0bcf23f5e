"""Choose the cheapest figures to withhold so that no attacker narrows what must stay open.

The problem is stated without plans: unknowns that are never negative, sums that always keep
within their bounds, sums that keep within theirs only while a switch is off, and demands: "this sum
must stay possibly as low as, possibly as high as". A switch withholds what it governs. The answer
is found with Benders cuts: an attack that succeeds is held up by rows, of which one at least must
go; the cheapest set that answers every such cut is tried, until no attack succeeds.

Withholding leaves a row without bounds, so a cut's coefficients, once strengthened to the missing
width, are all ones: the master problem is a weighted set cover. Ties are broken by the ranks of
the switches, hence one answer only.

Source: Fischetti and Salazar 2001 (Benders cuts for cell suppression); Salazar-González (several
attackers); releases.md 5.4.5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]

from cases.disclosure.errors import AuditFailed
from cases.disclosure.solver import Answer, Real, Side, Solver, Truth, Whole, reaches

OFF: Final = -1
"""Stands for the switch of a row that always holds."""
AT_ONCE: Final = 40
"""Cuts looked for against one attacker before the cheapest set is sought again."""
ROUNDS: Final = 400
Cut = frozenset[int]


@dataclass(frozen=True)
class Attacker:
    """What one attacker knows and what must stay open to her.

    Attributes:
        name: how she is called in reports.
        lo, hi: bounds of every row as she knows them, shape (rows,).
        sums: ranks of the sums that must stay open, shape (demands,).
        low, high: what each must possibly fall to and rise to, shape (demands,).
    """

    name: str
    lo: Real
    hi: Real
    sums: Whole
    low: Real
    high: Real


@dataclass(frozen=True)
class Problem:
    """Rows with their switches, the sums spoken of, the price of each switch, the attackers.

    Attributes:
        rows: bounded sums, shape (rows, unknowns).
        switches: the switch of each row, or `OFF`, shape (rows,).
        sums: what demands speak of, shape (sums, unknowns).
        costs: price of each switch, shape (switches,).
        implied: pairs of switches: the first one cannot be thrown without the second.
    """

    rows: csr_matrix
    switches: Whole
    sums: csr_matrix
    costs: Real
    attackers: Sequence[Attacker]
    implied: Sequence[tuple[int, int]] = ()


@dataclass
class Found:
    """Switches to throw, and the demands that no switch can satisfy.

    Attributes:
        thrown: the switches.
        hopeless: for each attacker's name, the demands that were beyond reach from the start.
        rounds: how many sets were tried.
    """

    thrown: Cut
    hopeless: dict[str, frozenset[int]] = field(default_factory=dict)
    rounds: int = 0


class Attack:
    """One attacker's programs; possible worlds found once serve as long as they stay possible."""

    def __init__(self, problem: Problem, attacker: Attacker) -> None:
        self.attacker = attacker
        self._problem = problem
        self._goals = problem.sums[attacker.sums]
        self._low, self._high = attacker.low.copy(), attacker.high.copy()
        self._solver = Solver(problem.rows, attacker.lo, attacker.hi)
        self._worlds: list[Whole] = []
        self._rows: list[Whole] = []
        self._values: list[Whole] = []
        self.hopeless: set[int] = set()

    def cuts(self, thrown: Cut, *, most: int, tick: Callable[[], None]) -> set[Cut]:
        """Look for sums that are narrower than they must be; give what holds each of them.

        A demand beyond the reach of every switch is loosened to what can be had, and counted.

        Raises:
            AuditFailed: the solver failed.
        """
        lo, hi = self._bounds(thrown)
        self._solver.bound(lo, hi)
        live = [
            values
            for row, values in zip(self._rows, self._values, strict=True)
            if (row >= lo).all() and (row <= hi).all()
        ]
        open_low, open_high = self._open(live)
        found: set[Cut] = set()
        sides: tuple[tuple[Side, Truth], ...] = (("low", open_low), ("high", open_high))
        for side, is_open in sides:
            for rank in np.flatnonzero(~is_open):
                if is_open[rank]:
                    continue
                tick()
                cut, world = self._try(int(rank), side, thrown)
                if world is not None:
                    low, high = self._open([self._keep(world)])
                    open_low |= low
                    open_high |= high
                elif cut:
                    found.add(cut)
                    if len(found) >= most:
                        return found
        return found

    def open(self, *, tick: Callable[[], None]) -> tuple[list[Whole], list[Whole]]:
        """Look for worlds until every demand that can be met is; give them, and the sums in each.

        A demand that cannot be met is left: its sum is narrower, and the worlds say how much. A sum
        that contains one which cannot be empty cannot either: it is not asked about. Large sums
        come first, since a world where one is empty serves for all its parts.

        Raises:
            AuditFailed: the solver failed.
        """
        sizes = np.diff(self._goals.indptr)
        is_plain = np.asarray((self._goals < 0).sum(axis=1)).ravel() == 0

        def containing(parts: csr_matrix) -> Truth:
            """Tell which sums contain all the unknowns of one of these rows."""
            found = (self._goals[is_plain] @ parts.T).toarray() == np.diff(parts.indptr)
            contains = np.zeros(len(sizes), dtype=bool)
            contains[is_plain] = found.any(axis=1)
            return contains

        rows = self._problem.rows
        is_told = (self.attacker.lo > 0) & (np.asarray((rows < 0).sum(axis=1)).ravel() == 0)
        sides: tuple[tuple[Side, Real], ...] = (("low", self._low), ("high", self._high))
        for side, wanted in sides:
            done = containing(rows[is_told]) if side == "low" else np.zeros_like(is_plain)
            done |= self._open(self._values)[side == "high"]
            for rank in np.argsort(-sizes, kind="stable"):
                if done[rank] and self._values:
                    continue
                tick()
                goal = self._goal(int(rank))
                world, _ = self._reach(goal, wanted[rank], side)
                if world is None and not self._values:
                    world = self._solver.integer(goal, side)
                if world is not None:
                    done |= self._open([self._keep(world)])[side == "high"]
                elif side == "low" and is_plain[rank]:
                    done |= containing(self._goals[[rank]])
        return self._worlds, self._values

    def _try(self, rank: int, side: Side, thrown: Cut) -> tuple[Cut, Whole | None]:
        """Reach a demand with a world, or tell which switches hold it back."""
        goal = self._goal(rank)
        wanted = self._low[rank] if side == "low" else self._high[rank]
        world, answer = self._reach(goal, wanted, side)
        if world is not None:
            return frozenset(), world
        if reaches(answer.value, wanted, side):
            # Only whole numbers are out of reach: any switch may be the one.
            cut = frozenset(range(len(self._problem.costs))) - thrown
        else:
            holding = self._problem.switches[answer.held]
            cut = frozenset(int(one) for one in holding if one != OFF) - thrown
        if cut:
            return cut, None
        # Nothing that could be withheld holds it: earlier releases or the rule itself do.
        self.hopeless.add(rank)
        best = float(goal @ self._solver.integer(goal, side))
        if side == "low":
            self._low[rank] = best
        else:
            self._high[rank] = best
        return self._try(rank, side, thrown)

    def _reach(self, goal: Real, wanted: float, side: Side) -> tuple[Whole | None, Answer]:
        """Look for a world in which a sum is as low, or as high, as wanted."""
        answer = self._solver.linear(goal, side)
        if not reaches(answer.value, wanted, side):
            return None, answer
        world = answer.whole()
        if world is None or not self._holds(world):
            world = self._solver.integer(goal, side, enough=wanted)
        if not self._holds(world):
            raise AuditFailed("La vérification a donné un résultat inexact : rien n’est publié.")
        return (world if reaches(float(goal @ world), wanted, side) else None), answer

    def _bounds(self, thrown: Cut) -> tuple[Real, Real]:
        """Give the bounds of every row when switches are thrown."""
        gone = np.isin(self._problem.switches, sorted(thrown))
        return (
            np.where(gone, -np.inf, self.attacker.lo),
            np.where(gone, np.inf, self.attacker.hi),
        )

    def _open(self, values: Sequence[Whole]) -> tuple[Truth, Truth]:
        """Tell which demands some world already satisfies, from below and from above."""
        if not values:
            nothing = np.zeros(len(self._low), dtype=bool)
            return nothing, nothing.copy()
        return np.min(values, axis=0) <= self._low, np.max(values, axis=0) >= self._high

    def _keep(self, world: Whole) -> Whole:
        """Remember a world; give the value of every demand in it, shape (demands,)."""
        values: Whole = self._goals @ world
        self._worlds.append(world)
        self._rows.append(self._problem.rows @ world)
        self._values.append(values)
        return values

    def _holds(self, world: Whole) -> bool:
        """Tell, in whole numbers, whether a world keeps within every bound of the moment."""
        values = self._problem.rows @ world
        lo, hi = self._solver.bounds
        return bool((world >= 0).all() and (values >= lo).all() and (values <= hi).all())

    def _goal(self, rank: int) -> Real:
        """Write a demand's sum as one number an unknown."""
        return np.asarray(self._goals[rank].todense(), dtype=np.float64).ravel()


def cheapest(
    problem: Problem,
    *,
    tick: Callable[[], None] = lambda: None,
    start: Cut = frozenset(),
    rounds: int = ROUNDS,
) -> Found:
    """Find the cheapest switches to throw so that every demand of every attacker holds.

    `tick` is called before every program: it may raise, to end an audit that lasts too long.
    `start` is an answer found before: it is kept when no attack succeeds against it.

    Raises:
        AuditFailed: the solver failed, or too many sets were tried.
    """
    attacks = [Attack(problem, attacker) for attacker in problem.attackers]
    cuts: set[Cut] = set()
    thrown = start
    for rank in range(rounds):
        fresh: set[Cut] = set()
        for attack in attacks:
            fresh |= attack.cuts(thrown, most=AT_ONCE, tick=tick)
        if not fresh:
            hopeless = {attack.attacker.name: frozenset(attack.hopeless) for attack in attacks}
            return Found(thrown, hopeless, rank + 1)
        cuts |= fresh
        thrown = _cover(problem, cuts)
    raise AuditFailed("La vérification est trop longue : rien n’est publié.")


def _cover(problem: Problem, cuts: set[Cut]) -> Cut:
    """Find the cheapest set of switches that meets every cut."""
    size = len(problem.costs)
    ordered = sorted(cuts, key=sorted)
    rows = [np.isin(np.arange(size), sorted(cut)).astype(np.int64) for cut in ordered]
    for first, second in problem.implied:
        row = np.zeros(size, dtype=np.int64)
        row[second], row[first] = 1, -1
        rows.append(row)
    lo = np.array([1.0] * len(ordered) + [0.0] * len(problem.implied))
    each = csr_matrix(np.eye(size, dtype=np.int64))
    solver = Solver(
        vstack([csr_matrix(np.array(rows)), each], format="csr"),
        np.concatenate([lo, np.zeros(size)]),
        np.concatenate([np.full(len(rows), np.inf), np.ones(size)]),
    )
    # A thousandth or so of a price, different for every switch, leaves one cheapest set.
    ties = (np.arange(1, size + 1) * 0.6180339887498949) % 1.0
    world = solver.integer(problem.costs + ties / 100, "low")
    return frozenset(int(rank) for rank in np.flatnonzero(world))
