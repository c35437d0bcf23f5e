"""The person's agreement as rules read it, from its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils import timezone

from cases import queries
from cases.access.facts import AgreementView
from cases.domain import agreement_history as rules
from cases.domain.agreement import (
    AgreementGiver,
    AgreementKind,
    AgreementMode,
    ExceptionReason,
    Expression,
    Member,
    NoticeForm,
    Perimeter,
    Purpose,
    recipient_label,
)
from cases.domain.agreement_reminders import Due, due
from cases.domain.choice import Choice
from cases.domain.lifecycle import AgreementStatus, SituationState
from cases.domain.sections import InformationCategory
from cases.models import Agreement, Milestone, Situation

WORKING = tuple(state.value for state in queries.WORKING_STATES)
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


def perimeter(situation: Situation, at: datetime) -> Perimeter:
    """Return what is open, to whom, now."""
    return rules.perimeter(history(situation), at, closed=is_closed(situation))


def uses(situation: Situation, at: datetime) -> frozenset[Purpose]:
    """Return what the person's information may be used for now."""
    return rules.uses(history(situation), at, closed=is_closed(situation))


def refuses_statistics(situation: Situation, at: datetime) -> bool:
    """Tell whether the person refused to be counted; a reopening does not make it lapse."""
    rows = queries.agreements(situation)
    return rules.refuses_statistics([expression_of(row) for row in rows], at)


@dataclass(frozen=True)
class Standing:
    """What one reading of the agreement's rows amounts to at a moment.

    ``limits`` is what her standing word says even when it is not in force; ``emergency_perimeter``
    what an exceptional access may open.
    """

    rows: tuple[Agreement, ...]
    expressions: tuple[Expression, ...]
    status: AgreementStatus
    perimeter: Perimeter
    held: Expression | None
    voice: Expression | None
    limits: Perimeter
    emergency_perimeter: Perimeter

    @property
    def emergency(self) -> frozenset[InformationCategory]:
        """Return the kinds of information that an exceptional access may open."""
        return self.emergency_perimeter.categories

    def emergency_for(self, member: Member) -> frozenset[InformationCategory]:
        """Return the same for one reader: nothing for whom the person refused by name."""
        return frozenset() if self.limits.excludes(member) else self.emergency


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
        voice=rules.Heard.of(expressions, at).voice,
        limits=rules.limits(expressions, at),
        emergency_perimeter=rules.emergency_perimeter(expressions, at, closed=closed),
    )


def status_words(now: Standing) -> str:
    """Say the status, or why an expression that is there opens nothing to ordinary readers."""
    if now.status is AgreementStatus.ABSENT and now.voice is not None:
        if now.voice.is_disputed:
            return "suspendu, en attente du juge"
        if now.voice.is_emergency_only:
            return "pour l’urgence seulement"
        return "pour une évocation anonyme"
    return now.status.label


def to_ask_again(situation: Situation, now: Standing, at: datetime) -> Due | None:
    """Return what must be asked of the person again (C-09, C-10, C-18); None when nothing is."""
    if situation.state not in WORKING or situation.is_withdrawn or situation.is_anonymous:
        return None
    return due(now.expressions, at, notice_days=situation.commission.agreement_reminder_days)


def view(now: Standing, situation: Situation, at: datetime) -> AgreementView:
    """Return the agreement as a page shows it."""
    held = now.held
    last = held or (now.expressions[-1] if now.expressions else None)
    wishes = next((row for row in reversed(now.rows) if row.presence or row.accompaniment), None)
    asked = to_ask_again(situation, now, at)
    return AgreementView(
        status=now.status.value,
        status_label=status_words(now),
        tone=TONES[now.status],
        expressed_on=timezone.localdate(last.expressed_at) if last else None,
        expires_on=held.expires_on if held else None,
        regularise_by=held.regularise_by if held else None,
        presence=wishes.presence if wishes else "",
        accompaniment=tuple(wishes.accompaniment) if wishes else (),
        categories=tuple(
            category.label
            for category in InformationCategory
            if held and category in held.categories
        ),
        recipients=recipients(held) if held else (),
        excluded=excluded(held) if held else (),
        limits=text_limits(held) if held else (),
        purposes=tuple(one.label for one in Purpose if held and one in held.purposes),
        ask_again=asked.words if asked else "",
    )


def recipients(said: Expression) -> tuple[str, ...]:
    """Return to whom an expression opens, in words; named professionals by their number."""
    found = [recipient_label(code) for code in sorted(said.professions)]
    return (*found, *sorted(said.organisations), *_counted(said.members))


def excluded(said: Expression) -> tuple[str, ...]:
    """Return whom an expression refuses by name; professionals by their number."""
    return (*sorted(said.excluded_organisations), *_counted(said.excluded_members))


def _counted(members: frozenset[UUID]) -> tuple[str, ...]:
    if not members:
        return ()
    many = "s" if len(members) > 1 else ""
    return (f"{len(members)} professionnel{many} désigné{many} par son nom",)


def text_limits(said: Expression) -> tuple[str, ...]:
    """Return which texts an expression leaves closed, in words."""
    found = [f"sauf ce qu’a écrit {name}" for name in sorted(said.excluded_authors)]
    if said.written_from and said.written_until:
        found.append(f"écrits du {said.written_from:%d/%m/%Y} au {said.written_until:%d/%m/%Y}")
    elif said.written_from:
        found.append(f"écrits depuis le {said.written_from:%d/%m/%Y}")
    elif said.written_until:
        found.append(f"écrits jusqu’au {said.written_until:%d/%m/%Y}")
    return tuple(found)


def rows_since_closure(situation: Situation) -> list[Agreement]:
    """Return the expressions recorded since the last closure."""
    closed = Milestone.objects.filter(situation=situation, act="closed").order_by("-at").first()
    rows = queries.agreements(situation)
    return [row for row in rows if closed is not None and row.recorded_at > closed.at]
