"""Notes for the steering committee: where each stands, what it says, who approved it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cases.access.note_texts import NoteText
from cases.domain.note_words import Finding
from cases.domain.vocabulary import MissingOffer
from cases.models import ReleaseNote
from cases.presenters.dates import on
from clsm_core.ui.components import Cell

HEADERS = ("Sujet", "Écrite le", "Par", "État")
KINDS = {"published": "done", "written": "attention", "approved_once": "attention"}


@dataclass(frozen=True)
class NotePage:
    """A note as it would be published."""

    id: uuid.UUID
    title: str
    text: str
    category: str
    missing_offer: str
    basis: str
    state: str
    state_label: str
    kind: str
    written_by: str
    written_at: datetime
    approvals: tuple[tuple[str, datetime], ...]
    confirmed: tuple[str, ...]
    is_readable: bool


def rows(notes: Iterable[ReleaseNote]) -> list[list[Cell | str]]:
    """Return the lines of the list of notes; their words are not opened here."""
    return [
        [
            Cell(subject(note), url=reverse("cases:note", args=[note.pk])),
            on(note.written_at),
            note.written_by.full_name,
            Cell(ReleaseNote.State(note.state).label, kind=KINDS.get(note.state, "")),
        ]
        for note in notes
    ]


def subject(note: ReleaseNote) -> str:
    """Name a note by its codes: never by its words."""
    label = str(ReleaseNote.Category(note.category).label)
    offer = offer_label(note.missing_offer)
    return f"{label} : {offer}" if offer else label


def offer_label(code: str) -> str:
    """Return the words of a missing offer, the code itself when the list has it no more."""
    return MissingOffer(code).label if code in MissingOffer.codes() else code


def page(note: ReleaseNote, said: NoteText | None, harmless: Iterable[Finding] = ()) -> NotePage:
    """Return a note to be read and approved."""
    pairs = ((note.approved_by, note.approved_at), (note.published_by, note.published_at))
    return NotePage(
        id=note.pk,
        title=said.title if said else "",
        text=said.text if said else "",
        category=str(ReleaseNote.Category(note.category).label),
        missing_offer=offer_label(note.missing_offer),
        basis=str(ReleaseNote.Basis(note.basis).label),
        state=note.state,
        state_label=str(ReleaseNote.State(note.state).label),
        kind=KINDS.get(note.state, ""),
        written_by=note.written_by.full_name,
        written_at=note.written_at,
        approvals=tuple((who.full_name, at) for who, at in pairs if who is not None),
        confirmed=tuple(dict.fromkeys(f"{one.word} ({one.kind.label})" for one in harmless)),
        is_readable=said is not None,
    )


def offers() -> list[tuple[str, str]]:
    """Return the closed list of missing offers, each with the address of the note to write."""
    address = reverse("cases:note_new")
    return [(one.label, f"{address}?sujet=missing_offer&offre={one.value}") for one in MissingOffer]
