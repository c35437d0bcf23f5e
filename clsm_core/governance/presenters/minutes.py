"""What is shown around minutes: who may be named, what to look at before validating."""

from __future__ import annotations

from typing import Any

from clsm_core.council.models import Council
from clsm_core.governance import times
from clsm_core.governance.actions.minutes import recipients
from clsm_core.governance.models import Meeting, MinutesState
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.queries import attendance as presences
from clsm_core.governance.queries import meetings as queries


def known_names(meeting: Meeting) -> list[str]:
    """Return the last names of those on the sheet: what they said may be told."""
    names = [one.contact.last_name for one in queries.attendances_of(meeting)]
    mandates = presences.mandates_on(meeting.body, presences.day_of(meeting))
    return [*names, *(one.contact.last_name for one in mandates)]


def write_page(council: Council, meeting: Meeting) -> dict[str, Any]:
    """Give the values of the page where minutes are written."""
    return {
        "council": council,
        "meeting": meeting,
        "when": times.when(meeting),
        "decisions": queries.decisions_of(meeting),
        "is_written": meeting.minutes_state == MinutesState.WRITTEN,
    }


def remarks(meeting: Meeting) -> list[str]:
    """Return what is missing or unsigned, before minutes go further (D-06)."""
    rows = queries.attendances_of(meeting)
    found = []
    unsigned = presences.unsigned(rows)
    if unsigned:
        names = ", ".join(name_of(one.contact) for one in unsigned)
        found.append(f"Présences sans signature ni appel : {names}.")
    unnoted = presences.unnoted(rows)
    if unnoted:
        found.append(f"Présences encore à noter : {len(unnoted)}.")
    mandates = presences.mandates_on(meeting.body, presences.day_of(meeting))
    quorum = presences.quorum(meeting.body, mandates, rows)
    if quorum.is_asked and not quorum.is_met:
        found.append(
            f"Quorum non atteint : {quorum.counted} voix présentes ou représentées, il en faut"
            f" {quorum.required}."
        )
    silent = [
        point.title
        for point in queries.points_of(meeting)
        if not point.notes and not point.decisions.all() and not hasattr(point, "carried_to")
    ]
    if silent:
        found.append(f"Points sans compte rendu, décision ni report : {' ; '.join(silent)}.")
    return found


def circulation(meeting: Meeting) -> str:
    """Say to whom minutes go, and who has no address."""
    people = recipients(meeting)
    reached = sum(bool(one.email and one.is_active) for one in people)
    without = len(people) - reached
    people_words = f"{reached} personne{'s' if reached > 1 else ''}"
    words = f"Il part en pièce jointe à {people_words} : membres et invités de la réunion."
    if without:
        words += f" Sans adresse électronique : {without}. Remettez-leur le PDF."
    return words
