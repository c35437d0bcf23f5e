"""Explain the proposals to the person and write down her answer to each (BR-11, decision 29)."""

from __future__ import annotations

import uuid
from datetime import date

from django.utils import timezone

from cases.access import recording
from cases.access.keys import open_keys
from cases.actions import proposals, sealing
from cases.actions.milestones import change, note
from cases.domain.exceptions import NotAllowed
from cases.domain.lifecycle import Fact, SituationAct
from cases.domain.sections import Section
from cases.models import Proposal, Restitution, Review, Situation
from cases.permissions import Refused, Role, Viewer
from cases.policies import situation_after


def record(
    *,
    viewer: Viewer,
    situation: Situation,
    given_on: date,
    mode: str,
    answers: dict[uuid.UUID, str],
    words: str,
) -> Restitution:
    """Record a restitution with an answer per proposal; the person's words go to the core.

    Raises: Refused; NotAllowed, FactMissing; VaultLocked when words are to be sealed.
    """
    if situation.lead_id != viewer.user_id and not viewer.holds(
        situation.commission_id, Role.COORDINATOR
    ):
        raise Refused("restitution", commission=situation.commission_id, objects=(situation.pk,))
    state = situation_after(situation, SituationAct.RESTITUTE, Fact.RESTITUTION)
    if given_on > viewer.at.date():
        raise NotAllowed("La date de la restitution est à venir.", code="future_date")
    review = Review.objects.filter(situation=situation).order_by("-recorded_at").first()
    assert review is not None
    if given_on < timezone.localdate(review.recorded_at):
        raise NotAllowed("La restitution suit l’examen en séance.", code="before_review")
    row = Restitution(
        pk=uuid.uuid4(),
        situation=situation,
        review=review,
        given_on=given_on,
        mode=mode,
        given_by_id=viewer.user_id,
        recorded_at=viewer.at,
    )
    row.save(force_insert=True)
    known = set(Proposal.objects.filter(situation=situation).values_list("pk", flat=True))
    for proposal_id, answer in answers.items():
        if proposal_id in known and answer != Proposal.Answer.PENDING:
            proposals.answer(viewer=viewer, proposal_id=proposal_id, answer=answer, on=given_on)
    if words.strip():
        sealing.write_document(
            viewer=viewer,
            situation=situation,
            keys=open_keys(viewer, situation),
            section=Section.CORE.value,
            kind="words",
            payload={"text": words.strip()},
        )
    change(viewer, situation, state=state.value, restitution_due_on=None)
    note(viewer, situation, "restituted")
    recording.done(
        viewer,
        "restitution.recorded",
        commission=situation.commission_id,
        objects=(situation.pk,),
    )
    return row
