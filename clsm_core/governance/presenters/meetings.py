"""What the page of one meeting shows, and its published minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance import times
from clsm_core.governance.actions.attendance import may_be_noted
from clsm_core.governance.actions.meetings import FROZEN, OPEN
from clsm_core.governance.models import (
    AgendaPoint,
    Document,
    Letter,
    Meeting,
    MeetingState,
)
from clsm_core.governance.permissions import may_validate
from clsm_core.governance.presenters import attendance as attendance_page
from clsm_core.governance.presenters import meeting_state
from clsm_core.governance.presenters.minutes_paper import vote_words
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.queries import meetings as queries
from clsm_core.governance.queries.letters import is_current
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day

DECISION_HEADERS = ("Numéro", "Décision", "Vote")


class Point(NamedTuple):
    """A point of an agenda as the page draws it."""

    row: AgendaPoint
    number: int
    begins: str
    length: str
    is_first: bool
    is_last: bool
    decisions: list[tuple[str, str, str]]
    carried: str
    comes_from: str
    author: str


def meeting_page(member: Member, meeting: Meeting, *, at: datetime) -> dict[str, Any]:
    """Give the values of one meeting's page."""
    council = member.council
    points = queries.points_of(meeting)
    documents = queries.documents_of(meeting)
    letters = queries.letters_of(meeting)
    reads_drafts = queries.reads_drafts(member, meeting)
    may_manage = member.may(Act.MANAGE)
    may_sign = may_validate(member, meeting.body)
    agenda_minutes = sum(one.minutes for one in points)
    is_frozen = meeting.minutes_state in FROZEN
    return {
        "council": council,
        "meeting": meeting,
        "when": times.when(meeting),
        "where": times.where(meeting),
        "heading": meeting.title or meeting.body.name,
        "state_word": meeting_state.state_word(meeting, at),
        "state_kind": meeting_state.state_kind(meeting, at),
        "steps": meeting_state.steps(meeting),
        "main_act": meeting_state.main_act(
            member, meeting, at, may_manage=may_manage, may_sign=may_sign
        ),
        "expected": meeting_state.expected(meeting, at),
        "other_acts": meeting_state.other_acts(council, meeting, at, may_manage, may_sign),
        "facts": _facts(council, meeting),
        "points": drawn_points(meeting, points, queries.authors_of(points)),
        "agenda_length": times.length(agenda_minutes),
        "meeting_length": times.length(meeting.duration_minutes),
        "over_words": f"dépasse de {times.length(agenda_minutes - meeting.duration_minutes)}",
        "over": agenda_minutes > meeting.duration_minutes,
        "room": times.length(meeting.duration_minutes - agenda_minutes)
        if 0 < agenda_minutes < meeting.duration_minutes
        else "",
        "can_edit_agenda": may_manage and not is_frozen and meeting.state != MeetingState.CANCELLED,
        "is_held": meeting.state == MeetingState.HELD,
        "shows_minutes": meeting.state == MeetingState.HELD and (is_frozen or reads_drafts),
        "is_frozen": is_frozen,
        "waiting": _waiting(meeting, may_manage),
        "documents": [_document(council, one) for one in documents if not one.is_withdrawn],
        "withdrawn": [_withdrawn(one) for one in documents if one.is_withdrawn]
        if may_manage
        else [],
        "letters": _letters(meeting, letters) if may_manage else None,
        "corrections": list(meeting.corrections.select_related("reopened_by")),
        "decisions": _decisions(council, meeting),
        "decision_headers": DECISION_HEADERS,
        "attendance": attendance_page.summary(meeting)
        if meeting.state == MeetingState.HELD or meeting.convened_at
        else None,
        "may_manage": may_manage,
        "may_propose": member.may(Act.PROPOSE),
        "may_note": may_manage and not is_frozen and may_be_noted(meeting, at),
    }


def published_page(council: Council, meeting: Meeting) -> dict[str, Any]:
    """Give the values of published minutes, for who does not read the body: no person in them."""
    points = queries.points_of(meeting)
    return {
        "council": council,
        "meeting": meeting,
        "when": times.when(meeting),
        "heading": meeting.title or meeting.body.name,
        "points": drawn_points(meeting, points),
        "decisions": _decisions(council, meeting, is_inside=False),
        "decision_headers": DECISION_HEADERS,
    }


def drawn_points(
    meeting: Meeting, points: list[AgendaPoint], authors: dict[UUID, str] | None = None
) -> list[Point]:
    """Give each point with its hour, its decisions, who proposed it and where it went."""
    slug, last = meeting.body.council.slug, len(points)
    begins = times.beginnings(meeting, points)
    return [
        Point(
            row=point,
            number=number,
            begins=begins[number - 1],
            length=times.length(point.minutes),
            is_first=number == 1,
            is_last=number == last,
            decisions=[
                (
                    f"{one.code} – {one.title}",
                    reverse("governance:decision", args=[slug, one.pk]),
                    vote_words(one),
                )
                for one in point.decisions.all()
            ],
            carried=_carried_to(point),
            author=(authors or {}).get(point.proposed_by_id, ""),
            comes_from="reporté d’une réunion précédente" if point.carried_from_id else "",
        )
        for number, point in enumerate(points, start=1)
    ]


def _carried_to(point: AgendaPoint) -> str:
    later = getattr(point, "carried_to", None)
    if later is None:
        return ""
    if later.meeting is None:
        return "reporté, dans la liste des sujets"
    return f"reporté à la réunion du {day(timezone.localtime(later.meeting.starts_at).date())}"


def _facts(council: Council, meeting: Meeting) -> list[Fact]:
    found = [
        Fact("Instance", meeting.body.name),
        Fact("Mode", meeting.get_mode_display()),
        Fact("Durée", times.length(meeting.duration_minutes)),
    ]
    if meeting.series is not None:
        found.append(Fact("Série", f"tous les {meeting.series.every_months} mois"))
    if meeting.validated_on and meeting.validated_by:
        found.append(
            Fact(
                "Compte rendu validé",
                f"{day(meeting.validated_on)}, par {meeting.validated_by.full_name}",
            )
        )
    return found


def _waiting(meeting: Meeting, may_manage: bool) -> int:
    if not may_manage or meeting.state not in OPEN:
        return 0
    return int(meeting.body.points.filter(meeting=None, is_set_aside=False).count())


def _document(council: Council, document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "url": reverse("governance:document", args=[council.slug, document.pk]),
        "withdraw_url": reverse("governance:document_withdraw", args=[council.slug, document.pk]),
        "words": f"{document.file_name.rpartition('.')[2].upper()}, {size_words(document.size)}",
        "added": f"ajouté le {day(timezone.localtime(document.added_at).date())}",
    }


def _withdrawn(document: Document) -> str:
    return f"{document.title} ({document.added_by.full_name})"


def size_words(size: int) -> str:
    """Write a size: « 340 ko », « 1,2 Mo »."""
    if size < 2**20:
        return f"{max(1, round(size / 1024))} ko"
    return f"{size / 2**20:.1f} Mo".replace(".", ",")


def _letters(meeting: Meeting, letters: list[Letter]) -> dict[str, Any] | None:
    """Count the mails, and list those that left no address behind."""
    if not letters:
        return None
    unsent = [one for one in letters if one.sent_at is None and is_current(one, meeting)]
    stuck = [one for one in unsent if one.tried_at is not None]
    waiting = [one for one in unsent if one.tried_at is None]
    return {
        "sent": sum(one.sent_at is not None for one in letters),
        "waiting": len(waiting),
        "stuck": [
            (
                name_of(one.contact),
                one.get_kind_display(),
                "refusé par le serveur de messagerie" if one.has_failed else "envoi interrompu",
            )
            for one in stuck
        ],
        "rows": [
            [
                name_of(one.contact),
                one.get_kind_display(),
                _letter_state(meeting, one),
            ]
            for one in letters
        ],
        "headers": ("Destinataire", "Objet", "Envoi"),
    }


def _letter_state(meeting: Meeting, letter: Letter) -> Cell:
    if letter.sent_at is not None:
        return Cell(f"envoyé le {times.stamp(letter.sent_at)}", kind="done")
    if not is_current(letter, meeting):
        return Cell("sans objet : remplacé depuis", kind="")
    return Cell("non parti", kind="danger") if letter.tried_at else Cell("en attente", kind="")


def _decisions(council: Council, meeting: Meeting, *, is_inside: bool = True) -> list[list[Any]]:
    return [
        [
            Cell(
                one.code,
                url=reverse("governance:decision", args=[council.slug, one.pk]),
                is_code=True,
            )
            if is_inside
            else Cell(one.code, is_code=True),
            one.title,
            vote_words(one) or "—",
        ]
        for one in queries.decisions_of(meeting)
    ]
