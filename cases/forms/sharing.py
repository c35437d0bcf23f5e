"""Share sections of a situation with members: why, from when, until when (C-21, C-24)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.domain.reading import GrantLevel
from cases.domain.rights import SHARED_FOR
from cases.domain.sections import Section
from cases.forms.fields import day, one_shown, several

SECTION_WORDS = {
    Section.IDENTITY: "Identité : nom, adresse, téléphone",
    Section.CORE: "Socle : la question posée, la parole de la personne, les dates",
    Section.SOCIAL: "Social : budget, droits, entourage",
    Section.HOUSING: "Logement",
    Section.HEALTH: "Santé : seulement les professions admises par la loi",
    Section.LEGAL: "Juridique",
    Section.SHAREABLE: "Synthèse restituable : les textes écrits pour la personne",
}
LEVELS = [(GrantLevel.READ.value, "lire"), (GrantLevel.CONTRIBUTE.value, "lire et écrire")]
REASONS = [(reason.value, reason.label) for reason in SHARED_FOR]


class ShareForm(forms.Form):
    """Who receives which sections, why, from when, until when."""

    sections = several(
        "Volets",
        [(section.value, words) for section, words in SECTION_WORDS.items()],
        help_text="L’accord de la personne s’applique toujours par-dessus ce partage.",
        required=True,
    )
    level = one_shown("Pour", LEVELS)
    reason = one_shown(
        "Motif", REASONS, help_text="Il se lit sur l’écran « Qui peut voir », par tout le groupe."
    )
    start = day("À partir du", help_text="Vide : dès maintenant.")
    until = day("Jusqu’au", required=True)

    def __init__(
        self, *args: Any, members: list[tuple[str, Any]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["recipients"] = several("Membres", members, required=True)
        self.order_fields(["recipients", "sections", "level", "reason", "start", "until"])

    def clean_until(self) -> date:
        """Refuse a day already past."""
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError("Choisissez un jour à venir.")
        return until

    def clean(self) -> dict[str, Any]:
        """Refuse a right that ends before it begins."""
        data = super().clean() or {}
        start, until = data.get("start"), data.get("until")
        if start and until and start >= until:
            self.add_error("start", "Le début vient avant la fin.")
        return data
