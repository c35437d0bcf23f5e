"""What may be written in the ledger: a closed list of actions and the shape of one event.

An event holds codes and opaque identifiers only. It never holds a name, a text, a value of
a field or a network address, so that the ledger cannot become a second file on the people
whose file it protects.

Source: C-40 (what is logged), C-41 (pseudonymous, no content), decisions 31-32.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from audit.catalogue import ACTIONS, Action, Kind

__all__ = [
    "ACTIONS",
    "MAXIMUM_OBJECTS",
    "Action",
    "Event",
    "InvalidEvent",
    "Kind",
    "Outcome",
    "action_named",
    "label_of",
]

MAXIMUM_OBJECTS = 200
MAXIMUM_CODES = 64
_CODE = re.compile(r"[a-z][a-z0-9_.:/-]{0,63}")
_TOKEN = re.compile(r"[A-Za-z0-9-]{0,64}")


class InvalidEvent(ValueError):
    """Say that an event was refused before it was written."""


class Outcome(StrEnum):
    """How the act ended."""

    OK = "ok"
    DENIED = "denied"
    ERROR = "error"

    @property
    def label(self) -> str:
        """Give the French word of the outcome."""
        return {"ok": "autorisé", "denied": "refusé", "error": "erreur"}[self.value]


def action_named(code: str) -> Action:
    """Return the action of this code.

    Raises:
        InvalidEvent: the code is not on the closed list.
    """
    try:
        return ACTIONS[code]
    except KeyError:
        raise InvalidEvent(f"unknown action: {code!r}") from None


def label_of(code: str) -> str:
    """Return the French label of an action, or the code itself for one since removed."""
    action = ACTIONS.get(code)
    return action.label if action else code


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that was shown, done, refused or tried.

    Args:
        action: code of the closed list (`audit.catalogue`).
        outcome: how it ended; a denial's is always DENIED.
        actor: account of the person, None for a machine or an unknown visitor.
        role: code of the function in which the person acted.
        commission: the commission concerned, None outside one.
        objects: opaque ids of what was concerned, 200 at most.
        sections: codes of the sections concerned.
        fields: codes of the fields or of the thing changed; never values.
        purpose: code of the reason given.
        request_id: made by the server, letters, digits and hyphens.
        session_h8: eight hexadecimal digits of a hash of the session key.

    Raises:
        InvalidEvent: an unknown action, or a value that is not a code or an id.

    Source: decision 32.
    """

    action: str
    outcome: Outcome = Outcome.OK
    actor: UUID | None = None
    role: str = ""
    commission: UUID | None = None
    objects: tuple[UUID, ...] = ()
    sections: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    purpose: str = ""
    request_id: str = ""
    session_h8: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not a code or an opaque id."""
        kind = action_named(self.action).kind
        if not isinstance(self.outcome, Outcome):
            raise InvalidEvent("the outcome is not an Outcome")
        if kind is Kind.DENIED and self.outcome is not Outcome.DENIED:
            raise InvalidEvent(f"{self.action} is a denial: its outcome must be 'denied'")
        for identifier in (self.actor, self.commission):
            if identifier is not None and not isinstance(identifier, UUID):
                raise InvalidEvent("actor and commission are UUIDs or None")
        if len(self.objects) > MAXIMUM_OBJECTS:
            raise InvalidEvent(f"more than {MAXIMUM_OBJECTS} objects: record several events")
        if not isinstance(self.objects, tuple) or not all(
            isinstance(identifier, UUID) for identifier in self.objects
        ):
            raise InvalidEvent("objects is a tuple of UUIDs")
        for name, codes in (("sections", self.sections), ("fields", self.fields)):
            if not isinstance(codes, tuple) or len(codes) > MAXIMUM_CODES:
                raise InvalidEvent(f"{name} is a tuple of {MAXIMUM_CODES} codes at most")
            _require_codes(name, codes)
        _require_codes("role and purpose", tuple(c for c in (self.role, self.purpose) if c))
        for token in (self.request_id, self.session_h8):
            if not _TOKEN.fullmatch(token):
                raise InvalidEvent("request_id and session_h8 hold letters, digits and hyphens")

    @property
    def kind(self) -> Kind:
        """Tell what kind of fact the event is."""
        return action_named(self.action).kind


def _require_codes(name: str, codes: tuple[str, ...]) -> None:
    """Refuse free text where a code is expected."""
    for code in codes:
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise InvalidEvent(f"{name}: not a code")
