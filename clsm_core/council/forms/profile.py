"""The council's own sheet, and its column in the articulation table."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from clsm_core.council.models import Council, CouncilStatus, Objective
from clsm_core.ui.layout import ACCENTS


class ProfileForm(forms.ModelForm):
    """Who the council is (domain.md D.1; 001-01, 001-02, 002-04, 002-10, 003-11)."""

    accent = forms.ChoiceField(
        label="Couleur du conseil",
        choices=[(accent, accent.capitalize()) for accent in ACCENTS],
        help_text="Celle des titres et des boutons ; leur contraste a été mesuré.",
    )
    objectives = forms.MultipleChoiceField(
        label="Objectifs",
        choices=[(code, label[:1].upper() + label[1:]) for code, label in Objective.choices],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les cinq du référentiel national. Cochez ceux que le conseil poursuit.",
    )

    class Meta:
        model = Council
        fields = [
            "name",
            "status",
            "created_on",
            "presidency",
            "co_animation",
            "carrier",
            "scale",
            "territory_type",
            "objectives",
            "presentation",
            "perimeter_reviewed_on",
            "accent",
            "is_published",
        ]
        labels = {
            "name": "Nom du conseil",
            "status": "Statut",
            "created_on": "Date de création",
            "presidency": "Présidence",
            "co_animation": "Co-animation",
            "carrier": "Portage",
            "scale": "Échelle",
            "territory_type": "Type de territoire",
            "presentation": "Présentation",
            "perimeter_reviewed_on": "Périmètre revu le",
            "is_published": "Ouvrir la page publique",
        }
        help_texts = {
            "created_on": "Obligatoire pour un conseil actif.",
            "presidency": "Nom et mandat de l’élue ou de l’élu qui préside.",
            "co_animation": "Nom et fonction, en général la ou le chef de pôle ou de secteur.",
            "presentation": "Ce que fait le conseil et pour qui, en quelques phrases. Ce texte"
            " paraît sur la page publique.",
            "perimeter_reviewed_on": "Le référentiel demande un périmètre revu depuis moins de"
            " trois ans.",
            "is_published": "Lisible par tout le monde, sans compte : présentation, présidence,"
            " objectifs et périmètre.",
        }
        widgets = {"presentation": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Require the date of an active council; refuse days to come."""
        cleaned = super().clean() or self.cleaned_data
        is_owed = cleaned.get("status") == CouncilStatus.ACTIVE and not cleaned.get("created_on")
        if is_owed and "created_on" not in self.errors:
            self.add_error("created_on", "Un conseil actif a une date de création.")
        for name in ("created_on", "perimeter_reviewed_on"):
            if cleaned.get(name) and cleaned[name] > self.today:
                self.add_error(name, "Cette date est à venir : donnez une date passée.")
        return cleaned


class ArticulationForm(forms.ModelForm):
    """What the council says of itself beside the CLS and the PTSM (criterion 9)."""

    class Meta:
        model = Council
        fields = [
            "articulation_purpose",
            "articulation_bodies",
            "articulation_documents",
            "articulation_calendar",
        ]
        labels = {
            "articulation_purpose": "Objet",
            "articulation_bodies": "Instance",
            "articulation_documents": "Documents",
            "articulation_calendar": "Calendrier",
        }
        help_texts = {
            "articulation_purpose": "Laissé vide, le tableau reprend les objectifs du conseil.",
            "articulation_bodies": "Par exemple : comité de pilotage, assemblée plénière.",
            "articulation_documents": "Par exemple : charte, feuille de route, bilan annuel.",
            "articulation_calendar": "Par exemple : deux comités de pilotage par an, avant celui"
            " du CLS.",
        }
        widgets = {"articulation_purpose": forms.Textarea(attrs={"rows": 3})}
