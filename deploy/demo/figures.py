"""Distributions of the demonstration, each with its status, and the draw of a fictitious situation.

A *published* parameter repeats a figure that somebody measured, often elsewhere and on another
population; an *invented* one has no source at all. Neither may be presented as a benchmark: the
demonstration says so on the screen.

Source: practice.md 3.1–3.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from cases.domain.facets import age_band
from cases.domain.vocabulary import (
    CareStatus,
    Household,
    HousingType,
    LandlordType,
    Problem,
    ReferrerCategory,
    Severity,
    SeverityFactor,
    Sex,
    Signal,
    Zone,
)

PUBLISHED, PARTLY, INVENTED = "publié", "publié en partie", "inventé"


class Parameter(NamedTuple):
    """A named value, where it comes from, and whether it comes from anywhere."""

    name: str
    value: Any
    status: str
    source: str = ""


AGE = Parameter("âge (moyenne, écart-type)", (57, 13), PUBLISHED, "practice.md 3.2 [H32]")
AGE_HOARDING = Parameter("âge, incurie", (78, 10), PUBLISHED, "practice.md 3.3 [H33]")
AGE_LIMITS = Parameter("âges extrêmes", (18, 95), INVENTED)
MEN = Parameter("hommes (%)", 51, PUBLISHED, "practice.md 3.2 [H32]")
MEN_HOARDING = Parameter("hommes, incurie (%)", 29, PUBLISHED, "practice.md 3.3 [H33]")
HOARDING = Parameter(
    "incurie parmi les logements encombrés (%)", 60, PARTLY, "practice.md 3.1 [H28] : 15 sur 24"
)
ALONE_HOARDING = Parameter("vit seul, incurie (%)", 89, PUBLISHED, "practice.md 3.3 [H33]")
ALONE = Parameter("vit seul, autres (%)", 58, INVENTED)
SIGNALS = Parameter(
    "signaux (%)",
    {
        Signal.ARREARS: 47,
        Signal.HYGIENE: 41,
        Signal.INCOHERENCE: 35,
        Signal.CLUTTER: 29,
        Signal.AGGRESSIONS: 27,
    },
    PUBLISHED,
    "practice.md 3.2 [H32]",
)
OTHER_SIGNALS = Parameter(
    "autres signaux (%)",
    {
        Signal.NOISE: 18,
        Signal.SMELLS: 16,
        Signal.COMPLAINTS: 30,
        Signal.MAIL_UNOPENED: 21,
        Signal.DOOR_CLOSED: 24,
        Signal.STAYS_IN: 22,
        Signal.FIRE_RISK: 6,
    },
    INVENTED,
)
ORIGIN = Parameter(
    "origine de la saisine (%)",
    {
        ReferrerCategory.SOCIAL_LANDLORD: 35,
        ReferrerCategory.MUNICIPAL_SOCIAL_SERVICE: 25,
        ReferrerCategory.PUBLIC_PSYCHIATRY: 12,
        ReferrerCategory.MUNICIPAL_SAFETY: 12,
        ReferrerCategory.SOCIAL_ASSOCIATION: 8,
        ReferrerCategory.RELATIVES: 5,
        ReferrerCategory.OTHER: 3,
    },
    INVENTED,
    "ordre inspiré de Lille, practice.md 3.6",
)
CARE = Parameter(
    "suivi psychiatrique à l’entrée (%)",
    {
        CareStatus.ONGOING: 25,
        CareStatus.INTERRUPTED: 30,
        CareStatus.NEVER_KNOWN: 30,
        CareStatus.UNKNOWN: 15,
    },
    INVENTED,
)
HOUSING = Parameter(
    "logement (%)",
    {
        HousingType.SOCIAL_HOUSING: 55,
        HousingType.PRIVATE_RENTAL: 23,
        HousingType.OWNER: 12,
        HousingType.SHARED_RESIDENCE: 4,
        HousingType.STAYING_WITH_OTHERS: 4,
        HousingType.STREET: 2,
    },
    INVENTED,
)
SEVERITY = Parameter(
    "gravité (%)",
    {Severity.LOW: 8, Severity.MODERATE: 42, Severity.HIGH: 40, Severity.CRITICAL: 10},
    INVENTED,
)
PROBLEMS = Parameter(
    "problématiques sans lien avec un signal (%)",
    {
        Problem.ISOLATION: 38,
        Problem.POVERTY: 22,
        Problem.ADDICTIONS: 17,
        Problem.RIGHTS_LOST: 12,
        Problem.FAMILY_CONFLICT: 9,
        Problem.PROTECTION_NEEDED: 10,
        Problem.SUICIDE_RISK: 5,
        Problem.SOMATIC_HEALTH: 14,
    },
    INVENTED,
)
ADMITTED = Parameter("saisines admises (%)", 93, PARTLY, "practice.md 3.4 [H18], Ontario : 96 %")
AGREEMENT = Parameter(
    "accord de la personne (%)",
    {"valid": 78, "restricted": 11, "exception": 4, "refused": 5, "absent": 2},
    INVENTED,
    "aucun chiffre publié",
)
WITHDRAWN = Parameter("accord retiré après l’examen (%)", 3, INVENTED)
POSTPONED = Parameter("point ajourné en séance (%)", 6, INVENTED)
FEEDBACK = Parameter("retour en séance (%)", 30, PARTLY, "practice.md 3.6 : 5 à 7 points")
REOPENED = Parameter("rouverte après clôture (%)", 3, INVENTED)
MONTHS_TO_CLOSURE = Parameter("mois de l’examen à la clôture", (3, 13), INVENTED)
HOUSING_OUTCOME = Parameter(
    "logement à la clôture (%)",
    {"maintien": 79, "nouveau_logement": 9, "perte": 6, "inconnu": 6},
    PARTLY,
    "practice.md 3.4 [H29][H38] : conservé, 75 à 85 %",
)
CARE_OUTCOME = Parameter(
    "soins à la clôture (%)",
    {
        "suivi_repris": 41,
        "suivi_poursuivi": 22,
        "hospitalisation_libre": 5,
        "hospitalisation_sans_consentement": 4,
        "sans_suivi": 17,
        "inconnu": 11,
    },
    INVENTED,
)
RIGHTS_OUTCOME = Parameter(
    "droits et accompagnements à la clôture (%)",
    {"droits_ouverts": 30, "mesure_protection": 11, "accompagnement_en_place": 38},
    INVENTED,
)
MISSING_OFFER = Parameter(
    "manques d’offre signalés à la clôture (%)",
    {
        "delai_psychiatrie": 18,
        "equipe_mobile": 16,
        "logement_accompagne": 14,
        "medecin_traitant": 9,
        "desencombrement_finance": 8,
        "aide_a_domicile": 6,
    },
    INVENTED,
)
CLOSURE = Parameter(
    "motif de clôture (%)",
    {
        "objectifs_atteints": 34,
        "relais_droit_commun": 24,
        "prise_en_charge_effective": 18,
        "demenagement": 7,
        "perte_de_vue": 6,
        "absence_implication_de_la_personne": 5,
        "absence_de_piste": 4,
        "deces": 2,
    },
    INVENTED,
)
ANSWERS = Parameter(
    "avis de la personne sur une proposition (%)", {"oui": 63, "partiel": 19, "non": 18}, INVENTED
)
PROGRESS = Parameter(
    "devenir d’une proposition acceptée (%)",
    {
        ("realisee", ""): 58,
        ("en_cours", ""): 18,
        ("non_realisee", "manque_offre"): 7,
        ("non_realisee", "delai_attente"): 10,
        ("non_realisee", "absence_porteur"): 4,
        ("abandonnee", "sans_objet"): 3,
    },
    INVENTED,
)
PARAMETERS: tuple[Parameter, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Parameter)
)


def weighted(rng: Random, shares: dict[Any, int]) -> Any:
    """Draw one key of a table of percentages."""
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def happens(rng: Random, percent: float) -> bool:
    """Tell whether an event of this chance happens."""
    return rng.random() * 100 < percent


def some(rng: Random, shares: dict[Any, int]) -> tuple[Any, ...]:
    """Draw each key with its own chance (percent); "none" when none comes."""
    return tuple(key for key, share in shares.items() if happens(rng, share)) or ("aucun",)


@dataclass
class Profile:
    """A fictitious situation in codes, drawn once; its texts are chosen from these codes."""

    age: int
    sex: Sex
    household: Household
    zone: Zone
    housing_type: HousingType
    landlord_type: LandlordType
    problems: list[Problem]
    signals: list[Signal]
    severity: Severity
    severity_factors: list[SeverityFactor]
    care_status: CareStatus
    origin: ReferrerCategory
    is_hoarding: bool

    def content(self) -> dict[str, Any]:
        """Return the codes as the referral form gives them."""
        return {
            "age_band": age_band(self.age).value,
            "sex": self.sex.value,
            "household": self.household.value,
            "zone": self.zone.value,
            "housing_type": self.housing_type.value,
            "landlord_type": self.landlord_type.value,
            "problems": [problem.value for problem in self.problems],
            "signals": [signal.value for signal in self.signals],
            "severity": self.severity.value,
            "severity_factors": [factor.value for factor in self.severity_factors],
            "care_status": self.care_status.value,
            "referrer_category": self.origin.value,
        }

    def around(self, rng: Random) -> dict[str, Any]:
        """Return the other answers of the form, all of them invented."""
        has_arrears = Signal.ARREARS in self.signals
        return {
            "circuit": "incurie" if self.is_hoarding else "logement" if has_arrears else "general",
            "visitor_risk": rng.choice(["non", "non", "ne_sait_pas", "oui"]),
            "building_risks": ["feu"] if Signal.FIRE_RISK in self.signals else [],
            "animals": rng.choice(["non", "oui", "ne_sait_pas"]),
            "entry_year": rng.randrange(1985, 2024),
            "litigation": rng.choice(["precontentieux", "commandement"]) if has_arrears else "",
            "litigation_cause": "impayes" if has_arrears else "",
            "refusal_of_help": rng.choice(["aucun", "aucun", "personne"]),
            "gp_known": rng.choice(["oui", "non", "ne_sait_pas"]),
            "complaint_expressed": rng.choice(["oui", "non", ""]),
            "perceived_distress": str(rng.randrange(2, 10)),
            "intervention_frame": "",
            "prior_contact_wanted": happens(rng, 20),
        }


def draw(rng: Random, *, is_rural: bool) -> Profile:
    """Draw a situation; ``is_rural`` spreads it over the communes around the main town."""
    origin = weighted(rng, ORIGIN.value)
    signals = [one for one, share in SIGNALS.value.items() if happens(rng, share)]
    is_hoarding = Signal.CLUTTER in signals and happens(rng, HOARDING.value)
    signals += [one for one, share in OTHER_SIGNALS.value.items() if happens(rng, share)]
    housing = weighted(rng, HOUSING.value)
    if origin is ReferrerCategory.SOCIAL_LANDLORD:
        housing = HousingType.SOCIAL_HOUSING
    care = weighted(rng, CARE.value)
    age = _age(rng, AGE_HOARDING.value if is_hoarding else AGE.value)
    severity = weighted(rng, SEVERITY.value)
    return Profile(
        age=age,
        sex=Sex.MALE
        if happens(rng, MEN_HOARDING.value if is_hoarding else MEN.value)
        else Sex.FEMALE,
        household=_household(rng, is_hoarding),
        zone=_zone(rng, housing, is_rural),
        housing_type=housing,
        landlord_type=_LANDLORDS.get(housing, LandlordType.NOT_APPLICABLE),
        problems=_problems(rng, signals, care, is_hoarding, age),
        signals=signals,
        severity=severity,
        severity_factors=_factors(rng, severity, signals),
        care_status=care,
        origin=origin,
        is_hoarding=is_hoarding,
    )


_LANDLORDS = {
    HousingType.SOCIAL_HOUSING: LandlordType.SOCIAL,
    HousingType.PRIVATE_RENTAL: LandlordType.PRIVATE,
    HousingType.OWNER: LandlordType.OWNER_OCCUPIER,
    HousingType.SHARED_RESIDENCE: LandlordType.SHELTER_MANAGER,
}


def _age(rng: Random, law: tuple[int, int]) -> int:
    low, high = AGE_LIMITS.value
    while not low <= (age := round(rng.gauss(*law))) <= high:
        pass
    return age


def _household(rng: Random, is_hoarding: bool) -> Household:
    if happens(rng, ALONE_HOARDING.value if is_hoarding else ALONE.value):
        return Household.ALONE
    return rng.choice(
        [
            Household.COUPLE,
            Household.COUPLE_WITH_CHILDREN,
            Household.SINGLE_PARENT,
            Household.WITH_RELATIVES,
        ]
    )


def _zone(rng: Random, housing: HousingType, is_rural: bool) -> Zone:
    if housing is HousingType.STREET:
        return Zone.NO_STABLE_HOME
    return Zone.OTHER_TOWNS if happens(rng, 62 if is_rural else 9) else Zone.MAIN_TOWN


def _problems(
    rng: Random, signals: list[Signal], care: CareStatus, is_hoarding: bool, age: int
) -> list[Problem]:
    """Derive the difficulties from what was noticed; the links are invented."""
    found = [one for one, share in PROBLEMS.value.items() if happens(rng, share)]
    if Signal.ARREARS in signals:
        found.append(Problem.EVICTION)
    if is_hoarding:
        found.append(Problem.HOARDING)
    if Signal.AGGRESSIONS in signals or Signal.NOISE in signals:
        found.append(Problem.NEIGHBOUR_TROUBLE)
    if care is CareStatus.INTERRUPTED:
        found.append(Problem.CARE_INTERRUPTED)
    elif Signal.INCOHERENCE in signals:
        found.append(Problem.UNSEEN_DISTRESS)
    elif care is CareStatus.NEVER_KNOWN and happens(rng, 45):
        found.append(Problem.CARE_NOT_SOUGHT)
    if age >= 75 and happens(rng, 55):
        found.append(Problem.LOSS_OF_AUTONOMY)
    return found or [Problem.UNSEEN_DISTRESS]


def _factors(rng: Random, severity: Severity, signals: list[Signal]) -> list[SeverityFactor]:
    if severity is Severity.LOW:
        return [SeverityFactor.NONE]
    found = []
    if Signal.ARREARS in signals and happens(rng, 50):
        found.append(SeverityFactor.HOME_ABOUT_TO_BE_LOST)
    if Signal.FIRE_RISK in signals or (Signal.CLUTTER in signals and happens(rng, 25)):
        found.append(SeverityFactor.FIRE_OR_COLLAPSE)
    if Signal.HYGIENE in signals and happens(rng, 30):
        found.append(SeverityFactor.SEVERE_NEGLECT)
    if Signal.STAYS_IN in signals and happens(rng, 60):
        found.append(SeverityFactor.COMPLETE_ISOLATION)
    if severity is Severity.CRITICAL:
        found.append(SeverityFactor.DANGER_TO_SELF)
    return found or [SeverityFactor.NO_CARE_AT_ALL if happens(rng, 40) else SeverityFactor.NONE]
