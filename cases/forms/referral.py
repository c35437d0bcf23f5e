"""The referral in three screens, twelve mandatory answers at most (decision 19, C-27, C-28).

Each screen gives its part of the content as plain values; the names of fields are the keys that
``cases.actions.referrals`` expects.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from cases.domain.vocabulary import (
    AgeBand,
    CareStatus,
    Household,
    HousingType,
    InformationOutcome,
    LandlordType,
    PersonPresenceWish,
    Problem,
    ReferrerCategory,
    Severity,
    SeverityFactor,
    Sex,
    Signal,
    SignalGroup,
    Zone,
)
from cases.forms.fields import (
    FACTS,
    NO_NAME,
    NO_OPINIONS,
    Grouped,
    box,
    day,
    line,
    long_text,
    one_of,
    one_shown,
    several,
)

NAMED, CODED = "named", "coded"
ORDINARY_LAW, COMPLEXITY, NO_EMERGENCY = "droit_commun", "complexite", "pas_urgence"
IDENTITY = ("last_name", "first_name", "birth_year", "phone", "address")
EARLIEST_BIRTH, LATEST_BIRTH = 1900, 2025


class StartForm(forms.Form):
    """The gate: danger now is never a referral (BR-08)."""

    urgency = one_shown(
        "Y a-t-il un danger immédiat pour la personne ou pour quelqu’un d’autre ?",
        [("oui", "Oui"), ("non", "Non")],
        help_text="Par exemple : idées suicidaires avec un projet, violence en cours, incendie, "
        "personne inconsciente. La commission se réunit par séances et ne répond pas à l’urgence.",
    )

    def __init__(self, *args: Any, commissions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(commissions) > 1:
            self.fields["commission"] = one_shown("Commission saisie", commissions)


class StepForm(Grouped):
    """One screen of the referral; it knows the content already written on the others."""

    keys: ClassVar[tuple[str, ...]] = ()

    def content(self) -> dict[str, Any]:
        """Return the plain values of this screen."""
        return {key: plain(self.cleaned_data.get(key)) for key in self.keys}

    def typed(self) -> dict[str, Any]:
        """Return what was typed so far, valid or not, to keep in the draft."""
        kept: dict[str, Any] = {}
        for key in self.fields:
            value = self.fields[key].widget.value_from_datadict(
                self.data, self.files, self.add_prefix(key)
            )
            if isinstance(value, str | bool | list) or value is None:
                kept[key] = value
        return self.nested(kept)

    def nested(self, values: dict[str, Any]) -> dict[str, Any]:
        """Put flat values in the shape of the content."""
        return values

    @classmethod
    def flat(cls, content: dict[str, Any]) -> dict[str, Any]:
        """Return initial values from a content."""
        return content


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
        (
            "Qui",
            "L’identité est scellée à part : on ne la lit que par un geste, qui est enregistré.",
            ("identification", *IDENTITY, "attest_anonymous"),
        ),
        ("Ce qu’elle sait", "", ("person_informed", "informed_by", "information_due_on")),
        ("En quelques traits", "", ("age_band", "sex", "household", "zone")),
    )

    identification = one_shown(
        "Comment désignez-vous la personne ?",
        [
            (NAMED, "Par son nom : il sera scellé dès l’envoi"),
            (CODED, "Sans son nom : vous seul savez de qui il s’agit"),
        ],
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
    attest_anonymous = box(
        "Sans nom : j’ai vérifié que rien, dans mes textes, ne permet de la reconnaître"
    )
    person_informed = one_shown(
        "La personne sait-elle que vous saisissez la commission ?",
        InformationOutcome,
        help_text="Elle doit le savoir. Si elle est injoignable, dites quand vous l’informerez.",
    )
    informed_by = line("Qui l’a informée, ou l’informera ?", help_text="Nom et fonction.")
    information_due_on = day(
        "Si elle est injoignable : à informer avant le",
        help_text="Sans cette date, la saisine ne peut pas partir.",
    )
    age_band = one_of("Âge", AgeBand, required=True)
    sex = one_of("Sexe", Sex)
    household = one_of("Avec qui vit-elle ?", Household)
    zone = one_of("Lieu de vie", Zone, help_text="Une grande zone, jamais un quartier.")

    def __init__(self, *args: Any, is_coded_allowed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_coded_allowed:
            del self.fields["identification"]
            del self.fields["attest_anonymous"]
            self.fields["last_name"].required = True
            self.fields["last_name"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """Require what each way of naming and informing needs (decision 26, C-03)."""
        data = super().clean() or {}
        if data.get("identification") == NAMED and not data.get("last_name"):
            self.add_error("last_name", "Indiquez le nom, ou choisissez « sans son nom ».")
        if data.get("identification") == CODED:
            if any(data.get(key) for key in IDENTITY):
                self.add_error(
                    "identification",
                    "Vous avez choisi « sans son nom » : effacez le nom, l’année de naissance, "
                    "le téléphone et l’adresse.",
                )
            if not data.get("attest_anonymous"):
                self.add_error("attest_anonymous", "Cochez cette case après avoir vérifié.")
        unreachable = data.get("person_informed") == InformationOutcome.UNREACHABLE
        if unreachable and not data.get("information_due_on"):
            self.add_error("information_due_on", "Indiquez quand vous informerez la personne.")
        return data

    def content(self) -> dict[str, Any]:
        """Return this screen's values, the identity apart."""
        named = self.cleaned_data.get("identification", NAMED) == NAMED
        identity = {key: plain(self.cleaned_data.get(key)) for key in IDENTITY} if named else {}
        values = super().content()
        values["identification"] = NAMED if named else CODED
        values["sex"] = values["sex"] or Sex.OTHER.value
        values["household"] = values["household"] or Household.UNKNOWN.value
        values["zone"] = values["zone"] or Zone.UNKNOWN.value
        return {**values, "identity": {k: v for k, v in identity.items() if v}}

    def nested(self, values: dict[str, Any]) -> dict[str, Any]:
        """Put what identifies under its own key."""
        identity = {key: values.pop(key) for key in IDENTITY if values.get(key)}
        return {**{k: v for k, v in values.items() if k not in IDENTITY}, "identity": identity}

    @classmethod
    def flat(cls, content: dict[str, Any]) -> dict[str, Any]:
        """Return initial values, the identity spread over its fields."""
        return {**content, **content.get("identity", {})}


def signal_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """List the signals under the place where each is noticed."""
    return [
        (group.label, [(s.value, s.label) for s in Signal if s.group is group])
        for group in SignalGroup
    ]


class SituationStep(StepForm):
    """What is difficult, as facts."""

    keys = (
        "problems",
        "severity",
        "severity_factors",
        "housing_type",
        "landlord_type",
        "signals",
        "story",
        "housing_text",
        "care_status",
        "health_text",
    )
    groups = (
        ("Les faits", "", ("story", "problems", "severity")),
        ("Ce qui rend la situation grave", "", ("severity_factors",)),
        ("Le logement", "", ("housing_type", "landlord_type", "housing_text")),
        ("Les signes remarqués", "", ("signals",)),
        (
            "La santé",
            "Facultatif. Ces deux réponses vont dans un volet que seuls ouvrent les "
            "professionnels admis par la loi.",
            ("care_status", "health_text"),
        ),
    )

    folded = frozenset({"Ce qui rend la situation grave", "Les signes remarqués"})

    story = long_text(
        "Ce qui se passe",
        help_text=f"{FACTS} {NO_OPINIONS} La santé a sa propre case plus bas.",
        required=True,
    )
    problems = several("Difficultés", Problem, help_text="Une ou plusieurs.", required=True)
    severity = one_shown("Gravité, selon vous, pour la personne", Severity)
    severity_factors = several(
        "Facteurs de gravité",
        [(one.value, one.label) for one in SeverityFactor if one is not SeverityFactor.NONE],
        help_text="Rien de coché veut dire : aucun facteur relevé.",
    )
    housing_type = one_of("Logement ou hébergement", HousingType, required=True)
    landlord_type = one_of("Bailleur", LandlordType)
    signals = several(
        "Signes remarqués",
        signal_groups(),
        help_text="Seulement ce que vous avez constaté vous-même ou appris d’un professionnel.",
    )
    housing_text = long_text("Le logement", help_text=FACTS)
    care_status = one_of(
        "Suivi psychiatrique",
        CareStatus,
        help_text="Si vous le savez par votre métier. Scellé dans le volet santé.",
    )
    health_text = long_text(
        "La santé",
        help_text="Facultatif. Lisible seulement par les professionnels de santé et du social "
        "admis par la loi.",
    )

    def content(self) -> dict[str, Any]:
        """Return this screen's values, with the codes for what is not known."""
        values = super().content()
        values["landlord_type"] = values["landlord_type"] or LandlordType.NOT_APPLICABLE.value
        values["care_status"] = values["care_status"] or CareStatus.UNKNOWN.value
        values["severity_factors"] = values["severity_factors"] or [SeverityFactor.NONE.value]
        return values


class RequestStep(StepForm):
    """What is asked, and what the person says of it."""

    keys = (
        "person_words",
        "presence_wish",
        "question",
        "tried_steps",
        "link",
        "referrer_category",
        "criteria",
    )
    groups = (
        ("La personne d’abord", "", ("person_words", "presence_wish")),
        ("Votre demande", "", ("question", "criteria", "tried_steps")),
        ("Vous", "", ("referrer_category", "link")),
    )

    person_words = long_text(
        "Ce que dit la personne",
        help_text="Avec ses mots : ce qu’elle souhaite, ce qu’elle refuse, ce qui compte pour "
        "elle. Obligatoire, sauf si elle est injoignable.",
    )
    presence_wish = one_of("Souhaite-t-elle être présente à la séance ?", PersonPresenceWish)
    question = long_text(
        "Que demandez-vous à la commission ?",
        help_text=f"Une question à laquelle plusieurs services répondent mieux qu’un seul. "
        f"{NO_NAME} Rien sur la santé : tous ceux qui ouvrent la situation lisent cette question.",
        required=True,
    )
    tried_steps = long_text(
        "Ce qui a déjà été essayé", help_text="Quand, avec qui, ce que cela a donné."
    )
    link = line(
        "Votre lien avec la personne",
        help_text="Depuis quand, à quel titre. Par exemple : gardien de l’immeuble depuis 2019.",
    )
    referrer_category = one_of("Votre structure", ReferrerCategory)
    criteria = several(
        "Pourquoi la commission plutôt qu’un service seul ?",
        [
            (ORDINARY_LAW, "Les démarches habituelles ont été essayées, sans résultat suffisant"),
            (COMPLEXITY, "Plusieurs difficultés se mêlent : un service seul n’y suffit pas"),
        ],
        help_text="Les deux conditions sont nécessaires.",
        required=True,
    )

    def __init__(self, *args: Any, is_unreachable: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_unreachable = is_unreachable

    def clean(self) -> dict[str, Any]:
        """Require the person's words when she could be met, and both conditions."""
        data = super().clean() or {}
        if data.get("criteria") and set(data["criteria"]) != {ORDINARY_LAW, COMPLEXITY}:
            self.add_error(
                "criteria",
                "Si l’une des deux conditions n’est pas remplie, un service de droit commun "
                "répondra mieux : parlez-en à la personne qui anime la commission.",
            )
        if not data.get("person_words") and not self.is_unreachable:
            self.add_error(
                "person_words",
                "Écrivez ce que dit la personne, ou ce qu’elle a répondu quand vous lui en avez "
                "parlé.",
            )
        return data

    def content(self) -> dict[str, Any]:
        """Return this screen's values; the gate already answered for urgency."""
        values = super().content()
        values["criteria"] = [*values["criteria"], NO_EMERGENCY]
        values["presence_wish"] = values["presence_wish"] or PersonPresenceWish.UNKNOWN.value
        values["referrer_category"] = values["referrer_category"] or ReferrerCategory.OTHER.value
        return values


STEPS: dict[str, tuple[str, type[StepForm]]] = {
    "personne": ("La personne", PersonStep),
    "situation": ("La situation", SituationStep),
    "demande": ("La demande", RequestStep),
}


def plain(value: Any) -> Any:
    """Return a value that a sealed draft can hold: dates become ISO texts."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if value is None:
        return ""
    return value
