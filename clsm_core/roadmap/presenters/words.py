"""Write the fields and lines of a sheet in words, the same on the page, on paper and in a file."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from clsm_core.council.models import Council
from clsm_core.roadmap.models import ActionSheet, IndicatorMode, SheetStatus
from clsm_core.roadmap.queries import computed
from clsm_core.roadmap.vocabulary import (
    Determinant,
    EvaluationMethod,
    Extent,
    Policy,
    Public,
    Theme,
)
from clsm_core.ui.templatetags.ui import day, short_day

CHOICES: dict[str, Any] = {
    "theme_codes": Theme,
    "publics": Public,
    "extents": Extent,
    "determinants": Determinant,
    "policies": Policy,
    "evaluation_methods": EvaluationMethod,
}
STATUS_KINDS = {
    SheetStatus.DONE: "done",
    SheetStatus.POSTPONED: "attention",
    SheetStatus.ABANDONED: "attention",
}


def status_kind(sheet: ActionSheet) -> str:
    """Return the meaning of a sheet's state."""
    return STATUS_KINDS.get(SheetStatus(sheet.status), "")


def euros(amount: Decimal | None) -> str:
    """Write an amount in French, « non chiffré » when there is none."""
    if amount is None:
        return "non chiffré"
    cents = Decimal(amount).quantize(Decimal("0.01"))
    pattern = "{:,.0f}" if cents == cents.to_integral_value() else "{:,.2f}"
    return f"{_french(pattern.format(cents))}\u00a0€"


def number(value: Decimal | int) -> str:
    """Write a number in French: thin spaces, a comma, no useless zero."""
    cents = f"{Decimal(value):,.2f}"
    return _french(cents.rstrip("0").rstrip("."))


def _french(text: str) -> str:
    return text.replace(",", "\u202f").replace(".", ",")


def yes_no(value: bool | None) -> str:
    """Write a yes, a no, or nothing."""
    return "" if value is None else ("oui" if value else "non")


def percent(value: int) -> str:
    """Write a progress."""
    return f"{value}\u00a0%"


def coded(sheet: ActionSheet, name: str) -> list[str]:
    """Return the labels of a list of codes; a code that no longer exists is left out."""
    choices = CHOICES[name]
    return [str(choices(code).label) for code in getattr(sheet, name) if code in choices.values]


def both(sheet: ActionSheet, codes: str, text: str) -> str:
    """Write a list of codes and the words that go with it."""
    return "\n".join(filter(None, [", ".join(coded(sheet, codes)), getattr(sheet, text)]))


def strategic(sheet: ActionSheet) -> str:
    """Return the strategic objective: the sheet's own words, else the roadmap's."""
    if sheet.strategic_objective:
        return sheet.strategic_objective
    return sheet.objective.strategic.text if sheet.objective else ""


def specific(sheet: ActionSheet) -> str:
    """Return the specific objective: the sheet's own words, else the roadmap's."""
    if sheet.specific_objective:
        return sheet.specific_objective
    return sheet.objective.text if sheet.objective else ""


def calendar(sheet: ActionSheet) -> str:
    """Write when an action takes place."""
    period = ""
    if sheet.starts_on and sheet.ends_on:
        period = f"du {day(sheet.starts_on)} au {day(sheet.ends_on)}"
    elif sheet.starts_on:
        period = f"à partir du {day(sheet.starts_on)}"
    elif sheet.ends_on:
        period = f"jusqu’au {day(sheet.ends_on)}"
    duration = f"Action {sheet.get_duration_display()}" if sheet.duration else ""
    return "\n".join(filter(None, [duration, sheet.schedule, period]))


def partners(sheet: ActionSheet, *roles: str) -> list[str]:
    """Return the names of the partners of these roles."""
    return [line.name for line in sheet.partner_lines.all() if line.role in roles]


def step(line: Any) -> tuple[str, str]:
    """Write a step and when it is due or was done."""
    remarks = []
    if line.due_on:
        remarks.append(f"échéance {short_day(line.due_on)}")
    if line.done_on:
        remarks.append(f"faite le {short_day(line.done_on)}")
    return line.text, " · ".join(remarks)


def activity(line: Any) -> tuple[str, str]:
    """Write what is planned, and its nature and group."""
    return line.text, " · ".join(
        filter(None, [line.get_nature_display(), line.get_group_display()])
    )


def indicator(line: Any) -> tuple[str, str]:
    """Write an indicator, its way of being known and its target."""
    mode = line.get_mode_display()
    if line.mode == IndicatorMode.COMPUTED and line.computed:
        mode = f"compté par le service : {line.get_computed_display()}"
    target = f"cible : {line.target}" if line.target else ""
    unit = f"unité : {line.unit}" if line.unit else ""
    return line.label, " · ".join(filter(None, [mode, unit, target]))


def values_of(
    line: Any,
    council: Council,
    years: Iterable[int],
    today: Any,
    count: computed.Counting = computed.count,
) -> list[tuple[int, Decimal, str]]:
    """Return what an indicator was worth: year, value, comment; counted when the service counts.

    Args:
        years: those to count; entered values come with their own.
        count: how they are counted; a long paper remembers what it counted.
    """
    if line.mode == IndicatorMode.COMPUTED and line.computed:
        counted = [(year, count(line.computed, council, year, today)) for year in sorted(years)]
        return [(year, one.value, one.how) for year, one in counted]
    kept = sorted(line.values.all(), key=lambda one: one.year)
    return [(one.year, one.value, one.comment) for one in kept]
