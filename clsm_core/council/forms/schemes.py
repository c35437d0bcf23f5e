"""Links with other schemes, and the meetings about them."""

from __future__ import annotations

from django import forms

from clsm_core.council.models import ArticulationMeeting, SchemeLink


class SchemeForm(forms.ModelForm):
    """A link with one scheme (002-09, 003-09, 004-25)."""

    class Meta:
        model = SchemeLink
        fields = [
            "kind",
            "name",
            "reference",
            "starts_on",
            "ends_on",
            "purpose",
            "scale",
            "bodies",
            "documents",
            "calendar",
        ]
        labels = {
            "kind": "Dispositif",
            "name": "Nom",
            "reference": "Référence",
            "starts_on": "Début",
            "ends_on": "Fin",
            "purpose": "Objet",
            "scale": "Échelle",
            "bodies": "Instance",
            "documents": "Documents",
            "calendar": "Calendrier",
        }
        help_texts = {
            "reference": "Numéro de contrat, fiche-action, adresse du document.",
            "purpose": "Ces cinq dernières lignes forment la colonne du tableau d’articulation.",
            "scale": "Par exemple : métropole, département.",
            "bodies": "Par exemple : comité de pilotage du CLS.",
            "documents": "Par exemple : contrat signé le 3 mars 2024, fiche-action 5.5.",
            "calendar": "Par exemple : 2024-2028, comité de pilotage en novembre.",
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}


class MeetingForm(forms.ModelForm):
    """A meeting with those who run a scheme (criterion 9)."""

    class Meta:
        model = ArticulationMeeting
        fields = ["on", "subject"]
        labels = {"on": "Date", "subject": "Objet"}
        help_texts = {"subject": "Sans aucune situation individuelle."}
