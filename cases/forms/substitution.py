"""Who stands in for whom, from when to when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.forms.fields import day, one_of


class SubstitutionForm(forms.Form):
    """A titular and two days."""

    first = day("Du", required=True)
    last = day("Au", required=True)

    def __init__(
        self, *args: Any, titulars: list[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["titular"] = one_of("Qui est remplacé", titulars, required=True)
        self.order_fields(["titular", "first", "last"])

    def clean(self) -> dict[str, Any]:
        """Refuse days that do not follow each other, or are over."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", "La fin suit le début.")
        elif last and last < self.today:
            self.add_error("last", "Choisissez un jour à venir.")
        return data
