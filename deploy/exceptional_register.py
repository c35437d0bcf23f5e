"""The register of exceptional accesses against the ledger and its signatures (T-11, T-12).

An access that two people signed stays signed after it was closed: nobody signs an end, nor what the
DPO concluded. An SQL writer who wipes an end, a row or a conclusion is found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cases.access.directory import Directory
from cases.access.exceptional import verified
from cases.models import ExceptionalAccess
from cases.vault.errors import VaultError

DELETED = "exceptional_deleted"
REVIVED = "exceptional_revived"
UNREVIEWED = "exceptional_unreviewed"
QUERY = (
    "SELECT id, situation_id, ended_at IS NOT NULL, followed_up_at IS NOT NULL"
    " FROM cases_exceptionalaccess"
)
_STEPS = "exceptional."


@dataclass
class Told:
    """What the ledger tells of accesses: their situation, and the steps that each took."""

    situations: dict[UUID, UUID] = field(default_factory=dict)
    steps: dict[UUID, set[str]] = field(default_factory=dict)

    def hear(self, action: str, objects: list[UUID]) -> None:
        """Keep an event when it is a step of an access: (situation, access, …)."""
        if action.startswith(_STEPS) and action != "exceptional.shown" and len(objects) > 1:
            self.situations[objects[1]] = objects[0]
            self.steps.setdefault(objects[1], set()).add(action.removeprefix(_STEPS))


@dataclass(frozen=True)
class Held:
    """What a row says of an access."""

    situation: UUID
    is_ended: bool
    is_reviewed: bool


def read(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, Held]:
    """Return the rows of ``QUERY`` by access."""
    return {row[0]: Held(*row[1:]) for row in rows}


def differences(
    told: Told, held: dict[UUID, Held], erased: set[UUID], *, is_purged: bool
) -> Iterator[tuple[str, UUID, UUID]]:
    """Give what the ledger contradicts: (kind, situation, access)."""
    for access, steps in told.steps.items():
        row = held.get(access)
        if row is None:
            if told.situations[access] not in erased:
                yield DELETED, told.situations[access], access
        elif "ended" in steps and not row.is_ended:
            yield REVIVED, row.situation, access
    for access, row in held.items():
        if row.is_reviewed and "reviewed" not in told.steps.get(access, set()) and not is_purged:
            yield UNREVIEWED, row.situation, access


def unverified(alias: str, registers: Mapping[UUID, Directory]) -> Iterator[ExceptionalAccess]:
    """Give the confirmed accesses that two people did not sign so, with their situation."""
    rows = ExceptionalAccess.objects.using(alias).filter(is_confirmed=True)
    for row in rows.select_related("situation"):
        register = registers.get(row.situation.commission_id)
        if register is None:
            continue
        try:
            verified(row, register)
        except VaultError:
            yield row
