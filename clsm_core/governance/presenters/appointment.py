"""A meeting as calendars read it (RFC 5545): one UID for ever, a higher SEQUENCE at each change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from clsm_core.governance.models import Meeting, MeetingState

PRODUCT = "-//CLSM//Conseil//FR"


def ics(meeting: Meeting, *, at: datetime, url: str, agenda: str) -> bytes:
    """Return the appointment of a meeting, cancelled when the meeting is.

    Args:
        at: when it is written.
        url: the meeting's page.
        agenda: the agenda as plain lines; it names nobody.
    """
    is_cancelled = meeting.state == MeetingState.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{meeting.pk}@{urlsplit(settings.SERVICE_ORIGIN).hostname}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    start = meeting.starts_at.astimezone(UTC)
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(minutes=meeting.duration_minutes))
    event.add("summary", summary(meeting))
    place = " · ".join(filter(None, [meeting.place, meeting.link]))
    if place:
        event.add("location", place)
    event.add("description", f"{agenda}\n\n{url}".strip())
    event.add("url", url)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def summary(meeting: Meeting) -> str:
    """Return what a calendar shows: the body, the title; no person."""
    return " – ".join(filter(None, [meeting.body.name, meeting.title]))
