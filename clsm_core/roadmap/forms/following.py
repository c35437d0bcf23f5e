"""Forms of what becomes of an action: its state, its figures, its years."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.governance.forms.bodies import DecisionChoice
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import Decision, DecisionKind
from clsm_core.roadmap.forms.lines import YEARS
from clsm_core.roadmap.models import ActionSheet, Indicator, SheetStatus, YearReview
from clsm_core.roadmap.queries.plans import committee_decisions
from clsm_core.roadmap.queries.sheets import ways_from


class StateForm(forms.Form):
    """The next state of an action, with the decision that validates it."""

    status = forms.ChoiceField(label="Nouvel état", widget=forms.RadioSelect)
    decision = DecisionChoice(
        label="Décision du comité de pilotage",
        queryset=Decision.objects.none(),
        required=False,
        empty_label="—",
        help_text="Pour valider : une décision du registre, de type « validation d’une action ».",
    )
    progress = forms.IntegerField(
        label="Avancement (%)", min_value=0, max_value=100, required=False
    )

    def __init__(self, *args: Any, sheet: ActionSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = ways_from(sheet)
        self.fields["status"].choices = [(one, SheetStatus(one).label) for one in ways]
        if len(ways) == 1:
            self.fields["status"].initial = ways[0]
        self.fields["progress"].initial = sheet.progress
        if SheetStatus.VALIDATED in ways:
            self.fields["decision"].queryset = committee_decisions(
                sheet.axis.council, [DecisionKind.ACTION]
            )
        else:
            del self.fields["decision"]


class ValueForm(WithoutIndividuals, forms.Form):
    """What an indicator was worth in a year."""

    free_text = ("comment",)

    year = forms.IntegerField(label="Année", **YEARS)
    value = forms.DecimalField(
        label="Valeur",
        max_digits=12,
        decimal_places=2,
        required=False,
        localize=True,
        help_text="Vide : la valeur de l’année est retirée.",
    )
    comment = forms.CharField(label="Commentaire", max_length=300, required=False)

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if indicator.unit:
            self.fields["value"].label = f"Valeur ({indicator.unit})"


class ReviewForm(WithoutIndividuals, forms.ModelForm):
    """What became of an action in a year."""

    free_text = ("done", "gaps", "prospects", "strong_points", "weak_points", "attendance")

    year = forms.IntegerField(label="Année", **YEARS)

    class Meta:
        model = YearReview
        fields = (
            "year",
            "done",
            "gaps",
            "prospects",
            "attendance",
            "strong_points",
            "weak_points",
        )
        help_texts = {
            "done": f"Ce qui a été fait dans l’année. {REMINDER}",
            "gaps": "Ce qui n’a pas été fait, ou autrement, et pourquoi.",
            "attendance": "Par exemple « 120 participants, dont 40 habitants ».",
        }
