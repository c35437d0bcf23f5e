"""Short ways to write a history of agreements."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from cases.domain.agreement import (
    AgreementGiver,
    AgreementKind,
    AgreementMode,
    ExceptionReason,
    Expression,
    NoticeForm,
)
from cases.domain.sections import InformationCategory, ProfessionCategory

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALL_CATEGORIES = frozenset(InformationCategory)
TEAM = frozenset(
    {ProfessionCategory.HEALTH_PROFESSIONAL.value, ProfessionCategory.SOCIAL_WORKER.value}
)


def day(number: int) -> datetime:
    """Return nine o'clock of the n-th day."""
    return START + timedelta(days=number)


def on(number: int) -> date:
    """Return the n-th day."""
    return day(number).date()


def named(number: int, **changes: object) -> Expression:
    """Return a complete named agreement given on the n-th day."""
    expression = Expression(
        kind=AgreementKind.NAMED_SHARING,
        expressed_at=day(number),
        recorded_at=day(number),
        giver=AgreementGiver.PERSON,
        mode=AgreementMode.SIGNED,
        notice_version="2",
        notice_handed_on=on(number),
        notice_form=NoticeForm.PAPER,
        security_described=True,
        categories=ALL_CATEGORIES,
        professions=TEAM,
    )
    return replace(expression, **changes)


def stop(number: int, *, objection: bool = False, **changes: object) -> Expression:
    """Return a withdrawal, or an objection, of the n-th day."""
    expression = Expression(
        kind=AgreementKind.OBJECTION if objection else AgreementKind.WITHDRAWAL,
        expressed_at=day(number),
        recorded_at=day(number),
        giver=AgreementGiver.PERSON,
    )
    return replace(expression, **changes)


def urgency(number: int, *, until: int, **changes: object) -> Expression:
    """Return a recorded exception of the n-th day, to be put right by another day."""
    expression = Expression(
        kind=AgreementKind.URGENCY,
        expressed_at=day(number),
        recorded_at=day(number),
        reason=ExceptionReason.SERIOUS_DANGER,
        regularise_by=on(until),
        categories=frozenset({InformationCategory.HOUSING}),
        professions=TEAM,
    )
    return replace(expression, **changes)


def anonymous(number: int, **changes: object) -> Expression:
    """Return an agreement to an anonymous evocation, of the n-th day."""
    expression = Expression(
        kind=AgreementKind.ANONYMOUS_EVOCATION,
        expressed_at=day(number),
        recorded_at=day(number),
        giver=AgreementGiver.PERSON,
        mode=AgreementMode.ORAL,
        notice_version="2",
        notice_handed_on=on(number),
        notice_form=NoticeForm.PAPER,
    )
    return replace(expression, **changes)
