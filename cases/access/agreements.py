"""The person's agreement as rules read it, from its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils import timezone

from cases import queries
from cases.access.facts import AgreementView
from cases.domain import agreement as rules
from cases.domain.agreement import (
    AgreementGiver,
    AgreementKind,
    AgreementMode,
    ExceptionReason,
    Expression,
    NoticeForm,
    Purpose,
)
from cases.domain.choice import Choice
from cases.domain.lifecycle import AgreementStatus, SituationState
from cases.domain.sections import InformationCategory, ProfessionCategory
from cases.domain.vocabulary import ReferrerCategory
from cases.models import Agreement, Milestone, Situation

TONES = {
    AgreementStatus.VALID: "done",
    AgreementStatus.RESTRICTED: "done",
    AgreementStatus.EXCEPTION: "attention",
    AgreementStatus.EXPIRED: "attention",
    AgreementStatus.WITHDRAWN: "danger",
    AgreementStatus.ABSENT: "attention",
}


def _optional(kind: type[Choice], code: str) -> Choice | None:
    return kind(code) if code else None


def expression_of(row: Agreement) -> Expression:
    """Return the rule module's form of a row."""
    giver = partial(_optional, AgreementGiver)
    return Expression(
        kind=AgreementKind(row.kind),
        expressed_at=row.expressed_at,
        recorded_at=row.recorded_at,
        giver=giver(row.giver),
        mode=_optional(AgreementMode, row.mode),
        notice_version=row.notice_version,
        notice_handed_on=row.notice_handed_on,
        notice_form=_optional(NoticeForm, row.notice_form),
        security_described=row.security_described,
        categories=frozenset(InformationCategory(code) for code in row.categories),
        professions=frozenset(row.professions),
        organisations=frozenset(row.organisations),
        excluded_organisations=frozenset(row.excluded_organisations),
        members=frozenset(row.members),
        excluded_members=frozenset(row.excluded_members),
        excluded_authors=frozenset(row.excluded_authors),
        written_from=row.written_from,
        written_until=row.written_until,
        purposes=frozenset(Purpose(code) for code in row.purposes) or frozenset(Purpose),
        is_emergency_only=row.is_emergency_only,
        reason=_optional(ExceptionReason, row.reason),
        regularise_by=row.regularise_by,
        expires_on=row.expires_on,
        opinion_recorded=row.opinion_recorded,
        is_disputed=row.is_disputed,
    )


def is_closed(situation: Situation) -> bool:
    """Tell whether the situation's closure ended its agreement (C-09)."""
    return situation.state in (
        SituationState.CLOSED,
        SituationState.ARCHIVED,
        SituationState.ERASED,
    )


def history(situation: Situation, rows: list[Agreement] | None = None) -> list[Expression]:
    """Return the expressions that still count.

    A reopening starts a new cycle: what was agreed before the last closure lapsed with it (C-09),
    objections and withdrawals do not.
    """
    rows = queries.agreements(situation) if rows is None else rows
    reopened = situation.reopened_at
    return [
        expression_of(row)
        for row in rows
        if reopened is None or row.recorded_at >= reopened or AgreementKind(row.kind).is_stop
    ]


def status(situation: Situation, at: datetime) -> AgreementStatus:
    """Return the agreement's status now (decision 30)."""
    return rules.status(history(situation), at, closed=is_closed(situation))


def perimeter(situation: Situation, at: datetime) -> rules.Perimeter:
    """Return what is open, to whom, now."""
    return rules.perimeter(history(situation), at, closed=is_closed(situation))


@dataclass(frozen=True)
class Standing:
    """What one reading of the agreement's rows amounts to at a moment."""

    rows: tuple[Agreement, ...]
    expressions: tuple[Expression, ...]
    status: AgreementStatus
    perimeter: rules.Perimeter
    held: Expression | None
    emergency: frozenset[InformationCategory]


def standing(situation: Situation, at: datetime) -> Standing:
    """Return status, perimeter and what a page shows of them from one reading of the rows."""
    rows = queries.agreements(situation)
    expressions, closed = history(situation, rows), is_closed(situation)
    return Standing(
        rows=tuple(rows),
        expressions=tuple(expressions),
        status=rules.status(expressions, at, closed=closed),
        perimeter=rules.perimeter(expressions, at, closed=closed),
        held=rules.in_force(expressions, at, closed=closed),
        emergency=rules.emergency_categories(expressions, at, closed=closed),
    )


def label_of_recipient(code: str) -> str:
    """Return the French words of a profession or of a kind of structure."""
    for kind in (ProfessionCategory, ReferrerCategory):
        if code in kind.codes():
            return kind(code).label
    return code


def view(now: Standing) -> AgreementView:
    """Return the agreement as a page shows it."""
    held = now.held
    last = held or (now.expressions[-1] if now.expressions else None)
    presence = next((row.presence for row in reversed(now.rows) if row.presence), "")
    return AgreementView(
        status=now.status.value,
        status_label=now.status.label,
        tone=TONES[now.status],
        expressed_on=timezone.localdate(last.expressed_at) if last else None,
        expires_on=held.expires_on if held else None,
        regularise_by=held.regularise_by if held else None,
        presence=presence,
        categories=tuple(
            category.label
            for category in InformationCategory
            if held and category in held.categories
        ),
        recipients=tuple(
            [label_of_recipient(code) for code in sorted(held.professions)]
            + sorted(held.organisations)
            if held
            else ()
        ),
        excluded=tuple(sorted(held.excluded_organisations)) if held else (),
    )


def rows_since_closure(situation: Situation) -> list[Agreement]:
    """Return the expressions recorded since the last closure."""
    closed = Milestone.objects.filter(situation=situation, act="closed").order_by("-at").first()
    rows = queries.agreements(situation)
    return [row for row in rows if closed is not None and row.recorded_at > closed.at]
