"""A copy to hand over: which sections, why; the identity only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from cases.domain.files import ExportReason
from cases.domain.sections import Section
from cases.forms.fields import box, one_shown, several


class ExportForm(forms.Form):
    """Choose what a copy holds."""

    def __init__(self, *args: Any, readable: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = list(readable)
        self.fields["reason"] = one_shown("Pourquoi cette copie", ExportReason)
        self.fields["sections"] = several(
            "Volets à copier",
            [
                (section.value, section.label.capitalize())
                for section in Section
                if section.value in codes and section is not Section.IDENTITY
            ],
            help_text="Ceux que vous lisez aujourd’hui. Ne prenez que l’utile.",
            required=True,
        )
        if Section.IDENTITY.value in codes:
            self.fields["identity"] = box(
                "Imprimer aussi l’identité de la personne",
                help_text="Sans cette case, la copie ne porte que le code.",
            )

    def wanted(self) -> list[str]:
        """Return the sections chosen, the identity's last."""
        said = self.cleaned_data
        last = [Section.IDENTITY.value] if said.get("identity") else []
        return [*said["sections"], *last]
