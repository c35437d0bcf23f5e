"""Forms of the lines of a sheet's lists."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.directory.forms.choosing import Names, OrganisationField
from clsm_core.governance.forms.individuals import WithoutIndividuals
from clsm_core.roadmap.models import ActionSheet, Indicator, IndicatorMode, Partner
from clsm_core.roadmap.shape import Kind
from clsm_core.roadmap.vocabulary import FIRST_YEAR, LAST_YEAR

YEARS = {"min_value": FIRST_YEAR, "max_value": LAST_YEAR}
WRITTEN_OUT = (
    "Une structure hors de l’annuaire, ou une famille de structures : « bailleurs sociaux »."
)
HELP = {
    "group": "Ce que l’objectif ou l’action sert : animer, se connaître, coordonner.",
    "nature": "Une action qui existe et qu’on renforce, ou une nouvelle.",
    "target": "Ce qui est visé, en toutes lettres : « 4 par an ».",
    "unit": "Réunions, personnes, euros…",
    "hours": "Pour la valorisation du temps : le nombre d’heures données.",
    "computed": "Pour un indicateur calculé : ce que le service compte, année par année.",
    "amount": "Vide tant que ce n’est pas chiffré.",
    "spent": "Ce qui a été dépensé.",
}


class LineForm(WithoutIndividuals, forms.ModelForm):
    """A line; an edited one may change its place."""

    free_text = ("text", "label", "name")


class PartnerForm(LineForm):
    """A partner: an organisation of the directory, or a name written out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["name"].label = "Ou en toutes lettres"
        self.fields["name"].help_text = WRITTEN_OUT

    def clean(self) -> Any:
        """Take the name of the organisation chosen; ask for one of both."""
        cleaned = super().clean()
        organisation = self.cleaned_data.get("organisation")
        if organisation is not None:
            self.cleaned_data["name"] = organisation.name
        elif not self.cleaned_data.get("name") and "organisation" not in self.errors:
            self.add_error(
                "organisation", "Choisissez une structure de l’annuaire, ou écrivez son nom."
            )
        return cleaned


class IndicatorForm(LineForm):
    """An indicator; a counted one says what is counted."""

    def clean(self) -> Any:
        """Keep what is counted for counted indicators only, and ask for it there."""
        cleaned = super().clean()
        if self.cleaned_data.get("mode") != IndicatorMode.COMPUTED:
            self.cleaned_data["computed"] = ""
        elif not self.cleaned_data.get("computed"):
            self.add_error("computed", "Choisissez ce que le service doit compter.")
        return cleaned


_FORMS: dict[Any, type[LineForm]] = {Partner: PartnerForm, Indicator: IndicatorForm}


def line_form(data: Any, *, sheet: ActionSheet, kind: Kind, line: Any = None) -> LineForm:
    """Return the form of a line, new unless one is given."""
    built = forms.modelform_factory(
        kind.model,
        form=_FORMS.get(kind.model, LineForm),
        fields=[name for name in kind.fields if name != "organisation"],
        help_texts={name: HELP[name] for name in kind.fields if name in HELP},
        formfield_callback=_field,
    )
    form: LineForm = built(data, instance=line or kind.model(sheet=sheet))
    if kind.model is Partner:
        form.fields["organisation"] = OrganisationField(
            names=Names(sheet.axis.council),
            label="Structure de l’annuaire",
            required=False,
            help_text="Commencez à écrire son nom.",
            initial=line.organisation_id if line else None,
        )
        form.order_fields(["role", "organisation", "name"])
    if line is not None:
        count = getattr(sheet, kind.related).count()
        form.fields["place"] = forms.IntegerField(
            label="Place dans la liste", min_value=1, max_value=max(count, 1), initial=line.rank
        )
    return form


def _field(field: Any, **kwargs: Any) -> Any:
    """Return the form field of a model field: long texts grow, years stay years."""
    if field.name == "year":
        return forms.IntegerField(label="Exercice", required=False, **YEARS)
    if field.name == "text" and field.max_length and field.max_length > 200:
        kwargs["widget"] = forms.Textarea
    if field.name in ("amount", "spent"):
        kwargs["min_value"] = 0
    return field.formfield(**kwargs)
