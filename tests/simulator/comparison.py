"""Measure one method on one fictitious commission, and write the table that reviewers read.

Source: releases.md 2.2 and 2.4; R2, R5, R22.
"""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.simulator import parameters
from tests.simulator.attacker import Attacker
from tests.simulator.commission import rows_of
from tests.simulator.known_plans import PATHS, plan_json
from tests.simulator.methods import METHODS, AuditFailed, Rows, Shown, by_population
from tests.simulator.verdict import Verdict

YEAR = 2026
LARGEST = "bailleur_social"
"""The structure that refers most: the insider whose attack is measured."""
Result = dict[str, Any]


def measure(name: str, size: int, seed: int, method: str, attacker: Attacker) -> Result:
    """Publish a commission with a method, attack what is published, give the figures."""
    plan = plan_json(name)
    rows = by_population(plan, rows_of(plan, seed=seed, size=size), YEAR)
    result: Result = {"plan": name, "size": size, "seed": seed, "method": method}
    try:
        shown = METHODS[method](plan, rows, f"{name}-{size}-{seed}")
    except AuditFailed:
        return {**result, "failed": True}
    result["shown"] = sum(len(one.values) for one in shown.values())
    result["error"] = _error(rows, shown, int(plan["parameters"]["floor"]))
    outsider, insider = Verdict(), Verdict()
    for population, one in shown.items():
        if one.told is None:
            return result
        here = rows[population]
        own = [row for row in here if row[plan["insider"]] == LARGEST]
        outsider += attacker.attack(plan, population, one.told, here, every=False)
        if own:
            insider += attacker.attack(plan, population, one.told, here, own=own, every=False)
    return {**result, "outsider": asdict(outsider), "insider": asdict(insider)}


def _error(rows: Rows, shown: Mapping[str, Shown], floor: int) -> float | None:
    """Give the mean relative error of the totals and one-way numbers that hold the floor."""
    errors = []
    for population, one in shown.items():
        for where, value in one.values.items():
            truth = where.count(rows[population])
            if len(where.facets) < 2 and truth >= floor:
                errors.append(abs(value - truth) / truth)
    return statistics.fmean(errors) if errors else None


def known_results(path: Path) -> list[Result]:
    """Read the results of an earlier, interrupted run; a line cut short is left out."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return found


def key_of(result: Result) -> tuple[str, int, int, str]:
    """Give what names a measure."""
    return result["plan"], result["size"], result["seed"], result["method"]


def page(results: Iterable[Result]) -> str:
    """Write the reviewers' page."""
    sorted_out: dict[tuple[str, int, str], list[Result]] = defaultdict(list)
    for result in results:
        sorted_out[result["plan"], result["size"], result["method"]].append(result)
    parts = [_HEAD]
    for name in PATHS:
        for size in parameters.SIZES:
            lines = [
                _line(method, sorted_out[name, size, method])
                for method in METHODS
                if sorted_out[name, size, method]
            ]
            if lines:
                parts += [f"### Plan *{name}*, {size} situations a year", "", *_COLUMNS, *lines, ""]
    return "\n".join(parts).rstrip() + "\n"


def _line(method: str, results: Sequence[Result]) -> str:
    done = [one for one in results if not one.get("failed")]
    seeds = f"{len(done)}" if len(done) == len(results) else f"{len(done)} of {len(results)}"
    errors = [one["error"] for one in done if one.get("error") is not None]
    shown = [one["shown"] for one in done]
    cells = [f"**{method}**" if method == "bands of 10, audited" else method, seeds]
    cells.append(f"{statistics.median(shown):.0f}" if shown else "–")
    cells.append(f"{100 * statistics.fmean(errors):.0f} %" if errors else "–")
    attacked = [one for one in done if "outsider" in one]
    for who, field in (
        ("outsider", "small"),
        ("outsider", "exact"),
        ("outsider", "proven"),
        ("outsider", "group"),
        ("outsider", "narrowed"),
        ("insider", "proven"),
    ):
        values = [one[who][field] for one in attacked]
        cells.append(f"{statistics.fmean(values):.1f} ({max(values)})" if values else "–")
    return "| " + " | ".join(cells) + " |"


_COLUMNS = (
    "| Method | Seeds | Numbers shown (median) | Error | Small cells | Exact | Proven 1-10 "
    "| Group | Narrowed | Insider |",
    "|---|---|---|---|---|---|---|---|---|---|",
)
_HEAD = """# Ways of publishing small counts, compared

Generated by `make comparison` (`python -m tests.simulator`); do not edit. Every commission is
fictitious: `tests/simulator` draws it from parameters that each name their source or say that they
are invented. Each method publishes one year of the same commissions, once; several releases are the
subject of other tests (R3).

The attacker (`tests/simulator/attack.py`) is a program apart, with its own model and other solvers
(GLOP, CP-SAT) than the engine. It knows the plan, the parameters, the published numbers and the
rule of the method. Its targets are the cells of every layout that stands on a ladder of the plan,
and what lies beside each: everybody else, the rest of the row, the rest of the column.

* **Numbers shown**: out of the cells of every table in its finest layout, the total included; the
  audited bands choose among coarser layouts of the same tables. Median over the seeds.
* **Error**: mean relative error of totals and one-way numbers that hold 11 situations or more,
  a band being read as its middle.
* **Small cells**: those that truly hold 1 to 10 situations. **Exact**: recovered exactly.
  **Proven 1-10**: proved to hold between 1 and 10. **Group**: a group all of which gives the same
  answer, proved so. **Narrowed** (R2): cells below 11, empty ones included, proved non-empty or
  proved below 11. Means over the seeds, the worst in brackets.
* **Insider** (R5): cells that hold 1 to 4 situations besides her own, proved so by the structure
  that refers most, which knows its own situations (a third of all).
* Noise (differential privacy) gives no certainty to attack; its price is the error. Its budget is
  for one year, shared by the tables, five answers counted where a question has several.

Real numbers bound what is proved before whole numbers do, so that a weak method may be a little
weaker still than shown; for the audited bands every cell is settled in whole numbers.
"""
