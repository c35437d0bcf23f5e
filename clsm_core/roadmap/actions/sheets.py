"""Write what a sheet says, line by line, and what becomes of it year by year.

Promises: every write raises the version of the sheet, so that two people never write over each
other; a line keeps its place; a sheet of a roadmap that is over only tells what became of it.

Source: domain.md D.1 (fiche-action, indicateur, budget); 000-03 to 000-27, 004-01 to 004-25.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from clsm_core.accounts.posting import Refusal
from clsm_core.observatory.models import Need
from clsm_core.roadmap.actions.plans import next_rank, require_open
from clsm_core.roadmap.actions.rows import fill, keep
from clsm_core.roadmap.models import (
    ActionSheet,
    Axis,
    Indicator,
    IndicatorMode,
    IndicatorValue,
    SheetStatus,
    YearReview,
)
from clsm_core.roadmap.shape import FOLLOWED_SECTIONS, Kind, Section

# Lists of references, written apart from the fields of the row.
_MANY = ("needs",)


@transaction.atomic
def propose(
    *, axis: Axis, values: Mapping[str, Any], by: Any, need: Need | None = None
) -> ActionSheet:
    """Write a new sheet, « proposée »; without a number it takes the next of its axis.

    Args:
        need: what it answers.
    """
    require_open(axis.roadmap)
    sheet = fill(ActionSheet(axis=axis, proposed_by=by), values)
    sheet.number = sheet.number or next_number(axis)
    keep(sheet)
    if need is not None:
        sheet.needs.add(need)
    return sheet


@transaction.atomic
def edit(*, sheet: ActionSheet, section: Section, values: Mapping[str, Any]) -> ActionSheet:
    """Write a section of a sheet.

    Raises:
        Refusal: its roadmap is over, or a validated action would lose its evaluation (D-04).
    """
    if section.slug not in FOLLOWED_SECTIONS:
        require_open(sheet.axis.roadmap)
    fill(sheet, {name: value for name, value in values.items() if name not in _MANY})
    if sheet.decision_id and not sheet.evaluation_methods and not sheet.evaluation_method.strip():
        raise Refusal("Une action validée garde une méthode d’évaluation.")
    keep(sheet)
    for name in _MANY:
        if name in values:
            getattr(sheet, name).set(values[name])
    return sheet


@transaction.atomic
def move_to_axis(*, sheet: ActionSheet, axis: Axis) -> ActionSheet:
    """Put a sheet in another axis of its roadmap, after the last one there."""
    require_open(sheet.axis.roadmap)
    if axis.roadmap_id != sheet.axis.roadmap_id:
        raise Refusal("Cet axe est d’une autre feuille de route.", field="axis")
    if axis.pk == sheet.axis_id:
        return sheet
    objective = sheet.objective
    if objective is not None and objective.strategic.axis_id != axis.pk:
        sheet.objective = None
    return keep(fill(sheet, {"axis": axis, "number": next_number(axis)}))


@transaction.atomic
def remove(*, sheet: ActionSheet) -> None:
    """Remove a sheet that was only proposed and that nothing cites.

    Raises:
        Refusal: it was decided, another sheet is chained with it, or it tells of a year.
    """
    require_open(sheet.axis.roadmap)
    if sheet.status != SheetStatus.PROPOSED or sheet.decision_id:
        raise Refusal("Une action décidée ne se supprime pas : abandonnez-la.")
    if sheet.chained.exists() or sheet.reviews.exists():
        raise Refusal("Une autre fiche ou un bilan la cite : abandonnez-la plutôt.")
    sheet.delete()


@transaction.atomic
def add_line(*, sheet: ActionSheet, kind: Kind, values: Mapping[str, Any]) -> Any:
    """Add a line at the end of a list. Raises: Refusal once the roadmap is over."""
    _require_writable(sheet, kind)
    rank = next_rank(getattr(sheet, kind.related).all())
    line = keep(fill(kind.model(sheet=sheet, rank=rank), values))
    keep(sheet)
    return line


@transaction.atomic
def edit_line(*, line: Any, kind: Kind, values: Mapping[str, Any], place: int) -> Any:
    """Change a line, and put it at a place of its list, the first being 1."""
    sheet = line.sheet
    _require_writable(sheet, kind)
    keep(fill(line, values))
    others = [one for one in getattr(sheet, kind.related).order_by("rank") if one.pk != line.pk]
    others.insert(max(0, place - 1), line)
    _number(others)
    keep(sheet)
    return line


@transaction.atomic
def remove_line(*, line: Any, kind: Kind) -> None:
    """Remove a line; the next ones move up.

    Raises:
        Refusal: a validated action would lose its last indicator (D-04), or the roadmap is over.
    """
    sheet = line.sheet
    _require_writable(sheet, kind)
    rows = getattr(sheet, kind.related)
    if kind.model is Indicator and sheet.decision_id and rows.count() == 1:
        raise Refusal("Une action validée garde au moins un indicateur : remplacez-le.")
    line.delete()
    _number(list(rows.order_by("rank")))
    keep(sheet)


@transaction.atomic
def write_value(*, indicator: Indicator, year: int, value: Any, comment: str = "") -> None:
    """Write what an indicator was worth in a year; no value takes the year's back.

    Raises:
        Refusal: the service counts this indicator by itself.
    """
    if indicator.mode == IndicatorMode.COMPUTED and indicator.computed:
        raise Refusal("Cet indicateur est compté par le service : il ne se saisit pas.")
    kept = IndicatorValue.objects.filter(indicator=indicator, year=year).first()
    if value is None:
        if kept is not None:
            kept.delete()
    else:
        row = kept or IndicatorValue(indicator=indicator, year=year)
        keep(fill(row, {"value": value, "comment": comment}))
    keep(indicator.sheet)


@transaction.atomic
def write_review(*, review: YearReview, values: Mapping[str, Any]) -> YearReview:
    """Write what became of an action in a year (004-03)."""
    return keep(fill(review, values))


def next_number(axis: Axis) -> int:
    """Return the number after the last of an axis."""
    return (axis.sheets.aggregate(last=Max("number"))["last"] or 0) + 1


def _number(lines: list[Any]) -> None:
    for rank, line in enumerate(lines, start=1):
        if line.rank != rank:
            line.rank = rank
            line.save()


def _require_writable(sheet: ActionSheet, kind: Kind) -> None:
    if not kind.is_followed:
        require_open(sheet.axis.roadmap)
