"""A sealed document once opened, ready to be read on a page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from cases.access.facts import DocumentView, SectionView
from cases.presenters import words
from clsm_core.ui.components import Fact

EDITABLE = frozenset({"note", "synthesis"})
# These have a place of their own on the page.
ELSEWHERE = frozenset({"guest", "proposal", "identity", "words", "file"})
PERSON_KEYS = ("person_words", "question")


@dataclass(frozen=True)
class DocumentSheet:
    """A document as a reader sees it."""

    id: uuid.UUID
    title: str
    category: str
    parts: list[tuple[str, list[Fact]]]
    texts: list[tuple[str, str]]
    author: str
    changed_at: datetime | None
    is_altered: bool
    is_editable: bool


@dataclass(frozen=True)
class Words:
    """What the person said, when, as whom wrote it down."""

    text: str
    author: str
    on: datetime | None


def sheet(document: DocumentView, *, writable: bool) -> DocumentSheet:
    """Return a document ready for a page; the person's words and the question stand elsewhere."""
    payload = dict(document.payload or {})
    if document.section == "core":
        for key in PERSON_KEYS:
            payload.pop(key, None)
    return DocumentSheet(
        id=document.id,
        title=words.KINDS.get(document.kind, "Texte"),
        category=document.category_label,
        parts=words.parts(payload),
        texts=words.texts(payload),
        author=document.author,
        changed_at=document.changed_at,
        is_altered=document.is_altered,
        is_editable=writable and not document.is_altered and document.kind in EDITABLE,
    )


def sheets(section: SectionView) -> list[DocumentSheet]:
    """Return the documents of a section, newest first; empty ones and proposals left out.

    One that is altered is said here, whatever its kind: its own place has nothing to show.
    """
    drawn = [
        sheet(document, writable=section.writable)
        for document in reversed(section.documents)
        if document.kind not in ELSEWHERE or document.is_altered
    ]
    return [one for one in drawn if one.parts or one.texts or one.is_altered]


def person_words(core: SectionView) -> list[Words]:
    """Return what the person said, newest first."""
    found = []
    for document in reversed(core.documents):
        key = "text" if document.kind == "words" else "person_words"
        if document.payload and document.payload.get(key):
            said = str(document.payload[key])
            found.append(Words(said, document.author, document.changed_at))
    return found


def question(core: SectionView, *, covered_only: bool = False) -> str:
    """Return the question put to the commission, empty when none was.

    With ``covered_only``, one that the person opened to all her recipients, and no other.
    """
    for document in reversed(core.documents):
        if covered_only and not document.is_covered:
            continue
        if document.payload and document.payload.get("question"):
            return str(document.payload["question"])
    return ""
