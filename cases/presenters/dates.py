"""Dates as people read them: in the legal zone of the service, never in the database's."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.timezone import localtime

from clsm_core.ui.templatetags.ui import moment, short_day


def when(value: datetime) -> str:
    """Return a date and an hour in local time: « 1er déc. 2025, 18 h 41 »."""
    return str(moment(localtime(value)))


def on(value: datetime | date | None) -> str:
    """Return a short date in local time; nothing for no date."""
    return str(short_day(localtime(value) if isinstance(value, datetime) else value))
