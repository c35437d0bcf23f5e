"""Releases: the whole table list with its proof, five insiders, over four periods.

Four years are released one by one, then the block that contains them, whose audit counts all four
and every difference between them (architecture, budgets: 300 situations in 30 s, 2,000 in five
minutes). See ``tests/bench.py``.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from tests.measures import line

YEARS = (2023, 2024, 2025, 2026)
INSIDERS = 5
BUDGETS = {300: 30.0, 2000: 300.0}


def releases() -> dict[str, dict[str, Any]]:
    """Measure the longest of four yearly releases, and their block, for each size."""
    found = {}
    for size, budget in BUDGETS.items():
        yearly, block, shown = seconds_of(size)
        name = f"release of {size} situations, four periods, five insiders, versus {budget:.0f} s"
        found[name] = line(yearly, budget, 1.0)
        name = f"block of four years of {size} situations over them, versus {budget:.0f} s"
        found[name] = {**line(block, budget, 1.0), "numbers_in_the_block": shown}
    return found


def seconds_of(size: int) -> tuple[float, float, int]:
    """Return the longest yearly release, the block, both in seconds, and the block's numbers."""
    from cases.disclosure.ledger import needed_atoms, parse_ledger
    from cases.disclosure.period import Period
    from cases.disclosure.plan_file import load_plan
    from cases.disclosure.release import build_release
    from cases.disclosure.snapshot import snapshot_of
    from tests.simulator.commission import rows_of

    plan = load_plan()
    assert plan.insider
    rows = rows_of(plan.data, seed=1, size=size, years=YEARS)
    known = Counter(str(row.answers[plan.insider]) for row in rows).most_common(INSIDERS)
    kept = {code for code, _ in known}
    spent: list[float]
    text, spent, shown = "", [], 0
    for period in [*(Period.year(year) for year in YEARS), Period.years(YEARS[0], YEARS[-1])]:
        ledger = parse_ledger(text)
        atoms = needed_atoms(ledger, period)
        placed = []
        for row in rows:
            start = Period.parse(row.period).start
            answers = dict(row.answers)
            if answers[plan.insider] not in kept and row.population != "referred":
                del answers[plan.insider]
            placed += [
                (row.population, rank, answers)
                for rank, atom in enumerate(atoms)
                if atom.start <= start < atom.end
            ]
        begin = time.perf_counter()
        files = build_release(plan, snapshot_of(plan, atoms, placed), period, ledger, issuer=None)
        spent.append(time.perf_counter() - begin)
        text += files.ledger_line
        shown = files.report["shown"]
    return max(spent[:-1]), spent[-1], shown
