"""Type what an old paper report really showed: exact numbers or intervals, table by table.

Nothing typed is lost: a table that is put aside keeps its numbers, hidden, until the form is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from cases.disclosure.errors import PeriodRefused
from cases.disclosure.period import Period
from cases.disclosure.plan import DETAIL, Plan, Table
from cases.forms.fields import line, several

SHOW = "show"
VALUE, LAYOUT, TOTAL = "v", "layout", "total"
_NUMBER = re.compile(r"\s*(\d{1,6})\s*(?:(?:-|–|à|et)\s*(\d{1,6})\s*)?")
FORM = "Écrivez un nombre, comme 12, ou deux bornes, comme 11 à 20."


class FigureField(forms.CharField):
    """A number or an interval, or nothing; its value is ``(low, high)`` or None."""

    def __init__(self, label: str) -> None:
        attrs = {"autocomplete": "off", "size": "9"}
        super().__init__(
            label=label, required=False, max_length=20, widget=forms.TextInput(attrs=attrs)
        )

    def clean(self, value: Any) -> Any:
        """Return the bounds. Raises: ValidationError for anything else, or the wrong order."""
        text = super().clean(value)
        if not text:
            return None
        found = _NUMBER.fullmatch(text)
        if found is None:
            raise forms.ValidationError(FORM)
        low = int(found[1])
        high = int(found[2] or found[1])
        if high < low:
            raise forms.ValidationError("La première borne est la plus petite.")
        return low, high


@dataclass(frozen=True)
class Grid:
    """A table as it is typed: its rows of fields under its columns."""

    title: str
    layout: Any
    columns: list[str]
    rows: list[tuple[str, list[Any]]]


class PaperForm(forms.Form):
    """The period of a report, its totals, and the tables chosen."""

    period = line(
        "Période du rapport",
        help_text="2023, 2023S1 (premier semestre) ou 2021-2023.",
        required=True,
        limit=20,
    )

    def __init__(self, *args: Any, plan: Plan, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.today = plan, today
        for code, population in plan.populations.items():
            self.fields[f"{TOTAL}:{code}"] = FigureField(population.label)
        self.fields["tables"] = several(
            "Tableaux que le rapport contenait", [(table.id, table.title) for table in plan.tables]
        )
        chosen = self.data.getlist("tables") if self.is_bound else []
        self.chosen = [table for table in plan.tables if table.id in chosen]
        self.places: dict[str, tuple[Table, tuple[str, ...]]] = {}
        for table in self.chosen:
            self._add(table)

    def _add(self, table: Table) -> None:
        """Add the fields of a table, in the layout that was asked."""
        rungs = {"+".join(rung.layouts): rung.layouts for rung in table.ladder}
        name = f"{LAYOUT}:{table.id}"
        self.fields[name] = forms.ChoiceField(
            label="Découpage",
            choices=[(code, self._words(table, layouts)) for code, layouts in rungs.items()],
        )
        asked = self.data.get(name, "")
        layouts = rungs.get(asked) or next(iter(rungs.values()))
        if asked not in rungs:
            # The first showing of a table: its finest layout is chosen, and is not an error.
            self.data = self.data.copy()
            self.data[name] = "+".join(layouts)
        for groups in self._cells(table, layouts):
            key = ":".join((VALUE, table.id, "+".join(layouts), *groups))
            labels = [
                self.plan.facets[facet].groups[group].label
                for facet, group in zip(table.facets, groups, strict=True)
            ]
            self.fields[key] = FigureField(" · ".join(labels))
            self.places[key] = (table, groups)

    def _cells(self, table: Table, layouts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        first, *others = (
            [group.code for group in self.plan.facets[facet].layouts[layout].groups]
            for facet, layout in zip(table.facets, layouts, strict=True)
        )
        for row in first:
            if others:
                yield from ((row, column) for column in others[0])
            else:
                yield (row,)

    def _words(self, table: Table, layouts: tuple[str, ...]) -> str:
        parts = []
        for facet, layout in zip(table.facets, layouts, strict=True):
            number = len(self.plan.facets[facet].layouts[layout].groups)
            words = "détail" if layout == DETAIL else layout.replace("_", " ")
            parts.append(f"{self.plan.facets[facet].label} : {words} ({number} lignes)")
        return ", ".join(parts)

    def draw_only(self) -> None:
        """Draw what was typed without judging it: more tables are asked, nothing is sent."""
        self.cleaned_data = {}
        self._errors = ErrorDict()

    def totals(self) -> list[Any]:
        """Return the fields of the populations' totals."""
        return [self[f"{TOTAL}:{code}"] for code in self.plan.populations]

    def grids(self) -> list[Grid]:
        """Return the chosen tables, as they are drawn."""
        return [self._grid(table) for table in self.chosen]

    def _grid(self, table: Table) -> Grid:
        rows: dict[str, list[Any]] = {}
        columns: dict[str, str] = {}
        for key, (owner, groups) in self.places.items():
            if owner is not table:
                continue
            label = self.plan.facets[table.facets[0]].groups[groups[0]].label
            rows.setdefault(label, []).append(self[key])
            if len(groups) > 1:
                columns[groups[1]] = self.plan.facets[table.facets[1]].groups[groups[1]].label
        return Grid(
            table.title, self[f"{LAYOUT}:{table.id}"], list(columns.values()), list(rows.items())
        )

    def kept(self) -> list[tuple[str, str]]:
        """Return what was typed in tables or layouts that are not drawn now."""
        return [
            (name, value)
            for name, value in self.data.items()
            if name.startswith((f"{VALUE}:", f"{LAYOUT}:")) and name not in self.fields and value
        ]

    def pairs(self) -> list[tuple[Any, None]]:
        """Return the bound fields as the summary of errors reads them."""
        return [(field, None) for field in self]

    def clean_period(self) -> Period:
        """Return the period. Raises: ValidationError when it is none, or not over."""
        try:
            period = Period.parse(self.cleaned_data["period"])
        except (PeriodRefused, ValueError) as refused:
            raise forms.ValidationError(
                "Écrivez une période comme 2023, 2023S1 ou 2021-2023 (cinq années au plus)."
            ) from refused
        if period.end > self.today:
            raise forms.ValidationError("Cette période n’est pas terminée.")
        return period

    def clean(self) -> dict[str, Any]:
        """Demand at least one figure. Raises: ValidationError."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.figures():
            raise forms.ValidationError("Écrivez au moins un chiffre du rapport.")
        return data

    def figures(self) -> list[dict[str, Any]]:
        """Return the figures typed, as the engine takes them."""
        found = []
        for code in self.plan.populations:
            value = self.cleaned_data.get(f"{TOTAL}:{code}")
            if value is not None:
                found.append(_figure(code, "", (), value))
        for key, (table, groups) in self.places.items():
            value = self.cleaned_data.get(key)
            if value is not None:
                population = self.plan.facets[table.facets[0]].population
                found.append(_figure(population, table.id, groups, value))
        return found


def _figure(
    population: str, table: str, groups: tuple[str, ...], value: tuple[int, int]
) -> dict[str, Any]:
    low, high = value
    return {
        "population": population,
        "table": table,
        "groups": list(groups),
        "lo": low,
        "hi": high,
    }
