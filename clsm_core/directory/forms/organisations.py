"""Forms of an organisation."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import URLField

from clsm_core.directory.models import SURVEY_CATEGORIES, Category, Organisation

GROUPED_CATEGORIES = [
    ("", "—"),
    (
        "Catégories de l’enquête nationale",
        sorted([(one.value, one.label) for one in SURVEY_CATEGORIES], key=lambda pair: pair[1]),
    ),
    (
        "Autres catégories",
        [(one.value, one.label) for one in tuple(Category)[len(SURVEY_CATEGORIES) :]],
    ),
]


def _field(field: Any, **kwargs: Any) -> Any:
    """Return the form's field of a model's field; an address without a scheme is taken as https."""
    if isinstance(field, URLField):
        kwargs["assume_scheme"] = "https"
    return field.formfield(**kwargs)


class OrganisationForm(forms.ModelForm):
    """What an organisation is, does, and how one gets there.

    Args:
        publishes: whether the organisation may be put in the public guide, or taken out of it.
    """

    category = forms.ChoiceField(label="Catégorie", choices=GROUPED_CATEGORIES)
    postcode = forms.RegexField(
        r"^[0-9]{5}$",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )

    class Meta:
        model = Organisation
        formfield_callback = _field
        fields = (
            "name",
            "category",
            "missions",
            "objectives",
            "audience",
            "area",
            "address",
            "postcode",
            "city",
            "phone",
            "email",
            "website",
            "opening_hours",
            "access_terms",
            "verified_on",
            "is_public",
        )
        help_texts: ClassVar = {
            "missions": "Ce que la structure fait, en quelques phrases.",
            "objectives": "Ce qu’elle cherche à obtenir, avec le conseil ou ailleurs.",
            "audience": "Par exemple : adultes, adolescents et leurs proches.",
            "area": "Communes, secteur ou quartiers où elle intervient.",
            "access_terms": "Sur rendez-vous, sur orientation, sans avance de frais…",
            "verified_on": "Le jour où vous avez vérifié cette fiche avec la structure.",
            "is_public": "Guide public, à venir : il montrera la structure, jamais ses contacts.",
        }

    def __init__(self, *args: Any, today: date, publishes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        if not publishes:
            del self.fields["is_public"]
        for name in ("missions", "objectives", "access_terms"):
            self.fields[name].max_length = 5_000
            self.fields[name].widget.attrs["maxlength"] = 5_000

    def clean_verified_on(self) -> date | None:
        """Refuse a day to come."""
        found: date | None = self.cleaned_data["verified_on"]
        if found and found > self._today:
            raise forms.ValidationError("Cette date est à venir : donnez celle de la vérification.")
        return found
