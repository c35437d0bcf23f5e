"""A year of a council: its first and last days, and the day on which it is looked at."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Q

FIRST = 2000


class Year(NamedTuple):
    """A calendar year as seen on a day; ``on`` is that day, or the last of a year that is over."""

    number: int
    on: date

    @property
    def first(self) -> date:
        """The first of January."""
        return date(self.number, 1, 1)

    @property
    def last(self) -> date:
        """The last day of December."""
        return date(self.number, 12, 31)

    @property
    def is_over(self) -> bool:
        """Tell whether the year is over, or ends on the day it is looked at."""
        return self.on == self.last

    def running(self, prefix: str = "") -> Q:
        """Say which rows with a beginning and an end run on a day of the year, seen so far."""
        return Q(**{f"{prefix}starts_on__lte": self.on}) & (
            Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": self.first})
        )

    def within(self, name: str) -> Q:
        """Say which rows have a day in the year, seen so far."""
        return Q(**{f"{name}__gte": self.first, f"{name}__lte": self.on})


def year_of(number: int, today: date) -> Year | None:
    """Return a year that has begun, None for any other."""
    if not FIRST <= number <= today.year:
        return None
    return Year(number, min(today, date(number, 12, 31)))


def past_years(today: date, count: int = 10) -> list[int]:
    """Return this year and the ones before it, the latest first."""
    return list(range(today.year, today.year - count, -1))
