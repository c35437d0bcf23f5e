"""What the DPO's desk asks of the project: who may read it, and the words behind ids.

The ledger knows opaque ids only. The project declares in `settings.AUDIT_DESCRIBER` the
dotted path of a function without arguments that returns a `Describer`. With none declared,
the desk has no address.

Source: decision 33.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class DeskReader:
    """The DPO at the desk, with the facts of the request that the ledger records."""

    person: UUID
    role: str
    commissions: frozenset[UUID]
    request_id: str = ""
    session_h8: str = ""


@dataclass(frozen=True)
class PersonLabel:
    """How a person is named to the DPO."""

    name: str
    function: str = ""
    organisation: str = ""


class Describer(Protocol):
    """The project's answers; every method sees only what the DPO of the request may see."""

    def gate(self, request: HttpRequest) -> DeskReader | None:
        """Return the reader, or None: the desk then answers 404."""

    def find(self, code: str, request: HttpRequest) -> UUID | None:
        """Return the id of the situation of this code in the reader's commissions."""

    def describe_objects(self, ids: Iterable[UUID]) -> Mapping[UUID, str]:
        """Return the opaque reference (a code) of each object that is known."""

    def describe_people(self, ids: Iterable[UUID]) -> Mapping[UUID, PersonLabel]:
        """Return the name and function of each account that is known."""

    def describe_code(self, code: str) -> str:
        """Return the French label of a role, section or purpose code."""

    def rights(self, situation: UUID, people: Iterable[UUID]) -> Mapping[UUID, tuple[str, ...]]:
        """Return, for each person, the rights held on a situation: basis and dates."""


def load() -> Describer | None:
    """Build the describer that the settings declare, None when they declare none."""
    path = getattr(settings, "AUDIT_DESCRIBER", None)
    return import_string(path)() if path else None
