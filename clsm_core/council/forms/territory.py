"""Communes, districts, sectors and outlines of a council."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clsm_core.council import districts_csv, geojson
from clsm_core.council.models import (
    Commune,
    Council,
    CouncilCommune,
    PriorityDistrict,
    PsychiatricSector,
)
from clsm_core.council.queries import territory
from clsm_core.council.words import number


class CommuneChoice(forms.ModelMultipleChoiceField):
    """Communes to tick, by name and code."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Write a commune, or the line of the perimeter that holds it."""
        commune: Commune = obj.commune if isinstance(obj, CouncilCommune) else obj
        return f"{commune.name} ({commune.code})"


class AddCommunesForm(forms.Form):
    """Communes found, to add to the perimeter."""

    communes = CommuneChoice(
        label="Communes à ajouter",
        queryset=Commune.objects.none(),
        error_messages={
            "required": "Cochez au moins une commune.",
            "invalid_choice": "Une commune cochée n’est pas dans cette liste.",
        },
    )

    def __init__(self, *args: Any, found: list[Commune], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["communes"]
        field.queryset = Commune.objects.filter(pk__in=[one.pk for one in found])
        # In the order of the search, which knows the exact name.
        field.choices = [(one.pk, _with_epci(one)) for one in found]


def _with_epci(commune: Commune) -> str:
    where = commune.epci.name if commune.epci else f"département {commune.department}"
    return f"{commune.name} ({commune.code}), {number(commune.population)} habitants, {where}"


class PerimeterForm(forms.Form):
    """Communes that are covered in part only, communes to take out."""

    partial = CommuneChoice(
        label="En partie seulement",
        queryset=CouncilCommune.objects.none(),
        required=False,
        help_text="Le conseil ne couvre qu’une partie de ces communes. Leur population reste"
        " comptée entière, et la page le dit.",
    )
    removed = CommuneChoice(
        label="À retirer du périmètre",
        queryset=CouncilCommune.objects.none(),
        required=False,
        error_messages={"invalid_choice": "Une commune cochée n’est plus dans le périmètre."},
    )

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        lines = territory.lines_of(council).order_by("commune__name")
        kwargs.setdefault("initial", {"partial": [one.pk for one in lines if one.is_partial]})
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = lines


class DistrictForm(forms.ModelForm):
    """One priority district (003-09, 003-12)."""

    class Meta:
        model = PriorityDistrict
        fields = ["code", "name", "commune", "population", "population_year", "source"]
        labels = {
            "code": "Code du quartier",
            "name": "Nom",
            "commune": "Commune",
            "population": "Population",
            "population_year": "Année de cette population",
            "source": "Source",
        }
        help_texts = {
            "code": "Huit caractères, par exemple QN05701M.",
            "population": "Laissez vide si vous ne la connaissez pas : zéro compterait.",
            "source": "D’où vient ce chiffre.",
        }

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = territory.communes_of(council)
        self.fields["commune"].empty_label = "Non précisée"

    def clean_code(self) -> str:
        """Require the shape of the official codes."""
        code = str(self.cleaned_data["code"]).upper()
        if not districts_csv.CODE.fullmatch(code):
            raise ValidationError("Le code ressemble à QP057001 ou QN05701M.")
        return code

    def clean_population_year(self) -> int | None:
        """Require a year that a population may have."""
        year: int | None = self.cleaned_data["population_year"]
        if year and not districts_csv.FIRST_YEAR <= year <= districts_csv.LAST_YEAR:
            raise ValidationError("Écrivez une année sur quatre chiffres.")
        return year


class SectorForm(forms.ModelForm):
    """One sector of public psychiatry (003-10)."""

    class Meta:
        model = PsychiatricSector
        fields = ["kind", "code", "name", "hospital", "chief", "area"]
        labels = {
            "kind": "Type",
            "code": "Numéro du secteur",
            "name": "Pôle ou service",
            "hospital": "Établissement",
            "chief": "Cheffe ou chef de pôle ou de secteur",
            "area": "Communes ou quartiers desservis",
        }
        help_texts = {"code": "Par exemple 57G05 ou 57I02."}


class DistrictsFileForm(forms.Form):
    """A CSV of districts, sent or pasted."""

    file = forms.FileField(label="Fichier CSV", required=False)
    text = forms.CharField(
        label="Ou collez ses lignes",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Première ligne : code;nom;code_insee;population;annee",
    )
    source = forms.CharField(
        label="Source",
        max_length=160,
        required=False,
        help_text="Par exemple : ANCT, populations des QPV au recensement 2021.",
    )

    def __init__(self, *args: Any, known: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean(self) -> dict[str, Any]:
        """Read every line; name every fault."""
        cleaned = super().clean() or self.cleaned_data
        sent, text = cleaned.get("file"), cleaned.get("text", "")
        if sent is not None:
            if sent.size > districts_csv.MAX_BYTES:
                raise ValidationError("Le fichier dépasse 300 ko.")
            text = districts_csv.decode(sent.read())
        elif not text.strip():
            if "file" not in self.errors:
                raise ValidationError("Envoyez un fichier, ou collez ses lignes.")
            return cleaned
        if len(text.encode()) > districts_csv.MAX_BYTES:
            raise ValidationError("Le texte dépasse 300 ko.")
        try:
            cleaned["lines"] = districts_csv.read(text, self.known)
        except districts_csv.Faults as faults:
            raise ValidationError(faults.messages) from faults
        cleaned["text"] = text
        return cleaned


class DistrictsConfirmForm(DistrictsFileForm):
    """The same lines, carried by the page that shows them; they are read again."""

    file = None
    text = forms.CharField(widget=forms.HiddenInput)
    source = forms.CharField(max_length=160, required=False, widget=forms.HiddenInput)


class ContoursForm(forms.Form):
    """A GeoJSON file of outlines (domain.md D.1)."""

    file = forms.FileField(label="Fichier GeoJSON", help_text="Cinq mégaoctets au plus.")
    source = forms.CharField(
        label="Source et année",
        max_length=160,
        help_text="Affichée sous la carte. Par exemple : IGN, Admin Express 2025.",
    )

    def __init__(self, *args: Any, known: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.outlines: geojson.Outlines | None = None

    def clean_file(self) -> Any:
        """Read the outlines; say what is wrong with the file."""
        sent = self.cleaned_data["file"]
        if sent.size > geojson.MAX_BYTES:
            raise ValidationError(
                "Le fichier dépasse 5 Mo : gardez les seules communes du conseil."
            )
        try:
            self.outlines = geojson.read(sent.read(), self.known)
        except geojson.FaultyFile as faulty:
            raise ValidationError(list(faulty.messages)) from faulty
        return sent
