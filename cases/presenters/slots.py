"""The ways to open a vault, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import VaultSlot
from clsm_core.accounts import passkeys

GONE = "Clé d’accès retirée du compte"


@dataclass(frozen=True)
class SlotRow:
    """One line of the list; ``removable`` is the slot's id, None for the two mandatory ones."""

    label: str
    created_at: datetime
    kind: str
    removable: Any = None


def rows(slots: Iterable[VaultSlot], keys: Sequence[Any]) -> list[SlotRow]:
    """Return the lines, the two mandatory ones first."""
    lines = [
        SlotRow(
            label=name_of(slot, keys),
            created_at=slot.created_at,
            kind=slot.kind,
            removable=slot.pk if slot.kind == VaultSlot.Kind.PASSKEY else None,
        )
        for slot in slots
    ]
    order = list(VaultSlot.Kind.values)
    return sorted(lines, key=lambda line: (order.index(line.kind), line.created_at))


def name_of(slot: VaultSlot, keys: Sequence[Any]) -> str:
    """Return a slot's name: the passkey's own, as its owner wrote it."""
    if slot.kind != VaultSlot.Kind.PASSKEY:
        label = VaultSlot.Kind(slot.kind).label
        return label[:1].upper() + label[1:]
    found = (one.wrap().name for one in keys if passkeys.mark_of(one) == slot.credential)
    return next(found, GONE)


def candidates(marks: set[str], keys: Sequence[Any]) -> list[Any]:
    """Return the passkeys that give a secret and do not open the vault yet."""
    return [
        one for one in keys if passkeys.gives_secret(one) and passkeys.mark_of(one) not in marks
    ]
