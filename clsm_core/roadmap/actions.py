"""Writing of the roadmap."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from clsm_core.council.models import Council
from clsm_core.roadmap.content import SheetContent
from clsm_core.roadmap.models import (
    ActionSheet,
    Activity,
    Audience,
    Axis,
    BudgetLine,
    Funding,
    Indicator,
    Objective,
    Partner,
)
from clsm_core.roadmap.models.parts import Part


def write_sheet(*, council: Council, content: SheetContent) -> ActionSheet:
    """Write a sheet and its lists, opening its axis when it is the first there.

    Raises:
        ValidationError: a field is too long, a code unknown, or the number taken in the axis.
    """
    with transaction.atomic():
        axis, _ = Axis.objects.get_or_create(
            council=council, number=content.axis_number, defaults={"title": content.axis_title}
        )
        sheet = ActionSheet(axis=axis, number=content.number, title=content.title, **content.fields)
        sheet.full_clean()
        sheet.save(force_insert=True)
        _write(sheet, Objective, content.objectives)
        _write(sheet, Activity, content.activities)
        _write(sheet, Partner, content.partners)
        _write(sheet, Audience, content.audiences)
        _write(sheet, Indicator, content.indicators)
        _write(sheet, BudgetLine, content.budget)
        _write(sheet, Funding, content.fundings)
    return sheet


def _write(sheet: ActionSheet, model: type[Part], lines: Sequence[dict[str, str]]) -> None:
    parts = [model(sheet=sheet, rank=rank, **line) for rank, line in enumerate(lines, start=1)]
    for part in parts:
        part.full_clean(exclude=["sheet"])
    model._default_manager.bulk_create(parts)
