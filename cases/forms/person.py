"""The identity of a person and of those who speak for her; and the search by name."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.access.search import Asked
from cases.domain.identity import CARERS, CONTACT, FIELDS, PERSON, PROTECTION, TRUSTED
from cases.domain.vocabulary import (
    ProtectionMeasure,
    RepresentativeInformed,
    RepresentativeMandate,
    Sex,
)
from cases.forms.fields import NO_OPINIONS, Grouped, day, line, one_of
from cases.forms.referral_person import EARLIEST_BIRTH, LATEST_BIRTH
from cases.forms.step import plain

OTHER = ("other_carer_name", "other_carer_link", "other_carer_contact")


def birth_year(*, help_text: str) -> forms.IntegerField:
    """Build a year of birth."""
    return forms.IntegerField(
        label="Année de naissance",
        help_text=help_text,
        required=False,
        min_value=EARLIEST_BIRTH,
        max_value=LATEST_BIRTH,
    )


class IdentityForm(Grouped):
    """Only what serves to find her, to call her as she wishes, to know who speaks for her."""

    groups = (
        ("La personne", "", PERSON),
        (
            "La joindre sans risque",
            "Ce qui n’est pas écrit ici, un collègue le fera sans le savoir : un message laissé au "
            "mauvais endroit peut mettre quelqu’un en danger.",
            CONTACT,
        ),
        (
            "Mesure de protection et représentant",
            "Hors d’une mesure qui porte sur sa personne, son représentant n’est informé qu’avec "
            "son accord.",
            PROTECTION,
        ),
        ("Personne de confiance", "Celle qu’elle a désignée elle-même.", TRUSTED),
        ("Proches et aidants", "Avec leur accord, et le sien.", CARERS),
    )
    folded = frozenset(
        {"Mesure de protection et représentant", "Personne de confiance", "Proches et aidants"}
    )

    last_name = line("Nom d’usage", required=True)
    birth_name = line("Nom de naissance", help_text="S’il est différent.")
    first_name = line("Prénom")
    birth_year = birth_year(help_text="L’année suffit presque toujours.")
    birth_date = day("Date de naissance", help_text="Seulement si une démarche l’exige.")
    sex = one_of("Sexe", Sex, help_text="Comme elle le dit.")
    phone = line("Téléphone", limit=40)
    address = line("Adresse")
    reach = line(
        "Comment et quand la joindre", help_text="Par exemple : le matin, par SMS d’abord."
    )
    avoid = line(
        "Ce qu’il ne faut pas faire",
        help_text="Par exemple : pas de message vocal, ne pas passer par la famille. "
        f"{NO_OPINIONS}",
    )
    protection_measure = one_of("Mesure de protection", ProtectionMeasure)
    representative_name = line("Représentant", help_text="Nom, ou service.")
    representative_mandate = one_of("À quel titre", RepresentativeMandate)
    representative_contact = line("Comment le joindre")
    representative_informed = one_of(
        "Sait-il que la commission est saisie ?", RepresentativeInformed
    )
    trusted_name = line("Nom")
    trusted_contact = line("Comment la joindre")
    carer_name = line("Nom")
    carer_link = line("Lien avec elle", help_text="Par exemple : sœur, voisin, aide à domicile.")
    carer_contact = line("Comment le ou la joindre")
    other_carer_name = line("Une autre personne : nom")
    other_carer_link = line("Lien avec elle")
    other_carer_contact = line("Comment le ou la joindre")

    def content(self) -> dict[str, Any]:
        """Return what was typed, as plain values."""
        return {name: plain(self.cleaned_data.get(name)) for name in FIELDS}

    def refuse(self, errors: dict[str, str]) -> None:
        """Put the rules' errors on the fields that mend them."""
        for name, text in errors.items():
            if name not in self.errors:
                self.add_error(name, text)


class SearchForm(forms.Form):
    """A name to compare with the identities that one may open."""

    last_name = line("Nom", required=True, help_text="D’usage ou de naissance, à peu près.")
    first_name = line("Prénom")
    birth_year = birth_year(help_text="À un an près, si vous la connaissez.")

    def asked(self) -> Asked:
        """Return what is looked for."""
        data = self.cleaned_data
        return Asked(data["last_name"], data["first_name"], data["birth_year"])
