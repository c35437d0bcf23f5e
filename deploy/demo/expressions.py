"""What the person says of sharing, in the demonstration's few forms."""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.domain.agreement import (
    AgreementGiver,
    AgreementKind,
    AgreementMode,
    ExceptionReason,
    Expression,
    NoticeForm,
)
from cases.domain.retention import add_months
from cases.domain.sections import InformationCategory, ProfessionCategory
from deploy.demo import cast

PROFESSIONS = frozenset(
    {
        ProfessionCategory.HEALTH_PROFESSIONAL.value,
        ProfessionCategory.SOCIAL_WORKER.value,
        cast.LANDLORD,
        cast.USERS,
    }
)
RESTRICTED = frozenset(
    {
        InformationCategory.IDENTITY,
        InformationCategory.SOCIAL_SITUATION,
        InformationCategory.HOUSING,
        InformationCategory.BUDGET_AND_RIGHTS,
    }
)
EXCLUDED = frozenset({"Habitat des Rives (fiction)", "Office des Deux-Vallées (fiction)"})


def expression(kind: str, at: datetime, *, months: int | None = None) -> Expression:
    """Return a complete expression of the person, given the day it is written down.

    Args:
        kind: ``valid``, ``restricted``, ``exception`` or ``refused``.
        months: how long it holds; two years when None.
    """
    if kind == "refused":
        return Expression(
            kind=AgreementKind.OBJECTION,
            expressed_at=at,
            recorded_at=at,
            giver=AgreementGiver.PERSON,
            mode=AgreementMode.ORAL,
        )
    if kind == "exception":
        return Expression(
            kind=AgreementKind.IMPOSSIBILITY,
            expressed_at=at,
            recorded_at=at,
            reason=ExceptionReason.HOSPITALISED,
            regularise_by=(at + timedelta(days=60)).date(),
            categories=frozenset(InformationCategory),
            professions=PROFESSIONS,
        )
    is_restricted = kind == "restricted"
    return Expression(
        kind=AgreementKind.NAMED_SHARING,
        expressed_at=at,
        recorded_at=at,
        giver=AgreementGiver.PERSON,
        mode=AgreementMode.ORAL if is_restricted else AgreementMode.SIGNED,
        notice_version="1",
        notice_handed_on=at.date(),
        notice_form=NoticeForm.PAPER,
        security_described=True,
        categories=RESTRICTED if is_restricted else frozenset(InformationCategory),
        professions=PROFESSIONS,
        excluded_organisations=EXCLUDED if is_restricted else frozenset(),
        expires_on=add_months(at.date(), months or 24),
    )
