"""Prepare a roadmap, its axes and objectives, put it in force, end it.

Promises: a council has one roadmap in force at most; it is in force by a decision of the steering
committee; a roadmap that is over no longer changes.

Source: domain.md D.1 (feuille de route), D-04; 000-01, 000-02, 004-01, 004-05.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.governance.actions.decisions import stood_on
from clsm_core.governance.models import Decision
from clsm_core.roadmap.actions import states
from clsm_core.roadmap.actions.rows import fill, keep
from clsm_core.roadmap.models import (
    ActionSheet,
    Axis,
    Roadmap,
    RoadmapState,
    SheetStatus,
    SpecificObjective,
    StrategicObjective,
)
from clsm_core.roadmap.permissions import is_open
from clsm_core.roadmap.queries.plans import FORCE_KINDS

OVER = "Cette feuille de route est terminée : elle ne change plus."


@transaction.atomic
def create(*, council: Council, values: Mapping[str, Any]) -> Roadmap:
    """Prepare a roadmap."""
    return keep(fill(Roadmap(council=council), values))


@transaction.atomic
def edit(*, roadmap: Roadmap, values: Mapping[str, Any]) -> Roadmap:
    """Change the title or the period. Raises: Refusal once it is over."""
    require_open(roadmap)
    return keep(fill(roadmap, values))


@transaction.atomic
def put_in_force(
    *, roadmap: Roadmap, decision: Decision, validates_sheets: bool = False
) -> list[ActionSheet]:
    """Put a roadmap in force by a decision; the one that it renews ends.

    Args:
        validates_sheets: also validate the proposed sheets that are ready (D-04).
    Returns:
        The sheets that were validated.
    Raises:
        Refusal: it is not in preparation, the decision is not the steering committee's, or another
            roadmap is in force.
    """
    if roadmap.state != RoadmapState.DRAFT:
        raise Refusal("Cette feuille de route n’est plus en préparation.")
    decision = stood_on(council=roadmap.council, decision=decision, kinds=FORCE_KINDS)
    current = (
        Roadmap.objects.select_for_update()
        .filter(council=roadmap.council_id, state=RoadmapState.CURRENT)
        .first()
    )
    if current is not None:
        if current.pk != roadmap.renews_id:
            raise Refusal(
                f"« {current.title} » est en vigueur : terminez-la d’abord, ou renouvelez-la."
            )
        close(roadmap=current)
    keep(fill(roadmap, {"state": RoadmapState.CURRENT, "decision": decision}))
    if not validates_sheets:
        return []
    # Locked: what somebody is writing in a sheet is neither lost nor validated unseen.
    proposed = (
        ActionSheet.objects.select_for_update(of=("self",))
        .filter(axis__roadmap=roadmap, status=SheetStatus.PROPOSED)
        .prefetch_related("indicator_lines")
    )
    ready = [sheet for sheet in proposed if not states.missing_for_validation(sheet)]
    for sheet in ready:
        states.move(sheet=sheet, to=SheetStatus.VALIDATED, decision=decision)
    return ready


@transaction.atomic
def close(*, roadmap: Roadmap) -> Roadmap:
    """End a roadmap in force; its sheets stay, readable."""
    if roadmap.state != RoadmapState.CURRENT:
        raise Refusal("Seule une feuille de route en vigueur se termine.")
    return keep(fill(roadmap, {"state": RoadmapState.CLOSED}))


@transaction.atomic
def add_axis(*, roadmap: Roadmap, values: Mapping[str, Any]) -> Axis:
    """Add an axis. Raises: Refusal once the roadmap is over."""
    require_open(roadmap)
    return keep(fill(Axis(roadmap=roadmap, council=roadmap.council), values))


@transaction.atomic
def add_strategic(*, axis: Axis, values: Mapping[str, Any]) -> StrategicObjective:
    """Add a strategic objective below an axis."""
    require_open(axis.roadmap)
    rank = next_rank(axis.objectives.all())
    return keep(fill(StrategicObjective(axis=axis, rank=rank), values))


@transaction.atomic
def add_specific(*, strategic: StrategicObjective, values: Mapping[str, Any]) -> SpecificObjective:
    """Add a specific objective below a strategic one."""
    require_open(strategic.axis.roadmap)
    rank = next_rank(strategic.specifics.all())
    return keep(fill(SpecificObjective(strategic=strategic, rank=rank), values))


@transaction.atomic
def change(*, row: Any, values: Mapping[str, Any]) -> Any:
    """Change an axis or an objective. Raises: Refusal once the roadmap is over."""
    require_open(roadmap_of(row))
    return keep(fill(row, values))


@transaction.atomic
def remove(*, row: Any) -> None:
    """Remove an axis or an objective that holds nothing.

    Raises:
        Refusal: something hangs from it, or the roadmap is over.
    """
    require_open(roadmap_of(row))
    held = {
        Axis: (("sheets", "des fiches"), ("objectives", "des objectifs")),
        StrategicObjective: (("specifics", "des objectifs spécifiques"),),
        SpecificObjective: (("sheets", "des fiches"),),
    }[type(row)]
    for name, words in held:
        if getattr(row, name).exists():
            raise Refusal(f"Il porte encore {words} : déplacez-les d’abord.")
    row.delete()


def roadmap_of(row: Any) -> Roadmap:
    """Return the roadmap to which an axis or an objective belongs."""
    if isinstance(row, SpecificObjective):
        row = row.strategic
    if isinstance(row, StrategicObjective):
        row = row.axis
    return row.roadmap


def next_rank(rows: Any) -> int:
    """Return the place after the last."""
    return (rows.aggregate(last=Max("rank"))["last"] or 0) + 1


def require_open(roadmap: Roadmap) -> None:
    """Raise: Refusal once a roadmap is over, even when it was read before its end."""
    if not is_open(Roadmap.objects.get(pk=roadmap.pk)):
        raise Refusal(OVER)
