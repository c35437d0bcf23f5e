"""What the pages show of subjects that wait, and of templates of agenda."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance import times
from clsm_core.governance.models import AgendaPoint, PointPurpose
from clsm_core.governance.queries import backlog as queries
from clsm_core.governance.queries.meetings import bodies_that_meet
from clsm_core.ui.components import Tab
from clsm_core.ui.templatetags.ui import day


def subjects_page(member: Member, *, body: str) -> dict[str, Any]:
    """Give the values of the list of subjects, by body."""
    council = member.council
    bodies = list(bodies_that_meet(member).order_by("kind", "name"))
    chosen = next((one for one in bodies if str(one.pk) == body), None)
    rows = queries.subjects(member)
    if chosen is not None:
        rows = rows.filter(body=chosen)
    found = list(rows)
    base = reverse("governance:subjects", args=[council.slug])
    filters = [Tab("Toutes les instances", base, chosen is None)]
    filters += [Tab(one.name, f"{base}?instance={one.pk}", one == chosen) for one in bodies]
    return {
        "council": council,
        "waiting": [_subject(member, one) for one in found if not one.is_set_aside],
        "aside": [_subject(member, one) for one in found if one.is_set_aside],
        "filters": filters if len(bodies) > 1 else [],
        "may_manage": member.may(Act.MANAGE),
        "may_propose": member.may(Act.PROPOSE) and bool(bodies),
        "asked": f"?instance={chosen.pk}" if chosen else "",
    }


def templates_page(council: Council) -> dict[str, Any]:
    """Give the values of the list of templates."""
    return {
        "council": council,
        "templates": [
            {
                "name": one.name,
                "lines": [
                    (line["title"], PointPurpose(line["purpose"]).label, line["minutes"])
                    for line in one.lines
                ],
                "length": times.length(sum(line["minutes"] for line in one.lines)),
                "edit_url": _url("agenda_template_edit", council, one.pk),
                "delete_url": _url("agenda_template_delete", council, one.pk),
            }
            for one in queries.templates_of(council)
        ],
    }


def _subject(member: Member, point: AgendaPoint) -> dict[str, Any]:
    council, is_own = member.council, point.proposed_by_id == member.user.pk
    author = point.proposed_by.full_name if point.proposed_by else ""
    on = day(timezone.localtime(point.created_at).date())
    came = "Reporté d’une réunion précédente, le" if point.carried_from_id else "Proposé le"
    return {
        "title": point.title,
        "body": point.body.name,
        "details": point.details,
        "purpose": PointPurpose(point.purpose).label,
        "length": times.length(point.minutes),
        "origin": f"{came} {on}{f' par {author}' if author else ''}",
        "may_edit": (is_own and member.may(Act.PROPOSE)) or member.may(Act.MANAGE),
        "edit_url": _url("subject_edit", council, point.pk),
        "place_url": _url("subject_place", council, point.pk),
        "aside_url": _url("subject_set_aside", council, point.pk),
        "take_up_url": _url("subject_take_up", council, point.pk),
    }


def _url(name: str, council: Council, pk: UUID) -> str:
    return reverse(f"governance:{name}", args=[council.slug, pk])
