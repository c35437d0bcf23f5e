"""The minutes as a paper: read on the page that validates them, drawn, kept as they are (D-06).

Promises: what is validated is what was read, to the word; once validated, the bytes that were kept
are handed over each time, whatever name, mandate or quorum changes since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from clsm_core.governance.actions.minutes import Drawn
from clsm_core.governance.models import AgendaPoint, Attendance, Decision, Meeting, Presence
from clsm_core.governance.presenters import meeting_papers as papers
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.presenters.papers import Block, printed
from clsm_core.governance.queries import meetings as queries
from clsm_core.ui.templatetags.ui import day

# The order in which minutes tell who was there.
_ORDER = (
    Presence.ON_SITE,
    Presence.REMOTE,
    Presence.REPRESENTED,
    Presence.EXCUSED,
    Presence.ABSENT,
)
_PLURALS = {
    Presence.ON_SITE: "Présents",
    Presence.REMOTE: "Présents à distance",
    Presence.REPRESENTED: "Représentés",
    Presence.EXCUSED: "Excusés",
    Presence.ABSENT: "Absents",
}


@dataclass(frozen=True)
class Content:
    """All that minutes say, but whether they are validated."""

    heading: str
    place: list[tuple[str, str]]
    blocks: list[Block]

    @property
    def fingerprint(self) -> str:
        """Return what changes with any word of them (SHA-256)."""
        told = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


def content_of(meeting: Meeting) -> Content:
    """Return what minutes say now: who was there, each point, decisions and votes."""
    rows = queries.attendances_of(meeting)
    points = queries.points_of(meeting)
    decisions = queries.decisions_of(meeting)
    blocks = [
        Block(title="Présences", facts=[*_people(rows), *papers.quorum_of(meeting, rows)]),
        Block(text=[meeting.minutes_text] if meeting.minutes_text else []),
    ]
    for number, point in enumerate(points, start=1):
        blocks.append(
            Block(
                title=f"{number}. {point.title}",
                text=[point.notes] if point.notes else [],
                facts=[(f"Décision {one.code}", _decision(one)) for one in point.decisions.all()],
                note=_carried(point),
            )
        )
    if decisions:
        blocks.append(
            Block(
                title="Relevé de décisions",
                headers=("Numéro", "Décision", "Responsable", "Échéance", "Vote"),
                widths=(1.2, 4.5, 2, 1.6, 2.6),
                rows=[
                    [
                        one.code,
                        one.title,
                        name_of(one.owner) if one.owner else "—",
                        day(one.due_on) or "—",
                        vote_words(one) or "—",
                    ]
                    for one in decisions
                ],
            )
        )
    heading = f"Compte rendu – {papers.heading_of(meeting)}"
    return Content(heading, papers.place_of(meeting), blocks)


def minutes(meeting: Meeting, *, at: datetime) -> bytes:
    """Return the minutes as a PDF: the bytes kept at their validation, else drawn now.

    Those that were validated before their bytes were kept are drawn each time, and not stored: what
    they said on the day of their validation is not known.
    """
    kept = queries.kept_minutes(meeting)
    return draw(meeting, at).content if kept is None else kept


def draw(meeting: Meeting, at: datetime) -> Drawn:
    """Draw the minutes as they are written now, from the very words of their fingerprint."""
    told = content_of(meeting)
    blocks = [Block(facts=[*told.place, *_state(meeting)]), *told.blocks]
    pdf = printed(meeting.body.council, told.heading, blocks, at=at)
    return Drawn(told.fingerprint, pdf)


def vote_words(decision: Decision) -> str:
    """Return how a decision was voted, as counts; nothing when it was not."""
    vote = getattr(decision, "vote", None)
    if vote is None:
        return ""
    word = "abstention" if vote.abstained < 2 else "abstentions"
    counts = f"{vote.in_favour} pour, {vote.against} contre, {vote.abstained} {word}"
    return f"{counts} ({vote.get_rule_display()})"


def _decision(decision: Decision) -> str:
    return " – ".join(filter(None, [decision.title, decision.text, vote_words(decision)]))


def _carried(point: AgendaPoint) -> str:
    return "Point reporté." if hasattr(point, "carried_to") else ""


def _state(meeting: Meeting) -> list[tuple[str, str]]:
    if meeting.validated_on:
        state = [("Validé le", day(meeting.validated_on))]
    else:
        state = [("État", f"brouillon, {meeting.get_minutes_state_display()}")]
    if meeting.minutes_edition > 1:
        state.append(("Édition", f"{meeting.minutes_edition}e, qui remplace la précédente"))
    return state


def _people(rows: Iterable[Attendance]) -> list[tuple[str, str]]:
    """Return who was there, by presence, guests said so."""
    found = []
    held = list(rows)
    for presence in _ORDER:
        names = [_named(one) for one in held if one.presence == presence]
        if names:
            found.append((_PLURALS[presence], " ; ".join(names)))
    return found


def _named(row: Attendance) -> str:
    organisation = row.contact.organisation.name if row.contact.organisation else ""
    more = [organisation, "invité" if row.is_guest else ""]
    if row.represented_by is not None and row.presence == Presence.REPRESENTED:
        more.append(f"par {name_of(row.represented_by)}")
    words = ", ".join(filter(None, more))
    return f"{name_of(row.contact)} ({words})" if words else name_of(row.contact)
