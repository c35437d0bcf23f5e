"""A departure: who leads each situation from now on, or nobody, in an emergency (C-25)."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from cases.forms.fields import one_of

URGENT = "urgent"


def is_urgent(posted: Any) -> bool:
    """Tell whether the box of an urgent departure is ticked, read exactly as the form reads it."""
    return bool(forms.CheckboxInput().value_from_datadict(posted, {}, URGENT))


class DepartForm(forms.Form):
    """One list a situation that the member leads, and the box that never blocks."""

    def __init__(
        self,
        *args: Any,
        led: list[tuple[uuid.UUID, str]],
        successors: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.led: dict[str, uuid.UUID] = {}
        for pk, code in led if successors else []:
            name = f"lead_{code}"
            self.fields[name] = one_of(f"Qui prend la situation {code}", successors, required=True)
            # Required by ``clean``, which the box of an urgent departure lifts.
            self.fields[name].required = False
            self.led[name] = pk
        if led:
            self.fields[URGENT] = forms.BooleanField(
                label="Urgent : partir sans successeur",
                help_text="Ses accès prennent fin tout de suite. Les situations restent sans "
                "référent jusqu’à ce que l’animation en nomme un.",
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Require a successor for each situation, unless the departure is urgent."""
        cleaned = super().clean() or {}
        if URGENT in self.fields and not cleaned.get(URGENT):
            missing = [name for name in self.led if not cleaned.get(name)]
            for name in missing:
                self.add_error(name, "Choisissez qui la prend, ou cochez « urgent ».")
            if not self.led:
                self.add_error(
                    URGENT,
                    "Seule l’animation nomme un successeur : cochez cette case, ou laissez-la "
                    "enregistrer le départ.",
                )
        return cleaned

    def successors(self) -> dict[uuid.UUID, uuid.UUID]:
        """Return who leads what from now on; nobody when the departure is urgent."""
        if self.cleaned_data.get(URGENT):
            return {}
        return {pk: uuid.UUID(self.cleaned_data[name]) for name, pk in self.led.items()}
