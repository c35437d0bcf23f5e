"""Who is concerned, and whether she knows: her name leaves only when she does (decision 26)."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.identity import REFERRED, holds_security_number
from cases.domain.vocabulary import AgeBand, Household, InformationOutcome, Sex, Zone
from cases.forms.fields import NO_OPINIONS, box, day, line, one_of, one_shown
from cases.forms.step import StepForm, plain

NAMED, CODED = "named", "coded"
EARLIEST_BIRTH, LATEST_BIRTH = 1900, 2025
STAYS_WITH_YOU = (
    "Elle ne sait pas encore que vous saisissez la commission : son nom reste avec vous. "
    "Choisissez « sans son nom » ; il sera écrit plus tard, avec son accord. Rien de ce que vous "
    "avez saisi n’est perdu."
)


class PersonStep(StepForm):
    """Who is concerned, and whether she knows."""

    keys = (
        "identification",
        "attest_anonymous",
        "person_informed",
        "information_due_on",
        "informed_by",
        "age_band",
        "sex",
        "household",
        "zone",
    )
    groups = (
        ("Ce qu’elle sait", "", ("person_informed", "informed_by", "information_due_on")),
        (
            "Qui",
            "Son nom ne part que si elle sait que vous saisissez la commission. Il est alors "
            "scellé à part : on ne le lit que par un geste, qui est enregistré.",
            ("identification", "attest_anonymous", "last_name", "first_name", "birth_year"),
        ),
        (
            "Comment la joindre",
            "Seulement si vous la désignez par son nom.",
            ("phone", "address", "reach", "avoid"),
        ),
        ("En quelques traits", "", ("age_band", "sex", "household", "zone")),
    )
    folded = frozenset({"Comment la joindre"})

    person_informed = one_shown(
        "La personne sait-elle que vous saisissez la commission ?",
        InformationOutcome,
        help_text="Elle doit le savoir. Si ce n’est pas encore le cas, dites quand vous "
        "l’informerez : d’ici là, elle est désignée sans son nom.",
    )
    informed_by = line("Qui l’a informée, ou l’informera ?", help_text="Nom et fonction.")
    information_due_on = day(
        "Si ce n’est pas encore fait : à informer avant le",
        help_text="Sans cette date, la saisine ne peut pas partir.",
    )
    identification = one_shown(
        "Comment désignez-vous la personne ?",
        [
            (NAMED, "Par son nom : il sera scellé dès l’envoi"),
            (CODED, "Sans son nom : vous seul savez de qui il s’agit"),
        ],
        required=False,
    )
    attest_anonymous = box(
        "Sans nom : j’ai vérifié que rien, dans mes textes, ne permet de la reconnaître"
    )
    last_name = line("Nom", help_text="À remplir si vous désignez la personne par son nom.")
    first_name = line("Prénom")
    birth_year = forms.IntegerField(
        label="Année de naissance",
        help_text="L’année suffit.",
        required=False,
        min_value=EARLIEST_BIRTH,
        max_value=LATEST_BIRTH,
    )
    phone = line("Téléphone", limit=40)
    address = line("Adresse")
    reach = line(
        "Comment et quand la joindre", help_text="Par exemple : le matin, par SMS d’abord."
    )
    avoid = line(
        "Ce qu’il ne faut pas faire",
        help_text="Par exemple : pas de message au domicile, ne pas passer par la famille. "
        f"{NO_OPINIONS}",
    )
    age_band = one_of("Âge", AgeBand, required=True)
    sex = one_of("Sexe", Sex)
    household = one_of("Avec qui vit-elle ?", Household)
    zone = one_of("Lieu de vie", Zone, help_text="Une grande zone, jamais un quartier.")

    def clean(self) -> dict[str, Any]:
        """Require what each way of naming and informing needs (decision 26, C-01, C-03)."""
        data = super().clean() or {}
        outcome = data.get("person_informed")
        is_informed = outcome == InformationOutcome.INFORMED
        if outcome and not is_informed and not data.get("information_due_on"):
            self.add_error("information_due_on", "Indiquez quand vous informerez la personne.")
        way = data.get("identification") or (NAMED if data.get("last_name") else "")
        data["identification"] = way
        if not way:
            self.add_error("identification", "Indiquez comment vous désignez la personne.")
        if way == NAMED:
            self._check_named(data, is_informed=is_informed, is_known=bool(outcome))
        if way == CODED:
            if any(data.get(key) for key in REFERRED):
                self.add_error(
                    "identification",
                    "Vous avez choisi « sans son nom » : effacez ce qui la nomme et la situe, ou "
                    "continuez sans son nom par le bouton du bas.",
                )
            if not data.get("attest_anonymous"):
                self.add_error("attest_anonymous", "Cochez cette case après avoir vérifié.")
        return data

    def _check_named(self, data: dict[str, Any], *, is_informed: bool, is_known: bool) -> None:
        if is_known and not is_informed:
            self.add_error("identification", STAYS_WITH_YOU)
        if not data.get("last_name"):
            self.add_error("last_name", "Indiquez le nom, ou choisissez « sans son nom ».")
        for key in REFERRED:
            if holds_security_number(str(data.get(key) or "")):
                self.add_error(key, "N’écrivez pas de numéro de sécurité sociale : retirez-le.")

    @property
    def may_drop_name(self) -> bool:
        """Tell whether the page offers to go on without the name that was typed."""
        return "identification" in self.errors and any(self.data.get(key) for key in REFERRED)

    def without_name(self) -> dict[str, Any]:
        """Return what was typed, the name apart: it stays with whoever refers."""
        return {**self.typed(), "identification": CODED, "identity": {}}

    def content(self) -> dict[str, Any]:
        """Return this screen's values, the identity apart."""
        named = self.cleaned_data["identification"] == NAMED
        identity = {key: plain(self.cleaned_data.get(key)) for key in REFERRED} if named else {}
        values = super().content()
        values["sex"] = values["sex"] or Sex.OTHER.value
        values["household"] = values["household"] or Household.UNKNOWN.value
        values["zone"] = values["zone"] or Zone.UNKNOWN.value
        return {**values, "identity": {k: v for k, v in identity.items() if v}}

    def nested(self, values: dict[str, Any]) -> dict[str, Any]:
        """Put what identifies under its own key."""
        identity = {key: values.pop(key) for key in REFERRED if values.get(key)}
        return {**{k: v for k, v in values.items() if k not in REFERRED}, "identity": identity}

    @classmethod
    def flat(cls, content: dict[str, Any]) -> dict[str, Any]:
        """Return initial values, the identity spread over its fields."""
        return {**content, **content.get("identity", {})}
