"""Move an action from one state to another.

Promise (D-04): an action is validated by a decision of the steering committee of the kind
« validation d’une action », and only with an indicator and an evaluation method.

Source: domain.md D.1 (fiche-action), D-04; 001-10.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions.decisions import stood_on
from clsm_core.governance.models import Decision, DecisionKind
from clsm_core.roadmap.actions.rows import fill, keep
from clsm_core.roadmap.models import ActionSheet, SheetStatus
from clsm_core.roadmap.queries.sheets import ways_from

FULL = 100


def missing_for_validation(sheet: ActionSheet) -> list[str]:
    """Return what a sheet still needs before a committee may validate it (D-04)."""
    missing = []
    if not sheet.indicator_lines.all():
        missing.append("au moins un indicateur")
    if not sheet.evaluation_methods and not sheet.evaluation_method.strip():
        missing.append("une méthode d’évaluation")
    return missing


@transaction.atomic
def move(
    *,
    sheet: ActionSheet,
    to: str,
    decision: Decision | None = None,
    progress: int | None = None,
) -> ActionSheet:
    """Give an action its next state.

    Args:
        decision: which validates it; needed the first time it leaves the proposals for work.
        progress: how far it is, in per cent; a finished action is at 100.
    Raises:
        Refusal: the way does not exist, or what D-04 asks is missing.
    """
    if to not in ways_from(sheet):
        raise Refusal("Cette action ne peut pas passer dans cet état.", field="status")
    values: dict[str, Any] = {"status": to}
    if to == SheetStatus.VALIDATED:
        values["decision"] = _checked(sheet, decision)
    if to == SheetStatus.PROPOSED:
        values["decision"] = None
    if progress is not None:
        values["progress"] = progress
    if to == SheetStatus.DONE:
        values["progress"] = FULL
    return keep(fill(sheet, values))


def _checked(sheet: ActionSheet, decision: Decision | None) -> Decision:
    found = stood_on(council=sheet.axis.council, decision=decision, kinds=[DecisionKind.ACTION])
    if missing := missing_for_validation(sheet):
        raise Refusal(
            f"Avant de valider, il manque à la fiche : {' et '.join(missing)}.", field="status"
        )
    return found
