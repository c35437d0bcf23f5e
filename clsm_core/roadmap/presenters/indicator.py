"""What the page of an indicator shows: its bars, its table, where its figures come from."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.roadmap.models import ActionSheet, Indicator, IndicatorMode
from clsm_core.roadmap.permissions import may_follow, may_write
from clsm_core.roadmap.presenters import words
from clsm_core.roadmap.presenters.charts import chart_of
from clsm_core.ui.components import Cell, Fact

HEADERS = ("Année", "Valeur", "Commentaire")
BEFORE = 2


def indicator_page(
    council: Council, member: Member, sheet: ActionSheet, indicator: Indicator
) -> dict[str, Any]:
    """Give the values of one indicator."""
    is_counted = indicator.mode == IndicatorMode.COMPUTED and bool(indicator.computed)
    values = words.values_of(indicator, council, years_of(sheet, member.today.year), member.today)
    address = [council.slug, sheet.pk]
    return {
        "council": council,
        "sheet": sheet,
        "indicator": indicator,
        "sheet_url": reverse("roadmap:sheet", args=address),
        "chart": chart_of(indicator.label, values),
        "headers": HEADERS,
        "rows": [
            [str(year), Cell(words.number(value), is_number=True), comment or "—"]
            for year, value, comment in values
        ],
        "facts": [
            Fact("Type", indicator.get_kind_display()),
            Fact("Mode", indicator.get_mode_display()),
            *([Fact("Ce qui est compté", indicator.get_computed_display())] if is_counted else []),
            Fact("Unité", indicator.unit),
            Fact("Cible", indicator.target),
        ],
        "is_counted": is_counted,
        "may_enter": may_follow(member, sheet) and not is_counted,
        "edit_url": reverse("roadmap:line", args=[*address, "indicateurs", indicator.pk])
        if may_write(member, sheet)
        else "",
    }


def years_of(sheet: ActionSheet, this_year: int) -> list[int]:
    """Return the years over which an indicator is counted: those of its roadmap, up to now."""
    roadmap = sheet.axis.roadmap
    last = min(roadmap.ends_on.year, this_year)
    first = min(roadmap.starts_on.year, last)
    return list(range(max(first, last - 2 * BEFORE), last + 1))
