"""Write in a situation, follow it, close it, reopen it (decision 29, C-09)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from cases.access import agreements, recording
from cases.access.keys import open_keys, unseal
from cases.access.situations import live_grants, situation_of
from cases.access.writing import reads_text, writes_section
from cases.actions import facets, sealing
from cases.actions.agreements import leave_agendas
from cases.actions.milestones import change, note
from cases.actions.reviews import SectionSealed, section_of
from cases.domain import facet_values
from cases.domain.facets import Population
from cases.domain.lifecycle import Fact, SituationAct
from cases.domain.sections import Section
from cases.models import Proposal, Restitution, Review, SealedDocument, Situation
from cases.permissions import Refused, Role, Viewer
from cases.policies import require_writable, situation_after


def _require_lead(viewer: Viewer, situation: Situation) -> None:
    if situation.lead_id != viewer.user_id and not viewer.holds(
        situation.commission_id, Role.COORDINATOR
    ):
        raise Refused("situation", commission=situation.commission_id, objects=(situation.pk,))


def _record(viewer: Viewer, situation: Situation, action: str, purpose: str = "") -> None:
    recording.done(
        viewer,
        action,
        commission=situation.commission_id,
        objects=(situation.pk,),
        purpose=purpose.lower(),
    )


def follow(*, viewer: Viewer, situation: Situation, review_due_on: date | None = None) -> None:
    """Start the follow-up once the proposals were given back. Raises: Refused; NotAllowed."""
    _require_lead(viewer, situation)
    state = situation_after(situation, SituationAct.FOLLOW)
    fields: dict[str, object] = {"state": state.value}
    if review_due_on is not None:
        fields["review_due_on"] = review_due_on
    change(viewer, situation, **fields)
    note(viewer, situation, "followed")
    _record(viewer, situation, "situation.state")


def close(
    *,
    viewer: Viewer,
    situation: Situation,
    reason: str,
    outcome_housing: str,
    outcome_care: str,
    outcome_rights: Sequence[str] = (),
    missing_offer: Sequence[str] = (),
    words: str = "",
) -> None:
    """Close a situation; the agreement lapses with it (C-09).

    Outcomes and what is lacking locally go to the statistics only: no table keeps them.

    A withdrawn situation is closed by its lead alone, without a word more (promise 5).

    Raises: Refused; NotAllowed, FactMissing; VaultLocked when words are to be sealed.
    """
    _require_lead(viewer, situation)
    if situation.is_withdrawn and situation.lead_id != viewer.user_id:
        raise Refused("withdrawn", commission=situation.commission_id, objects=(situation.pk,))
    state = situation_after(situation, SituationAct.CLOSE, *((Fact.REASON,) if reason else ()))
    if words.strip() and not situation.is_withdrawn:
        sealing.write_document(
            viewer=viewer,
            situation=situation,
            keys=open_keys(viewer, situation),
            section=Section.CORE.value,
            kind="words",
            payload={"text": words.strip()},
        )
    # The closure ends the agreement: where it stands is read before.
    status = agreements.status(situation, viewer.at)
    leave_agendas(viewer, situation)
    change(
        viewer,
        situation,
        state=state.value,
        closed_on=viewer.at.date(),
        restitution_due_on=None,
        review_due_on=None,
    )
    outcomes: dict[str, str | tuple[str, ...]] = {
        "closure_reason": reason,
        "outcome_housing": outcome_housing or "inconnu",
        "outcome_care": outcome_care or "inconnu",
        "outcome_rights": tuple(outcome_rights) or ("inconnu",),
        "missing_offer": tuple(missing_offer) or ("inconnu",),
        "agreement_end": facet_values.agreement_end(
            status, was_given=bool(agreements.history(situation))
        ).value,
    }
    _code(viewer, situation, outcomes)
    note(viewer, situation, "closed", reason)
    _record(viewer, situation, "situation.closed", reason)


def _code(viewer: Viewer, situation: Situation, outcomes: dict[str, str | tuple[str, ...]]) -> None:
    """Code the situation entering the population of those closed, once (decision 36).

    One that no sitting examined enters none.
    """
    reviews = list(Review.objects.filter(situation=situation).order_by("recorded_at"))
    if not reviews or situation.reopened_at is not None:
        return
    first = timezone.localdate(reviews[0].recorded_at)
    given = Restitution.objects.filter(review=reviews[0]).first()
    facets.record(
        situation=situation,
        population=Population.CLOSED,
        at=viewer.at,
        values={
            **outcomes,
            **facets.origin(situation),
            "proposal_outcome": tuple(sorted(_outcomes(situation))) or ("sans_proposition",),
            "restitution": facet_values.restitution_facet(
                (given.given_on - first).days if given else None
            ).value,
            "follow_up": facet_values.follow_up_band((viewer.at.date() - first).days).value,
            "examinations": facet_values.examinations(len(reviews)).value,
        },
    )


def _outcomes(situation: Situation) -> set[str]:
    """Return what became of the proposals, each once."""
    outcomes = set()
    for proposal in Proposal.objects.filter(situation=situation):
        if proposal.status == Proposal.Status.DONE:
            outcomes.add("realisee")
        elif proposal.status in (Proposal.Status.ACCEPTED, Proposal.Status.ONGOING):
            outcomes.add("acceptee_en_cours")
        elif proposal.status_reason in (
            "manque_offre",
            "delai_attente",
            "absence_porteur",
            "refus_personne",
        ):
            outcomes.add(proposal.status_reason)
        else:
            outcomes.add("abandonnee")
    return outcomes


def reopen(*, viewer: Viewer, situation: Situation, reason: str) -> None:
    """Reopen a closed situation; an agreement recorded since its closure is needed (C-09).

    Raises: Refused; NotAllowed, FactMissing without a reason or a new agreement.
    """
    _require_lead(viewer, situation)
    facts = [Fact.REASON] if reason else []
    fresh = [
        row
        for row in agreements.rows_since_closure(situation)
        if row.kind in ("named_sharing", "impossibility", "urgency")
    ]
    if fresh:
        facts.append(Fact.NEW_AGREEMENT)
    state = situation_after(situation, SituationAct.REOPEN, *facts)
    change(
        viewer,
        situation,
        state=state.value,
        closed_on=None,
        reopened_at=min(row.recorded_at for row in fresh),
    )
    note(viewer, situation, "reopened", reason)
    _record(viewer, situation, "situation.reopened", reason)


def write(
    *, viewer: Viewer, situation: Situation, section: str, category: str, text: str
) -> SealedDocument:
    """Add a note in a section. Raises: Refused; NotAllowed; SectionSealed; VaultLocked."""
    require_writable(situation)
    where = section_of(category) if category else section
    keys = open_keys(viewer, situation)
    if where not in keys.sections() or not writes_section(viewer, situation, where):
        raise SectionSealed
    return sealing.write_document(
        viewer=viewer,
        situation=situation,
        keys=keys,
        section=where,
        kind="note",
        payload={"text": text.strip()},
        category=category,
    )


class TextChanged(Exception):
    """Somebody else changed the text: both versions are shown (style 22)."""

    def __init__(self, current: str, version: int) -> None:
        super().__init__("text changed")
        self.current = current
        self.version = version


def rewrite(*, viewer: Viewer, document_id: uuid.UUID, text: str, version: int) -> None:
    """Replace the text of a note. Raises: Refused; SectionSealed; TextChanged; VaultLocked."""
    document = SealedDocument.objects.filter(pk=document_id, kind__in=["note", "synthesis"]).first()
    if document is None:
        raise Refused("document")
    situation = situation_of(viewer, document.situation_id)
    require_writable(situation)
    keys = open_keys(viewer, situation)
    grant = live_grants(viewer, situation).get(document.section)
    dek = keys.deks.get((document.section, document.key_version))
    if dek is None or grant is None or grant.level.rank < 1:
        raise SectionSealed
    if not reads_text(viewer, situation, document):
        raise Refused("document", commission=situation.commission_id, objects=(document.pk,))
    if document.row_version != version:
        current = str(unseal(dek=dek, document=document).get("text", ""))
        raise TextChanged(current, document.row_version)
    sealing.rewrite_document(
        viewer=viewer,
        document=document,
        keys=keys,
        payload={"text": text.strip()},
        version=version,
    )
