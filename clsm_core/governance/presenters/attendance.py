"""What the pages show of who is expected and who came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clsm_core.council.models import Council
from clsm_core.directory.models import College
from clsm_core.governance import times
from clsm_core.governance.actions.attendance import may_be_noted
from clsm_core.governance.models import Attendance, BodyMandate, Meeting, MeetingState, Quality
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.queries import attendance as queries
from clsm_core.governance.queries import meetings as meeting_queries
from clsm_core.ui.components import Cell

SHARE_HEADERS = ("Collège", "Inscrits", "Présents ou représentés", "Taux")
ROW_HEADERS = ("Personne", "Qualité", "Présence", "Émargement")
CATEGORY_HEADERS = ("Catégorie de structure", *SHARE_HEADERS[1:])


def expected(meeting: Meeting) -> list[Attendance]:
    """Return a line for each member of the day and each guest; those not written yet are new."""
    rows = meeting_queries.attendances_of(meeting)
    known = {one.contact_id for one in rows}
    mandates = queries.mandates_on(meeting.body, queries.day_of(meeting), is_called=True)
    missing = {one.contact_id: one.contact for one in mandates if one.contact_id not in known}
    rows += [Attendance(meeting=meeting, contact=contact) for contact in missing.values()]
    rank = {one.contact_id: place for place, one in enumerate(mandates)}
    return sorted(rows, key=lambda one: (rank.get(one.contact_id, len(rank)), one.contact.sort_key))


def attendance_page(
    council: Council, meeting: Meeting, rows: list[Attendance], form: Any, *, at: datetime
) -> dict[str, Any]:
    """Give the values of the attendance form's page."""
    mandates = queries.mandates_on(meeting.body, queries.day_of(meeting))
    seats = {one.contact_id: one for one in mandates}
    return {
        "council": council,
        "meeting": meeting,
        "when": times.when(meeting),
        "is_too_early": not may_be_noted(meeting, at),
        "names": list(form.members),
        "names_id": form.members_id,
        "rows": [
            {
                "name": name_of(row.contact),
                "seat": _seat(row, seats.get(row.contact_id)),
                "presence": form[f"presence_{row.contact_id.hex}"],
                "represented_by": form[f"represented_by_{row.contact_id.hex}"],
                "signed": form[f"signed_{row.contact_id.hex}"],
            }
            for row in rows
        ],
        "quorum": queries.quorum(meeting.body, mandates, rows)
        if meeting.state == MeetingState.HELD
        else None,
    }


def summary(meeting: Meeting) -> dict[str, Any]:
    """Give what the meeting's page says of presences: quorum, warnings, shares, people."""
    rows = meeting_queries.attendances_of(meeting)
    mandates = queries.mandates_on(meeting.body, queries.day_of(meeting))
    seats = {one.contact_id: one for one in mandates}
    colleges = queries.colleges_of([meeting], rows)
    is_held = meeting.state == MeetingState.HELD
    return {
        "number": len(rows),
        "there": sum(one.presence in queries.THERE for one in rows),
        "quorum": queries.quorum(meeting.body, mandates, rows),
        "unsigned": [name_of(one.contact) for one in queries.unsigned(rows)],
        "unnoted": len(queries.unnoted(rows)),
        "rows": [_row(one, seats.get(one.contact_id))[: None if is_held else 2] for one in rows],
        "headers": ROW_HEADERS if is_held else ROW_HEADERS[:2],
        "colleges": [_share(one) for one in queries.by_college(colleges, rows)],
        "categories": [_share(one) for one in queries.by_category(rows)],
        "share_headers": SHARE_HEADERS,
        "category_headers": CATEGORY_HEADERS,
        "guests": [one for one in rows if one.is_guest and not one.presence],
    }


def _seat(row: Attendance, mandate: BodyMandate | None) -> str:
    """Say in what capacity somebody is expected."""
    house = row.contact.organisation.name if row.contact.organisation else ""
    if mandate is None:
        return " · ".join(filter(None, ["invité" if row.is_guest else "sans mandat", house]))
    words = [College(mandate.college).label, house]
    if mandate.quality == Quality.SUBSTITUTE:
        titular = mandate.stands_in_for
        words.append(f"suppléant de {name_of(titular.contact)}" if titular else "suppléant")
    if not mandate.has_vote:
        words.append("sans voix délibérative")
    return " · ".join(filter(None, words))


def _row(row: Attendance, mandate: BodyMandate | None) -> list[Any]:
    presence = row.get_presence_display() if row.presence else "à noter"
    if row.represented_by is not None:
        presence = f"représenté par {name_of(row.represented_by)}"
    signed = row.get_signed_display() if row.presence in queries.THERE else "—"
    return [name_of(row.contact), _seat(row, mandate), presence, signed]


def _share(share: queries.Share) -> list[Any]:
    return [
        share.label,
        Cell(share.convened, is_number=True),
        Cell(share.there, is_number=True),
        Cell(f"{share.percent} %", is_number=True),
    ]
