"""What a referral says, sorted into the sections that hold it (decision 20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.access.keys import OpenKeys
from cases.actions import sealing
from cases.domain.circuits import needs_visitor_risk
from cases.domain.exceptions import NotAllowed
from cases.domain.identity import REFERRED
from cases.domain.sections import InformationCategory, Section
from cases.domain.vocabulary import InformationOutcome, SignalGroup, signals_of
from cases.models import Situation
from cases.permissions import Viewer

SOCIAL_FIELDS = (
    "age_band",
    "sex",
    "household",
    "link",
    "intervention_frame",
    "story",
    "tried_steps",
    "refusal_of_help",
)
HOUSING_FIELDS = (
    "housing_type",
    "landlord_type",
    "zone",
    "entry_year",
    "signals",
    "visitor_risk",
    "building_risks",
    "animals",
    "housing_text",
)
# What was noticed of the person herself says her health as often as not (decision 20).
HEALTH_FIELDS = (
    "problems",
    "severity",
    "severity_factors",
    "person_signals",
    "care_status",
    "gp_known",
    "complaint_expressed",
    "perceived_distress",
    "health_text",
)
# A procedure before a judge is a legal fact, even about a lease.
LEGAL_FIELDS = ("litigation", "litigation_cause")
CORE_FIELDS = (
    "circuit",
    "question",
    "person_words",
    "presence_wish",
    "person_informed",
    "informed_by",
    "prior_contact_wanted",
    "attest_anonymous",
    "criteria",
    "referrer_category",
)
OF_PERSON = signals_of((SignalGroup.PERSON,))


CRITERIA = ("droit_commun", "complexite", "pas_urgence")
CODED = "coded"


@dataclass(frozen=True)
class Told:
    """What the rules keep of a referral: named or not, and until when the person is to be told."""

    is_coded: bool
    information_due_on: date | None


def require_whole(content: dict[str, Any]) -> Told:
    """Require the conditions, the information of the person, and no name before it.

    Raises: NotAllowed (decision 26, C-01, C-03; practice.md 1.3 for the danger of a heaped home).
    """
    if not set(CRITERIA) <= set(content.get("criteria", ())):
        raise NotAllowed(
            "Les trois conditions de saisine doivent être remplies : démarches de droit commun "
            "épuisées, complexité, absence d’urgence.",
            code="criteria",
        )
    due = _date(content.get("information_due_on"))
    is_informed = content.get("person_informed") == InformationOutcome.INFORMED
    is_coded = content.get("identification") == CODED
    if not is_informed and due is None:
        raise NotAllowed(
            "Indiquez si la personne est informée, ou la date à laquelle elle le sera.",
            code="person_not_informed",
        )
    if not is_informed and not is_coded:
        raise NotAllowed(
            "La personne ne sait pas encore que vous saisissez la commission : envoyez la saisine "
            "sans son nom, qui reste avec vous.",
            code="name_before_information",
        )
    if is_coded and not content.get("attest_anonymous"):
        raise NotAllowed(
            "Attestez que rien, dans vos textes, ne permet de reconnaître la personne.",
            code="anonymity_not_attested",
        )
    problems = tuple(content.get("problems") or ())
    if needs_visitor_risk(str(content.get("circuit") or ""), problems) and not content.get(
        "visitor_risk"
    ):
        raise NotAllowed(
            "Dites si entrer dans le logement présente un danger.", code="visitor_risk_missing"
        )
    return Told(is_coded, None if is_informed else due)


def _date(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if value else None


def write(
    viewer: Viewer,
    situation: Situation,
    keys: OpenKeys,
    content: dict[str, Any],
    *,
    is_coded: bool,
) -> None:
    """Write one document a section; in coded mode there is no identity row at all (C-01, C-03)."""
    content = sorted_out(content, is_coded=is_coded)
    parts = [
        (Section.CORE, "", CORE_FIELDS),
        (Section.SOCIAL, InformationCategory.SOCIAL_SITUATION, SOCIAL_FIELDS),
        (Section.HOUSING, InformationCategory.HOUSING, HOUSING_FIELDS),
        (Section.HEALTH, InformationCategory.MENTAL_HEALTH, HEALTH_FIELDS),
        (Section.LEGAL, InformationCategory.LEGAL_SITUATION, LEGAL_FIELDS),
    ]
    for section, category, names in parts:
        payload = {name: _plain(content[name]) for name in names if content.get(name)}
        if payload:
            sealing.write_document(
                viewer=viewer,
                situation=situation,
                keys=keys,
                section=section.value,
                kind="referral",
                payload=payload,
                category=str(category),
            )
    said = content.get("identity") or {}
    identity = {name: _plain(said[name]) for name in REFERRED if said.get(name)}
    if identity and not is_coded:
        sealing.write_document(
            viewer=viewer,
            situation=situation,
            keys=keys,
            section=Section.IDENTITY.value,
            kind="identity",
            payload=identity,
            category=InformationCategory.IDENTITY.value,
        )


def sorted_out(content: dict[str, Any], *, is_coded: bool) -> dict[str, Any]:
    """Return a content whose signals are split between the home and the person herself."""
    noticed = [str(one) for one in content.get("signals") or ()]
    return {
        **content,
        "signals": [one for one in noticed if one not in OF_PERSON],
        "person_signals": [one for one in noticed if one in OF_PERSON],
        "attest_anonymous": is_coded and bool(content.get("attest_anonymous")),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    return value if isinstance(value, (bool, int)) else str(value)
