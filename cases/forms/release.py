"""Freeze figures for the steering committee (decisions 36, 38)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.domain.facets import Population
from cases.forms.fields import one_shown

BLOCK_YEARS = 3
OFFERED_YEARS = 3


def periods(today: date) -> list[tuple[str, str]]:
    """List the periods that may be frozen, all past; a value is « first day_day after »."""
    this, last = today.year, today.year - 1
    first = this - BLOCK_YEARS
    found = [(f"{first}-01-01_{this}-01-01", f"Trois ans : {first} à {last}")]
    found += [
        (f"{year}-01-01_{year + 1}-01-01", f"Année {year}")
        for year in range(last, last - OFFERED_YEARS, -1)
    ]
    if today >= date(this, 7, 1):
        found.append((f"{this}-01-01_{this}-07-01", f"1er semestre {this}"))
    found.append((f"{last}-07-01_{this}-01-01", f"2e semestre {last}"))
    return found


class FreezeForm(forms.Form):
    """Which figures, over which period."""

    population = one_shown("Population", Population)

    def __init__(
        self, *args: Any, commissions: list[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"] = one_shown(
            "Période",
            periods(today),
            help_text="En dessous de trente situations par an, choisissez trois ans : plus la "
            "période est longue, plus les chiffres disent quelque chose.",
        )
        if len(commissions) > 1:
            self.fields["commission"] = one_shown("Commission", commissions)

    def bounds(self) -> tuple[date, date]:
        """Return the first day of the period and the day after its last."""
        start, end = self.cleaned_data["period"].split("_")
        return date.fromisoformat(start), date.fromisoformat(end)
