"""A fictitious commission: who entered each population, and in which semester it is counted.

The last year counts exactly `size` first examinations. The others vary around it; referrals that
were not admitted come on top; a part of each semester's entries is written once the semester is
frozen, and the next semester counts it, never a later correction (releases.md 0.5).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.simulator import parameters as p
from tests.simulator.draws import Draws
from tests.simulator.situation import Answer, answers, opinions

LATE_DAYS = 14
"""Days before the end of a semester during which an entry may come late."""


@dataclass(frozen=True)
class Row:
    """One entry in one population; `period` is the semester that counts it, such as 2026S1."""

    population: str
    period: str
    answers: Mapping[str, Answer]


def rows_of(
    plan: Mapping[str, Any], *, seed: int, size: int, years: Sequence[int] = (2025, 2026)
) -> list[Row]:
    """Draw a commission and keep what a plan asks: its populations, its facets, its insider.

    `plan` is the JSON of a plan; two plans see the same commission.
    """
    known = {population["code"] for population in plan["populations"]}
    asked = {code: [f["code"] for f in plan["facets"] if f["population"] == code] for code in known}
    insider = plan.get("insider")
    kept = []
    for row in commission(seed=seed, size=size, years=years):
        if row.population not in known:
            continue
        names = [*asked[row.population]]
        if insider and insider not in names:
            names.append(insider)
        kept.append(Row(row.population, row.period, {n: row.answers[n] for n in names}))
    return kept


def commission(*, seed: int, size: int, years: Sequence[int] = (2025, 2026)) -> list[Row]:
    """Draw every entry counted in these years, the last of which has `size` first examinations."""
    draws = Draws(f"clsm-simulator/1/{size}/{seed}")
    rows: list[Row] = []
    # One year before, for closures; one after, for what is referred before the end.
    for year in range(years[0] - 1, years[-1] + 2):
        rows += _year(draws, year, size if year == years[-1] else _around(draws, size))
    semesters = {f"{year}S{half}" for year in years for half in (1, 2)}
    return [row for row in rows if row.period in semesters]


def facets_csv(plan: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """Write rows as `facets.csv`: population, period, every facet, several answers joined by |."""
    names = [facet["code"] for facet in plan["facets"]]
    insider = plan.get("insider")
    if insider and insider not in names:
        names.append(insider)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["population", "period", *names])
    for row in rows:
        cells = [row.answers.get(name, "") for name in names]
        texts = [cell if isinstance(cell, str) else "|".join(cell) for cell in cells]
        writer.writerow([row.population, row.period, *texts])
    return target.getvalue()


def _around(draws: Draws, size: int) -> int:
    spread = size * p.YEAR_VARIATION.value // 100
    return draws.whole(size - spread, size + spread)


def _year(draws: Draws, year: int, examined: int) -> Iterator[Row]:
    """Draw the situations first examined in a year, with their other entries, then the rest."""
    for _ in range(examined):
        yield from _examined(draws, year)
    refused = 100 - p.ADMITTED.value
    for _ in range((examined * refused + draws.below(p.ADMITTED.value)) // p.ADMITTED.value):
        yield from _not_admitted(draws, year)
    fewest, percent = p.PROFESSIONALS.value
    for _ in range(fewest + examined * percent // 100):
        yield Row("professionals", f"{year}S2", opinions(draws))


def _examined(draws: Draws, year: int) -> Iterator[Row]:
    half = int(draws.one({str(k): share for k, share in p.SEMESTERS.value.items()}))
    counted = f"{year}S{half}"
    if draws.happens(p.LATE.value):
        # Examined at the end of the semester before, written after its figures were frozen.
        day = (date(year, 1, 1) if half == 1 else date(year, 7, 1)) - timedelta(days=LATE_DAYS)
    else:
        day = date(year, draws.of(p.SITTINGS.value[half]), draws.whole(5, 25))
    said, days = answers(draws)
    received = day - timedelta(days=days.review)
    screened = received + timedelta(days=min(days.screening, days.review - 1))
    closed = day + timedelta(days=days.follow_up)
    yield Row("referred", _counted(draws, received), said)
    yield Row("screened", _counted(draws, screened), said)
    yield Row("examined", counted, said)
    yield Row("closed", _counted(draws, closed), said)


def _not_admitted(draws: Draws, year: int) -> Iterator[Row]:
    received = date(year, 1, 1) + timedelta(days=draws.below(365))
    said, days = answers(draws)
    said["admissibility"] = draws.one(p.NOT_ADMITTED.value)
    yield Row("referred", _counted(draws, received), said)
    yield Row("screened", _counted(draws, received + timedelta(days=days.screening)), said)


def _counted(draws: Draws, day: date) -> str:
    """Name the semester that counts an entry of this day: the next one when it is written late."""
    later = day + timedelta(days=LATE_DAYS)
    if _semester(later) != _semester(day) and draws.happens(p.LATE.value):
        return _semester(later)
    return _semester(day)


def _semester(day: date) -> str:
    return f"{day.year}S{1 if day.month < 7 else 2}"
