"""What a depositary may ask to open: the situations in which her right sleeps (security.md §2.4).

She reads nothing of them. The database tells her, through functions that return these columns and
no other, which there are, who leads them, and how far the person's word lets an emergency go: she
must know what would open before she asks.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from cases.access import recording
from cases.domain import agreement_history as rules
from cases.domain.agreement import AgreementKind, Expression
from cases.domain.lifecycle import ReferralState, SituationState
from cases.domain.reading import (
    Decision,
    GrantBasis,
    GrantFacts,
    GrantLevel,
    ReadingFacts,
    readable,
)
from cases.domain.sections import InformationCategory, ProfessionCategory, Section
from cases.permissions import Refused, Role, Viewer
from clsm_core.accounts.models import User


@dataclass(frozen=True)
class SleepingSituation:
    """A situation of which a depositary knows the code, the state and the lead."""

    id: uuid.UUID
    commission_id: uuid.UUID
    code: str
    state: SituationState
    lead_id: uuid.UUID | None
    lead_name: str
    is_anonymous: bool
    reopened_at: datetime | None
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What an emergency would open now; ``refusal`` says why it would open nothing."""

    sections: tuple[str, ...]
    refusal: str = ""


def situations(viewer: Viewer) -> list[SleepingSituation]:
    """Return the situations in which the viewer's right sleeps, by code. Raises: Refused.

    One event without objects: codes, states and names of leads.
    """
    if not viewer.commissions_with([Role.DEPOSITARY]):
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    return _situations()


def situation(viewer: Viewer, code: str) -> SleepingSituation:
    """Return one of them, by its code. Raises: Refused, alike when absent."""
    if viewer.commissions_with([Role.DEPOSITARY]):
        for found in _situations():
            if found.code == code:
                return found
    raise Refused("exceptional")


def _situations() -> list[SleepingSituation]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, commission_id, code, state, lead_id, is_anonymous, reopened_at, sections"
            " FROM clsm_sleeping_situations() ORDER BY code"
        )
        rows = cursor.fetchall()
    leads = User.objects.in_bulk({row[4] for row in rows if row[4] is not None})
    return [
        SleepingSituation(
            id=pk,
            commission_id=commission_id,
            code=code,
            state=SituationState(state),
            lead_id=lead,
            lead_name=leads[lead].full_name if lead in leads else "",
            is_anonymous=is_anonymous,
            reopened_at=reopened_at,
            sections=tuple(sections),
        )
        for pk, commission_id, code, state, lead, is_anonymous, reopened_at, sections in rows
    ]


def preview(viewer: Viewer, sleeping: SleepingSituation) -> Preview:
    """Return what an emergency would open, by the rule that reading applies.

    Recorded with the situation: a depositary who looks has looked. Raises: LedgerUnavailable.
    """
    recording.shown(
        viewer,
        "exceptional.shown",
        commission=sleeping.commission_id,
        objects=(sleeping.id,),
    )
    decided = _decisions(viewer, sleeping)
    opened = tuple(sorted(code for code, decision in decided.items() if decision.allow))
    if opened:
        return Preview(opened)
    reasons = {decision.reason: decision.message for decision in decided.values()}
    for code in ("withdrawn", "emergency_refused"):
        if code in reasons:
            return Preview((), reasons[code])
    return Preview((), next(iter(reasons.values()), "Aucun volet ne s’ouvrirait."))


def _decisions(viewer: Viewer, sleeping: SleepingSituation) -> dict[str, Decision]:
    heard, is_refused = _heard(sleeping)
    mandate = viewer.mandate_in(sleeping.commission_id)
    opened = rules.emergency_categories(heard, viewer.at, closed=False)
    status = rules.status(heard, viewer.at, closed=False)
    found = {}
    for code in sleeping.sections:
        section = Section(code)
        grant = GrantFacts(
            section=section,
            level=GrantLevel.READ,
            basis=GrantBasis.DEPOSITARY,
            not_before=datetime.min.replace(tzinfo=viewer.at.tzinfo),
            not_after=datetime.max.replace(tzinfo=viewer.at.tzinfo),
            is_dormant=True,
        )
        found[code] = readable(
            ReadingFacts(
                at=viewer.at,
                section=section,
                is_mandate_active=mandate is not None,
                is_charter_signed=viewer.charter_signed,
                profession=ProfessionCategory(mandate.profession)
                if mandate
                else ProfessionCategory.NONE,
                grant=grant,
                referral_state=ReferralState.ADMITTED,
                situation_state=sleeping.state,
                agreement=status,
                is_emergency=True,
                emergency_categories=frozenset() if is_refused else opened,
                is_anonymous=sleeping.is_anonymous,
            )
        )
    return found


def _heard(sleeping: SleepingSituation) -> tuple[list[Expression], bool]:
    """Return the expressions that still count, and whether the last voice refused the viewer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, expressed_at, recorded_at, is_disputed, is_emergency_only,"
            " regularise_by, expires_on, categories, excludes_viewer"
            " FROM clsm_sleeping_expressions(%s)",
            [sleeping.id],
        )
        rows = cursor.fetchall()
    kept = [(_expression(*row[:-1]), bool(row[-1])) for row in _since(rows, sleeping.reopened_at)]
    heard = [expression for expression, _ in kept]
    voices = [(one, refused) for one, refused in kept if not one.kind.is_exception]
    last = max(voices, key=lambda pair: (pair[0].expressed_at, pair[0].recorded_at), default=None)
    return heard, last is not None and last[1]


def _since(rows: Iterable[Any], reopened_at: datetime | None) -> list[Any]:
    """Leave out what lapsed with the last closure; objections and withdrawals stay (C-09)."""
    return [
        row
        for row in rows
        if reopened_at is None or row[2] >= reopened_at or AgreementKind(row[0]).is_stop
    ]


def _expression(
    kind: str,
    expressed_at: datetime,
    recorded_at: datetime,
    is_disputed: bool,
    is_emergency_only: bool,
    regularise_by: date | None,
    expires_on: date | None,
    categories: list[str],
) -> Expression:
    return Expression(
        kind=AgreementKind(kind),
        expressed_at=expressed_at,
        recorded_at=recorded_at,
        is_disputed=is_disputed,
        is_emergency_only=is_emergency_only,
        regularise_by=regularise_by,
        expires_on=expires_on,
        categories=frozenset(InformationCategory(code) for code in categories),
    )
