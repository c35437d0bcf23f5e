"""The identity's document: found, opened to be changed, never by an exceptional access."""

from __future__ import annotations

from typing import Any

from cases.access import keys, recording
from cases.access.writing import reads_text
from cases.domain.sections import Section
from cases.models import SealedDocument, Situation
from cases.permissions import Refused, Viewer

IDENTITY = Section.IDENTITY.value
KIND = "identity"


def row_of(situation: Situation) -> SealedDocument | None:
    """Return the identity's sealed row as far as the viewer may see it, None without one."""
    rows = SealedDocument.objects.filter(situation=situation, section=IDENTITY, kind=KIND)
    return rows.order_by("created_at").last()


def dek_of(viewer: Viewer, situation: Situation, row: SealedDocument) -> bytes | None:
    """Return the key of an identity that the viewer may read now, None when any lock refuses.

    Raises: VaultLocked; LedgerUnavailable.
    """
    if not reads_text(viewer, situation, row):
        return None
    return keys.open_keys(viewer, situation).deks.get((IDENTITY, row.key_version))


def open_to_change(viewer: Viewer, situation: Situation) -> tuple[dict[str, Any] | None, int]:
    """Show the identity by a recorded gesture, to be changed: (what it says, its version).

    Empty and 0 when none was written; None when it is altered.

    Raises: Refused, VaultLocked, LedgerUnavailable.
    """
    row = row_of(situation)
    if row is None:
        return {}, 0
    dek = dek_of(viewer, situation, row)
    told: dict[str, Any] = {
        "commission": situation.commission_id,
        "objects": (situation.pk,),
        "sections": [IDENTITY],
    }
    if dek is None:
        recording.denied(viewer, "identity.denied", **told)
        raise Refused("identity", commission=situation.commission_id, objects=(situation.pk,))
    recording.shown(viewer, "identity.revealed", **told)
    return keys.shown(viewer, situation, dek, row), row.row_version
