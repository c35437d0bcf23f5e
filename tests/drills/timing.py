"""T-52: how long a 404 takes does not tell an absent situation from a forbidden one.

``python -m tests.drills timing 2000`` asks each page as many times, in an order drawn at random,
and compares the two sets by Welch's t; the largest tenth of each is left out, as dudect does, since
a pause of the machine says nothing of the service.
"""

from __future__ import annotations

import logging
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

SAMPLES = 2_000
BOUND = 4.5
KEPT = 0.9


def welch(one: list[float], other: list[float]) -> float:
    """Return Welch's t between two sets of durations, their slowest part left out."""
    sets = [sorted(values)[: int(len(values) * KEPT)] for values in (one, other)]
    means = [statistics.fmean(values) for values in sets]
    spread = sum(statistics.variance(values) / len(values) for values in sets)
    return float((means[0] - means[1]) / spread**0.5)


def compare(
    asks: dict[str, Callable[[], Any]], samples: int, *, seed: int = 52
) -> dict[str, list[float]]:
    """Return the durations (seconds) of each question, asked in a random order."""
    spent: dict[str, list[float]] = {name: [] for name in asks}
    order = [name for name in asks for _ in range(samples)]
    random.Random(seed).shuffle(order)
    for ask in asks.values():
        for _ in range(20):
            ask()
    for name in order:
        start = time.perf_counter()
        asks[name]()
        spent[name].append(time.perf_counter() - start)
    return spent


def pages() -> dict[str, dict[str, Callable[[], Any]]]:
    """Return, by page, the two questions of a member without a right: absent, forbidden."""
    from django.urls import reverse

    from cases.domain.codes import new_code
    from tests import people

    cast = people.commission("temps")
    forbidden, _ = people.reviewed(cast, "marc", "claire")
    # Convening its sitting opened it to her as well.
    people.ended(cast, forbidden, "sophie")
    people.shared(cast, "sophie")
    client = people.client_of(cast.sophie)
    chosen: list[str] = []
    while not chosen:
        code = new_code(choose=random.choice)
        chosen = [code] if code != forbidden.code else []

    def asking(method: str, name: str, code: str, *more: str) -> Callable[[], Any]:
        address = reverse(f"cases:{name}", args=[code, *more])

        def ask() -> None:
            assert getattr(client, method)(address).status_code == 404

        return ask

    return {
        name: {
            "absent": asking(method, name, chosen[0], *more),
            "forbidden": asking(method, name, forbidden.code, *more),
        }
        for method, name, more in (
            ("get", "situation", ()),
            ("get", "situation_section", ("social",)),
            ("post", "situation_identity", ()),
        )
    }


def main() -> int:
    """Measure every page; print t, and exit 1 when one tells the two apart."""
    logging.disable(logging.WARNING)  # Each 404 is a line: thousands tell nothing.
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    told = 0
    for name, asks in pages().items():
        spent = compare(asks, samples)
        t = welch(spent["absent"], spent["forbidden"])
        means = {key: f"{statistics.fmean(values) * 1000:.2f} ms" for key, values in spent.items()}
        print(f"T-52 {name}: t = {t:+.2f} (|t| < {BOUND}), {samples} each, means {means}")
        told += abs(t) >= BOUND
    return 1 if told else 0
