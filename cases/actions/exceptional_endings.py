"""Close an exceptional access before its time, and conclude on it once it was (§2.4).

Closing gives nothing away: no vault is asked for, and either of the two, the lead and the desk may
do it. The DPO alone concludes, and not on an emergency in which she had a part.
"""

from __future__ import annotations

import uuid

from cases.access import exceptional as standing
from cases.access import exceptional_register as register
from cases.access import exceptional_words, keys, recording
from cases.actions import grants
from cases.actions.exceptional import record, refusal
from cases.domain.exceptional import CONCLUSIONS, LONGEST_WORDS, AccessKind
from cases.domain.exceptions import NotAllowed, UnknownCode
from cases.models import ExceptionalAccess, Grant, Situation
from cases.permissions import Role, Viewer


def end(*, viewer: Viewer, pk: uuid.UUID) -> None:
    """Close an access now. No vault is asked for. Raises: Refused; NotAllowed."""
    row, line = register.find(viewer, pk)
    if "end" not in line.may:
        raise refusal(line)
    changed = ExceptionalAccess.objects.filter(pk=row.pk, ended_at__isnull=True).update(
        ended_at=viewer.at
    )
    if changed != 1:
        raise NotAllowed("Cet accès est déjà refermé.", code="decided")
    if line.kind is AccessKind.CONTROL:
        held = Grant.objects.filter(
            situation=row.situation_id,
            recipient=row.asked_by_id,
            basis=Grant.Basis.DPO,
            revoked_at__isnull=True,
        )
        # Limited meanwhile, the situation shows to nobody: closing goes by its id.
        situation = Situation(pk=row.situation_id, commission_id=line.place.commission_id)
        grants.revoke_all(viewer=viewer, situation=situation, grants=grants.settled(held))
    _forget(viewer, row)
    record(viewer, row, line.place.commission_id, "exceptional.ended")


def _forget(viewer: Viewer, row: ExceptionalAccess) -> None:
    standing.forget(viewer)
    if isinstance(viewer.keys.get(row.situation_id), keys.OpenKeys):
        viewer.keys.pop(row.situation_id)


def follow_up(*, viewer: Viewer, pk: uuid.UUID, conclusion: str, words: str) -> None:
    """Conclude on an access, as the DPO. Raises: Refused; UnknownCode; NotAllowed."""
    row, line = register.find(viewer, pk)
    if "follow_up" not in line.may:
        if line.followed_up_at is not None and viewer.holds(line.place.commission_id, Role.DPO):
            raise NotAllowed("Cet accès a déjà sa conclusion.", code="decided")
        raise refusal(line)
    if conclusion not in CONCLUSIONS[line.kind].codes():
        raise UnknownCode
    said = words.strip()
    if len(said) > LONGEST_WORDS:
        raise NotAllowed(f"La conclusion compte au plus {LONGEST_WORDS} signes.", code="too_long")
    fields: dict[str, object] = {}
    if said:
        version, blob = exceptional_words.sealed(row, exceptional_words.CONCLUSION, said)
        fields = {"conclusion_version": version, "conclusion_words": blob}
    changed = ExceptionalAccess.objects.filter(pk=row.pk, followed_up_at__isnull=True).update(
        followed_up_by_id=viewer.user_id,
        followed_up_at=viewer.at,
        conclusion=conclusion,
        **fields,
    )
    if changed != 1:
        raise NotAllowed("Cet accès a déjà sa conclusion.", code="decided")
    recording.done(
        viewer,
        "exceptional.reviewed",
        commission=line.place.commission_id,
        objects=(row.situation_id, row.pk),
        sections=row.sections,
        purpose=conclusion,
    )
