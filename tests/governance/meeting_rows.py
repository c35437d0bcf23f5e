"""Meetings for the tests, led from one state to the next by their own actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clsm_core.accounts.clock import now
from clsm_core.governance.actions import agendas, attendance, convening, meetings, minutes
from clsm_core.governance.models import AgendaPoint, Body, Meeting, Presence
from clsm_core.governance.presenters import minutes_paper
from clsm_core.governance.presenters.attendance import expected


def meeting(body: Body, *, days: int = 30, **fields: Any) -> Meeting:
    """Give a planned meeting of a body, some days from now (before it when negative)."""
    starts_at = (now() + dt.timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    values = {"duration_minutes": 120, "mode": "on_site", "place": "Salle du conseil"}
    fields = {"starts_at": starts_at, **values, **fields}
    return meetings.plan(body=body, fields=fields, template=None)


def point(of: Meeting, title: str = "Avancement des groupes", **fields: Any) -> Any:
    """Give a point at the end of an agenda."""
    values = {"title": title, "purpose": "discussion", "minutes": 20, **fields}
    return agendas.add(meeting=of, fields=values)


def subject(body: Body, title: str = "Accès aux soins des jeunes", *, by: Any) -> AgendaPoint:
    """Give a subject that waits."""
    fields = {"title": title, "purpose": "discussion", "minutes": 15}
    return agendas.propose(body=body, fields=fields, by=by)


def convened(of: Meeting, *, by: Any, guests: Any = (), message: str = "") -> Meeting:
    """Convene a meeting that is to come."""
    return convening.convene(meeting=of, guests=guests, message=message, by=by, at=now())


def held(body: Body, *, presence: str = Presence.ON_SITE, signed: str = "sheet", **fields: Any):
    """Give a meeting held today, everybody noted alike."""
    one = meeting(body, **{"starts_at": now(), **fields})
    lines = [attendance.Line(row, presence, None, signed) for row in expected(one)]
    return attendance.record(meeting=one, lines=lines, at=now())


def written(of: Meeting, text: str = "Le comité s’est réuni.", **notes: str) -> Meeting:
    """Write minutes and submit them."""
    minutes.write(meeting=of, text=text, notes={})
    return minutes.finish(meeting=of)


def validated(of: Meeting, *, by: Any) -> Meeting:
    """Write and validate minutes."""
    return signed_off(written(of), by=by)


def signed_off(of: Meeting, *, by: Any, seen: str | None = None) -> Meeting:
    """Validate written minutes, as they are now or as they were seen."""
    seen = seen_of(of) if seen is None else seen
    return minutes.validate(meeting=of, seen=seen, draw=minutes_paper.draw, by=by, at=now())


def seen_of(of: Meeting) -> str:
    """Return what the page that validates minutes says of what it shows."""
    return minutes_paper.content_of(of).fingerprint
