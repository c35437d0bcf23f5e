"""Atomic periods of a release: whole semesters, years or blocks of years.

A situation belongs to exactly one period of each population, by its entry date; nothing here
reads a clock.

Source: releases.md 5.1; decisions 36.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from cases.disclosure.errors import PeriodRefused


class Span(NamedTuple):
    """Days from `start` included to `end` excluded, whatever their number: an atom."""

    start: date
    end: date

    def lies_in(self, period: Period) -> bool:
        """Tell whether every day of the span belongs to a period."""
        return period.start <= self.start and self.end <= period.end

    def as_dict(self) -> dict[str, str]:
        """Give the JSON form."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}

    @classmethod
    def from_dict(cls, value: dict[str, str]) -> Span:
        """Read the JSON form."""
        return cls(date.fromisoformat(value["start"]), date.fromisoformat(value["end"]))


def cut(periods: Iterable[Period]) -> list[Span]:
    """Give the finest spans that the bounds of overlapping periods draw: the atoms."""
    bounds = sorted({day for period in periods for day in (period.start, period.end)})
    return [Span(start, end) for start, end in pairwise(bounds)]


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` included to `end` excluded."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse what is not a semester, a year or two to five whole years.

        Raises:
            PeriodRefused: the shape would invite odd windows, hence differences between them.
        """
        whole_years = (self.start.month, self.start.day) == (1, 1) and self.months % 12 == 0
        semester = self.start.month in (1, 7) and self.start.day == 1 and self.months == 6
        if self.end.day != 1 or not (semester or (whole_years and 12 <= self.months <= 60)):
            raise PeriodRefused(
                "Une publication porte sur un semestre, une année civile ou un bloc de deux à "
                "cinq années civiles. Choisissez l’une de ces périodes."
            )

    @property
    def months(self) -> int:
        """Length in calendar months."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    @property
    def label(self) -> str:
        """French name, such as "2026", "2024–2026" or "1er semestre 2026"."""
        if self.months == 6:
            rank = "1er" if self.start.month == 1 else "2e"
            return f"{rank} semestre {self.start.year}"
        last = self.end.year - 1
        return str(last) if self.months == 12 else f"{self.start.year}–{last}"

    def contains(self, other: Period) -> bool:
        """Tell whether every day of another period belongs to this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Period) -> bool:
        """Tell whether a day belongs to both periods."""
        return self.start < other.end and other.start < self.end

    def as_dict(self) -> dict[str, str]:
        """Give the JSON form."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat(), "label": self.label}

    @classmethod
    def from_dict(cls, value: dict[str, str]) -> Period:
        """Read the JSON form."""
        return cls(date.fromisoformat(value["start"]), date.fromisoformat(value["end"]))

    @classmethod
    def between(cls, first: date, last: date) -> Period:
        """Give the period from a first to a last day, both included.

        Raises:
            PeriodRefused: it is not a semester, a year or a block of years.
        """
        return cls(first, last + timedelta(days=1))

    @classmethod
    def year(cls, year: int) -> Period:
        """Give the calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def years(cls, first: int, last: int) -> Period:
        """Give the block of calendar years from `first` to `last`, both included."""
        return cls(date(first, 1, 1), date(last + 1, 1, 1))

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "2026", "2026S1", "2026-S1" or "2024-2026".

        Raises:
            PeriodRefused: it is none of these.
        """
        found = re.fullmatch(r"([0-9]{4})(?:-?S([12])|-([0-9]{4}))?", text.strip())
        if not found:
            raise PeriodRefused("une période s’écrit 2026, 2026S1 ou 2024-2026.")
        year, semester, last = found.groups()
        if semester == "1":
            return cls(date(int(year), 1, 1), date(int(year), 7, 1))
        if semester == "2":
            return cls(date(int(year), 7, 1), date(int(year) + 1, 1, 1))
        return cls.years(int(year), int(last or year))
