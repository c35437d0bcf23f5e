"""What the list of meetings shows: the next ones, then a year of past ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance import times
from clsm_core.governance.models import Body, Meeting
from clsm_core.governance.presenters import meeting_state
from clsm_core.governance.presenters.sections import sections
from clsm_core.governance.queries import meetings as queries
from clsm_core.ui.components import Cell, Tab

HEADERS = ("Date", "Réunion", "Où elle en est")


def list_page(member: Member, *, at: datetime, body: str, year: str) -> dict[str, Any]:
    """Give the values of the list of meetings."""
    council = member.council
    bodies = list(queries.bodies_that_meet(member).order_by("kind", "name"))
    chosen = next((one for one in bodies if str(one.pk) == body), None)
    rows = queries.listed(member, body=chosen)
    past = queries.past(rows, at)
    years = [one.year for one in past.order_by().datetimes("starts_at", "year", order="DESC")]
    shown = int(year) if year.isascii() and year.isdigit() and int(year) in years else None
    shown = shown or (years[0] if years else None)
    kept = f"?instance={chosen.pk}&" if chosen else "?"
    base = reverse("governance:meetings", args=[council.slug])
    return {
        "council": council,
        "sections": sections(member, "governance:meetings"),
        "headers": HEADERS,
        "coming": [_row(council, one, at) for one in queries.coming(rows, at)],
        "past": [_row(council, one, at) for one in past.filter(starts_at__year=shown)]
        if shown
        else [],
        "year_url": reverse("governance:meetings_year", args=[council.slug, shown])
        if shown
        else "",
        "past_caption": f"Tenues ou annulées en {shown}",
        "years": [Tab(str(one), f"{base}{kept}annee={one}", one == shown) for one in years],
        "filters": _filters(base, bodies, chosen),
        "body": chosen,
        "may_manage": member.may(Act.MANAGE),
        "may_propose": member.may(Act.PROPOSE),
        "asked": f"?instance={chosen.pk}" if chosen else "",
    }


def _row(council: Council, meeting: Meeting, at: datetime) -> list[Any]:
    url = reverse("governance:meeting", args=[council.slug, meeting.pk])
    body = " – ".join(filter(None, [meeting.body.name, meeting.title]))
    return [
        Cell(times.listed(meeting.starts_at), url=url),
        body,
        Cell(meeting_state.state_word(meeting, at), kind=meeting_state.state_kind(meeting, at)),
    ]


def _filters(base: str, bodies: list[Body], chosen: Body | None) -> list[Tab]:
    if len(bodies) < 2:
        return []
    return [
        Tab("Toutes les instances", base, chosen is None),
        *(Tab(one.name, f"{base}?instance={one.pk}", one == chosen) for one in bodies),
    ]
