"""Record what the person says of sharing, at once and for ever (C-04, C-05, C-15)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from cases.access import agreements as agreed
from cases.access import recording
from cases.access.agreement_history import WORDS
from cases.access.keys import open_keys
from cases.actions import convening, exceptional, grants, sealing
from cases.actions.milestones import change, note
from cases.domain.agreement import (
    AgreementGiver,
    AgreementKind,
    Expression,
    Perimeter,
    Purpose,
)
from cases.domain.agreement_rules import PersonFacts, validate
from cases.domain.exceptions import DomainError, NotAllowed
from cases.domain.lifecycle import AgreementStatus, SituationState
from cases.domain.sections import InformationCategory, Section
from cases.models import (
    AgendaItem,
    Agreement,
    ExceptionalAccess,
    Grant,
    Invitation,
    Mandate,
    SealedDocument,
    Sitting,
    Situation,
)
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
    accompaniment: Collection[str] = (),
    words: Mapping[str, Any] | None = None,
) -> Agreement:
    """Add an expression of the person; grants that it no longer covers end at once.

    ``words`` holds what was said in words (who spoke, capacity, limits): one document, sealed with
    the identity. A situation that names nobody takes none at all (C-03).

    Raises: Refused; InvalidAgreement (C-05, C-06, C-10…C-13); SectionSealed, VaultLocked when words
    cannot be sealed.
    """
    _require_author(viewer, situation)
    errors = validate(expression, person)
    if errors:
        raise InvalidAgreement({field: list(messages) for field, messages in errors.items()})
    row = _insert(
        viewer, situation, expression, presence, accompaniment, _seal(viewer, situation, words)
    )
    if expression.kind.is_stop:
        _stop(viewer, situation, row)
        return row
    now = agreed.status(situation, viewer.at)
    # What was said before the withdrawal and is written after it lifts nothing.
    lifts = (
        situation.is_withdrawn
        and not expression.kind.is_exception
        and now is not AgreementStatus.WITHDRAWN
    )
    fields: dict[str, object] = {"is_withdrawn": False} if lifts else {}
    is_evocable = now.allows_naming and Purpose.EXAMINATION in agreed.uses(situation, viewer.at)
    stays = is_evocable or situation.state != SituationState.INSCRIBED
    if not stays and leave_agendas(viewer, situation, named_only=True):
        fields["state"] = SituationState.PREPARING.value
    # Bumps the version even so: an inscription decided on the former agreement is refused.
    change(viewer, situation, **fields)
    narrow(viewer=viewer, situation=situation)
    note(viewer, situation, "exception" if expression.kind.is_exception else "agreement")
    recording.expression_written(
        viewer, situation, row, "agreement.recorded", is_stopped=situation.is_withdrawn
    )
    return row


def withdraw(
    *,
    viewer: Viewer,
    situation: Situation,
    kind: str,
    giver: AgreementGiver = AgreementGiver.PERSON,
    expressed_at: datetime | None = None,
    refuses_statistics: bool = False,
) -> Agreement:
    """Record a withdrawal or an objection: sharing stops in this transaction (C-04).

    No vault is asked for, no word is: any means will do to stop.

    Raises: Refused; InvalidAgreement for a date to come.
    """
    _require_author(viewer, situation)
    uses = frozenset(Purpose) - ({Purpose.STATISTICS} if refuses_statistics else set())
    expression = Expression(
        kind=AgreementKind(kind),
        giver=giver,
        expressed_at=expressed_at or viewer.at,
        recorded_at=viewer.at,
        purposes=uses,
    )
    errors = validate(expression, PersonFacts())
    if errors:
        raise InvalidAgreement({field: list(messages) for field, messages in errors.items()})
    row = _insert(viewer, situation, expression, "", (), None)
    _stop(viewer, situation, row)
    return row


def _seal(
    viewer: Viewer, situation: Situation, words: Mapping[str, Any] | None
) -> SealedDocument | None:
    """Seal what was said in words; None when nothing was."""
    said = {name: value for name, value in (words or {}).items() if value}
    if not said:
        return None
    if situation.is_anonymous:
        raise NotAllowed(
            "Cette situation est examinée sans nom : l’accord n’y porte aucun texte.",
            code="anonymous_words",
        )
    return sealing.write_document(
        viewer=viewer,
        situation=situation,
        keys=open_keys(viewer, situation),
        section=Section.IDENTITY.value,
        kind=WORDS,
        payload=said,
        category=InformationCategory.IDENTITY.value,
    )


def _insert(
    viewer: Viewer,
    situation: Situation,
    expression: Expression,
    presence: str,
    accompaniment: Collection[str],
    document: SealedDocument | None,
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
        accompaniment=sorted(accompaniment),
        document=document,
        opinion_recorded=expression.opinion_recorded,
        is_disputed=expression.is_disputed,
        collected_by_id=viewer.user_id,
        expressed_at=expression.expressed_at,
        recorded_at=viewer.at,
    )
    row.save(force_insert=True)
    return row


def _stop(viewer: Viewer, situation: Situation, row: Agreement) -> None:
    """End every grant but the lead's, every invitation and exceptional access (C-04).

    A depositary's sleeping right stays, since a later agreement may lift the stop: asleep, on a
    withdrawn situation, it opens nothing.
    """
    lead = situation.lead_id or viewer.user_id
    others = grants.settled(
        Grant.objects.filter(
            situation=situation, revoked_at__isnull=True, is_dormant=False
        ).exclude(recipient_id=lead)
    )
    grants.revoke_all(viewer=viewer, situation=situation, grants=others)
    leave_agendas(viewer, situation)
    _cancel(viewer, situation, Invitation.objects.filter(situation=situation))
    _end_exceptional(viewer, situation)
    note(viewer, situation, "withdrawn")
    fields = {"is_withdrawn": True, "lead_id": lead}
    if situation.state == SituationState.INSCRIBED:
        fields["state"] = SituationState.PREPARING.value
    # Last: once withdrawn, the database shows the situation to the lead alone.
    objected = row.kind == AgreementKind.OBJECTION
    action = "agreement.objected" if objected else "agreement.withdrawn"
    recording.expression_written(viewer, situation, row, action, is_stopped=True)
    change(viewer, situation, **fields)


def _cancel(viewer: Viewer, situation: Situation, invitations: QuerySet[Invitation]) -> None:
    """Cancel the invitations that wait for an answer or had one."""
    rows = invitations.filter(state__in=grants.OPEN_INVITATIONS)
    ended = list(rows.values_list("pk", flat=True))
    if not ended:
        return
    Invitation.objects.filter(pk__in=ended).update(
        state=Invitation.State.CANCELLED, answered_at=viewer.at
    )
    recording.done(
        viewer,
        "invitation.cancelled",
        commission=situation.commission_id,
        objects=(situation.pk, *ended),
    )


def _end_exceptional(viewer: Viewer, situation: Situation) -> None:
    """End the exceptional accesses under way: nobody pleads an emergency against a refusal."""
    rows = ExceptionalAccess.objects.filter(
        situation=situation, is_confirmed=True, ended_at__isnull=True
    )
    for row in list(rows):
        ExceptionalAccess.objects.filter(pk=row.pk).update(ended_at=viewer.at)
        exceptional.record(viewer, row, situation.commission_id, "exceptional.ended")


def leave_agendas(viewer: Viewer, situation: Situation, *, named_only: bool = False) -> int:
    """Take a situation off the agendas to come, items already examined left; return how many.

    What was opened for these items alone ends with them: temporary rights, invitations (C-24).
    """
    items = AgendaItem.objects.filter(
        situation=situation,
        removed_at__isnull=True,
        review__isnull=True,
        sitting__state__in=[Sitting.State.DRAFT, Sitting.State.CONVENED, Sitting.State.OPEN],
    )
    if named_only:
        items = items.filter(mode=AgendaItem.Mode.NAMED)
    left = list(items.values_list("pk", flat=True))
    if left:
        convening.end_items(viewer=viewer, situation=situation, ids=left)
    return AgendaItem.objects.filter(pk__in=left).update(removed_at=viewer.at)


def narrow(*, viewer: Viewer, situation: Situation) -> None:
    """End the grants that the agreement in force no longer covers (C-07, C-08).

    Whom the person refused by name loses every right but the lead's, sleeping or of reception
    included. A control by the DPO is no sharing: it stays (C-73).
    """
    refused = agreed.standing(situation, viewer.at).limits
    rows = Grant.objects.filter(situation=situation, revoked_at__isnull=True).exclude(
        recipient_id=situation.lead_id
    )
    ended = []
    for grant in grants.settled(rows.exclude(basis=Grant.Basis.DPO)):
        is_kept = grant.is_dormant or grant.basis == Grant.Basis.INTAKE
        try:
            mandate = grants.mandate_of(situation, grant.recipient_id, viewer.at)
        except grants.NotShareable:
            if not is_kept:
                ended.append(grant)
            continue
        is_open = is_kept or _covers(situation, mandate, grant, viewer.at)
        if not is_open or refused.excludes(grants.member_of(mandate)):
            ended.append(grant)
    grants.revoke_all(viewer=viewer, situation=situation, grants=ended)
    _leave_out(viewer, situation, refused)


def _covers(situation: Situation, mandate: Mandate, grant: Grant, at: datetime) -> bool:
    return bool(grants.allowed_sections(situation, mandate, [grant.section], at))


def _leave_out(viewer: Viewer, situation: Situation, refused: Perimeter) -> None:
    """Cancel the invitations of guests that the person does not let read any more."""
    every = [section.value for section in Section]
    left_out = []
    for invitation in Invitation.objects.filter(
        situation=situation, user__isnull=False, state__in=grants.OPEN_INVITATIONS
    ):
        try:
            mandate = grants.mandate_of(situation, invitation.user_id, viewer.at)
        except grants.NotShareable:
            continue
        is_open = bool(grants.allowed_sections(situation, mandate, every, viewer.at))
        if not is_open or refused.excludes(grants.member_of(mandate)):
            left_out.append(invitation.pk)
    _cancel(viewer, situation, Invitation.objects.filter(pk__in=left_out))
