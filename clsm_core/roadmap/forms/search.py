"""The filters of the list of sheets: they narrow, and hold nothing that names a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from clsm_core.roadmap.queries.sheets import Filters
from clsm_core.roadmap.vocabulary import Extent, Theme


class FilterForm(forms.Form):
    """Words, theme, pilot, territory."""

    q = forms.CharField(label="Rechercher", max_length=100, required=False)
    theme = forms.ChoiceField(
        label="Thématique", choices=[("", "toutes"), *Theme.choices], required=False
    )
    territoire = forms.ChoiceField(
        label="Territoire", choices=[("", "tous"), *Extent.choices], required=False
    )
    pilote = forms.ChoiceField(label="Pilote ou porteur", required=False)

    def __init__(self, *args: Any, pilots: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pilote"].choices = [("", "tous"), *pilots]

    def filters(self, status: str) -> Filters:
        """Return what is asked; what is not among the choices narrows nothing."""
        self.is_valid()
        asked = self.cleaned_data
        return Filters(
            words=asked.get("q", ""),
            theme=asked.get("theme", ""),
            pilot=asked.get("pilote", ""),
            extent=asked.get("territoire", ""),
            status=status,
        )
