"""What may happen to a situation, as the oracle of T-28 hears it: plain values, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Mandated:
    """A member's mandate is so from now on."""

    at: datetime
    member: str
    role: str
    profession: str
    structure: str
    kind: str
    is_active: bool
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The situation's state, None before it is admitted; ``lead`` says who leads, "" nobody."""

    at: datetime
    state: str | None
    lead: str | None = None


@dataclass(frozen=True, kw_only=True)
class Limited:
    """Treatment is limited (art. 18), or no longer is."""

    at: datetime
    is_limited: bool


@dataclass(frozen=True, kw_only=True)
class Said:
    """The person said something, at ``said_at``, written down at ``at`` by ``by``."""

    at: datetime
    said_at: datetime
    kind: str
    by: str = ""
    categories: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()
    structures: frozenset[str] = frozenset()
    refused_structures: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    refused_members: frozenset[str] = frozenset()
    refused_authors: frozenset[str] = frozenset()
    written_from: date | None = None
    written_until: date | None = None
    purposes: frozenset[str] = frozenset({"examen", "suivi", "statistiques"})
    for_emergencies: bool = False
    is_disputed: bool = False
    regularise_by: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Given:
    """A right on a section, from ``opens`` until ``ends``, excluded; ``item`` is its point's."""

    at: datetime
    member: str
    section: str
    level: str
    basis: str
    opens: datetime
    ends: datetime
    item: str = ""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """Rights end: all that match what is said; "" says nothing of a part."""

    at: datetime
    member: str = ""
    section: str = ""
    level: str = ""
    basis: str = ""
    item: str = ""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A guest accepts the invitation to a point, or no longer does."""

    at: datetime
    member: str
    item: str
    is_accepted: bool


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A member steps aside, is set aside, or comes back."""

    at: datetime
    member: str
    stands: bool


@dataclass(frozen=True, kw_only=True)
class Woken:
    """Somebody else confirmed a depositary's exceptional access to sections, until then."""

    at: datetime
    member: str
    sections: frozenset[str]
    until: datetime


Event = Mandated | Moved | Limited | Said | Given | Ended | Answered | Aside | Woken


@dataclass(frozen=True)
class Text:
    """A text of the situation: where it is, of what, who wrote it, when.

    ``structures`` are all those its author ever worked for in the commission; ``days`` the one it
    was written and the one it was last changed.
    """

    section: str
    category: str = ""
    structures: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()


@dataclass
class History:
    """What happened to a situation, in order; coded from the first day, or named (C-03)."""

    is_anonymous: bool = False
    events: list[Event] = field(default_factory=list)
