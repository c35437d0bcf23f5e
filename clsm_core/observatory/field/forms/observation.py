"""Forms of diagnoses, series, priorities and transmissions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from clsm_core.council.models import Council
from clsm_core.directory.imports.reading import UnreadableFile
from clsm_core.governance.forms.bodies import DecisionChoice
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import Decision, DecisionKind
from clsm_core.observatory.field import series_file
from clsm_core.observatory.field.forms.needs import DiagnosisChoice
from clsm_core.observatory.field.permissions import steering_decisions
from clsm_core.observatory.field.queries.needs import open_needs
from clsm_core.observatory.field.queries.observation import diagnoses_of
from clsm_core.observatory.models import (
    Diagnosis,
    Method,
    Need,
    Priority,
    Series,
    Transmission,
)

MAX_BYTES = 300 * 1024


class NeedsChoice(forms.ModelMultipleChoiceField):
    """Choose needs by their titles."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, need: Need) -> str:
        """Write a need by its title and how much it presses."""
        return f"{need.title} · urgence {need.get_urgency_display()}"


class DiagnosisForm(WithoutIndividuals, forms.ModelForm):
    """A state of things on a theme."""

    free_text = ("title", "theme", "sources", "summary", "resources", "gaps", "committee")
    methods = forms.MultipleChoiceField(
        label="Méthodes",
        choices=Method.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    decision = DecisionChoice(
        label="Validé par la décision",
        queryset=Decision.objects.none(),
        required=False,
        empty_label="pas encore validé",
        help_text="Une décision du comité de pilotage.",
    )

    class Meta:
        model = Diagnosis
        fields = (
            "title",
            "theme",
            "starts_on",
            "ends_on",
            "methods",
            "sources",
            "summary",
            "resources",
            "gaps",
            "is_continuous",
            "every_years",
            "committee",
            "decision",
        )
        help_texts = {
            "sources": "Enquêtes, entretiens, données publiques, une par ligne.",
            "summary": REMINDER,
            "resources": "Ce qui existe sur le territoire : soins, accompagnement, entraide.",
            "gaps": "Ce qui manque, ce qui est loin, ce qui est saturé.",
            "every_years": "Vide s’il n’est fait qu’une fois.",
            "committee": "Des structures plutôt que des noms.",
        }

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = steering_decisions(council)

    def values(self) -> dict[str, Any]:
        """Return what is written of the diagnosis."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class SeriesForm(forms.ModelForm):
    """A series and its values, one year a line."""

    diagnosis = DiagnosisChoice(
        label="Diagnostic",
        queryset=Diagnosis.objects.none(),
        required=False,
        empty_label="aucun",
    )
    lines = forms.CharField(
        label="Valeurs",
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=6_000,
        help_text="Une année par ligne, puis un point-virgule et la valeur : « 2024 ; 12,5 ».",
    )

    class Meta:
        model = Series
        fields = ("title", "territory", "source", "unit", "definition", "diagnosis")
        help_texts = {
            "title": "Ce qui est compté : « Psychiatres libéraux », « Taux de suicide ».",
            "source": "Qui publie ces chiffres, et où : ARS, Insee, CPAM.",
            "unit": "« pour 100 000 habitants », « % », ou vide pour un nombre.",
            "definition": "Ce qui est compté exactement, pour comparer d’une année à l’autre.",
        }

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["diagnosis"].queryset = diagnoses_of(council)
        if self.instance.pk and not self.instance._state.adding:
            self.fields["lines"].initial = "\n".join(
                f"{one.year} ; {series_file.written(one.value)}"
                for one in self.instance.values.all()
            )

    def clean_lines(self) -> dict[int, Decimal]:
        """Read the values. Raises: ValidationError, one error a line."""
        values: dict[int, Decimal] = {}
        errors: list[str] = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if not line.strip():
                continue
            year_text, found, value_text = line.partition(";")
            try:
                if not found:
                    raise ValueError("il manque un point-virgule entre l’année et la valeur.")
                year = series_file.year_of(year_text.strip())
                if year in values:
                    raise ValueError(f"l’année {year} est donnée deux fois.")
                values[year] = series_file.number_of(value_text.strip())
            except ValueError as wrong:
                errors.append(f"Ligne {number} : {wrong}")
        if errors:
            raise forms.ValidationError(errors)
        return values

    def written(self) -> dict[str, Any]:
        """Return what is written of the series itself."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class SeriesFileForm(forms.Form):
    """A file of series, read and shown before anything is written."""

    file = forms.FileField(
        label="Fichier CSV ou ODS",
        help_text="Rien n’est écrit avant que vous ayez vu l’aperçu.",
    )

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._council = council
        self.changes: list[series_file.Change] = []
        self.errors_by_line: list[series_file.LineError] = []

    def clean_file(self) -> Any:
        """Read the file. Raises: ValidationError, when it is no table."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("Ce fichier dépasse 300 Ko. Coupez-le.")
        try:
            brought, self.errors_by_line = series_file.read(file.read())
        except UnreadableFile as error:
            raise forms.ValidationError(error.message) from error
        self.changes = series_file.compared(self._council, brought)
        if len(series_file.text_of(self.changes)) > series_file.MAX_TEXT:
            raise forms.ValidationError("Ce fichier contient trop de texte. Coupez-le.")
        return file


class ConfirmImportForm(forms.Form):
    """What the preview showed, sent back to be written whole."""

    told = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000, strip=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._council = council
        self.changes: list[series_file.Change] = []

    def clean_told(self) -> str:
        """Read the lines again, as if the file had just come. Raises: ValidationError."""
        told: str = self.cleaned_data["told"]
        try:
            brought, errors = series_file.read(told.encode())
        except UnreadableFile as error:
            raise forms.ValidationError("Déposez de nouveau le fichier.") from error
        if errors:
            raise forms.ValidationError("Une ligne ne peut pas être lue : rien n’est écrit.")
        self.changes = series_file.compared(self._council, brought)
        return told


class PriorityForm(WithoutIndividuals, forms.ModelForm):
    """A priority of the steering committee and the needs that it answers (D-05)."""

    free_text = ("title",)
    decision = DecisionChoice(
        label="Décision",
        queryset=Decision.objects.none(),
        help_text="Une décision de type « priorité » du comité de pilotage.",
    )
    chosen = NeedsChoice(
        label="Besoins auxquels elle répond",
        queryset=Need.objects.none(),
        required=False,
        help_text="Au moins un : une priorité sans besoin ne s’enregistre pas.",
    )

    class Meta:
        model = Priority
        fields = ("title", "goal", "decision", "starts_on")
        help_texts = {"title": REMINDER}

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = steering_decisions(council, DecisionKind.PRIORITY)
        self.fields["chosen"].queryset = open_needs(council)
        if not self.instance._state.adding:
            self.fields["chosen"].initial = list(self.instance.needs.all())

    def values(self) -> dict[str, Any]:
        """Return what is written of the priority itself."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class EndForm(WithoutIndividuals, forms.Form):
    """Why and when a priority ends (003-17)."""

    free_text = ("end_reason",)
    ends_on = forms.DateField(label="Terminée le")
    end_reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Atteinte, remplacée, sans moyens… L’histoire des priorités le gardera.",
    )


class TransmissionForm(WithoutIndividuals, forms.ModelForm):
    """Which needs are told to the ARS, and on which day."""

    free_text = ("message",)
    chosen = NeedsChoice(label="Besoins transmis", queryset=Need.objects.none(), required=False)

    class Meta:
        model = Transmission
        fields = ("on", "message")
        help_texts = {"message": f"Il ouvre la note. {REMINDER}"}

    field_order = ("on", "chosen", "message")

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs = open_needs(council)
        if not self.instance._state.adding:
            sent = list(self.instance.needs.all())
            needs = needs | Need.objects.filter(council=council, pk__in=[one.pk for one in sent])
            self.fields["chosen"].initial = sent
        self.fields["chosen"].queryset = needs


class AnswerForm(WithoutIndividuals, forms.Form):
    """What the ARS answered."""

    free_text = ("answer",)
    answered_on = forms.DateField(label="Réponse du")
    answer = forms.CharField(
        label="Réponse",
        max_length=6_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=REMINDER,
    )
