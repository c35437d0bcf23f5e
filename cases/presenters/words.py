"""French words for the coded answers that sealed documents hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cases.domain.choice import Choice
from cases.domain.circuits import Circuit
from cases.domain.vocabulary import (
    AgeBand,
    BuildingRisk,
    CareStatus,
    Household,
    HousingType,
    InformationOutcome,
    Intensity,
    KnownOrNot,
    LandlordType,
    Litigation,
    LitigationCause,
    PersonPresenceWish,
    Problem,
    ProtectionMeasure,
    RedirectionDestination,
    ReferrerCategory,
    RefusalOfHelp,
    RefusalReason,
    RepresentativeInformed,
    RepresentativeMandate,
    Severity,
    SeverityFactor,
    Sex,
    Signal,
    Zone,
)
from clsm_core.ui.components import Fact

Coded = dict[str, tuple[str, type[Choice] | None]]
IDENTITY: Coded = {
    "last_name": ("Nom d’usage", None),
    "birth_name": ("Nom de naissance", None),
    "first_name": ("Prénom", None),
    "birth_year": ("Année de naissance", None),
    "birth_date": ("Date de naissance", None),
    "sex": ("Sexe", Sex),
    "phone": ("Téléphone", None),
    "address": ("Adresse", None),
    "reach": ("Comment et quand", None),
    "avoid": ("Ce qu’il ne faut pas faire", None),
    "protection_measure": ("Mesure de protection", ProtectionMeasure),
    "representative_name": ("Représentant", None),
    "representative_mandate": ("À quel titre", RepresentativeMandate),
    "representative_contact": ("Comment le joindre", None),
    "representative_informed": ("Sait-il que la commission est saisie ?", RepresentativeInformed),
    "trusted_name": ("Nom", None),
    "trusted_contact": ("Comment la joindre", None),
    "carer_name": ("Nom", None),
    "carer_link": ("Lien avec elle", None),
    "carer_contact": ("Comment le ou la joindre", None),
    "other_carer_name": ("Une autre personne", None),
    "other_carer_link": ("Lien avec elle", None),
    "other_carer_contact": ("Comment le ou la joindre", None),
}
# In the order in which a reader wants them, by parts; texts that stand apart are in TEXTS.
PARTS: tuple[tuple[str, Coded], ...] = (
    (
        "En quelques traits",
        {
            "age_band": ("Âge", AgeBand),
            "sex": ("Sexe", Sex),
            "household": ("Foyer", Household),
            "refusal_of_help": ("Refus de l’aide", RefusalOfHelp),
        },
    ),
    (
        "Le lieu",
        {
            "zone": ("Lieu de vie", Zone),
            "housing_type": ("Logement", HousingType),
            "landlord_type": ("Bailleur", LandlordType),
            "entry_year": ("Entrée dans le logement", None),
            "animals": ("Animaux", KnownOrNot),
        },
    ),
    (
        "Pour qui se rend sur place",
        {
            "visitor_risk": ("Danger pour qui entre", KnownOrNot),
            "building_risks": ("Dangers du lieu", BuildingRisk),
        },
    ),
    ("Ce qui a été remarqué", {"signals": ("Signes", Signal)}),
    (
        "Une procédure avec le bailleur",
        {
            "litigation": ("Où elle en est", Litigation),
            "litigation_cause": ("Raison", LitigationCause),
        },
    ),
    (
        "Les difficultés",
        {
            "problems": ("Difficultés", Problem),
            "severity": ("Gravité", Severity),
            "severity_factors": ("Facteurs de gravité", SeverityFactor),
            "person_signals": ("Signes remarqués chez elle", Signal),
        },
    ),
    (
        "Les soins",
        {
            "care_status": ("Suivi psychiatrique", CareStatus),
            "gp_known": ("Médecin traitant", KnownOrNot),
            "complaint_expressed": ("Dit elle-même qu’elle va mal", KnownOrNot),
            "perceived_distress": ("Souffrance perçue par le saisissant, sur 10", None),
        },
    ),
    (
        "L’information de la personne",
        {
            "person_informed": ("Information de la personne", InformationOutcome),
            "informed_by": ("Informée par", None),
            "presence_wish": ("Présence à la séance", PersonPresenceWish),
            "attest_anonymous": ("Sans nom, anonymat attesté par le saisissant", None),
        },
    ),
    (
        "La saisine",
        {
            "circuit": ("Circuit", Circuit),
            "intensity": ("Suivi pressenti", Intensity),
            "referrer_category": ("Saisie par", ReferrerCategory),
            "link": ("Lien du saisissant", None),
            "intervention_frame": ("Cadre de son intervention", None),
            "prior_contact_wanted": ("Échange souhaité avant tout contact", None),
        },
    ),
)
CODED: Coded = {**IDENTITY, **{key: how for _, part in PARTS for key, how in part.items()}}
# One part needs no title of its own.
FEW = 1
TEXTS = {
    "story": "Ce qui se passe",
    "housing_text": "Le logement",
    "health_text": "La santé",
    "tried_steps": "Ce qui a déjà été essayé",
    "question": "Question posée à la commission",
    "person_words": "Ce que dit la personne",
    "text": "",
}
KINDS = {
    "referral": "Saisine",
    "complement": "Complément du saisissant",
    "analysis": "Analyse en séance",
    "synthesis": "Texte pour la personne",
    "note": "Note",
    "orientation": "À l’admission",
}


def label(kind: type[Choice], code: str) -> str:
    """Return the words of a code, the code itself when a list no longer has it."""
    return kind(code).label if code in kind.codes() else code


def value_in_words(kind: type[Choice] | None, value: Any) -> str:
    """Return one answer or several as words."""
    if value is True:
        return KnownOrNot.YES.label
    if isinstance(value, list | tuple):
        return ", ".join(label(kind, str(one)) if kind else str(one) for one in value)
    return label(kind, str(value)) if kind else str(value)


def label_of(name: str) -> str:
    """Return the words of a field."""
    return CODED[name][0]


def words_of(name: str, payload: Mapping[str, Any]) -> str:
    """Return one answer as words, empty when there is none."""
    value = payload.get(name)
    return value_in_words(CODED[name][1], value) if value else ""


def facts_of(payload: Mapping[str, Any], names: Iterable[str]) -> list[Fact]:
    """Return these answers, those that are empty left out."""
    return [Fact(label_of(name), words_of(name, payload)) for name in names if payload.get(name)]


def parts(payload: Mapping[str, Any]) -> list[tuple[str, list[Fact]]]:
    """Return the short answers of a document under their titles; a lone part has none."""
    drawn = [(title, facts_of(payload, part)) for title, part in PARTS]
    shown = [(title, held) for title, held in drawn if held]
    return shown if len(shown) > FEW else [("", held) for _, held in shown]


def texts(payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the long texts of a document with their titles."""
    return [(title, str(payload[key])) for key, title in TEXTS.items() if payload.get(key)]


def reason(code: str) -> str:
    """Return the words of a screening's coded reason."""
    for kind in (RefusalReason, RedirectionDestination):
        if code in kind.codes():
            return kind(code).label
    return ""
