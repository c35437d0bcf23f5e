"""Write a whole sheet at once, from plain values: what an import and the demonstration do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from clsm_core.accounts.clock import now
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
    Roadmap,
    RoadmapState,
    Step,
)
from clsm_core.roadmap.models.parts import Part


@transaction.atomic
def write_sheet(
    *,
    council: Council,
    content: SheetContent,
    roadmap: Roadmap | None = None,
    by: Any = None,
) -> ActionSheet:
    """Write a sheet and its lists, opening its axis when it is the first there.

    Args:
        roadmap: where; without, the one in force, else the one in preparation, else a new one.
        by: who proposes it, if anybody does.
    Raises:
        ValidationError: a field is too long, a code unknown, or the number taken in the axis.
    """
    axis, _ = Axis.objects.get_or_create(
        council=council,
        roadmap=roadmap or open_roadmap(council),
        number=content.axis_number,
        defaults={"title": content.axis_title},
    )
    sheet = _sheet(content)
    sheet.axis, sheet.proposed_by = axis, by
    sheet.full_clean()
    sheet.save(force_insert=True)
    for part in _parts(sheet, content):
        part.full_clean(exclude=["sheet"])
        part.save()
    return sheet


def check(content: SheetContent) -> None:
    """Check a sheet and its lists without writing anything.

    Raises:
        ValidationError: a field is too long, or a code unknown.
    """
    Axis(number=content.axis_number, title=content.axis_title).clean_fields(
        exclude=["council", "roadmap"]
    )
    sheet = _sheet(content)
    sheet.full_clean(exclude=["axis"], validate_unique=False)
    for part in _parts(sheet, content):
        part.clean_fields(exclude=["sheet"])


def open_roadmap(council: Council) -> Roadmap:
    """Return the roadmap in force, else the one in preparation, else a new one for this year."""
    kept = Roadmap.objects.filter(council=council)
    found = kept.filter(state=RoadmapState.CURRENT).first()
    found = found or kept.filter(state=RoadmapState.DRAFT).first()
    if found is None:
        year = now().year
        found = Roadmap(
            council=council,
            title=f"Feuille de route {year}",
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
        )
        found.full_clean()
        found.save()
    return found


def _sheet(content: SheetContent) -> ActionSheet:
    return ActionSheet(number=content.number, title=content.title, **content.fields)


def _parts(sheet: ActionSheet, content: SheetContent) -> Iterator[Part]:
    lists: tuple[tuple[type[Part], Sequence[dict[str, Any]]], ...] = (
        (Objective, content.objectives),
        (Activity, content.activities),
        (Partner, content.partners),
        (Audience, content.audiences),
        (Step, content.steps),
        (Indicator, content.indicators),
        (BudgetLine, content.budget),
        (Funding, content.fundings),
    )
    for model, lines in lists:
        for rank, line in enumerate(lines, start=1):
            yield model(sheet=sheet, rank=rank, **line)
