"""Indicators that the service counts by itself, year by year, from what the council recorded.

Promise: a count reads the rows themselves each time; nothing is stored, hence nothing grows stale.

Source: domain.md D.5; 000-19 to 000-25, 004-13, 004-20.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from clsm_core.council.models import Council, Post
from clsm_core.council.queries.post import full_time_of
from clsm_core.directory.models import College, Partnership, PartnershipNature
from clsm_core.governance.models import Body, BodyKind, BodyMandate, Meeting
from clsm_core.governance.permissions import in_force
from clsm_core.governance.queries.meeting_year import Year, year_of
from clsm_core.observatory.models import Diagnosis
from clsm_core.roadmap.models import ActionSheet, Roadmap, RoadmapState, SheetStatus
from clsm_core.roadmap.vocabulary import Computed

# D-02: a representative steering committee has at least these four.
REPRESENTATIVE = (College.ELECTED, College.PSYCHIATRY, College.USERS, College.CARERS)
WORKED = (SheetStatus.ONGOING, SheetStatus.DONE)
DECIDED = (SheetStatus.VALIDATED, *WORKED)


class Count(NamedTuple):
    """A figure, and in words what was counted."""

    value: Decimal
    how: str


class YearOf:
    """A council in one year, up to today; what several counts share is read once."""

    def __init__(self, council: Council, year: int, today: date) -> None:
        self.council, self.year = council, year
        self.first, self.last = date(year, 1, 1), min(date(year, 12, 31), today)
        self._meetings: Year | None = None

    @property
    def meetings(self) -> Year:
        """Read the meetings of the year."""
        if self._meetings is None:
            found = Meeting.objects.filter(body__council=self.council).select_related("body")
            self._meetings = year_of(found, self.year)
        return self._meetings

    def running(self) -> Q:
        """Return the condition of what ran at some time of the year."""
        return Q(starts_on__lte=self.last) & (Q(ends_on__isnull=True) | Q(ends_on__gte=self.first))


def count(code: str, council: Council, year: int, today: date) -> Count:
    """Count one indicator over a year."""
    return Count(*_COUNTS[Computed(code)](YearOf(council, year, today)))


def _steering(of: YearOf) -> tuple[Decimal, str]:
    seats = BodyMandate.objects.filter(
        in_force(of.last), body__council=of.council, body__kind=BodyKind.STEERING
    )
    colleges = set(seats.values_list("college", flat=True))
    missing = [str(one.label) for one in REPRESENTATIVE if one not in colleges]
    if missing:
        return Decimal(0), f"il manque : {', '.join(missing)}"
    return Decimal(1), "élus, psychiatrie, usagers et aidants y siègent"


def _meetings(of: YearOf) -> tuple[Decimal, str]:
    by_kind: dict[str, int] = {}
    for body in of.meetings.bodies:
        by_kind[body.kind] = by_kind.get(body.kind, 0) + body.meetings
    words = ", ".join(f"{kind} : {number}" for kind, number in sorted(by_kind.items()))
    return Decimal(sum(by_kind.values())), words or "aucune réunion tenue"


def _people(of: YearOf) -> tuple[Decimal, str]:
    words = ", ".join(f"{name} : {number}" for name, number in of.meetings.functions[:6])
    return Decimal(of.meetings.people), words or "chaque personne une fois"


def _organisations(of: YearOf) -> tuple[Decimal, str]:
    shares = [one for one in of.meetings.categories if one.there]
    words = ", ".join(f"{one.label} : {one.there}" for one in shares[:6])
    return Decimal(of.meetings.organisations), words or "chaque structure une fois"


def _groups(of: YearOf) -> tuple[Decimal, str]:
    found = Body.objects.filter(of.running(), council=of.council, kind=BodyKind.WORKING_GROUP)
    names = sorted(found.values_list("name", flat=True))
    return Decimal(len(names)), ", ".join(names) or "aucun groupe ouvert"


def _partnerships(of: YearOf) -> tuple[Decimal, str]:
    found = Partnership.objects.filter(of.running(), council=of.council)
    found = found.exclude(nature=PartnershipNature.INFORMAL)
    natures = list(found.values_list("nature", flat=True))
    words = ", ".join(
        f"{one.label} : {natures.count(one.value)}"
        for one in PartnershipNature
        if one.value in natures
    )
    return Decimal(len(natures)), words or "aucun partenariat écrit"


def _sheets(of: YearOf, statuses: tuple[str, ...]) -> list[ActionSheet]:
    """Return the sheets of the roadmaps that ran in the year, drafts apart."""
    plans = Roadmap.objects.filter(of.running(), council=of.council)
    plans = plans.exclude(state=RoadmapState.DRAFT)
    return list(ActionSheet.objects.filter(axis__roadmap__in=plans, status__in=statuses))


def _done(of: YearOf) -> tuple[Decimal, str]:
    done, planned = len(_sheets(of, (SheetStatus.DONE,))), len(_sheets(of, DECIDED))
    return Decimal(
        done
    ), f"sur {planned} action{'s' if planned > 1 else ''} décidée{'s' if planned > 1 else ''}"


def _planned(of: YearOf) -> tuple[Decimal, str]:
    return Decimal(len(_sheets(of, DECIDED))), "validées, en cours ou réalisées"


def _themes(of: YearOf) -> tuple[Decimal, str]:
    codes = {code for sheet in _sheets(of, WORKED) for code in sheet.theme_codes}
    return Decimal(len(codes)), "thématiques des actions en cours ou réalisées"


def _rate(of: YearOf, college: College) -> tuple[Decimal, str]:
    share = next((one for one in of.meetings.colleges if one.label == college.label), None)
    if share is None:
        return Decimal(0), "personne n’était convoqué"
    return Decimal(share.percent), f"{share.there} présences sur {share.convened} convocations"


def _diagnoses(of: YearOf) -> tuple[Decimal, str]:
    found = Diagnosis.objects.filter(of.running(), council=of.council)
    titles = sorted(found.values_list("title", flat=True))
    return Decimal(len(titles)), ", ".join(titles[:4]) or "aucun état des lieux sur l’année"


def _coordination(of: YearOf) -> tuple[Decimal, str]:
    posts = Post.objects.filter(council=of.council)
    return full_time_of(posts, of.last), "équivalent temps plein en fin de période"


_COUNTS: dict[Computed, Callable[[YearOf], tuple[Decimal, str]]] = {
    Computed.STEERING_EXISTS: _steering,
    Computed.MEETINGS: _meetings,
    Computed.PEOPLE: _people,
    Computed.ORGANISATIONS: _organisations,
    Computed.GROUPS: _groups,
    Computed.PARTNERSHIPS: _partnerships,
    Computed.ACTIONS_DONE: _done,
    Computed.ACTIONS_PLANNED: _planned,
    Computed.THEMES: _themes,
    Computed.USERS_RATE: lambda of: _rate(of, College.USERS),
    Computed.CARERS_RATE: lambda of: _rate(of, College.CARERS),
    Computed.DIAGNOSES: _diagnoses,
    Computed.COORDINATION: _coordination,
}
