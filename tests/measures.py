"""How a duration is measured and told (see ``tests/bench.py``)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

ROUNDS = 15


def durations(act: Callable[[], Any], rounds: int) -> list[float]:
    """Return the duration of each repetition of an act (seconds), after one warm-up."""
    act()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return spent


def median(act: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Return the median duration of an act (seconds), after one warm-up."""
    return statistics.median(durations(act, rounds))


def medians(
    acts: dict[str, tuple[Callable[[], Any], Callable[[], AbstractContextManager[Any]]]],
    *,
    turns: int = 6,
    rounds: int = 6,
) -> dict[str, float]:
    """Return the median of each act (seconds), by turns, so that a busy moment touches them all.

    Each act comes with the context in which it is measured.
    """
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(turns):
        for name, (act, within) in acts.items():
            with within():
                spent[name] += durations(act, rounds)
    return {name: statistics.median(found) for name, found in spent.items()}


def line(ours: float, reference: float, budget: float, *, at_most: bool = True) -> dict[str, Any]:
    """Return one result; ``at_most`` false when a larger ratio is better."""
    ratio = ours / reference
    kept = ratio <= budget if at_most else ratio >= budget
    return {"ours": ours, "reference": reference, "ratio": ratio, "budget": budget, "ok": kept}


def as_it_is() -> AbstractContextManager[Any]:
    """Return the context that changes nothing."""
    return nullcontext()
