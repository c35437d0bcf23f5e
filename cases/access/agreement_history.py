"""Open the history of the person's agreement: every expression, what it opened, its words.

For whoever collects it (lead, coordinator), and for the DPO, who sees codes and dates alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases import queries
from cases.access import agreements, keys, recording, situations, summaries
from cases.access.facts import SituationFacts
from cases.access.texts import coverings, facts_of_text
from cases.domain.agreement import AgreementKind, Expression
from cases.domain.lifecycle import AgreementStatus
from cases.domain.reading import readable
from cases.domain.sections import Section
from cases.models import Agreement, Mandate, SealedDocument, Situation
from cases.permissions import Refused, Role, Viewer
from clsm_core.accounts.models import User

# A sealed document of this kind says in words what an expression holds in codes.
WORDS = "agreement"


@dataclass(frozen=True)
class ExpressionView:
    """One expression; ``words`` only when they were asked for and may be read."""

    id: uuid.UUID
    expression: Expression
    collected_by: str
    recorded_at: datetime
    presence: str
    accompaniment: tuple[str, ...]
    has_words: bool
    is_standing: bool
    words: dict[str, Any] | None = field(default=None, repr=False)
    is_altered: bool = False


@dataclass(frozen=True)
class OpenHistory:
    """The history of a situation's agreement, newest first, and what it amounts to today."""

    situation: SituationFacts
    status: AgreementStatus
    status_words: str
    tone: str
    ask_again: str
    expressions: tuple[ExpressionView, ...]
    names: dict[uuid.UUID, str]
    council_name: str
    dpo_contact: str
    impact_assessment: str
    can_record: bool
    can_reveal: bool
    can_prove: bool

    def one(self, pk: uuid.UUID) -> ExpressionView:
        """Return the expression for whose sake the history was opened."""
        return next(one for one in self.expressions if one.id == pk)


def open_history(
    viewer: Viewer,
    code: str,
    *,
    action: str = "agreement.shown",
    with_words: bool = False,
    only: uuid.UUID | None = None,
) -> OpenHistory:
    """Open the history; the showing is recorded before anything is returned.

    With ``only``, it is opened for the sake of one expression of the person: no other's words are.

    Raises: Refused; VaultLocked when words are due and the vault is closed; LedgerUnavailable.
    """
    situation = situations.find(viewer, code)
    collects = situation.lead_id == viewer.user_id or viewer.holds(
        situation.commission_id, Role.COORDINATOR
    )
    if not collects and not viewer.holds(situation.commission_id, Role.DPO):
        raise Refused(
            "agreement_history", commission=situation.commission_id, objects=(situation.pk,)
        )
    agreed = agreements.standing(situation, viewer.at)
    asked = [row for row in agreed.rows if only is None or row.pk == only]
    if only is not None and not any(_is_spoken(row) for row in asked):
        raise Refused("receipt", commission=situation.commission_id, objects=(situation.pk,))
    wanted = [row for row in asked if collects and with_words and row.document_id]
    opened = _words(viewer, situation, agreed, wanted) if wanted else {}
    recording.shown(
        viewer,
        action,
        commission=situation.commission_id,
        objects=(situation.pk,),
        sections=[Section.IDENTITY.value] if opened else [],
    )
    said = [agreements.expression_of(row) for row in agreed.rows]
    by_row = dict(zip(agreed.rows, said, strict=True))
    current = [one for one in (agreed.held, agreed.voice) if one is not None]
    names = _names(said, {row.collected_by_id for row in agreed.rows})
    commission = situation.commission
    return OpenHistory(
        situation=summaries.facts(situation),
        status=agreed.status,
        status_words=agreements.status_words(agreed),
        tone=agreements.TONES[agreed.status],
        ask_again=_ask_again(situation, agreed, viewer.at),
        expressions=tuple(
            _view(row, by_row[row], names, is_standing=by_row[row] in current, opened=opened)
            for row in reversed(agreed.rows)
        ),
        names=names,
        council_name=commission.council.name,
        dpo_contact=commission.dpo_contact,
        impact_assessment=commission.impact_assessment,
        can_record=collects,
        can_prove=collects
        and situation.state in agreements.WORKING
        and not (situation.is_withdrawn or situation.is_limited),
        can_reveal=collects and any(row.document_id for row in agreed.rows),
    )


def _is_spoken(row: Agreement) -> bool:
    """Tell an expression of the person from an exception, which is nobody's word."""
    return not AgreementKind(row.kind).is_exception


def _view(
    row: Agreement,
    said: Expression,
    names: dict[uuid.UUID, str],
    *,
    is_standing: bool,
    opened: dict[uuid.UUID, dict[str, Any] | None],
) -> ExpressionView:
    return ExpressionView(
        id=row.pk,
        expression=said,
        collected_by=names.get(row.collected_by_id, ""),
        recorded_at=row.recorded_at,
        presence=row.presence,
        accompaniment=tuple(row.accompaniment),
        has_words=row.document_id is not None,
        is_standing=is_standing,
        words=opened.get(row.pk),
        is_altered=row.pk in opened and opened[row.pk] is None,
    )


def _ask_again(situation: Situation, agreed: agreements.Standing, at: datetime) -> str:
    asked = agreements.to_ask_again(situation, agreed, at)
    return asked.words if asked else ""


def _words(
    viewer: Viewer,
    situation: Situation,
    agreed: agreements.Standing,
    rows: list[Agreement],
) -> dict[uuid.UUID, dict[str, Any] | None]:
    """Open the words of expressions that the viewer may read; None for what is altered."""
    section = Section.IDENTITY.value
    grants = situations.live_grants(viewer, situation)
    facts = situations.reading_facts(viewer, situation, grants, Section.IDENTITY, agreed)
    if not readable(facts).allow:
        return {}
    covered = coverings(situation, {section: facts}, agreed)[section]
    of_document = {row.document_id: row.pk for row in rows}
    documents = SealedDocument.objects.filter(pk__in=of_document, section=section, kind=WORDS)
    held = keys.open_keys(viewer, situation)
    found: dict[uuid.UUID, dict[str, Any] | None] = {}
    for document in documents:
        dek = held.deks.get((section, document.key_version))
        if dek is not None and readable(facts_of_text(facts, document, covered)).allow:
            found[of_document[document.pk]] = keys.shown(viewer, situation, dek, document)
    return found


def _names(said: list[Expression], others: Collection[uuid.UUID] = ()) -> dict[uuid.UUID, str]:
    """Return the names of the professionals whom expressions name, and of others."""
    wanted = {pk for one in said for pk in one.members | one.excluded_members} | {*others}
    if not wanted:
        return {}
    return {user.pk: user.full_name for user in User.objects.filter(pk__in=wanted)}


def before(situation: Situation) -> Expression | None:
    """Return the last agreement, standing or not: its limits are found again in a new one."""
    said = [agreements.expression_of(row) for row in queries.agreements(situation)]
    voices = [one for one in said if not one.kind.is_stop and not one.kind.is_exception]
    return voices[-1] if voices else None


def names_in(said: Expression | None) -> dict[uuid.UUID, str]:
    """Return the names of the professionals whom an expression names."""
    return _names([said] if said is not None else [])


def authors(situation: Situation) -> list[str]:
    """Return the structures whose people may have written in a situation of this commission."""
    rows = Mandate.objects.filter(commission_id=situation.commission_id).exclude(organisation="")
    return sorted(set(rows.values_list("organisation", flat=True)))
