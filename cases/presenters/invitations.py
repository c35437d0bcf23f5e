"""Who is invited to a point, and what is still to do for each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from cases.access import agreements
from cases.access.facts import OpenSituation
from cases.domain.agreement import Member, Perimeter
from cases.domain.sections import ProfessionCategory, Section
from cases.models import AgendaItem, Invitation
from cases.presenters.dates import when
from cases.presenters.readers import GUEST, guest_name, guest_words


@dataclass(frozen=True)
class Guest:
    """One guest of a point."""

    id: uuid.UUID
    name: str
    words: str
    is_in_room: bool
    is_open: bool
    has_accepted: bool
    has_committed: bool
    is_present: bool


def guests(item: AgendaItem, opened: OpenSituation) -> list[Guest]:
    """Return the guests of a point; those in the room are named when the core is open."""
    named = {
        document.id: document.payload
        for document in opened.section(Section.CORE.value).documents
        if document.kind == GUEST and document.payload
    }
    rows = Invitation.objects.filter(item=item).select_related("user")
    return [
        Guest(
            id=row.pk,
            name=guest_name(row, named),
            words=guest_words(row),
            is_in_room=row.user_id is None,
            is_open=row.state in (Invitation.State.PROPOSED, Invitation.State.ACCEPTED),
            has_accepted=row.state == Invitation.State.ACCEPTED,
            has_committed=row.commitment_on is not None,
            is_present=row.attended_at is not None,
        )
        for row in rows
    ]


def counted(item: AgendaItem, opened: OpenSituation, at: datetime) -> list[bool]:
    """Say, for each guest present in the room, whether the agreement counts her now (C-07).

    One whose name is sealed, or altered, is not counted.
    """
    rows = Invitation.objects.filter(item=item, user__isnull=True, attended_at__isnull=False)
    if not rows:
        return []
    if item.situation.is_anonymous:
        return [True] * len(rows)
    said = {
        document.id: document.payload
        for document in opened.section(Section.CORE.value).documents
        if document.kind == GUEST
    }
    perimeter = agreements.perimeter(item.situation, at)
    return [_includes(perimeter, said.get(row.document_id)) for row in rows]


def _includes(perimeter: Perimeter, said: dict[str, object] | None) -> bool:
    if not said or said.get("profession") not in ProfessionCategory.codes():
        return False
    return perimeter.includes(
        Member(
            ProfessionCategory(str(said["profession"])),
            str(said.get("organisation", "")),
            str(said.get("organisation_kind", "")),
        )
    )


def on(at: datetime) -> str:
    """Say when a sitting is held."""
    return when(at)
