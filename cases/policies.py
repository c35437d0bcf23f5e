"""When an act is allowed, given the object's state; never who (``permissions.py``)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cases.domain.agreement import Purpose
from cases.domain.exceptions import (
    AgreementExpired,
    AgreementMissing,
    AgreementWithdrawn,
    NotAllowed,
    SituationLimited,
)
from cases.domain.lifecycle import (
    AgreementStatus,
    Fact,
    ReferralAct,
    ReferralState,
    SituationAct,
    SituationState,
    next_referral,
    next_situation,
)
from cases.models import AgendaItem, Commission, Sitting, Situation


def referral_after(situation: Situation, act: ReferralAct, *facts: Fact) -> ReferralState:
    """Return the referral's state after an act. Raises: NotAllowed, FactMissing (decision 28)."""
    return next_referral(ReferralState(situation.referral_state), act, facts)


def situation_after(situation: Situation, act: SituationAct, *facts: Fact) -> SituationState:
    """Return the situation's state after an act.

    Raises: SituationLimited; AgreementWithdrawn for everything but closing (C-04); NotAllowed,
    FactMissing (decision 29).
    """
    if situation.is_limited:
        raise SituationLimited
    state = SituationState(situation.state) if situation.state else None
    following = next_situation(state, act, facts)
    if situation.is_withdrawn and act is not SituationAct.CLOSE:
        raise AgreementWithdrawn
    return following


def require_evocable(
    commission: Commission,
    status: AgreementStatus,
    uses: Collection[Purpose],
    *,
    mode: str,
    attested: bool,
) -> None:
    """Require what an agenda item needs (promise 5; C-01, C-02, C-03).

    Raises: AgreementWithdrawn, AgreementExpired, AgreementMissing; NotAllowed when the person does
    not want her situation examined, or when an anonymous evocation is not this commission's
    practice or nobody attests the anonymity.
    """
    if status is AgreementStatus.WITHDRAWN:
        raise AgreementWithdrawn
    if Purpose.EXAMINATION not in uses:
        raise NotAllowed(
            "La personne n’a pas accepté que sa situation soit examinée en séance.",
            code="purpose_not_agreed",
        )
    if mode == AgendaItem.Mode.NAMED:
        if status is AgreementStatus.EXPIRED:
            raise AgreementExpired
        if not status.allows_naming:
            raise AgreementMissing
        return
    if commission.agreement_mode != Commission.AgreementMode.ANONYMOUS:
        if not status.allows_naming:
            raise AgreementMissing
        raise NotAllowed(
            "Cette commission examine les situations avec l’accord de la personne : "
            "l’évocation anonyme n’y est pas prévue.",
            code="anonymous_not_allowed",
        )
    if not attested:
        raise NotAllowed(
            "Attestez que la présentation ne permet pas de reconnaître la personne.",
            code="anonymity_not_attested",
        )


def require_writable(situation: Situation) -> None:
    """Require a situation in work. Raises: SituationLimited, AgreementWithdrawn, NotAllowed."""
    if situation.is_limited:
        raise SituationLimited
    if situation.is_withdrawn:
        raise AgreementWithdrawn
    if situation.state in (
        None,
        SituationState.CLOSED,
        SituationState.ARCHIVED,
        SituationState.ERASED,
    ):
        raise NotAllowed


def require_exportable(situation: Situation, status: AgreementStatus) -> None:
    """Require a situation of which a copy may leave: in work, with an agreement in force (C-04).

    Raises: SituationLimited, AgreementWithdrawn, AgreementExpired, AgreementMissing, NotAllowed.
    """
    require_writable(situation)
    if situation.is_anonymous:
        return
    if status is AgreementStatus.EXPIRED:
        raise AgreementExpired
    if not status.allows_naming:
        raise AgreementMissing


SITTING_STEPS = {
    Sitting.State.DRAFT: Sitting.State.CONVENED,
    Sitting.State.CONVENED: Sitting.State.OPEN,
    Sitting.State.OPEN: Sitting.State.CLOSED,
}


def sitting_after(sitting: Sitting) -> str:
    """Return the next state of a sitting's one button. Raises: NotAllowed."""
    following = SITTING_STEPS.get(Sitting.State(sitting.state))
    if following is None:
        raise NotAllowed("Cette séance est close.", code="sitting_closed")
    return following


def require_sitting_open_to_items(sitting: Sitting, at: datetime) -> None:
    """Require a sitting whose agenda may still change. Raises: NotAllowed."""
    if sitting.state not in (Sitting.State.DRAFT, Sitting.State.CONVENED):
        raise NotAllowed(
            "L’ordre du jour ne change plus : la séance est commencée ou close.",
            code="agenda_closed",
        )
