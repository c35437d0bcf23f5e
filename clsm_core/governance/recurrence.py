"""Days of meetings that come back: pure Python, holidays not known (each date may be edited)."""

from __future__ import annotations

import calendar
from datetime import date
from enum import StrEnum

MOST = 24


class Rhythm(StrEnum):
    """What stays the same from one meeting to the next."""

    WEEKDAY = "weekday"
    """The same day of the week in the month: the second Tuesday."""
    DAY = "day"
    """The same day of the month: the 12th, or the last day of a shorter month."""


def days(first: date, *, every_months: int, count: int, rhythm: Rhythm) -> list[date]:
    """Return the days of a series, the first one included.

    Args:
        every_months: from 1 to 12.
        count: from 1 to 24.

    Raises: ValueError for other numbers.
    """
    if not 1 <= every_months <= 12 or not 1 <= count <= MOST:
        raise ValueError("a series has 1 to 24 meetings, 1 to 12 months apart")
    return [_later(first, number * every_months, rhythm) for number in range(count)]


def _later(first: date, months: int, rhythm: Rhythm) -> date:
    years, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last = calendar.monthrange(years, month + 1)[1]
    if rhythm is Rhythm.DAY:
        return date(years, month + 1, min(first.day, last))
    start = date(years, month + 1, 1)
    offset = (first.weekday() - start.weekday()) % 7
    day = 1 + offset + 7 * ((first.day - 1) // 7)
    # A fifth Tuesday that the month has not is its last one.
    return date(years, month + 1, day if day <= last else day - 7)
