"""Copy sheets: to begin another one, or to go on in the next roadmap.

Promises: a copy is a proposal, whatever became of the first; what was measured, spent, asked or
reviewed stays where it was; a renewed roadmap leaves the first untouched.

Source: domain.md D.1 (feuille de route), practice.md 4.2 (action chaînée).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.roadmap.actions.plans import require_open
from clsm_core.roadmap.actions.rows import fill, keep
from clsm_core.roadmap.actions.sheets import next_number
from clsm_core.roadmap.models import (
    ActionSheet,
    Axis,
    FundingStatus,
    Roadmap,
    RoadmapState,
    SheetStatus,
    SpecificObjective,
    StrategicObjective,
)
from clsm_core.roadmap.shape import KINDS

_NOT_COPIED = {
    "id",
    "axis",
    "number",
    "objective",
    "decision",
    "chained_with",
    "status",
    "progress",
    "yearly_review",
    "lessons",
    "proposed_by",
    "version",
    "created_at",
}
_UNTOLD = {
    "etapes": {"done_on": None},
    "budget": {"spent": None},
    "financements": {"status": FundingStatus.HOPED},
}
FINISHED = (SheetStatus.DONE, SheetStatus.ABANDONED)


@transaction.atomic
def duplicate(*, sheet: ActionSheet, axis: Axis, title: str, by: Any) -> ActionSheet:
    """Write a proposal with the fields and lists of a sheet, in any open axis of the council.

    Raises:
        Refusal: the axis is another council's, or its roadmap is over.
    """
    if axis.council_id != sheet.axis.council_id:
        raise Refusal("Cet axe n’est pas de ce conseil.", field="axis")
    require_open(axis.roadmap)
    objective = sheet.objective if axis.pk == sheet.axis_id else None
    return _copy(sheet, axis, next_number(axis), objective, title=title, proposed_by=by)


@transaction.atomic
def renew(*, roadmap: Roadmap, values: Mapping[str, Any]) -> Roadmap:
    """Prepare the next roadmap: same axes and objectives, and the sheets that are not finished.

    Raises:
        Refusal: the roadmap was never in force, or its renewal is already in preparation.
    """
    if roadmap.state == RoadmapState.DRAFT:
        raise Refusal("Seule une feuille de route qui a été en vigueur se renouvelle.")
    if roadmap.renewals.filter(state=RoadmapState.DRAFT).exists():
        raise Refusal("La suite de cette feuille de route est déjà en préparation.")
    made: Roadmap = keep(fill(Roadmap(council=roadmap.council, renews=roadmap), values))
    for axis in roadmap.axes.order_by("number"):
        _renew_axis(axis, made)
    return made


def _renew_axis(axis: Axis, roadmap: Roadmap) -> None:
    new = keep(Axis(council=axis.council, roadmap=roadmap, number=axis.number, title=axis.title))
    objectives: dict[Any, SpecificObjective] = {}
    for strategic in axis.objectives.order_by("rank"):
        above = keep(StrategicObjective(axis=new, rank=strategic.rank, text=strategic.text))
        for specific in strategic.specifics.order_by("rank"):
            objectives[specific.pk] = keep(
                SpecificObjective(strategic=above, rank=specific.rank, text=specific.text)
            )
    for sheet in axis.sheets.exclude(status__in=FINISHED).order_by("number"):
        objective = objectives.get(sheet.objective_id)
        _copy(sheet, new, sheet.number, objective, chained_with=sheet)


def _copy(
    sheet: ActionSheet,
    axis: Axis,
    number: int,
    objective: SpecificObjective | None,
    **values: Any,
) -> ActionSheet:
    kept = {
        field.name: getattr(sheet, field.name)
        for field in sheet._meta.concrete_fields
        if field.name not in _NOT_COPIED
    }
    made = ActionSheet(axis=axis, number=number, objective=objective)
    keep(fill(made, {**kept, **values}))
    made.needs.set(sheet.needs.all())
    for kind in KINDS:
        for line in getattr(sheet, kind.related).order_by("rank"):
            copied = {name: getattr(line, name) for name in (*kind.fields, "rank")}
            copied |= _UNTOLD.get(kind.slug, {})
            keep(fill(kind.model(sheet=made), copied))
    return made
