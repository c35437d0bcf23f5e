"""Forms of the framework documents."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.council.models import Council
from clsm_core.directory.models import Organisation
from clsm_core.governance.forms.bodies import DecisionChoice
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import Decision, FrameworkDocument, Signatory
from clsm_core.governance.queries import framework as queries

TEN_YEARS = 120


class OrganisationChoice(forms.ModelChoiceField):
    """Choose an organisation of the directory by its name."""

    def label_from_instance(self, organisation: Organisation) -> str:
        """Write an organisation as a list shows it."""
        return f"{organisation.name} · {organisation.get_category_display()}"


def duration_field() -> forms.IntegerField:
    """Give a field for how long a document holds."""
    return forms.IntegerField(
        label="Durée (mois)",
        min_value=1,
        max_value=TEN_YEARS,
        required=False,
        help_text="36 pour trois ans ; vide si le document n’a pas de fin. L’échéance se calcule.",
    )


class FrameworkForm(WithoutIndividuals, forms.ModelForm):
    """A version in preparation."""

    free_text = ("text",)

    duration_months = duration_field()
    decision = DecisionChoice(
        label="Validé par la décision",
        queryset=Decision.objects.none(),
        required=False,
        empty_label="—",
        help_text="Une décision de type « charte, cadre » du registre.",
    )

    class Meta:
        model = FrameworkDocument
        fields = ("title", "text", "duration_months", "decision")
        help_texts = {
            "text": f"Vous pouvez aussi joindre un fichier à la place du texte. {REMINDER}",
        }

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decisions = queries.validating_decisions(council)
        if self.instance.decision_id:
            decisions = decisions | Decision.objects.filter(
                council=council, pk=self.instance.decision_id
            ).select_related("meeting__body")
        self.fields["decision"].queryset = decisions


class NewFrameworkForm(FrameworkForm):
    """The first version of a document."""

    class Meta(FrameworkForm.Meta):
        fields = ("kind", *FrameworkForm.Meta.fields)

    field_order = ("kind", "title", "text")


class ValidityForm(forms.Form):
    """From when and for how long a signed version holds."""

    starts_on = forms.DateField(label="En vigueur depuis le")
    duration_months = duration_field()


class SignedForm(forms.Form):
    """The day from which a version is signed."""

    starts_on = forms.DateField(label="Signé le")


class SignatoryForm(forms.ModelForm):
    """Who signs, for which organisation."""

    organisation = OrganisationChoice(
        label="Structure",
        queryset=Organisation.objects.none(),
        help_text="Elle se choisit dans l’annuaire du conseil.",
    )

    class Meta:
        model = Signatory
        fields = ("organisation", "representative", "capacity")
        labels = {"representative": "Représentée par"}
        help_texts = {"capacity": "Maire, directrice, cheffe de pôle, présidente…"}

    def __init__(self, *args: Any, document: FrameworkDocument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = document.signatories.exclude(pk=self.instance.pk).values("organisation")
        self.fields["organisation"].queryset = Organisation.objects.filter(
            council=document.council, is_active=True
        ).exclude(pk__in=taken)


class SignatureForm(forms.Form):
    """The day on which somebody signed."""

    signed_on = forms.DateField(label="Signé le")
