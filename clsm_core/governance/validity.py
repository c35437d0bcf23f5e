"""From when until when a framework document holds, and when to say that it ends. Pure dates.

Source: domain.md D.1 (document-cadre: projet, signé, échu), D-07.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import StrEnum

WARNED_MONTHS = 6


class Standing(StrEnum):
    """Where a version stands on a day; its value is what a page says."""

    PROJECT = "projet"
    TO_COME = "signé, à venir"
    SIGNED = "signé"
    EXPIRED = "échu"


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def end_of(starts_on: date | None, months: int | None) -> date | None:
    """Return the last day of a duration, None without a beginning or a duration."""
    if starts_on is None or not months:
        return None
    return add_months(starts_on, months) - timedelta(days=1)


def standing_of(
    *, is_signed: bool, starts_on: date | None, ends_on: date | None, on: date
) -> Standing:
    """Return where a version stands on a day."""
    if not is_signed or starts_on is None:
        return Standing.PROJECT
    if starts_on > on:
        return Standing.TO_COME
    return Standing.EXPIRED if ends_on is not None and ends_on < on else Standing.SIGNED


def ends_soon(ends_on: date | None, on: date) -> bool:
    """Tell whether a document ends within six months, or already has (D-07)."""
    return ends_on is not None and ends_on <= add_months(on, WARNED_MONTHS)
