"""Bars of a few years, and the bars of a calendar, as plain numbers that templates draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from clsm_core.roadmap.presenters.words import number

HEIGHT, TOP, BASE = 180, 24, 150
STEP, THICK = 64, 36


class Bar(NamedTuple):
    """One bar of a chart, in the units of its drawing."""

    x: int
    y: str
    width: int
    height: str
    middle: int
    label_y: str
    value: str
    year: str


class Chart(NamedTuple):
    """A chart of bars: its size, its line of zero, its bars, what it says in words."""

    width: int
    height: int
    base: int
    year_y: int
    bars: list[Bar]
    words: str


def chart_of(label: str, values: Sequence[tuple[int, Decimal, str]]) -> Chart | None:
    """Draw values by year; a value below zero is drawn as nothing, and written all the same."""
    if not values:
        return None
    top = max([value for _, value, _ in values] + [Decimal(0)])
    bars = []
    for rank, (year, value, _) in enumerate(values):
        height = float(max(value, Decimal(0)) / top) * (BASE - TOP) if top else 0.0
        x = rank * STEP + (STEP - THICK) // 2
        y = BASE - height
        bars.append(
            Bar(
                x,
                f"{y:.1f}",
                THICK,
                f"{height:.1f}",
                x + THICK // 2,
                f"{y - 6:.1f}",
                number(value),
                str(year),
            )
        )
    said = ", ".join(f"{year} : {number(value)}" for year, value, _ in values)
    return Chart(
        max(len(values) * STEP, 2 * STEP), HEIGHT, BASE, BASE + 20, bars, f"{label}. {said}"
    )


class Span(NamedTuple):
    """Where a bar of a calendar begins and how long it is, in per cent of the period."""

    x: str
    width: str


def span_of(first: date, last: date, starts_on: date | None, ends_on: date | None) -> Span:
    """Place days on a period; an open end reaches the end of the period."""
    whole = max((last - first).days + 1, 1)
    begin = min(max(starts_on or first, first), last)
    end = max(min(ends_on or last, last), begin)
    left = (begin - first).days / whole * 100
    width = ((end - begin).days + 1) / whole * 100
    return Span(f"{left:.2f}", f"{width:.2f}")
