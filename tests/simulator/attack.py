"""The attacker's program: what does somebody prove who reads everything published, and the rules?

It knows the plan, the parameters and what the figures tell; it imports nothing of the engine, and
runs in a process of its own, since OR-tools and the engine's solver cannot share one. It reads one
attack a line on its entry, as `tests.simulator.attacker` writes them, and answers one line each.

Source: releases.md 2.2 and 6 (R2, R5, R14).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from tests.simulator.possible import NoWorld, Possible, Sum, less
from tests.simulator.targets import Target, targets
from tests.simulator.told import Answers, Told, Words
from tests.simulator.verdict import Verdict


def attack(
    words: Words,
    told: Sequence[Told],
    rows: Sequence[Answers],
    *,
    own: Sequence[Answers] = (),
    every: bool = True,
) -> Verdict:
    """Attack one population; `rows` are the true situations, `own` those the attacker knows.

    With `own`, what is looked for is how many of the others lie in each cell, and the floor is the
    insider's.

    Raises:
        NoWorld: what was told is false.
    """
    possible = Possible(words, told, own)
    floor = words.insider_floor if own else words.floor
    found = Verdict()
    for target in targets(words, every=every):
        goal = _sum_in(possible, target)
        truth = target.count(rows) - (target.count(own) if own else 0)
        if truth >= floor or not goal:
            found += Verdict(cells=1)
            continue
        low, high = possible.low(goal), possible.high(goal, wanted=floor)
        if low > truth or high < min(truth, floor):
            raise AssertionError("the truth must be possible")
        is_small = truth > 0
        found += Verdict(
            cells=1,
            small=is_small,
            exact=is_small and low == high,
            proven=is_small and low >= 1 and high < floor,
            group=target.whole is not None and truth == 0 == high and _is_held(target, rows, own),
            narrowed=low >= 1 or high < floor,
        )
    return found


def _sum_in(possible: Possible, target: Target) -> Sum:
    """Write a target as a sum of unknowns."""
    part = possible.sum_of(target.part)
    return less(possible.sum_of(target.whole), part) if target.whole else part


def _is_held(target: Target, rows: Sequence[Answers], own: Sequence[Answers]) -> bool:
    """Tell whether anybody is in the whole of a target, the attacker's own left out."""
    assert target.whole is not None
    return target.whole.count(rows) - (target.whole.count(own) if own else 0) > 0


def main() -> None:
    """Answer one line of JSON for each line of JSON, until there is none."""
    for line in sys.stdin:
        said = json.loads(line)
        try:
            answer = asdict(
                attack(
                    Words(said["plan"], said["population"]),
                    [Told.from_json(one) for one in said["told"]],
                    said["rows"],
                    own=said["own"],
                    every=said["every"],
                )
            )
        except NoWorld:
            answer = {"false": True}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
