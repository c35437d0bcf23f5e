"""What each working group brings to the plenary: one page a group (001-04, 001-05, 003-16).

Promises: a page a group open in the year, its own work only; nobody is named, for the paper is
shown to a whole room.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clsm_core.council.models import Council
from clsm_core.council.words import plural
from clsm_core.governance.models import AgendaPoint, Body, BodyKind, Decision, DecisionState
from clsm_core.governance.queries.attendance import THERE
from clsm_core.reports.presenters.papers import slides_pdf
from clsm_core.reports.presenters.slides import shortened, slide
from clsm_core.roadmap.models import ActionSheet, Partner, PartnerRole
from clsm_core.roadmap.queries.counts.actions import sheets_of
from clsm_core.roadmap.queries.counts.meetings import attendances_of, bodies_of, held_meetings
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.templatetags.ui import day

MOST_ACTIONS, MOST_DECISIONS, MOST_SUBJECTS = 3, 3, 3
LEADS = (PartnerRole.CARRIER, PartnerRole.PILOT)


def groups_pdf(council: Council, year: Year, *, at: datetime) -> bytes:
    """Return the groups' pages on paper, wide and readable from the last row."""
    slides = groups_slides(council, year)
    content = {
        "council": council.name,
        "year": year.number,
        "lead": f"Ce que chaque groupe présente, au {day(year.on)}.",
        "slides": slides or [_none()],
    }
    heading = f"Les groupes de travail en {year.number}"
    return slides_pdf(content, heading=heading, foot=str(year.number), at=at)


def groups_slides(council: Council, year: Year) -> list[dict[str, Any]]:
    """Return a page for each working group open in the year, in a constant number of queries."""
    groups = [one for one in bodies_of(council, year) if one.kind == BodyKind.WORKING_GROUP]
    held = [one for one in held_meetings(council, year) if one.body_id in {b.pk for b in groups}]
    people: dict[object, set[object]] = {}
    for row in attendances_of(held):
        if row.presence in THERE:
            people.setdefault(row.meeting.body_id, set()).add(row.contact_id)
    meetings = [one.pk for one in held]
    decisions = list(
        Decision.objects.filter(council=council, meeting__in=meetings)
        .exclude(state=DecisionState.DROPPED)
        .select_related("meeting")
        .order_by("number")
    )
    subjects = list(
        AgendaPoint.objects.filter(meeting__in=meetings, is_set_aside=False).order_by(
            "meeting__starts_at", "rank"
        )
    )
    actions = _led(council, year)
    return [
        _group(
            one,
            meetings=sum(meeting.body_id == one.pk for meeting in held),
            people=len(people.get(one.pk, ())),
            actions=actions.get(one.name.casefold().strip(), []),
            decisions=[each.title for each in decisions if each.meeting.body_id == one.pk],
            subjects=list(dict.fromkeys(each.title for each in subjects if each.body_id == one.pk)),
        )
        for one in groups
    ]


def _led(council: Council, year: Year) -> dict[str, list[ActionSheet]]:
    """Return the actions of the year by who carries or pilots them, as the sheets name them."""
    sheets = {one.pk: one for one in sheets_of(council, year)}
    found: dict[str, list[ActionSheet]] = {}
    leaders = Partner.objects.filter(sheet__in=sheets, role__in=LEADS).order_by("pk")
    for name, pk in leaders.values_list("name", "sheet"):
        kept = found.setdefault(name.casefold().strip(), [])
        if sheets[pk] not in kept:
            kept.append(sheets[pk])
    order = list(sheets)
    return {name: sorted(kept, key=lambda one: order.index(one.pk)) for name, kept in found.items()}


def _group(
    group: Body,
    *,
    meetings: int,
    people: int,
    actions: Sequence[ActionSheet],
    decisions: Sequence[str],
    subjects: Sequence[str],
) -> dict[str, Any]:
    met = plural(meetings, "réunion tenue", "réunions tenues")
    lead = f"{met} sur {group.meetings_per_year} prévues par an"
    if people:
        lead += f", {plural(people, 'personne venue', 'personnes venues')}"
    if group.theme:
        lead = f"{group.theme}. {lead}"
    points = [
        *(
            f"Action {one.code} : {one.title} ({one.get_status_display()}, {one.progress} %)"
            for one in actions[:MOST_ACTIONS]
        ),
        *(f"Décidé : {title}" for title in decisions[:MOST_DECISIONS]),
        *(f"Travaillé : {title}" for title in subjects[:MOST_SUBJECTS]),
    ]
    hidden = sum(
        max(0, len(found) - most)
        for found, most in (
            (actions, MOST_ACTIONS),
            (decisions, MOST_DECISIONS),
            (subjects, MOST_SUBJECTS),
        )
    )
    if not points:
        points = [group.purpose or "Rien n’est encore enregistré de ses travaux pour l’année."]
    return slide(
        group.name,
        lead=f"{lead}.",
        points=[shortened(one) for one in points],
        more=f"et {hidden} de plus au registre" if hidden else "",
    )


def _none() -> dict[str, Any]:
    return slide(
        "Aucun groupe de travail ouvert",
        points=["Le comité de pilotage ouvre un groupe par une décision."],
    )
