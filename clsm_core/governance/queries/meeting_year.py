"""What meetings were in a year: how many, who came, on what theme (000-20, 000-22, 004-20; D.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from clsm_core.governance.models import Attendance, Meeting, MeetingState
from clsm_core.governance.queries.attendance import (
    COUNTED,
    THERE,
    Share,
    by_category,
    by_college,
    colleges_of,
)


@dataclass
class BodyYear:
    """One body's year: its meetings, and the people who came at least once."""

    name: str
    kind: str
    theme: str = ""
    meetings: int = 0
    people: set[object] = field(default_factory=set)


@dataclass
class ThemeYear:
    """What the groups of one theme did: how many met, how often, with how many people (000-22)."""

    name: str
    groups: int
    meetings: int
    people: int


@dataclass
class Year:
    """A year of meetings held."""

    bodies: list[BodyYear]
    people: int
    organisations: int
    colleges: list[Share]
    categories: list[Share]
    functions: list[tuple[str, int]]
    themes: list[ThemeYear]


def year_of(meetings: QuerySet[Meeting], year: int) -> Year:
    """Count the meetings of a year that were held, and who was there, each person once."""
    held = list(meetings.filter(state=MeetingState.HELD, starts_at__year=year))
    rows = list(
        Attendance.objects.filter(meeting__in=[one.pk for one in held]).select_related(
            "contact__organisation"
        )
    )
    bodies: dict[object, BodyYear] = {}
    for one in held:
        body = one.body
        entry = bodies.setdefault(
            one.body_id, BodyYear(body.name, body.get_kind_display(), body.theme.strip())
        )
        entry.meetings += 1
    body_of = {one.pk: one.body_id for one in held}
    there = [row for row in rows if row.presence in THERE]
    for row in there:
        bodies[body_of[row.meeting_id]].people.add(row.contact_id)
    contacts = {row.contact_id: row.contact for row in there}
    functions = Counter(one.job_title for one in contacts.values() if one.job_title)
    return Year(
        bodies=sorted(bodies.values(), key=lambda one: (one.kind, one.name)),
        people=len(contacts),
        organisations=len(
            {row.contact.organisation_id for row in rows if row.presence in COUNTED} - {None}
        ),
        colleges=by_college(colleges_of(held, rows), rows),
        categories=by_category(rows),
        functions=sorted(functions.items(), key=lambda pair: (-pair[1], pair[0].casefold())),
        themes=_themes(bodies.values()),
    )


def _themes(bodies: Iterable[BodyYear]) -> list[ThemeYear]:
    """Add up the bodies that say what they work on, theme by theme; each person once a theme."""
    found: dict[str, list[BodyYear]] = {}
    for one in bodies:
        if one.theme:
            found.setdefault(one.theme.casefold(), []).append(one)
    return [
        ThemeYear(
            name=min(one.theme for one in ones),
            groups=len(ones),
            meetings=sum(one.meetings for one in ones),
            people=len(set().union(*(one.people for one in ones))),
        )
        for _, ones in sorted(found.items())
    ]
