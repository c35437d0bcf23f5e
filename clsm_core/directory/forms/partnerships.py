"""Form of a partnership."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.directory.forms.choosing import Names, OrganisationField
from clsm_core.directory.models import Organisation, Partnership

MAX_ORGANISATIONS = 20
_FREE_LINES = 3
_PREFIX = "organisation_"


class PartnershipForm(forms.ModelForm):
    """What organisations agreed on, its nature and its dates, then who takes part."""

    class Meta:
        model = Partnership
        fields = ("subject", "nature", "signed_on", "starts_on", "ends_on", "remarks")
        help_texts = {"remarks": "Sans aucune situation individuelle."}

    def __init__(
        self, *args: Any, names: Names, first: Organisation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remarks"].max_length = 5_000
        there = list(self.instance.organisations.all()) if not self.instance._state.adding else []
        # Those set aside since stay in the partnership without being typed again.
        self._kept = [one for one in there if one.pk not in names.labels]
        shown = [one for one in there if one.pk in names.labels] or ([first] if first else [])
        posted = sum(1 for name in self.data if name.startswith(_PREFIX))
        number = min(max(len(shown) + _FREE_LINES, posted), MAX_ORGANISATIONS)
        for place in range(number):
            self.fields[f"{_PREFIX}{place}"] = OrganisationField(
                names=names,
                label=f"Structure {place + 1}",
                required=place == 0 and not self._kept,
                initial=shown[place].pk if place < len(shown) else None,
            )
        last = self.fields[f"{_PREFIX}{number - 1}"]
        last.help_text = "Enregistrez, puis modifiez de nouveau pour en ajouter d’autres."

    @property
    def organisations(self) -> list[Organisation]:
        """Return who takes part, each once, in the order typed."""
        typed = [
            value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX) and value is not None
        ]
        return list({one.pk: one for one in [*self._kept, *typed]}.values())

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "La fin ne peut pas précéder le début.")
        return cleaned
