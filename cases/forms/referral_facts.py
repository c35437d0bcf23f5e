"""What is difficult, as facts; each answer goes to the section that may hold it (decision 20)."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.circuits import Circuit, needs_visitor_risk
from cases.domain.vocabulary import (
    BuildingRisk,
    CareStatus,
    HousingType,
    KnownOrNot,
    LandlordType,
    Litigation,
    LitigationCause,
    Problem,
    RefusalOfHelp,
    Severity,
    SeverityFactor,
    Signal,
    SignalGroup,
)
from cases.forms.fields import FACTS, NO_OPINIONS, long_text, one_of, one_shown, several
from cases.forms.step import StepForm

EARLIEST_ENTRY, LATEST_ENTRY = 1930, 2040
HIGHEST_DISTRESS = 10
VISITS = "Pour qui se rend sur place"


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
        "entry_year",
        "litigation",
        "litigation_cause",
        "visitor_risk",
        "building_risks",
        "animals",
        "signals",
        "refusal_of_help",
        "story",
        "housing_text",
        "care_status",
        "gp_known",
        "complaint_expressed",
        "perceived_distress",
        "health_text",
    )
    free_texts = ("story", "housing_text", "health_text")
    groups = (
        ("Les faits", "", ("story", "problems", "severity")),
        ("Ce qui rend la situation grave", "", ("severity_factors",)),
        ("Le logement", "", ("housing_type", "landlord_type", "entry_year", "housing_text")),
        (
            VISITS,
            "Demandé pour un logement très encombré ; utile à tous ceux qui s’y rendront.",
            ("visitor_risk", "building_risks", "animals"),
        ),
        (
            "Une procédure avec le bailleur",
            "Ces réponses vont dans le volet juridique.",
            ("litigation", "litigation_cause"),
        ),
        ("Les signes remarqués", "", ("signals",)),
        ("L’aide déjà proposée", "", ("refusal_of_help",)),
        (
            "La santé",
            "Facultatif. Ces réponses vont dans un volet que seuls ouvrent les professionnels "
            "admis par la loi.",
            ("care_status", "health_text"),
        ),
        (
            "La santé, si vous le savez",
            "Facultatif, dans le même volet.",
            ("gp_known", "complaint_expressed", "perceived_distress"),
        ),
    )
    folded = frozenset(
        {
            "Ce qui rend la situation grave",
            "Les signes remarqués",
            "Une procédure avec le bailleur",
            "L’aide déjà proposée",
            "La santé, si vous le savez",
            VISITS,
        }
    )

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
    entry_year = forms.IntegerField(
        label="Année d’entrée dans ce logement",
        help_text="Même approchée : on ne quitte pas de la même façon un logement de trente ans.",
        required=False,
        min_value=EARLIEST_ENTRY,
        max_value=LATEST_ENTRY,
    )
    litigation = one_of("Où en est la procédure", Litigation)
    litigation_cause = one_of("Pour quelle raison", LitigationCause)
    visitor_risk = one_of(
        "Y a-t-il un danger pour qui entre ?",
        KnownOrNot,
        help_text="Sol encombré, feu, gaz, animal, menaces. Qui se déplacera lira cette réponse.",
    )
    building_risks = several("Dangers du lieu", BuildingRisk)
    animals = one_of("Des animaux vivent-ils là ?", KnownOrNot)
    signals = several(
        "Signes remarqués",
        signal_groups(),
        help_text="Seulement ce que vous avez constaté vous-même ou appris d’un professionnel. Ce "
        "qui touche la personne elle-même va dans le volet santé.",
    )
    refusal_of_help = one_of(
        "Quelqu’un refuse-t-il l’aide ?",
        RefusalOfHelp,
        help_text="Un refus se respecte et s’écoute : dites qui refuse, pas pourquoi selon vous.",
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
    gp_known = one_of("A-t-elle un médecin traitant ?", KnownOrNot)
    complaint_expressed = one_of("Dit-elle elle-même qu’elle va mal ?", KnownOrNot)
    perceived_distress = one_of(
        "Souffrance psychique que vous percevez, de 0 à 10",
        [(str(rank), str(rank)) for rank in range(HIGHEST_DISTRESS + 1)],
        help_text="Votre perception, pas une évaluation : 0, aucun signe ; 10, très forte. Elle ne "
        "compte dans aucun chiffre par structure.",
    )

    def __init__(self, *args: Any, circuit: str = Circuit.GENERAL.value, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circuit = circuit
        if circuit == Circuit.HOARDING:
            self.folded = self.folded - {VISITS}

    def clean(self) -> dict[str, Any]:
        """Require the danger for visitors where a home is heaped (practice.md 1.3)."""
        data = super().clean() or {}
        asked = needs_visitor_risk(self.circuit, tuple(data.get("problems") or ()))
        if asked and not data.get("visitor_risk"):
            self.add_error(
                "visitor_risk",
                "Dites si entrer présente un danger : « ne sait pas » est une réponse.",
            )
        return data

    def content(self) -> dict[str, Any]:
        """Return this screen's values, with the codes for what is not known."""
        values = super().content()
        values["landlord_type"] = values["landlord_type"] or LandlordType.NOT_APPLICABLE.value
        values["care_status"] = values["care_status"] or CareStatus.UNKNOWN.value
        values["severity_factors"] = values["severity_factors"] or [SeverityFactor.NONE.value]
        return values
