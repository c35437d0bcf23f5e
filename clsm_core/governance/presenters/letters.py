"""The words of a mail about a meeting, and what it carries.

Promise: its subject names a body and a day, never a person; it holds a link, the agenda, the
appointment, and the minutes once they are validated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from clsm_core.governance import times
from clsm_core.governance.models import Letter, LetterKind, Meeting
from clsm_core.governance.presenters import appointment, meeting_papers, minutes_paper
from clsm_core.governance.queries import meetings as queries
from clsm_core.ui.templatetags.ui import day

SUBJECTS = {
    LetterKind.CONVENED: "Convocation",
    LetterKind.CHANGED: "Convocation modifiée",
    LetterKind.CANCELLED: "Réunion annulée",
    LetterKind.MINUTES: "Compte rendu",
    LetterKind.CORRECTION: "Compte rendu rouvert",
}
_PDF, _CALENDAR = "application/pdf", "text/calendar"


@dataclass(frozen=True)
class Words:
    """A mail without its address: what the preview shows is what leaves."""

    subject: str
    text: str
    files: tuple[tuple[str, bytes, str], ...] = ()


def words(meeting: Meeting, kind: str, *, at: datetime, with_files: bool = True) -> Words:
    """Return a mail about a meeting as it stands."""
    points = queries.points_of(meeting)
    correction = meeting.corrections.order_by("edition").last()
    data = {
        "meeting": meeting,
        "council": meeting.body.council,
        "when": times.when(meeting),
        "where": times.where(meeting),
        "agenda": list(zip(times.beginnings(meeting, points), points, strict=True)),
        "reason": correction.reason if correction else "",
        "edition": meeting.minutes_edition,
        "url": page_url(meeting),
    }
    text = render_to_string(f"governance/email/{kind}.txt", data)
    files = tuple(_files(meeting, kind, at)) if with_files else ()
    return Words(subject(meeting, kind), text, files)


def subject(meeting: Meeting, kind: str) -> str:
    """Return the subject of a mail: what, which body, which day."""
    on = day(timezone.localtime(meeting.starts_at).date())
    # A header is one line, whatever the name of a body holds.
    name = " ".join(meeting.body.name.split())
    return f"{SUBJECTS[LetterKind(kind)]} – {name} du {on}"


def page_url(meeting: Meeting) -> str:
    """Return the whole address of a meeting's page."""
    path = reverse("governance:meeting", args=[meeting.body.council.slug, meeting.pk])
    return f"{settings.SERVICE_ORIGIN}{path}"


def mail(letter: Letter, made: Words) -> EmailMessage:
    """Return the mail of one person, to be sent."""
    message = EmailMessage(made.subject, made.text, to=[letter.contact.email])
    for name, content, media_type in made.files:
        message.attach(name, content, media_type)
    return message


def _files(meeting: Meeting, kind: str, at: datetime) -> list[tuple[str, bytes, str]]:
    points = queries.points_of(meeting)
    if kind == LetterKind.MINUTES:
        return [("compte-rendu.pdf", minutes_paper.minutes(meeting, at=at), _PDF)]
    if kind == LetterKind.CORRECTION:
        return []
    lines = "\n".join(one.title for one in points)
    calendar = appointment.ics(meeting, at=at, url=page_url(meeting), agenda=lines)
    method = "CANCEL" if kind == LetterKind.CANCELLED else "PUBLISH"
    invite = ("reunion.ics", calendar, f"{_CALENDAR}; method={method}")
    if kind == LetterKind.CANCELLED:
        return [invite]
    return [("ordre-du-jour.pdf", meeting_papers.agenda(meeting, at=at), _PDF), invite]
