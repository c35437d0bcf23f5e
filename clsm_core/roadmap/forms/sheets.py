"""Forms of the sections of a sheet."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.council.models import Council
from clsm_core.governance.forms.bodies import values_of
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.observatory.models import Need
from clsm_core.roadmap.models import ActionSheet, Axis, SpecificObjective
from clsm_core.roadmap.queries import plans as queries
from clsm_core.roadmap.shape import Section
from clsm_core.roadmap.vocabulary import (
    Determinant,
    EvaluationMethod,
    Extent,
    Policy,
    Public,
    Theme,
)

CODES: dict[str, tuple[str, Any]] = {
    "theme_codes": ("Thématiques", Theme),
    "publics": ("Public visé", Public),
    "extents": ("Territoires", Extent),
    "determinants": ("Déterminants de santé visés", Determinant),
    "policies": ("Politiques publiques concernées", Policy),
    "evaluation_methods": ("Méthode d’évaluation", EvaluationMethod),
}
TEXTS = (
    "title",
    "strategic_objective",
    "specific_objective",
    "context",
    "description",
    "territories",
    "schedule",
    "facilitators",
    "obstacles",
    "follow_up",
    "evaluation_method",
    "health_determinants",
    "public_policies",
    "themes",
    "yearly_review",
    "lessons",
    "articulation",
    "source",
    "people_concerned",
)
LABELS = {
    "territories": "Précisions sur les territoires",
    "themes": "Précisions sur les thématiques",
    "health_determinants": "Précisions sur les déterminants",
    "public_policies": "Précisions sur les politiques publiques",
    "evaluation_method": "Précisions sur l’évaluation",
    "people_concerned": "Nombre de personnes concernées",
}
HELP = {
    "number": "Le second nombre du code : 5 donne la fiche 5.5 dans l’axe 5.",
    "source": "D’où vient la fiche : contrat local de santé, feuille de route précédente…",
    "context": f"Contexte et enjeux locaux. {REMINDER}",
    "description": f"Ce que l’action fait. {REMINDER}",
    "schedule": "En toutes lettres, par exemple « durée du contrat local de santé ».",
    "people_concerned": "En toutes lettres : « environ 40 habitants par an ».",
    "territories": "Noms des communes, des quartiers.",
    "obstacles": "Un frein par ligne.",
    "articulation": "Contrat local de santé, projet territorial de santé mentale, contrat de"
    " ville : qui fait quoi, comment on se parle.",
    "lessons": "Ce que d’autres pourraient reprendre.",
    "follow_up": "Comment et quand on regarde où en est l’action : « bilan annuel ».",
    "progress": "En pour cent.",
}
# Not the name of the sheet's own list, which two texts of a stale edit could not show.
NEEDS = "kept_needs"
ANSWERS = ("targets_inequalities", "is_participatory")
YES_NO = (("", "non renseigné"), ("true", "oui"), ("false", "non"))


class SheetChoice(forms.ModelChoiceField):
    """Choose another sheet by its code, title and roadmap."""

    def label_from_instance(self, sheet: ActionSheet) -> str:
        """Write a sheet as a list shows it."""
        return f"{sheet.code} {sheet.title} · {sheet.axis.roadmap.title}"


class ObjectiveChoice(forms.ModelChoiceField):
    """Choose a specific objective of the axis."""

    def label_from_instance(self, objective: SpecificObjective) -> str:
        """Write an objective as a list shows it."""
        return objective.text


class NeedsChoice(forms.ModelMultipleChoiceField):
    """Choose needs of the council by their titles."""

    def label_from_instance(self, need: Need) -> str:
        """Write a need as a list shows it."""
        return f"{need.title} · {need.get_origin_display()}"


class AxisChoice(forms.ModelChoiceField):
    """Choose an axis by its number, title and roadmap."""

    def label_from_instance(self, axis: Axis) -> str:
        """Write an axis as a list shows it."""
        return f"{axis.roadmap.title} · axe {axis.number} — {axis.title}"


class SheetForm(WithoutIndividuals, forms.ModelForm):
    """A sheet's fields; `section_form` keeps those of a section."""

    free_text = TEXTS

    class Meta:
        model = ActionSheet
        fields: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        """Return what is asked to be written, by the names of the sheet's fields."""
        values = values_of(self)
        if NEEDS in values:
            values["needs"] = values.pop(NEEDS)
        return values


def section_form(data: Any, *, sheet: ActionSheet, section: Section) -> SheetForm:
    """Return the form of one section of a sheet."""
    council = sheet.axis.council
    built = forms.modelform_factory(
        ActionSheet,
        form=SheetForm,
        fields=[name for name in section.fields if name != "needs"],
        help_texts={name: HELP[name] for name in section.fields if name in HELP},
        labels={name: LABELS[name] for name in section.fields if name in LABELS},
        field_classes={
            "objective": ObjectiveChoice,
            "chained_with": SheetChoice,
        },
        formfield_callback=_field,
    )
    answers = {
        name: {True: "true", False: "false", None: ""}[getattr(sheet, name)]
        for name in ANSWERS
        if name in section.fields
    }
    form: SheetForm = built(data, instance=sheet, initial=answers)
    if "objective" in form.fields:
        form.fields["objective"].queryset = queries.specifics_of(sheet.axis)
        form.fields["objective"].empty_label = "aucun"
    if "needs" in section.fields:
        form.fields[NEEDS] = NeedsChoice(
            label="Besoins à l’origine",
            queryset=Need.objects.filter(council=council),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=[need.pk for need in sheet.needs.all()],
        )
    if "chained_with" in form.fields:
        form.fields["chained_with"].queryset = (
            ActionSheet.objects.filter(axis__council=council)
            .exclude(pk=sheet.pk)
            .select_related("axis__roadmap")
        )
        form.fields["chained_with"].empty_label = "aucune"
    return form


def _field(field: Any, **kwargs: Any) -> Any:
    """Return the form field of a model field: codes become boxes, a maybe becomes three words."""
    if field.name in CODES:
        label, choices = CODES[field.name]
        return forms.MultipleChoiceField(
            label=label,
            choices=choices.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    if field.name in ANSWERS:
        label = field.verbose_name[0].upper() + field.verbose_name[1:]
        return forms.TypedChoiceField(
            label=label,
            choices=YES_NO,
            required=False,
            coerce=lambda text: {"true": True, "false": False}.get(str(text).lower()),
            empty_value=None,
            widget=forms.RadioSelect,
        )
    return field.formfield(**kwargs)


class ProposalForm(WithoutIndividuals, forms.ModelForm):
    """A new sheet: where, its title, what it does."""

    free_text = ("title", "context", "description")

    axis = AxisChoice(label="Axe", queryset=Axis.objects.none(), empty_label="choisissez un axe")
    number = forms.IntegerField(
        label="Numéro dans l’axe",
        min_value=1,
        max_value=999,
        required=False,
        help_text="Vide : le suivant.",
    )

    class Meta:
        model = ActionSheet
        fields = ("axis", "number", "title", "context", "description")
        help_texts = {name: HELP[name] for name in ("context", "description")}

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["axis"].queryset = queries.open_axes(council)

    def _get_validation_exclusions(self) -> set[str]:
        # The action gives a number to who gave none, then checks the row.
        return {*super()._get_validation_exclusions(), "number"}


class DuplicateForm(WithoutIndividuals, forms.Form):
    """Where a copy goes, and its title."""

    free_text = ("title",)

    axis = AxisChoice(label="Axe", queryset=Axis.objects.none(), empty_label=None)
    title = forms.CharField(label="Titre", max_length=200)

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["axis"].queryset = queries.open_axes(council)


class MoveForm(forms.Form):
    """In which axis of its roadmap a sheet goes."""

    axis = AxisChoice(label="Axe", queryset=Axis.objects.none(), empty_label=None)

    def __init__(self, *args: Any, sheet: ActionSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Axis.objects.filter(roadmap=sheet.axis.roadmap_id)
        self.fields["axis"].queryset = found.select_related("roadmap")
        self.fields["axis"].initial = sheet.axis_id
