"""Hand over a numbered copy of a situation: who, why, which sections; never an attached file.

Source: C-85; practice.md CH-07 (annexes are never shared), CH-09 (numbered copies).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cases.access import agreements, recording
from cases.access.situations import decisions, live_grants
from cases.actions.milestones import note
from cases.domain.files import ExportReason
from cases.domain.reading import GrantBasis, GrantLevel, readable
from cases.domain.sections import Section
from cases.models import Milestone, Situation
from cases.permissions import Refused, Viewer
from cases.policies import require_exportable

EXPORTED = "exported"
EXPORT = "export"


@dataclass(frozen=True)
class Copy:
    """A copy that is handed over: its number in the situation, its mark in the ledger."""

    id: uuid.UUID
    number: int
    at: datetime

    @property
    def reference(self) -> str:
        """Return the few signs printed on each page; the ledger holds them all."""
        return self.id.hex[:8].upper()


def sections(viewer: Viewer, situation: Situation) -> list[str]:
    """Return the sections whose copy the viewer may take: those she reads to work, now.

    A control and an exceptional access read, and copy nothing. Raises: Refused when she works in
    none.
    """
    grants = live_grants(viewer, situation)
    _, facts = decisions(viewer, situation, grants)
    read = [
        section.value
        for section in Section
        if (grant := grants.get(section.value)) is not None
        and not grant.is_dormant
        and grant.basis is not GrantBasis.DPO
        and readable(facts[section.value]).allow
    ]
    works = any(readable(replace(facts[code], level=GrantLevel.CONTRIBUTE)).allow for code in read)
    if not works:
        raise Refused(EXPORT, commission=situation.commission_id, objects=(situation.pk,))
    return read


def hand_over(*, viewer: Viewer, situation: Situation, wanted: Iterable[str], reason: str) -> Copy:
    """Record a copy before it is made, and note it among the steps.

    Raises: Refused; SituationLimited, AgreementWithdrawn, AgreementExpired, AgreementMissing,
    NotAllowed; LedgerUnavailable.
    """
    require_exportable(situation, agreements.status(situation, viewer.at))
    chosen = set(wanted)
    if not chosen or chosen - set(sections(viewer, situation)):
        raise Refused(EXPORT, commission=situation.commission_id, objects=(situation.pk,))
    before = Milestone.objects.filter(situation=situation, act=EXPORTED).count()
    copy = Copy(uuid.uuid4(), before + 1, viewer.at)
    purpose = ExportReason(reason).value
    note(viewer, situation, EXPORTED, purpose)
    recording.shown(
        viewer,
        "export.written",
        commission=situation.commission_id,
        objects=(situation.pk, copy.id),
        sections=chosen,
        purpose=purpose,
    )
    return copy
