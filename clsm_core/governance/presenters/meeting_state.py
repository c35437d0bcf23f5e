"""Where a meeting stands, in words, and what each person is expected to do next."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.governance import times
from clsm_core.governance.actions.attendance import may_be_noted
from clsm_core.governance.actions.meetings import FROZEN, OPEN
from clsm_core.governance.models import Meeting, MeetingState, MinutesState
from clsm_core.ui.components import Step

STATE_KINDS = {MeetingState.HELD: "done", MeetingState.CANCELLED: "attention"}


class Button(NamedTuple):
    """A button of a page: its label, where it leads, how it looks."""

    label: str
    url: str
    kind: str = "quiet"


def state_word(meeting: Meeting, at: datetime) -> str:
    """Say where a meeting stands, minutes included."""
    if meeting.state in OPEN and is_over(meeting, at):
        return "passée, à compléter"
    if meeting.state == MeetingState.HELD:
        word = MinutesState(meeting.minutes_state).label
        return f"tenue, compte rendu {word}"
    return MeetingState(meeting.state).label


def state_kind(meeting: Meeting, at: datetime) -> str:
    """Return the meaning of a meeting's state."""
    if meeting.state in OPEN and is_over(meeting, at):
        return "attention"
    if meeting.state == MeetingState.HELD:
        return "done" if meeting.minutes_state == MinutesState.CIRCULATED else ""
    return STATE_KINDS.get(MeetingState(meeting.state), "")


def steps(meeting: Meeting) -> list[Step]:
    """Return the way from the plan to the mail that carries the minutes."""
    if meeting.state == MeetingState.CANCELLED:
        return []
    is_held = meeting.state == MeetingState.HELD
    done = (
        ("Prévue", True),
        # A meeting convened by other means went from one to the other.
        *(
            [("Convoquée", meeting.convened_at is not None)]
            if meeting.convened_at is not None or not is_held
            else []
        ),
        ("Tenue", is_held),
        ("Compte rendu", meeting.minutes_state in {*FROZEN, MinutesState.WRITTEN}),
        ("Validé", meeting.minutes_state in FROZEN),
        ("Diffusé", meeting.minutes_state == MinutesState.CIRCULATED),
    )
    current = next((place for place, (_, is_done) in enumerate(done) if not is_done), None)
    if current is None:
        current = len(done) - 1
    return [
        Step(label, is_done=is_done, is_current=place == current)
        for place, (label, is_done) in enumerate(done)
    ]


def main_act(
    member: Member, meeting: Meeting, at: datetime, *, may_manage: bool, may_sign: bool
) -> Button | None:
    """Return the one act expected of this person, None when nothing is."""

    def to(name: str, label: str) -> Button:
        url = reverse(f"governance:{name}", args=[member.council.slug, meeting.pk])
        return Button(label, url, "main")

    if meeting.state == MeetingState.CANCELLED:
        return None
    if meeting.minutes_state == MinutesState.WRITTEN and may_sign:
        return to("minutes_validate", "Valider le compte rendu")
    if not may_manage:
        return None
    if meeting.state in OPEN:
        if may_be_noted(meeting, at):
            return to("meeting_attendance", "Noter les présences")
        if meeting.state == MeetingState.PLANNED:
            return to("meeting_convene", "Convoquer")
        if meeting.has_changed:
            return to("meeting_convene", "Annoncer le changement")
        return None
    return {
        MinutesState.NONE: to("minutes_write", "Rédiger le compte rendu"),
        MinutesState.DRAFT: to("minutes_write", "Reprendre le compte rendu"),
        MinutesState.VALIDATED: to("minutes_circulate", "Diffuser le compte rendu"),
    }.get(MinutesState(meeting.minutes_state))


def expected(meeting: Meeting, at: datetime) -> str:
    """Say in one sentence what is expected now."""
    if meeting.state == MeetingState.CANCELLED:
        return f"Annulée. Motif : {meeting.cancelled_reason}"
    if meeting.state in OPEN:
        if is_over(meeting, at):
            return "La date est passée : notez les présences, ou annulez la réunion."
        if may_be_noted(meeting, at):
            return "C’est aujourd’hui : les présences se notent ici."
        if meeting.has_changed:
            return "L’heure ou le lieu a changé depuis la convocation : les membres l’ignorent."
        if meeting.state == MeetingState.PLANNED:
            return "Personne n’est encore convoqué. Préparez l’ordre du jour, puis convoquez."
        return f"Convoquée le {times.stamp(meeting.convened_at)}."
    return {
        MinutesState.NONE: "La réunion est tenue. Le compte rendu est à rédiger.",
        MinutesState.DRAFT: "Le compte rendu est en rédaction.",
        MinutesState.WRITTEN: "Le compte rendu attend sa validation par la présidence, la"
        " co-animation ou la coordination.",
        MinutesState.VALIDATED: "Le compte rendu est validé. Il reste à le diffuser.",
        MinutesState.CIRCULATED: f"Compte rendu diffusé le {times.stamp(meeting.circulated_at)}.",
    }[MinutesState(meeting.minutes_state)]


def other_acts(
    council: Council, meeting: Meeting, at: datetime, may_manage: bool, may_sign: bool
) -> list[Button]:
    """Return what may also be done, without drawing attention."""

    def to(name: str, label: str) -> Button:
        return Button(label, reverse(f"governance:{name}", args=[council.slug, meeting.pk]))

    found: list[Button] = []
    is_frozen = meeting.minutes_state in FROZEN
    if may_manage and not is_frozen and meeting.state != MeetingState.CANCELLED:
        found.append(to("meeting_edit", "Modifier la réunion"))
    if may_manage and meeting.state in OPEN:
        if meeting.state == MeetingState.CONVENED and meeting.starts_at > at:
            if not meeting.has_changed:
                found.append(to("meeting_convene", "Convoquer de nouveau"))
            elif may_be_noted(meeting, at):
                found.append(to("meeting_convene", "Annoncer le changement"))
        elif meeting.starts_at > at and may_be_noted(meeting, at):
            found.append(to("meeting_convene", "Convoquer"))
        found.append(to("meeting_cancel", "Annuler la réunion"))
    if meeting.state == MeetingState.HELD:
        state = meeting.minutes_state
        if may_manage and state == MinutesState.DRAFT:
            found.append(to("minutes_finish", "Soumettre à la validation"))
        if may_manage and state == MinutesState.WRITTEN:
            found.append(to("minutes_write", "Modifier le compte rendu"))
        if may_sign and is_frozen:
            if meeting.is_published:
                found.append(to("minutes_unpublish", "Ne plus publier"))
            else:
                found.append(to("minutes_publish", "Publier le compte rendu"))
            found.append(to("minutes_reopen", "Corriger le compte rendu"))
        if may_manage and state == MinutesState.CIRCULATED:
            found.append(to("minutes_circulate", "Diffuser aux nouveaux inscrits"))
    return found


def is_over(meeting: Meeting, at: datetime) -> bool:
    return timezone.localtime(meeting.starts_at).date() < timezone.localtime(at).date()
