"""Freeze figures for the steering committee, and withdraw them (decisions 36, 38)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.domain.withdrawal import WithdrawalReason
from cases.forms.fields import one_shown

OFFERED_YEARS = 3
BLOCKS = (3, 2)
JULY = 7


def periods(today: date) -> list[tuple[str, str]]:
    """List the periods that may be frozen, all past; a value is « first day_day after »."""
    this, last = today.year, today.year - 1
    found = [
        (f"{this - years}-01-01_{this}-01-01", f"{_WORDS[years]} : {this - years} à {last}")
        for years in BLOCKS
    ]
    found += [
        (f"{year}-01-01_{year + 1}-01-01", f"Année {year}")
        for year in range(last, last - OFFERED_YEARS, -1)
    ]
    if today >= date(this, JULY, 1):
        found.append((f"{this}-01-01_{this}-07-01", f"1er semestre {this}"))
    found.append((f"{last}-07-01_{this}-01-01", f"2e semestre {last}"))
    found.append((f"{last}-01-01_{last}-07-01", f"1er semestre {last}"))
    return found


_WORDS = {2: "Deux ans", 3: "Trois ans"}


class FreezeForm(forms.Form):
    """Over which period the figures are counted."""

    def __init__(
        self, *args: Any, commissions: list[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if len(commissions) > 1:
            self.fields["commission"] = one_shown("Commission", commissions)
        self.fields["period"] = one_shown(
            "Période",
            periods(today),
            help_text="En dessous de trente situations par an, choisissez trois ans : plus la "
            "période est longue, plus les chiffres disent quelque chose. Seules les périodes "
            "terminées sont proposées.",
        )

    def bounds(self) -> tuple[date, date]:
        """Return the first day of the period and the day after its last."""
        start, end = self.cleaned_data["period"].split("_")
        return date.fromisoformat(start), date.fromisoformat(end)


class WithdrawForm(forms.Form):
    """Why a release is withdrawn, in the words that the council reads."""

    reason = one_shown(
        "Motif",
        WithdrawalReason,
        help_text="Le conseil lit ce motif, et rien d’autre.",
    )

    def clean_reason(self) -> WithdrawalReason:
        """Return the reason chosen."""
        return WithdrawalReason(self.cleaned_data["reason"])
