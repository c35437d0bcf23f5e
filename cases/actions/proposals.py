"""The action plan: the person's answer to each proposal, and what becomes of it."""

from __future__ import annotations

import uuid
from datetime import date

from cases.access import recording
from cases.access.situations import live_grants, situation_of
from cases.actions.sealing import StaleEdit
from cases.domain.exceptions import NotAllowed
from cases.models import Proposal, Situation
from cases.permissions import Refused, Role, Viewer
from cases.policies import require_writable

FINAL = (Proposal.Status.DONE, Proposal.Status.NOT_DONE, Proposal.Status.DROPPED)


def find(viewer: Viewer, proposal_id: uuid.UUID) -> tuple[Proposal, Situation]:
    """Return a proposal of a visible situation. Raises: Refused."""
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise Refused("proposal")
    return proposal, situation_of(viewer, proposal.situation_id)


def answer(*, viewer: Viewer, proposal_id: uuid.UUID, answer: str, on: date) -> None:
    """Write the person's answer to one proposal. Raises: Refused; NotAllowed."""
    proposal, situation = find(viewer, proposal_id)
    require_writable(situation)
    if situation.lead_id != viewer.user_id and not viewer.holds(
        situation.commission_id, Role.COORDINATOR
    ):
        raise Refused("proposal", commission=situation.commission_id, objects=(situation.pk,))
    if on > viewer.at.date():
        raise NotAllowed("La date de l’avis est à venir.", code="future_date")
    status = proposal.status
    if answer in (Proposal.Answer.YES, Proposal.Answer.PARTLY):
        status = Proposal.Status.ACCEPTED
    elif answer == Proposal.Answer.NO:
        status = Proposal.Status.DROPPED
    Proposal.objects.filter(pk=proposal.pk).update(
        answer=answer,
        answered_on=on,
        status=status,
        status_reason="refus_personne" if answer == Proposal.Answer.NO else "",
        changed_at=viewer.at,
        version=proposal.version + 1,
    )
    recording.done(
        viewer,
        "proposal.answered",
        commission=situation.commission_id,
        objects=(situation.pk, proposal.pk),
        sections=[proposal.section],
    )


def progress(
    *, viewer: Viewer, proposal_id: uuid.UUID, status: str, reason: str, version: int
) -> None:
    """Write where the action stands; what was not done carries its reason (E-13).

    Raises: Refused without a contributing right on its section; NotAllowed; StaleEdit.
    """
    proposal, situation = find(viewer, proposal_id)
    require_writable(situation)
    grant = live_grants(viewer, situation).get(proposal.section)
    contributes = grant is not None and grant.is_current(viewer.at) and grant.level.rank >= 1
    if not contributes and not viewer.holds(situation.commission_id, Role.COORDINATOR):
        raise Refused("proposal", commission=situation.commission_id, objects=(situation.pk,))
    if proposal.answer == Proposal.Answer.PENDING and status != Proposal.Status.DROPPED:
        raise NotAllowed(
            "La personne n’a pas encore donné son avis sur cette proposition.",
            code="answer_pending",
        )
    if status == Proposal.Status.NOT_DONE and not reason:
        raise NotAllowed("Indiquez pourquoi l’action n’a pas été réalisée.", code="reason_missing")
    changed = Proposal.objects.filter(pk=proposal.pk, version=version).update(
        status=status,
        status_reason=reason if status in FINAL else "",
        changed_at=viewer.at,
        version=version + 1,
    )
    if changed != 1:
        raise StaleEdit
    recording.done(
        viewer,
        "proposal.updated",
        commission=situation.commission_id,
        objects=(situation.pk, proposal.pk),
        sections=[proposal.section],
    )
