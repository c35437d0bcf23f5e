"""Record what a sitting made of a situation: analysis, proposals, synthesis (BR-10…BR-12)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from cases.access import agreements, recording
from cases.access.keys import OpenKeys, missing_sections, open_keys, unseal
from cases.access.situations import live_grants
from cases.actions import facets, sealing
from cases.actions.milestones import change, note
from cases.actions.sealing import SectionSealed
from cases.actions.sittings import require_still_evocable
from cases.domain.exceptions import DomainError
from cases.domain.facets import Population, agreement_facet, delay_band
from cases.domain.lifecycle import Fact, SituationAct
from cases.domain.sections import InformationCategory, Section
from cases.models import AgendaItem, Proposal, Review, SealedDocument, Sitting, Situation
from cases.permissions import Refused, Role, Viewer
from cases.policies import situation_after

RESTITUTION_DELAY = timedelta(days=21)


def section_of(category: str) -> str:
    """Return the section that holds a category of information (decision 20)."""
    return InformationCategory(category).section.value


def record(
    *,
    viewer: Viewer,
    item: AgendaItem,
    presence: str,
    analysis: list[tuple[str, str]],
    shareable_text: str,
    proposals: list[dict[str, Any]],
    no_proposal: bool,
    review_due_on: date | None,
) -> Review:
    """Write a review; every line is sealed in the section of its category.

    Raises: Refused; NotAllowed, FactMissing (BR-10); SectionSealed; VaultLocked.
    """
    situation = item.situation
    if item.sitting.state != Sitting.State.OPEN or item.removed_at is not None:
        raise DomainError(
            "La séance n’est pas en cours : ouvrez-la avant d’examiner.", code="sitting_not_open"
        )
    if not (
        viewer.holds(situation.commission_id, Role.COORDINATOR)
        or situation.lead_id == viewer.user_id
    ):
        raise Refused("review", commission=situation.commission_id, objects=(situation.pk,))
    require_still_evocable(viewer, item)
    concludes = bool(proposals) or (no_proposal and review_due_on is not None)
    state = situation_after(
        situation, SituationAct.REVIEW, *((Fact.CONCLUSION,) if concludes else ())
    )
    is_first = not Review.objects.filter(situation=situation).exists()
    keys = open_keys(viewer, situation)
    _require_writable(viewer, situation, keys, analysis, proposals)
    review = Review(
        pk=uuid.uuid4(),
        situation=situation,
        item=item,
        person_presence=presence,
        has_no_proposal=not proposals,
        review_due_on=review_due_on,
        recorded_by_id=viewer.user_id,
        recorded_at=viewer.at,
    )
    review.save(force_insert=True)
    for category, text in analysis:
        if text.strip():
            _write(viewer, situation, keys, category, "analysis", {"text": text.strip()})
    if shareable_text.strip():
        sealing.write_document(
            viewer=viewer,
            situation=situation,
            keys=keys,
            section=Section.SHAREABLE.value,
            kind="synthesis",
            payload={"text": shareable_text.strip()},
        )
    for proposal in proposals:
        _propose(viewer, situation, keys, review, proposal)
    due = (viewer.at + RESTITUTION_DELAY).date()
    change(
        viewer,
        situation,
        state=state.value,
        restitution_due_on=due,
        review_due_on=review_due_on,
    )
    if is_first and not facets.are_refused(situation, viewer.at):
        _code(viewer, situation, keys, presence, proposals)
    note(viewer, situation, "reviewed")
    recording.done(
        viewer,
        "review.recorded",
        commission=situation.commission_id,
        objects=(situation.pk, item.sitting_id),
        sections={section_of(category) for category, _ in analysis},
    )
    return review


def _require_writable(
    viewer: Viewer,
    situation: Situation,
    keys: OpenKeys,
    analysis: list[tuple[str, str]],
    proposals: list[dict[str, Any]],
) -> None:
    """Require the keys and the level of every section that is written."""
    wanted = {section_of(category) for category, text in analysis if text.strip()}
    wanted |= {section_of(proposal["category"]) for proposal in proposals}
    wanted.add(Section.SHAREABLE.value)
    grants = live_grants(viewer, situation)
    if missing_sections(keys, wanted) or any(
        code not in grants or grants[code].level.rank < 1 for code in wanted
    ):
        raise SectionSealed


def _write(
    viewer: Viewer,
    situation: Situation,
    keys: OpenKeys,
    category: str,
    kind: str,
    payload: dict[str, Any],
) -> SealedDocument:
    return sealing.write_document(
        viewer=viewer,
        situation=situation,
        keys=keys,
        section=section_of(category),
        kind=kind,
        payload=payload,
        category=category,
    )


def _propose(
    viewer: Viewer,
    situation: Situation,
    keys: OpenKeys,
    review: Review,
    said: dict[str, Any],
) -> None:
    document = _write(
        viewer,
        situation,
        keys,
        said["category"],
        "proposal",
        {
            "kind": str(said["kind"]),
            "title": str(said["title"]).strip(),
            "holder": str(said.get("holder") or "").strip(),
        },
    )
    proposal = Proposal(
        pk=uuid.uuid4(),
        situation=situation,
        review=review,
        section=document.section,
        document=document,
        due_on=said.get("due_on"),
        changed_at=viewer.at,
    )
    proposal.save(force_insert=True)
    recording.done(
        viewer,
        "proposal.recorded",
        commission=situation.commission_id,
        objects=(situation.pk, proposal.pk),
        sections=[document.section],
    )


# What is presumed when the referral said nothing: the neutral code of each list.
UNSAID: dict[str, Any] = {
    "age_band": "46-55",
    "sex": "autre_ou_non_precise",
    "household": "inconnue",
    "housing_type": "autre",
    "landlord_type": "sans_objet",
    "zone": "inconnue",
    "problem": ["autre"],
    "severity": "modere",
    "severity_factor": ["aucun"],
    "care_status": "inconnu",
}
FORM_NAMES = {"problem": "problems", "severity_factor": "severity_factors"}


def _code(
    viewer: Viewer,
    situation: Situation,
    keys: OpenKeys,
    presence: str,
    proposals: list[dict[str, Any]],
) -> None:
    """Code the situation entering the population of those examined (decision 36).

    Only codes are read from the sealed documents, and they go to the statistics key unseen.
    """
    values: dict[str, Any] = {**UNSAID, **facets.origin(situation), "presence": presence}
    rows = SealedDocument.objects.filter(
        situation=situation, kind="referral", section__in=list(facets.CODED)
    ).exclude(section=Section.HEALTH.value)
    # C-22 hides health from most scribes: the database gives it here, once, to be coded unseen.
    health = SealedDocument.objects.raw("SELECT * FROM clsm_to_code(%s)", [situation.pk])
    for row in (*rows, *health):
        dek = keys.deks.get((row.section, row.key_version))
        if dek is None:
            continue
        said = unseal(dek=dek, document=row)
        for code in facets.CODED[row.section]:
            value = said.get(FORM_NAMES.get(code, code))
            if value:
                values[code] = value
    history = agreements.history(situation)
    values["agreement_status"] = agreement_facet(
        agreements.status(situation, viewer.at), was_given=bool(history)
    ).value
    values["delay_to_review"] = delay_band((viewer.at - situation.created_at).days).value
    values["proposal_type"] = sorted({str(proposal["kind"]) for proposal in proposals}) or [
        "aucun_changement_veille"
    ]
    facets.record(
        situation=situation,
        population=Population.EXAMINED,
        at=viewer.at,
        values=facets.known(Population.EXAMINED, values),
    )
    recording.shown(
        viewer,
        "facets.opened",
        commission=situation.commission_id,
        objects=(situation.pk,),
        purpose="first_review",
    )
