"""Forms of roadmaps, axes and objectives."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.council.models import Council
from clsm_core.governance.forms.bodies import DecisionChoice
from clsm_core.governance.forms.individuals import WithoutIndividuals
from clsm_core.governance.models import Decision
from clsm_core.roadmap.models import Axis, Roadmap, SpecificObjective, StrategicObjective
from clsm_core.roadmap.queries import plans as queries


class RoadmapForm(WithoutIndividuals, forms.ModelForm):
    """The title and the period of a roadmap."""

    free_text = ("title",)

    class Meta:
        model = Roadmap
        fields = ("title", "starts_on", "ends_on")
        help_texts = {
            "title": "Par exemple « Feuille de route 2026-2028 ».",
            "ends_on": "Une année, ou plusieurs : la durée du contrat local de santé, souvent.",
        }


class InForceForm(forms.Form):
    """The decision by which a roadmap is adopted."""

    decision = DecisionChoice(
        label="Décision du comité de pilotage",
        queryset=Decision.objects.none(),
        help_text="Une décision du registre, de type « orientation », « priorité » ou"
        " « validation d’une action ».",
    )
    validates_sheets = forms.BooleanField(
        label="Valider aussi les fiches proposées qui sont prêtes",
        required=False,
        help_text="Une fiche est prête avec un indicateur et une méthode d’évaluation. La décision"
        " doit être de type « validation d’une action ».",
    )

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = queries.committee_decisions(council, queries.FORCE_KINDS)


class AxisForm(WithoutIndividuals, forms.ModelForm):
    """A numbered axis."""

    free_text = ("title",)

    class Meta:
        model = Axis
        fields = ("number", "title")
        help_texts = {"number": "Le premier nombre du code des fiches : axe 5, fiche 5.1."}


class StrategicForm(WithoutIndividuals, forms.ModelForm):
    """A strategic objective."""

    free_text = ("text",)

    class Meta:
        model = StrategicObjective
        fields = ("text",)
        widgets = {"text": forms.Textarea}


class SpecificForm(WithoutIndividuals, forms.ModelForm):
    """A specific objective."""

    free_text = ("text",)

    class Meta:
        model = SpecificObjective
        fields = ("text",)
        widgets = {"text": forms.Textarea}
