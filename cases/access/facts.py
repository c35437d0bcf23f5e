"""Plain values that pages receive: no query, no key, no row can be reached from them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class SituationFacts:
    """What is clear of a situation: code, states, dates, who leads."""

    id: uuid.UUID
    code: str
    commission_id: uuid.UUID
    commission_name: str
    referral_state: str
    referral_label: str
    state: str | None
    state_label: str
    is_withdrawn: bool
    is_limited: bool
    is_anonymous: bool
    lead_id: uuid.UUID | None
    lead_name: str
    created_at: datetime
    information_due_on: date | None
    restitution_due_on: date | None
    review_due_on: date | None
    closed_on: date | None
    version: int


@dataclass(frozen=True)
class AgreementView:
    """What the person's agreement amounts to now."""

    status: str
    status_label: str
    tone: str
    expressed_on: date | None = None
    expires_on: date | None = None
    regularise_by: date | None = None
    presence: str = ""
    accompaniment: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    ask_again: str = ""


@dataclass(frozen=True)
class DocumentView:
    """An opened document; ``payload`` is None when its bytes do not verify.

    ``is_covered``: the person opened it to her recipients, whoever wrote it, whenever (C-08).
    """

    id: uuid.UUID
    kind: str
    section: str
    category: str
    category_label: str
    payload: dict[str, Any] | None = field(repr=False)
    author: str = ""
    changed_at: datetime | None = None
    version: int = 1
    is_covered: bool = True

    @property
    def is_altered(self) -> bool:
        """Tell whether the stored bytes are not those that were sealed (T-10)."""
        return self.payload is None


@dataclass(frozen=True)
class SectionView:
    """A section: its documents, or why it is sealed and who may open it."""

    section: str
    label: str
    readable: bool
    writable: bool
    message: str = ""
    holders: tuple[str, ...] = ()
    documents: tuple[DocumentView, ...] = ()


@dataclass(frozen=True)
class ProposalView:
    """A proposal; its words are empty when its section is sealed for the reader."""

    id: uuid.UUID
    section: str
    readable: bool
    kind: str
    kind_label: str
    title: str
    holder: str
    due_on: date | None
    answer: str
    answer_label: str
    answered_on: date | None
    status: str
    status_label: str
    version: int


@dataclass(frozen=True)
class MemberView:
    """Somebody who may read the situation: by what right, until when."""

    user_id: uuid.UUID
    name: str
    function: str
    organisation: str
    role_label: str
    sections: tuple[str, ...]
    until: date | None
    grants: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class OpenSituation:
    """A situation opened for one viewer, once the showing is recorded."""

    situation: SituationFacts
    agreement: AgreementView
    sections: tuple[SectionView, ...]
    proposals: tuple[ProposalView, ...]
    group: tuple[MemberView, ...]
    timeline: tuple[tuple[datetime, str], ...]
    acts: frozenset[str]
    sealed_proposals: int = 0
    # Exceptional accesses under way, as ``exceptional.standing`` tells them.
    exceptional: tuple[Any, ...] = ()

    def section(self, code: str) -> SectionView:
        """Return one section."""
        return next(one for one in self.sections if one.section == code)

    def documents(self, kind: str) -> list[DocumentView]:
        """Return the readable documents of a kind, newest last."""
        return [
            document
            for section in self.sections
            for document in section.documents
            if document.kind == kind
        ]


@dataclass(frozen=True)
class SituationLine:
    """A line of the list: clear metadata only."""

    situation: SituationFacts
    is_overdue: bool
    next_date: date | None
    next_label: str
