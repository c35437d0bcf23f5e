"""What the pages of priorities and transmissions show, and the committee's one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.models import Decision
from clsm_core.governance.presenters.decisions import state_cell as decision_state
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.presenters.papers import Block, printed
from clsm_core.observatory.field.lines import citations
from clsm_core.observatory.field.presenters.frame import (
    decision_words,
    new_sheet_url,
    page_url,
    sections,
)
from clsm_core.observatory.field.presenters.needs import PUBLICS, THEMES, urgency_cell
from clsm_core.observatory.models import Goal, Need, Priority, Transmission, Urgency
from clsm_core.ui.components import Cell, Fact, Moment, Tile
from clsm_core.ui.templatetags.ui import day, short_day

SENT_HEADERS = ("Transmission", "Besoins", "Réponse")
DECISION_HEADERS = ("Décision", "Instance", "Échéance", "État")
FIRST_NEEDS = 8
FIRST_DECISIONS = 10


def priorities_page(council: Council, member: Member, rows: Sequence[Priority]) -> dict[str, Any]:
    """Give the values of the priorities: those that run, by goal, then their history (003-17)."""
    running = [one for one in rows if not one.ends_on]
    return {
        "council": council,
        "sections": sections(member, "observatory:priorities"),
        "goals": [
            (goal.label, found)
            for goal in Goal
            if (found := [_kept(council, one) for one in running if one.goal == goal])
        ],
        "history": history(rows),
        "has_any": bool(rows),
        "may_manage": member.may(Act.MANAGE),
        "new_url": page_url(council, "priority_new"),
        "needs_url": page_url(council, "needs"),
    }


def history(rows: Sequence[Priority]) -> list[Moment]:
    """Tell how the priorities changed, the latest first: what began, what ended and why."""
    moments = [Moment(one.starts_on, f"Retenue : {one.title}") for one in rows]
    moments += [
        Moment(one.ends_on, f"Terminée : {one.title}", one.end_reason)
        for one in rows
        if one.ends_on
    ]
    return sorted(moments, key=lambda moment: moment.on, reverse=True)


def priority_page(council: Council, member: Member, priority: Priority) -> dict[str, Any]:
    """Give the values of one priority."""
    decision, decision_url = decision_words(member, priority.decision)
    needs = list(priority.needs.all())
    manages = member.may(Act.MANAGE)
    return {
        "council": council,
        "priority": priority,
        "facts": [
            Fact("Visée", priority.get_goal_display()),
            Fact("Depuis le", day(priority.starts_on)),
            *([Fact("Terminée le", day(priority.ends_on))] if priority.ends_on else []),
        ],
        "decision": decision,
        "decision_url": decision_url,
        "needs": [
            (
                one,
                page_url(council, "need", one.pk),
                new_sheet_url(council, one.pk) if manages and not priority.ends_on else "",
            )
            for one in needs
        ],
        "may_change": manages and not priority.ends_on,
    }


def transmissions_page(
    council: Council, member: Member, rows: Sequence[Transmission], *, sent_this_year: int
) -> dict[str, Any]:
    """Give the values of what was told to the ARS (D-08)."""
    return {
        "council": council,
        "sections": sections(member, "observatory:transmissions"),
        "headers": SENT_HEADERS,
        "rows": [
            [
                Cell(f"Note du {day(one.on)}", url=page_url(council, "transmission", one.pk)),
                Cell(one.count, is_number=True),
                Cell(f"le {short_day(one.answered_on)}", kind="done")
                if one.answered_on
                else Cell("attendue", kind=""),
            ]
            for one in rows
        ],
        "is_late": not sent_this_year,
        "may_manage": member.may(Act.MANAGE),
        "new_url": page_url(council, "transmission_new"),
    }


def transmission_page(
    council: Council, member: Member, transmission: Transmission, needs: Sequence[Need]
) -> dict[str, Any]:
    """Give the values of one transmission."""
    manages = member.may(Act.MANAGE)
    return {
        "council": council,
        "transmission": transmission,
        "needs": [(one, page_url(council, "need", one.pk)) for one in needs],
        "may_change": manages and not transmission.answered_on,
        "may_answer": manages,
        "may_print": member.may(Act.TRENDS),
    }


def transmission_paper(
    council: Council, transmission: Transmission, needs: Sequence[Need], *, at: datetime
) -> bytes:
    """Return the note to the ARS: its needs, with the bands of those that come from a release."""
    cited = citations(council, needs)
    blocks = [Block(text=[transmission.message] if transmission.message else [])]
    for number, need in enumerate(needs, start=1):
        line = cited.get(need.pk)
        facts = [
            ("Origine", need.get_origin_display()),
            ("Urgence", need.get_urgency_display()),
            ("Thématique", str(THEMES.get(need.theme, ""))),
            ("Publics", ", ".join(str(PUBLICS.get(one, one)) for one in need.publics)),
            ("Territoire", need.territory),
            ("Repéré le", day(need.seen_on)),
        ]
        if line and line.refusal:
            facts.append(("Chiffres de la commission", line.refusal))
        elif line:
            told = f"{line.title}, {line.label}, {line.period} : {line.words} situations"
            facts.append(("Chiffres de la commission", f"{told} (fourchette publiée)"))
        blocks.append(
            Block(
                title=f"{number}. {need.title}",
                text=[need.description] if need.description else [],
                facts=[(label, text) for label, text in facts if text],
            )
        )
    if transmission.answered_on:
        blocks.append(
            Block(
                title=f"Réponse de l’ARS, le {day(transmission.answered_on)}",
                text=[transmission.answer],
            )
        )
    return printed(
        council,
        "Besoins repérés : note à l’ARS",
        blocks,
        at=at,
        lead=[f"Transmise le {day(transmission.on)}"],
    )


def synthesis_page(
    council: Council,
    member: Member,
    *,
    orientations: Sequence[Decision],
    trends: Mapping[str, Any],
    urgencies: Mapping[int, int],
    needs: Sequence[Need],
    priorities: Sequence[Priority],
    decisions: Sequence[Decision],
    sent_this_year: int,
) -> dict[str, Any]:
    """Give the values of the steering committee's one screen (001-08).

    Args:
        trends: the values of the page of the commission's figures, proved.
        urgencies: how many needs wait, by urgency.
        needs: those that wait, the most pressing first.
    """
    manages = member.may(Act.MANAGE)
    proof = trends["proof"]
    needs_url = page_url(council, "needs")
    return {
        "council": council,
        "sections": sections(member, "observatory:synthesis"),
        "year": orientations[0].year if orientations else "",
        "orientations": [_orientation(council, one) for one in orientations],
        "trends": trends,
        "refused": trends["refused"],
        "withdrawn": trends["withdrawn"],
        "answers": [
            (one, page_url(council, "lines", proof.release_id, one.table) if one.table else "")
            for one in trends["answers"]
        ],
        "tiles": [
            Tile(
                f"urgence {Urgency(one).label}",
                count,
                f"{needs_url}?urgence={one}&etat=seen",
                kind="attention" if one == Urgency.HIGH and count else "",
            )
            for one, count in urgencies.items()
        ],
        "has_needs": any(urgencies.values()),
        "needs": [
            (
                one,
                urgency_cell(one),
                page_url(council, "need", one.pk),
                page_url(council, "priority_new", besoin=one.pk) if manages else "",
            )
            for one in needs[:FIRST_NEEDS]
        ],
        "needs_url": f"{needs_url}?etat=seen",
        "priorities": [_kept(council, one, opens=manages) for one in priorities],
        "priorities_url": page_url(council, "priorities"),
        "decision_headers": DECISION_HEADERS,
        "decisions": [
            _open_decision(council, one, member.today) for one in decisions[:FIRST_DECISIONS]
        ],
        "decisions_url": reverse("governance:decisions", args=[council.slug]),
        "is_late": not sent_this_year,
        "transmissions_url": page_url(council, "transmissions"),
        "may_manage": manages,
        "may_propose": member.may(Act.PROPOSE),
        "new_need_url": page_url(council, "need_new"),
    }


def _orientation(council: Council, one: Decision) -> tuple[Any, ...]:
    """Give an orientation, its page, the needs drawn from it, where to draw another."""
    needs = [(need.title, page_url(council, "need", need.pk)) for need in one.needs.all()]
    return (
        one,
        reverse("governance:decision", args=[council.slug, one.pk]),
        needs,
        page_url(council, "need_new", orientation=one.pk),
    )


def _kept(council: Council, one: Priority, *, opens: bool = False) -> dict[str, Any]:
    needs = list(one.needs.all())
    return {
        "title": one.title,
        "url": page_url(council, "priority", one.pk),
        "goal": one.get_goal_display(),
        "since": one.starts_on,
        "decision": one.decision.code,
        "needs": [(need.title, page_url(council, "need", need.pk)) for need in needs],
        "sheet_url": new_sheet_url(council, needs[0].pk) if opens and needs else "",
    }


def _open_decision(council: Council, one: Decision, on: date) -> list[Any]:
    owner = f" · {name_of(one.owner)}" if one.owner else ""
    return [
        Cell(
            f"{one.code} · {one.title}",
            url=reverse("governance:decision", args=[council.slug, one.pk]),
        ),
        f"{one.meeting.body.name}{owner}",
        short_day(one.due_on) or "—",
        decision_state(one, on),
    ]
