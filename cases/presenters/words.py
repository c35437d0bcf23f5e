"""French words for the coded answers that sealed documents hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cases.domain.choice import Choice
from cases.domain.vocabulary import (
    AgeBand,
    CareStatus,
    Household,
    HousingType,
    InformationOutcome,
    LandlordType,
    PersonPresenceWish,
    Problem,
    RedirectionDestination,
    ReferrerCategory,
    RefusalReason,
    Severity,
    SeverityFactor,
    Sex,
    Signal,
    Zone,
)
from clsm_core.ui.components import Fact

# In the order in which a reader wants them; texts that stand apart are in TEXTS.
CODED: dict[str, tuple[str, type[Choice] | None]] = {
    "last_name": ("Nom", None),
    "first_name": ("Prénom", None),
    "birth_year": ("Année de naissance", None),
    "phone": ("Téléphone", None),
    "address": ("Adresse", None),
    "age_band": ("Âge", AgeBand),
    "sex": ("Sexe", Sex),
    "household": ("Foyer", Household),
    "zone": ("Lieu de vie", Zone),
    "housing_type": ("Logement", HousingType),
    "landlord_type": ("Bailleur", LandlordType),
    "signals": ("Signes remarqués", Signal),
    "problems": ("Difficultés", Problem),
    "severity": ("Gravité", Severity),
    "severity_factors": ("Facteurs de gravité", SeverityFactor),
    "care_status": ("Suivi psychiatrique", CareStatus),
    "person_informed": ("Information de la personne", InformationOutcome),
    "informed_by": ("Informée par", None),
    "presence_wish": ("Présence à la séance", PersonPresenceWish),
    "referrer_category": ("Saisie par", ReferrerCategory),
    "link": ("Lien du saisissant", None),
}
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
}


def label(kind: type[Choice], code: str) -> str:
    """Return the words of a code, the code itself when a list no longer has it."""
    return kind(code).label if code in kind.codes() else code


def value_in_words(kind: type[Choice] | None, value: Any) -> str:
    """Return one answer or several as words."""
    if isinstance(value, list | tuple):
        return ", ".join(label(kind, str(one)) if kind else str(one) for one in value)
    return label(kind, str(value)) if kind else str(value)


def facts(payload: Mapping[str, Any]) -> list[Fact]:
    """Return the short answers of a document."""
    return [
        Fact(words, value_in_words(kind, payload[key]))
        for key, (words, kind) in CODED.items()
        if payload.get(key)
    ]


def texts(payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the long texts of a document with their titles."""
    return [(title, str(payload[key])) for key, title in TEXTS.items() if payload.get(key)]


def reason(code: str) -> str:
    """Return the words of a screening's coded reason."""
    for kind in (RefusalReason, RedirectionDestination):
        if code in kind.codes():
            return kind(code).label
    return ""
