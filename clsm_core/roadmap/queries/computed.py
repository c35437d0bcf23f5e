"""Indicators that a sheet lets the service count, year by year, from what the council recorded.

Promises: a count reads the rows themselves each time; nothing is stored, hence nothing grows stale;
it is the count of the reports, whose definitions stand in ``counts`` and nowhere else.

Source: domain.md D.5; 000-19 to 000-25, 004-13, 004-20.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from clsm_core.council.models import Council
from clsm_core.council.words import plural
from clsm_core.directory.models import College
from clsm_core.governance.queries.attendance import colleges_of
from clsm_core.roadmap.queries.counts import actions, council, meetings
from clsm_core.roadmap.queries.counts.measures import Measure, words
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.roadmap.vocabulary import Computed

MOST_WORDS = 6


class Count(NamedTuple):
    """A figure, and in words what was counted."""

    value: Decimal
    how: str


Counting = Callable[[str, Council, int, date], Count]


def count(code: str, of: Council, number: int, today: date) -> Count:
    """Count one indicator over a year, up to today."""
    year = Year(number, min(today, date(number, 12, 31)))
    return Count(*_COUNTS[Computed(code)](of, year))


def _steering(of: Council, year: Year) -> tuple[Decimal, str]:
    seats = meetings.representative(of, year)
    missing = [one.label for one in seats.lines if not one.value]
    if missing:
        return Decimal(0), f"il manque : {', '.join(missing)}"
    return Decimal(1), "élus, psychiatrie, usagers et aidants y siègent"


def _meetings(of: Council, year: Year) -> tuple[Decimal, str]:
    found = meetings.by_kind(meetings.held_meetings(of, year), meetings.bodies_of(of, year))
    return found.total, _told(found) or "aucune réunion tenue"


def _people(of: Council, year: Year) -> tuple[Decimal, str]:
    rows = meetings.attendances_of(meetings.held_meetings(of, year))
    found = meetings.people_met(rows).of_line(meetings.PEOPLE).value or Decimal(0)
    return found, _told(meetings.functions(rows)) or "chaque personne une fois"


def _organisations(of: Council, year: Year) -> tuple[Decimal, str]:
    rows = meetings.attendances_of(meetings.held_meetings(of, year))
    found = meetings.organisations(rows)
    return found.total, _told(found) or "chaque structure une fois"


def _groups(of: Council, year: Year) -> tuple[Decimal, str]:
    bodies = meetings.bodies_of(of, year)
    found = meetings.groups_met(meetings.held_meetings(of, year), bodies)
    return found.whole, meetings.group_names(bodies) or "aucun groupe ouvert"


def _partnerships(of: Council, year: Year) -> tuple[Decimal, str]:
    found = council.partnerships(of, year)
    written = [one for one in found.lines if one.label != council.INFORMAL]
    told = ", ".join(f"{one.label} : {words(one.of)}" for one in written)
    return council.formalised(found), told or "aucun partenariat écrit"


def _done(of: Council, year: Year) -> tuple[Decimal, str]:
    found = actions.by_axis(list(actions.sheets_of(of, year)))
    return found.total, f"sur {plural(int(found.whole), 'action prévue', 'actions prévues')}"


def _planned(of: Council, year: Year) -> tuple[Decimal, str]:
    found = actions.by_axis(list(actions.sheets_of(of, year)))
    return found.whole, "validées en comité de pilotage, quoi qu’elles soient devenues"


def _themes(of: Council, year: Year) -> tuple[Decimal, str]:
    found = actions.by_theme(list(actions.sheets_of(of, year)))
    return Decimal(len(found.lines)), "thématiques des actions ni reportées ni abandonnées"


def _rate(of: Council, year: Year, college: College) -> tuple[Decimal, str]:
    held = meetings.held_meetings(of, year)
    rows = meetings.attendances_of(held)
    line = meetings.presence(rows, colleges_of(held, rows)).of_line(college.label)
    if line.percent is None:
        return Decimal(0), "personne n’était convoqué"
    came = plural(int(line.value or 0), "présence")
    return Decimal(line.percent), f"{came} sur {plural(int(line.of or 0), 'convocation')}"


def _diagnoses(of: Council, year: Year) -> tuple[Decimal, str]:
    titles = sorted(council.diagnoses(of, year).values_list("title", flat=True))
    return Decimal(len(titles)), ", ".join(titles[:4]) or "aucun état des lieux sur l’année"


def _coordination(of: Council, year: Year) -> tuple[Decimal, str]:
    found = council.coordination(of, year).of_line(council.TIME)
    return found.value or Decimal(0), "équivalent temps plein en fin de période"


def _told(measure: Measure) -> str:
    """Write the first lines of an indicator that count something."""
    shown = [one for one in measure.lines if one.value][:MOST_WORDS]
    return ", ".join(f"{one.label} : {words(one.value)}" for one in shown)


_COUNTS: dict[Computed, Callable[[Council, Year], tuple[Decimal, str]]] = {
    Computed.STEERING_EXISTS: _steering,
    Computed.MEETINGS: _meetings,
    Computed.PEOPLE: _people,
    Computed.ORGANISATIONS: _organisations,
    Computed.GROUPS: _groups,
    Computed.PARTNERSHIPS: _partnerships,
    Computed.ACTIONS_DONE: _done,
    Computed.ACTIONS_PLANNED: _planned,
    Computed.THEMES: _themes,
    Computed.USERS_RATE: lambda of, year: _rate(of, year, College.USERS),
    Computed.CARERS_RATE: lambda of, year: _rate(of, year, College.CARERS),
    Computed.DIAGNOSES: _diagnoses,
    Computed.COORDINATION: _coordination,
}
