"""The papers of a meeting: letter, agenda, sheet to sign, list of presences (D.4).

Promise: tagged PDF, whose name and title hold a body and a day, never a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from clsm_core.directory.models import College, Contact
from clsm_core.governance import times
from clsm_core.governance.models import (
    AgendaPoint,
    Attendance,
    BodyKind,
    Meeting,
    Presence,
    Quality,
)
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.presenters.papers import Block, printed
from clsm_core.governance.queries import attendance as presences
from clsm_core.governance.queries import meetings as queries
from clsm_core.ui.pdf import compile_pdf
from clsm_core.ui.templatetags.ui import day

_FOLDER = Path(__file__).parents[1] / "documents"
_LETTER, _SHEET = _FOLDER / "convocation.typ", _FOLDER / "signatures.typ"
# Lines left empty for people who come unannounced.
BLANK_LINES = 6
# Bodies that an elected official presides, and convokes (001-04, 001-06).
PRESIDED = {BodyKind.STEERING, BodyKind.PLENARY}


def heading_of(meeting: Meeting) -> str:
    """Return the heading of a paper: the body, the title."""
    return " – ".join(filter(None, [meeting.body.name, meeting.title]))


def agenda(meeting: Meeting, *, at: datetime) -> bytes:
    """Return the agenda, with the hour at which each point begins."""
    points = queries.points_of(meeting)
    rows = [
        [hour, _title(point), point.get_purpose_display(), times.length(point.minutes)]
        for hour, point in zip(times.beginnings(meeting, points), points, strict=True)
    ]
    blocks = [
        Block(facts=place_of(meeting)),
        Block(
            title="Ordre du jour",
            headers=("Heure", "Point", "Attendu", "Durée"),
            widths=(1.2, 6, 1.8, 1.2),
            rows=rows,
            note="" if rows else "L’ordre du jour n’est pas encore arrêté.",
        ),
        Block(text=[meeting.message] if meeting.message else []),
    ]
    return printed(meeting.body.council, f"Ordre du jour – {heading_of(meeting)}", blocks, at=at)


def letter(meeting: Meeting, contacts: Iterable[Contact], *, at: datetime) -> bytes:
    """Return the letters of convocation, one page or more a person.

    The committee and the assembly are convoked in the name of who presides (D-01).
    """
    points = queries.points_of(meeting)
    data = {
        "council": meeting.body.council.name,
        "body": heading_of(meeting),
        "on": day(timezone.localtime(at).date()),
        "is_changed": meeting.sequence > 0,
        "when": times.when(meeting),
        "facts": place_of(meeting)[1:],
        "message": meeting.message,
        "agenda": [
            [hour, point.title, f"{point.get_purpose_display()}, {times.length(point.minutes)}"]
            for hour, point in zip(times.beginnings(meeting, points), points, strict=True)
        ],
        "people": [_address(one) for one in contacts],
        "in_name_of": "la présidence" if meeting.body.kind in PRESIDED else "le conseil",
    }
    title = f"Convocation – {heading_of(meeting)} – {meeting.body.council.name}"
    return compile_pdf(_LETTER, data, at=at, title=title)


def signatures(meeting: Meeting, *, at: datetime) -> bytes:
    """Return the sheet to sign: everybody expected, and blank lines for others (D.4)."""
    mandates = presences.mandates_on(meeting.body, presences.day_of(meeting))
    rows = [
        [
            name_of(one.contact),
            College(one.college).label,
            one.contact.organisation.name if one.contact.organisation else "",
            "suppléant" if one.quality == Quality.SUBSTITUTE else "titulaire",
        ]
        for one in mandates
    ]
    seated = {one.contact_id for one in mandates}
    for row in queries.attendances_of(meeting):
        if row.contact_id not in seated:
            rows.append([*_person(row.contact), "invité"])
    data = {
        "council": meeting.body.council.name,
        "body": heading_of(meeting),
        "when": times.when(meeting),
        "where": times.where(meeting),
        "rows": rows,
        "blank": BLANK_LINES,
    }
    title = f"Émargement – {heading_of(meeting)} – {meeting.body.council.name}"
    return compile_pdf(_SHEET, data, at=at, title=title)


def presence_list(meeting: Meeting, *, at: datetime) -> bytes:
    """Return who was there, represented, excused or absent, by college and category too."""
    rows = queries.attendances_of(meeting)
    colleges = presences.colleges_of([meeting], rows)
    blocks = [
        Block(facts=place_of(meeting)),
        Block(facts=quorum_of(meeting, rows)),
        Block(
            title="Présences",
            headers=("Personne", "Collège", "Structure", "Présence", "Émargement"),
            widths=(3, 2.4, 3, 2.6, 1.8),
            rows=[
                [
                    *_person(one.contact),
                    _presence(one),
                    one.get_signed_display() if one.presence in presences.THERE else "",
                ]
                for one in rows
            ],
        ),
        _shares("Par collège", presences.by_college(colleges, rows)),
        _shares("Par catégorie de structure", presences.by_category(rows)),
    ]
    heading = f"Liste des présences – {heading_of(meeting)}"
    return printed(meeting.body.council, heading, blocks, at=at)


def _title(point: AgendaPoint) -> str:
    parts = [point.title, point.details]
    if point.presenter:
        parts.append(f"Présenté par : {point.presenter}")
    return "\n".join(filter(None, parts))


def place_of(meeting: Meeting) -> list[tuple[str, str]]:
    """Return when, where and how people met."""
    found = [("Date", times.when(meeting)), ("Lieu", meeting.place), ("Connexion", meeting.link)]
    found.append(("Mode", meeting.get_mode_display()))
    return [one for one in found if one[1]]


def quorum_of(meeting: Meeting, rows: list[Attendance]) -> list[tuple[str, str]]:
    """Return whether enough of those who vote were there; nothing when the body asks for none."""
    mandates = presences.mandates_on(meeting.body, presences.day_of(meeting))
    found = presences.quorum(meeting.body, mandates, rows)
    if not found.is_asked:
        return []
    word = "atteint" if found.is_met else "non atteint"
    return [
        (
            "Quorum",
            f"{word} (membres votants présents ou représentés : {found.counted} sur"
            f" {found.voters} ; il en faut {found.required})",
        )
    ]


def _presence(row: Attendance) -> str:
    if row.presence == Presence.REPRESENTED and row.represented_by is not None:
        return f"représenté par {name_of(row.represented_by)}"
    return row.get_presence_display() if row.presence else "non notée"


def _person(contact: Contact) -> list[str]:
    organisation = contact.organisation.name if contact.organisation else ""
    return [name_of(contact), College(contact.college).label, organisation]


def _address(contact: Contact) -> dict[str, Any]:
    house = contact.organisation
    lines = [name_of(contact), contact.job_title]
    if house is not None:
        lines += [house.name, house.address, f"{house.postcode} {house.city}".strip()]
    return {"lines": [line for line in lines if line]}


def _shares(title: str, shares: Iterable[presences.Share]) -> Block:
    return Block(
        title=title,
        headers=("", "Inscrits", "Présents ou représentés", "Taux"),
        widths=(4, 1.2, 2, 1),
        rows=[[one.label, str(one.convened), str(one.there), f"{one.percent} %"] for one in shares],
    )
