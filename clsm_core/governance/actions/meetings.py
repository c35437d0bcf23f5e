"""Meetings planned, changed, cancelled (domain.md D.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.models import (
    AgendaPoint,
    Body,
    Meeting,
    MeetingSeries,
    MeetingState,
    MeetingTemplate,
    MinutesState,
)
from clsm_core.governance.recurrence import Rhythm, days

FROZEN = frozenset({MinutesState.VALIDATED, MinutesState.CIRCULATED})
OPEN = frozenset({MeetingState.PLANNED, MeetingState.CONVENED})
# What calendars hold of a meeting: a change there is announced.
_ANNOUNCED = ("starts_at", "duration_minutes", "mode", "place", "link", "title")


def hold(meeting: Meeting) -> None:
    """Read a meeting again and keep it until the end of the act: what runs on it is waited for."""
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("body")
    meeting.refresh_from_db(from_queryset=rows)


def require_not_frozen(meeting: Meeting) -> None:
    """Demand that the minutes are not validated, and keep them so until the end of the act.

    Raises: Refusal.
    """
    hold(meeting)
    if meeting.minutes_state in FROZEN:
        raise Refusal(
            "Le compte rendu est validé : il ne change plus. Rouvrez-le, avec un motif, pour"
            " corriger cette réunion."
        )


@transaction.atomic
def plan(*, body: Body, fields: Mapping[str, Any], template: MeetingTemplate | None) -> Meeting:
    """Plan a meeting, with the points of a template when one is given.

    Raises: ValidationError.
    """
    meeting = Meeting(body=body, **fields)
    meeting.full_clean()
    meeting.save()
    add_lines(meeting=meeting, template=template)
    return meeting


@transaction.atomic
def plan_series(
    *,
    body: Body,
    first: datetime,
    every_months: int,
    count: int,
    rhythm: Rhythm,
    fields: Mapping[str, Any],
    template: MeetingTemplate | None,
) -> MeetingSeries:
    """Plan meetings that come back, each at the same legal hour.

    Raises: ValidationError.
    """
    start = timezone.localtime(first)
    series = MeetingSeries(
        body=body, every_months=every_months, starts_on=start.date(), count=count
    )
    series.full_clean()
    series.save()
    hour = time(start.hour, start.minute)
    for day in days(start.date(), every_months=every_months, count=count, rhythm=rhythm):
        starts_at = timezone.make_aware(datetime.combine(day, hour))
        plan(
            body=body,
            fields={**fields, "series": series, "starts_at": starts_at},
            template=template,
        )
    return series


def add_lines(*, meeting: Meeting, template: MeetingTemplate | None) -> int:
    """Add the points of a template at the end of an agenda; return how many."""
    if template is None:
        return 0
    rank = next_rank(meeting)
    lines: Iterable[dict[str, Any]] = template.lines
    for place, line in enumerate(lines):
        point = AgendaPoint(body=meeting.body, meeting=meeting, rank=rank + place, **line)
        point.full_clean()
        point.save()
    return len(template.lines)


def next_rank(meeting: Meeting) -> int:
    """Return the rank of a point put at the end."""
    last = meeting.points.order_by("-rank").values_list("rank", flat=True).first()
    return 1 if last is None else last + 1


@transaction.atomic
def change(*, meeting: Meeting, fields: Mapping[str, Any]) -> Meeting:
    """Change what a meeting is; after its convocation, a new place or hour is to be announced.

    Raises: Refusal; ValidationError.
    """
    if meeting.state == MeetingState.CANCELLED:
        raise Refusal("Cette réunion est annulée : planifiez-en une autre.")
    require_not_frozen(meeting)
    before = Meeting.objects.get(pk=meeting.pk)
    starts_at = fields.get("starts_at", before.starts_at)
    years = {timezone.localtime(moment).year for moment in (before.starts_at, starts_at)}
    if len(years) > 1 and meeting.decisions.exists():
        raise Refusal(
            "Une décision de cette réunion porte le numéro de son année : la date y reste.",
            field="starts_at",
        )
    for name, value in fields.items():
        setattr(meeting, name, value)
    is_announced = meeting.state == MeetingState.CONVENED
    if is_announced and any(getattr(before, n) != getattr(meeting, n) for n in _ANNOUNCED):
        meeting.has_changed = True
    meeting.full_clean()
    meeting.version += 1
    meeting.save()
    return meeting
