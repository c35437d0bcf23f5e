"""Hours and lengths as they are read, and the moment at which each point begins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from clsm_core.governance.models import AgendaPoint, Meeting
from clsm_core.ui.templatetags.ui import day, moment, short_day

_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def hour(moment: datetime) -> str:
    """Write an hour: « 14 h », « 9 h 30 »."""
    local = timezone.localtime(moment)
    return f"{local.hour} h {local.minute:02d}" if local.minute else f"{local.hour} h"


def length(minutes: int) -> str:
    """Write a length: « 45 min », « 2 h », « 1 h 30 »."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def when(meeting: Meeting) -> str:
    """Write the day and the hours of a meeting."""
    end = meeting.starts_at + timedelta(minutes=meeting.duration_minutes)
    return f"{long_day(meeting.starts_at)}, de {hour(meeting.starts_at)} à {hour(end)}"


def long_day(moment: datetime) -> str:
    """Write a day with its weekday: « jeudi 12 mars 2026 »."""
    local = timezone.localtime(moment)
    return f"{_WEEKDAYS[local.weekday()]} {day(local.date())}"


def stamp(moment_at: datetime) -> str:
    """Write a day and an hour in legal time, for lists: « 12 mars 2026, 18 h 41 »."""
    return moment(timezone.localtime(moment_at))


def listed(moment_at: datetime) -> str:
    """Write when a meeting begins, for lists: « mar. 12 mai 2026, 9 h 30 »."""
    local = timezone.localtime(moment_at)
    return f"{_WEEKDAYS[local.weekday()][:3]}. {short_day(local.date())}, {hour(moment_at)}"


def where(meeting: Meeting) -> str:
    """Write the place, or how people meet when there is none."""
    if meeting.place:
        return meeting.place
    return "à distance" if meeting.mode == "remote" else ""


def beginnings(meeting: Meeting, points: Iterable[AgendaPoint]) -> list[str]:
    """Return the hour at which each point begins, one after the other."""
    moment, found = meeting.starts_at, []
    for point in points:
        found.append(hour(moment))
        moment += timedelta(minutes=point.minutes)
    return found
