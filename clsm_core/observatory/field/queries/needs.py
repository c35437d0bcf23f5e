"""What is read of the needs of a council."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from clsm_core.council.models import Council
from clsm_core.observatory.models import Need, NeedState, Note, Urgency
from clsm_core.observatory.vocabulary import Public, Theme
from clsm_core.ui.plain import plain

OPEN = (NeedState.SEEN, NeedState.KEPT, NeedState.ANSWERED)


@dataclass(frozen=True)
class Filters:
    """What a list of needs is narrowed by; what is empty narrows nothing."""

    origin: str = ""
    theme: str = ""
    public: str = ""
    urgency: int | None = None
    state: str = ""
    words: str = ""


def needs_of(council: Council) -> QuerySet[Need]:
    """Return the needs of a council, the most pressing first."""
    return Need.objects.filter(council=council)


def open_needs(council: Council) -> QuerySet[Need]:
    """Return the needs that were not set aside."""
    return needs_of(council).filter(state__in=OPEN)


def need_of(council: Council, need_id: UUID) -> Need | None:
    """Return one need of a council, with what its page says."""
    found: Need | None = (
        needs_of(council)
        .select_related(
            "council",
            "diagnosis",
            "meeting__body",
            "decision",
            "note__withdrawal",
            "partner",
            "proposed_by",
        )
        .filter(pk=need_id)
        .first()
    )
    return found


def note_of(council: Council, note_id: UUID) -> Note | None:
    """Return an approved note of a council that the commission did not withdraw."""
    found: Note | None = Note.objects.filter(
        council=council, pk=note_id, withdrawal__isnull=True
    ).first()
    return found


def narrowed(needs: QuerySet[Need], filters: Filters) -> QuerySet[Need]:
    """Return the needs that match; the state apart, which the tiles count."""
    for name in ("origin", "theme", "urgency"):
        if value := getattr(filters, name):
            needs = needs.filter(**{name: value})
    if filters.public:
        needs = needs.filter(publics__contains=[filters.public])
    asked = plain(filters.words).split()
    if asked:
        # A council holds some hundreds of needs: their texts are read whole, without accents.
        needs = needs.filter(
            pk__in=[pk for pk, text in _texts(needs) if all(word in text for word in asked)]
        )
    return needs


def _texts(needs: QuerySet[Need]) -> list[tuple[UUID, str]]:
    themes, publics = dict(Theme.choices), dict(Public.choices)
    rows = needs.values_list("pk", "title", "description", "territory", "theme", "publics")
    return [
        (
            pk,
            plain(
                " ".join(
                    (
                        title,
                        description,
                        territory,
                        str(themes.get(theme, "")),
                        *(str(publics.get(one, "")) for one in names),
                    )
                )
            ),
        )
        for pk, title, description, territory, theme, names in rows
    ]


def in_state(needs: QuerySet[Need], state: str) -> QuerySet[Need]:
    """Return the needs in a state."""
    return needs.filter(state=state) if state else needs


def counts_of(needs: QuerySet[Need]) -> dict[str, int]:
    """Count the needs by state, in one query."""
    return needs.aggregate(
        all=Count("pk"),
        **{state: Count("pk", filter=Q(state=state)) for state in NeedState.values},
    )


def by_urgency(council: Council) -> dict[int, int]:
    """Count by urgency the needs that nobody took up yet, in one query."""
    counted = (
        needs_of(council)
        .filter(state=NeedState.SEEN)
        .aggregate(**{f"u{one}": Count("pk", filter=Q(urgency=one)) for one in Urgency.values})
    )
    return {one: counted[f"u{one}"] for one in Urgency.values}


def by_line(council: Council, release_id: UUID, table: str) -> dict[str, Need]:
    """Return the needs that were drawn from a table, by row; those set aside left out."""
    found = open_needs(council).filter(release=release_id, table=table)
    return {need.row: need for need in found}


def sheets_of(need: Need) -> list[Any]:
    """Return the action sheets that answer a need, through what the roadmap declares."""
    return list(need.sheets.select_related("axis"))
