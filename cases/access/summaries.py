"""The clear half of a situation's page: names of members, dates, states, what may be done."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cases.access.facts import (
    MemberView,
    ProposalView,
    SectionView,
    SituationFacts,
    SituationLine,
)
from cases.domain.lifecycle import (
    ReferralState,
    SituationAct,
    SituationState,
    situation_acts,
)
from cases.domain.sections import Section
from cases.domain.vocabulary import ProposalType
from cases.models import Grant, Proposal, Situation
from cases.permissions import Role, Viewer
from cases.queries import GrantRow

# What chronologies say of each act; the codes are those of cases.actions.
MILESTONES = {
    "sent": "Saisine reçue",
    "information_requested": "Complément demandé",
    "completed": "Complément apporté",
    "admitted": "Recevable",
    "not_admitted": "Non recevable",
    "redirected": "Réorientée",
    "taken_back": "Reprise par son auteur",
    "agreement": "Accord recueilli",
    "exception": "Exception à l’accord consignée",
    "withdrawn": "Accord retiré",
    "shared": "Habilitations données",
    "inscribed": "Inscrite à l’ordre du jour",
    "postponed": "Ajournée",
    "reviewed": "Examinée en séance",
    "restituted": "Restitution faite à la personne",
    "followed": "Suivi engagé",
    "closed": "Close",
    "reopened": "Rouverte",
    "lead_changed": "Référent changé",
    "exported": "Copie numérotée remise",
    "named": "Désignée par son nom",
    "lead_left": "Sans référent",
    "opened_for_sitting": "Ouverte aux membres pour la séance",
}
STEPS_SHOWN = 100


def name_of(user: Any) -> str:
    """Return how a colleague is named on a page."""
    return user.full_name if user is not None else ""


def facts(situation: Situation) -> SituationFacts:
    """Return the clear facts of a situation."""
    state = SituationState(situation.state) if situation.state else None
    referral = ReferralState(situation.referral_state)
    return SituationFacts(
        id=situation.pk,
        code=situation.code,
        commission_id=situation.commission_id,
        commission_name=situation.commission.name,
        referral_state=referral.value,
        referral_label=referral.label,
        state=state.value if state else None,
        state_label=state.label if state else referral.label,
        is_withdrawn=situation.is_withdrawn,
        is_limited=situation.is_limited,
        is_anonymous=situation.is_anonymous,
        lead_id=situation.lead_id,
        lead_name=name_of(situation.lead) if situation.lead_id else "",
        created_at=situation.created_at,
        information_due_on=situation.information_due_on,
        restitution_due_on=situation.restitution_due_on,
        review_due_on=situation.review_due_on,
        closed_on=situation.closed_on,
        version=situation.version,
    )


def line(situation: Situation, at: datetime) -> SituationLine:
    """Return a line of a list with its next date."""
    dates: list[tuple[date, str]] = []
    if situation.restitution_due_on and situation.state == SituationState.REVIEWED:
        dates.append((situation.restitution_due_on, "restitution à faire"))
    if situation.review_due_on and situation.state in (
        SituationState.FOLLOW_UP,
        SituationState.RESTITUTED,
    ):
        dates.append((situation.review_due_on, "à revoir"))
    if situation.information_due_on and situation.state in (None, SituationState.PREPARING):
        dates.append((situation.information_due_on, "informer la personne"))
    following = min(dates) if dates else None
    return SituationLine(
        situation=facts(situation),
        is_overdue=following is not None and following[0] < at.date(),
        next_date=following[0] if following else None,
        next_label=following[1] if following else "",
    )


def holders_by_section(held: Iterable[GrantRow]) -> dict[str, tuple[str, ...]]:
    """Return who may read each section, by name."""
    found: dict[str, set[str]] = defaultdict(set)
    for grant in held:
        if grant.may_read:
            found[grant.section].add(grant.name)
    return {section: tuple(sorted(names)) for section, names in found.items()}


def group(situation: Situation, held: Iterable[GrantRow]) -> tuple[MemberView, ...]:
    """Return the group of a situation: who may see, by what right, until when."""
    by_user: dict[uuid.UUID, list[GrantRow]] = defaultdict(list)
    for grant in held:
        by_user[grant.recipient_id].append(grant)
    order = [section.value for section in Section]
    members = []
    for user, grants in by_user.items():
        first = grants[0]
        read = {grant.section for grant in grants if grant.may_read}
        is_lead = user == situation.lead_id
        members.append(
            MemberView(
                user_id=user,
                name=first.name,
                function=first.function,
                organisation=first.organisation,
                role_label="référent" if is_lead else Grant.Basis(first.basis).label,
                sections=tuple(Section(code).label for code in sorted(read, key=order.index)),
                until=timezone.localdate(max(grant.not_after for grant in grants)),
                grants=tuple(grant.id for grant in grants),
            )
        )
    return tuple(sorted(members, key=lambda one: (one.role_label != "référent", one.name)))


def timeline(steps: list[tuple[datetime, str]]) -> tuple[tuple[datetime, str], ...]:
    """Return the chronology, newest first, from steps in that order."""
    return tuple((at, MILESTONES.get(act, act)) for at, act in steps[:STEPS_SHOWN])


def proposals(
    situation: Situation, sections: tuple[SectionView, ...]
) -> tuple[tuple[ProposalView, ...], int]:
    """Return the proposals, their words only where their section is open; and how many are not."""
    opened = {
        document.id: document.payload
        for section in sections
        for document in section.documents
        if document.kind == "proposal" and not document.is_altered
    }
    views = []
    for row in Proposal.objects.filter(situation=situation).order_by("due_on", "id"):
        payload = opened.get(row.document_id)
        kind = str(payload.get("kind", "")) if payload else ""
        views.append(
            ProposalView(
                id=row.pk,
                section=row.section,
                readable=payload is not None,
                kind=kind,
                kind_label=ProposalType(kind).label if kind in ProposalType.codes() else "",
                title=str(payload.get("title", "")) if payload else "",
                holder=str(payload.get("holder", "")) if payload else "",
                due_on=row.due_on,
                answer=row.answer,
                answer_label=Proposal.Answer(row.answer).label,
                answered_on=row.answered_on,
                status=row.status,
                status_label=Proposal.Status(row.status).label,
                version=row.version,
            )
        )
    return tuple(views), sum(not view.readable for view in views)


_ACTS = {
    SituationAct.INSCRIBE: "inscribe",
    SituationAct.INSCRIBE_BEFORE_RESTITUTION: "inscribe",
    SituationAct.RESTITUTE: "restitute",
    SituationAct.FOLLOW: "follow",
    SituationAct.CLOSE: "close",
    SituationAct.REOPEN: "reopen",
}


def acts(
    viewer: Viewer, situation: Situation, readable_now: set[str], writable_now: set[str]
) -> frozenset[str]:
    """Return the acts that this viewer may try now; each action checks again for itself."""
    is_lead = situation.lead_id == viewer.user_id
    coordinates = viewer.holds(situation.commission_id, Role.COORDINATOR)
    if not (is_lead or coordinates or readable_now):
        return frozenset()
    state = SituationState(situation.state) if situation.state else None
    possible = {_ACTS[act] for act in situation_acts(state) if act in _ACTS}
    if situation.is_withdrawn:
        # A later agreement lifts a withdrawal: the lead alone can still record it.
        if not is_lead:
            return frozenset()
        return frozenset({"close"} & possible | {"record_agreement", "step_aside"})
    found: set[str] = set()
    working = state in (
        SituationState.PREPARING,
        SituationState.INSCRIBED,
        SituationState.REVIEWED,
        SituationState.RESTITUTED,
        SituationState.FOLLOW_UP,
    )
    if is_lead or coordinates:
        found |= possible
        if working or state is SituationState.CLOSED:
            found |= {"record_agreement"}
        if working:
            found |= {"withdraw", "share", "answer", "progress"}
    if not coordinates:
        found -= {"inscribe"}
    elif working:
        found.add("lead")
    if working and writable_now:
        found |= {"write", "progress", "deposit", "export"}
    if Section.IDENTITY.value in readable_now:
        found.add("reveal")
    if working and Section.IDENTITY.value in writable_now:
        found.add("identify")
    if not viewer.holds(situation.commission_id, Role.DPO):
        found.add("step_aside")
    return frozenset(found)
