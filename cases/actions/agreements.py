"""Record what the person says of sharing, at once and for ever (C-04, C-05, C-15)."""

from __future__ import annotations

import uuid

from cases.access import agreements as agreed
from cases.access import recording
from cases.actions import grants
from cases.actions.milestones import change, note
from cases.domain.agreement import AgreementKind, Expression
from cases.domain.agreement_rules import PersonFacts, validate
from cases.domain.exceptions import DomainError
from cases.domain.lifecycle import AgreementStatus, SituationState
from cases.domain.sections import Section
from cases.models import AgendaItem, Agreement, Grant, Sitting, Situation
from cases.permissions import Refused, Role, Viewer


class InvalidAgreement(DomainError):
    """Something is missing or contradictory; ``errors`` says what, field by field."""

    code = "invalid_agreement"
    message = "L’accord ne peut pas être enregistré : corrigez les champs indiqués."

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__()
        self.errors = errors


def _require_author(viewer: Viewer, situation: Situation) -> None:
    if situation.lead_id != viewer.user_id and not viewer.holds(
        situation.commission_id, Role.COORDINATOR
    ):
        raise Refused("agreement", commission=situation.commission_id, objects=(situation.pk,))


def record(
    *,
    viewer: Viewer,
    situation: Situation,
    expression: Expression,
    person: PersonFacts,
    presence: str = "",
) -> Agreement:
    """Add an expression of the person; grants that it no longer covers end at once.

    Raises: Refused; InvalidAgreement (C-05, C-06, C-10…C-13).
    """
    _require_author(viewer, situation)
    errors = validate(expression, person)
    if errors:
        raise InvalidAgreement({field: list(messages) for field, messages in errors.items()})
    row = _insert(viewer, situation, expression, presence)
    if expression.kind.is_stop:
        _stop(viewer, situation)
        return row
    now = agreed.status(situation, viewer.at)
    # What was said before the withdrawal and is written after it lifts nothing.
    lifts = (
        situation.is_withdrawn
        and not expression.kind.is_exception
        and now is not AgreementStatus.WITHDRAWN
    )
    fields: dict[str, object] = {"is_withdrawn": False} if lifts else {}
    stays = now.allows_naming or situation.state != SituationState.INSCRIBED
    if not stays and leave_agendas(viewer, situation, named_only=True):
        fields["state"] = SituationState.PREPARING.value
    # Bumps the version even so: an inscription decided on the former agreement is refused.
    change(viewer, situation, **fields)
    narrow(viewer=viewer, situation=situation)
    note(viewer, situation, "exception" if expression.kind.is_exception else "agreement")
    recording.done(
        viewer,
        "agreement.recorded",
        commission=situation.commission_id,
        objects=(situation.pk,),
        purpose=expression.kind.value,
    )
    return row


def withdraw(*, viewer: Viewer, situation: Situation, kind: str) -> Agreement:
    """Record a withdrawal or an objection: sharing stops in this transaction (C-04).

    Raises: Refused.
    """
    _require_author(viewer, situation)
    expression = Expression(kind=AgreementKind(kind), expressed_at=viewer.at, recorded_at=viewer.at)
    row = _insert(viewer, situation, expression, "")
    _stop(viewer, situation)
    return row


def _insert(
    viewer: Viewer, situation: Situation, expression: Expression, presence: str
) -> Agreement:
    row = Agreement(
        pk=uuid.uuid4(),
        situation=situation,
        kind=expression.kind.value,
        giver=expression.giver.value if expression.giver else "",
        mode=expression.mode.value if expression.mode else "",
        notice_version=expression.notice_version,
        notice_handed_on=expression.notice_handed_on,
        notice_form=expression.notice_form.value if expression.notice_form else "",
        security_described=expression.security_described,
        categories=sorted(category.value for category in expression.categories),
        professions=sorted(expression.professions),
        organisations=sorted(expression.organisations),
        excluded_organisations=sorted(expression.excluded_organisations),
        members=sorted(expression.members),
        excluded_members=sorted(expression.excluded_members),
        excluded_authors=sorted(expression.excluded_authors),
        written_from=expression.written_from,
        written_until=expression.written_until,
        purposes=sorted(purpose.value for purpose in expression.purposes),
        is_emergency_only=expression.is_emergency_only,
        reason=expression.reason.value if expression.reason else "",
        regularise_by=expression.regularise_by,
        expires_on=expression.expires_on,
        presence=presence,
        opinion_recorded=expression.opinion_recorded,
        is_disputed=expression.is_disputed,
        collected_by_id=viewer.user_id,
        expressed_at=expression.expressed_at,
        recorded_at=viewer.at,
    )
    row.save(force_insert=True)
    return row


def _stop(viewer: Viewer, situation: Situation) -> None:
    """End every grant but the lead's, leave every agenda, close exports (C-04)."""
    lead = situation.lead_id or viewer.user_id
    others = grants.settled(
        Grant.objects.filter(
            situation=situation, revoked_at__isnull=True, is_dormant=False
        ).exclude(recipient_id=lead)
    )
    grants.revoke_all(viewer=viewer, situation=situation, grants=others)
    leave_agendas(viewer, situation)
    note(viewer, situation, "withdrawn")
    fields = {"is_withdrawn": True, "lead_id": lead}
    if situation.state == SituationState.INSCRIBED:
        fields["state"] = SituationState.PREPARING.value
    # Last: once withdrawn, the database shows the situation to the lead alone.
    recording.done(
        viewer,
        "agreement.withdrawn",
        commission=situation.commission_id,
        objects=(situation.pk,),
    )
    change(viewer, situation, **fields)


def leave_agendas(viewer: Viewer, situation: Situation, *, named_only: bool = False) -> int:
    """Take a situation off the agendas to come, items already examined left; return how many."""
    items = AgendaItem.objects.filter(
        situation=situation,
        removed_at__isnull=True,
        review__isnull=True,
        sitting__state__in=[Sitting.State.DRAFT, Sitting.State.CONVENED, Sitting.State.OPEN],
    )
    if named_only:
        items = items.filter(mode=AgendaItem.Mode.NAMED)
    return AgendaItem.objects.filter(pk__in=list(items.values_list("pk", flat=True))).update(
        removed_at=viewer.at
    )


def narrow(*, viewer: Viewer, situation: Situation) -> None:
    """End the grants that the agreement in force no longer covers (C-07, C-08)."""
    rows = (
        Grant.objects.filter(situation=situation, revoked_at__isnull=True, is_dormant=False)
        .exclude(recipient_id=situation.lead_id)
        .exclude(basis=Grant.Basis.INTAKE)
    )
    ended = []
    every = [section.value for section in Section]
    for grant in grants.settled(rows):
        try:
            mandate = grants.mandate_of(situation, grant.recipient_id, viewer.at)
        except grants.NotShareable:
            ended.append(grant)
            continue
        if grant.section not in grants.allowed_sections(situation, mandate, every, viewer.at):
            ended.append(grant)
    grants.revoke_all(viewer=viewer, situation=situation, grants=ended)
