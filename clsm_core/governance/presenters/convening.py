"""What is shown before a meeting is convened: who is called, who has no address, the mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clsm_core.council.models import Council
from clsm_core.directory.models import College, Contact
from clsm_core.governance import times
from clsm_core.governance.actions.letters import reached
from clsm_core.governance.models import LetterKind, Meeting, MeetingState, Quality
from clsm_core.governance.presenters import letters
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.queries import attendance as queries
from clsm_core.governance.queries import meetings as meeting_queries

HEADERS = ("Personne", "Collège", "Structure", "Qualité")


def called(meeting: Meeting) -> list[Contact]:
    """Return the members of the day and the guests, each once."""
    found = {
        one.contact_id: one.contact
        for one in queries.mandates_on(meeting.body, queries.day_of(meeting), is_called=True)
    }
    for row in meeting_queries.attendances_of(meeting):
        if row.is_guest and row.contact.is_active:
            found.setdefault(row.contact_id, row.contact)
    return list(found.values())


def convene_page(council: Council, meeting: Meeting, *, at: datetime) -> dict[str, Any]:
    """Give the values of the page before sending."""
    mandates = queries.mandates_on(meeting.body, queries.day_of(meeting))
    seats = {one.contact_id: one for one in mandates}
    people = called(meeting)
    rows, without = [], []
    for one in people:
        mandate = seats.get(one.pk)
        college = College(mandate.college if mandate else one.college).label
        quality = "invité" if mandate is None else Quality(mandate.quality).label
        house = one.organisation.name if one.organisation else "—"
        (rows if one.email else without).append([name_of(one), college, house, quality])
    is_again = meeting.state == MeetingState.CONVENED
    kind = (
        LetterKind.CHANGED if is_again and reached(meeting, has_left=True) else LetterKind.CONVENED
    )
    return {
        "council": council,
        "meeting": meeting,
        "when": times.when(meeting),
        "headers": HEADERS,
        "people": rows,
        "without": without,
        "is_again": is_again,
        "has_changed": meeting.has_changed,
        "is_empty": not meeting.points.exists(),
        "preview": letters.words(meeting, kind, at=at, with_files=False),
    }
