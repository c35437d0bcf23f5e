"""Points of an agenda: added, changed, moved, given back to the list of subjects, carried over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions.meetings import next_rank, require_not_frozen
from clsm_core.governance.models import (
    AgendaPoint,
    Body,
    Meeting,
    MeetingState,
    MeetingTemplate,
)

UP, DOWN = "up", "down"


def require_open(meeting: Meeting) -> None:
    """Demand a meeting whose agenda may change. Raises: Refusal."""
    require_not_frozen(meeting)
    if meeting.state == MeetingState.CANCELLED:
        raise Refusal("Cette réunion est annulée : son ordre du jour ne change plus.")


@transaction.atomic
def add(*, meeting: Meeting, fields: Mapping[str, Any]) -> AgendaPoint:
    """Put a new point at the end of an agenda. Raises: Refusal; ValidationError."""
    require_open(meeting)
    point = AgendaPoint(body=meeting.body, meeting=meeting, rank=next_rank(meeting), **fields)
    point.full_clean()
    point.save()
    return point


@transaction.atomic
def change(*, point: AgendaPoint, fields: Mapping[str, Any]) -> AgendaPoint:
    """Change a point of an agenda, or a subject that waits. Raises: Refusal; ValidationError."""
    if point.meeting is not None:
        require_open(point.meeting)
    for name, value in fields.items():
        setattr(point, name, value)
    point.full_clean()
    point.version += 1
    point.save()
    return point


@transaction.atomic
def move(*, meeting: Meeting, point: AgendaPoint, direction: str) -> None:
    """Exchange a point with its neighbour; at an end, nothing moves. Raises: Refusal."""
    require_open(meeting)
    order = list(meeting.points.order_by("rank", "created_at", "pk"))
    place = next(n for n, one in enumerate(order) if one.pk == point.pk)
    other = place - 1 if direction == UP else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    for rank, one in enumerate(order, start=1):
        if one.rank != rank:
            one.rank = rank
            one.save()
    meeting.version += 1
    meeting.save()


@transaction.atomic
def give_back(*, point: AgendaPoint) -> AgendaPoint:
    """Take a point out of an agenda: it waits again among the subjects, whole.

    Raises: Refusal once the meeting was held, or when a decision was taken on it.
    """
    assert point.meeting is not None
    require_open(point.meeting)
    if point.meeting.state == MeetingState.HELD:
        raise Refusal("La réunion est tenue : reportez ce point plutôt que de l’effacer.")
    if point.decisions.exists():
        raise Refusal("Une décision a été prise sur ce point : il reste à l’ordre du jour.")
    point.meeting, point.rank = None, 0
    point.full_clean()
    point.version += 1
    point.save()
    return point


@transaction.atomic
def carry_over(*, point: AgendaPoint, to: Meeting | None) -> AgendaPoint:
    """Put a point that was not treated on a later agenda, or back among the subjects.

    What was on the first agenda stays on it; the new row says where it comes from.

    Raises: Refusal when it goes on already, or the minutes that would say so are validated.
    """
    if point.meeting is not None:
        require_not_frozen(point.meeting)
    if AgendaPoint.objects.filter(carried_from=point).exists():
        raise Refusal("Ce point est déjà reporté.")
    new = AgendaPoint(
        body=point.body,
        meeting=to,
        rank=next_rank(to) if to is not None else 0,
        title=point.title,
        purpose=point.purpose,
        minutes=point.minutes,
        presenter=point.presenter,
        details=point.details,
        proposed_by=point.proposed_by,
        carried_from=point,
    )
    if to is not None:
        require_open(to)
    new.full_clean()
    new.save()
    return new


def lines_of(meeting: Meeting) -> list[dict[str, Any]]:
    """Return the points of an agenda as a template keeps them."""
    return [
        {"title": one.title, "purpose": one.purpose, "minutes": one.minutes}
        for one in meeting.points.order_by("rank", "created_at", "pk")
    ]


@transaction.atomic
def keep_as_template(*, meeting: Meeting, name: str) -> MeetingTemplate:
    """Keep the agenda of a meeting as a template. Raises: Refusal; ValidationError."""
    lines = lines_of(meeting)
    if not lines:
        raise Refusal("Cet ordre du jour est vide : ajoutez un point avant d’en faire un modèle.")
    return save_template(
        template=MeetingTemplate(council=meeting.body.council), fields={"name": name}, lines=lines
    )


@transaction.atomic
def save_template(
    *, template: MeetingTemplate, fields: Mapping[str, Any], lines: list[dict[str, Any]]
) -> MeetingTemplate:
    """Write a template, new or changed. Raises: ValidationError."""
    for name, value in fields.items():
        setattr(template, name, value)
    template.lines = lines
    template.full_clean()
    if not template._state.adding:
        template.version += 1
    template.save()
    return template


def propose(*, body: Body, fields: Mapping[str, Any], by: Any) -> AgendaPoint:
    """Propose a subject for a later meeting of a body. Raises: ValidationError."""
    point = AgendaPoint(body=body, proposed_by=by, **fields)
    point.full_clean()
    point.save()
    return point


@transaction.atomic
def place(*, point: AgendaPoint, meeting: Meeting) -> AgendaPoint:
    """Put a subject that waits at the end of an agenda of its body. Raises: Refusal."""
    require_open(meeting)
    if meeting.body_id != point.body_id:
        raise Refusal("Ce sujet attend une réunion d’une autre instance.", field="meeting")
    if point.meeting_id is not None:
        raise Refusal("Ce sujet est déjà inscrit à une réunion.")
    point.meeting, point.rank, point.is_set_aside = meeting, next_rank(meeting), False
    point.full_clean()
    point.version += 1
    point.save()
    return point


@transaction.atomic
def set_aside(*, point: AgendaPoint, is_set_aside: bool) -> AgendaPoint:
    """Set a subject aside, or take it up again; it stays readable either way."""
    if point.meeting_id is not None:
        raise Refusal("Ce sujet est inscrit à une réunion.")
    point.is_set_aside = is_set_aside
    point.version += 1
    point.save()
    return point
