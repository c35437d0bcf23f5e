"""One fictitious situation: an answer to every facet of every plan, with mild dependence.

Two hidden facts tie the answers together: whether the home is hoarded, and the signals that were
noticed. Everything else depends on them or on nothing.

Source: practice.md 3.2, 3.3 and 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulator import parameters as p
from tests.simulator.draws import Draws

Answer = str | tuple[str, ...]
_AGE_BANDS = (
    (15, "0-15"),
    (25, "16-25"),
    (35, "26-35"),
    (45, "36-45"),
    (55, "46-55"),
    (65, "56-65"),
    (75, "66-75"),
)


@dataclass(frozen=True)
class Days:
    """How long each step took (days)."""

    screening: int
    review: int
    follow_up: int


def answers(draws: Draws) -> tuple[dict[str, Answer], Days]:
    """Draw a situation that was admitted, examined and closed."""
    signals = set(draws.some(p.SIGNALS.value))
    hoarding = "clutter" in signals and draws.happens(p.HOARDING.value)
    age = _age(draws, hoarding)
    care = draws.one(p.CARE.value)
    severity = draws.one((p.SEVERITY_HOARDING if hoarding else p.SEVERITY).value)
    alone = draws.happens((p.ALONE_HOARDING if hoarding else p.ALONE).value)
    housing = draws.one(p.HOUSING.value)
    men = draws.happens((p.MEN_HOARDING if hoarding else p.MEN).value)
    delay, days_to_review = _banded(draws, p.DELAYS.value, p.DELAY_DAYS)
    follow_up, days_followed = _banded(draws, p.FOLLOW_UP.value, p.FOLLOW_UP_DAYS)
    said: dict[str, Answer] = {
        "referrer_category": draws.one(p.REFERRERS.value),
        "admissibility": "admise",
        "age_band": next((code for most, code in _AGE_BANDS if age <= most), "76+"),
        "sex": "homme" if men else "femme",
        "housing_type": housing,
        "landlord_type": p.LANDLORDS.value.get(housing, "sans_objet"),
        "household": "personne_seule" if alone else draws.one(p.HOUSEHOLDS.value),
        "problem": _problems(draws, signals, care, hoarding, age),
        "severity": severity,
        "severity_factor": _factors(draws, severity, signals),
        "care_status": care,
        "agreement_status": draws.one(p.AGREEMENT.value),
        "presence": draws.one(p.PRESENCE.value),
        "proposal_type": _proposals(draws, hoarding),
        "delay_to_review": delay,
        "zone": "sans_domicile_stable" if housing == "rue" else draws.one(p.ZONES.value),
        "follow_up": follow_up,
        "restitution": draws.one(p.RESTITUTION.value),
        "examinations": draws.one(p.EXAMINATIONS.value),
        "agreement_end": draws.one(p.AGREEMENT_END.value),
        "closure_reason": draws.one(p.CLOSURES.value),
        "outcome_housing": draws.one(p.HOUSING_OUTCOME.value),
        "outcome_care": draws.one(p.CARE_OUTCOME.value),
        "outcome_rights": tuple(draws.some(p.RIGHTS_OUTCOME.value)) or ("aucun",),
        "proposal_outcome": _outcomes(draws),
        "missing_offer": tuple(draws.some(p.MISSING_OFFER.value)) or ("aucun",),
        "area": _area(draws),
        "first_step": draws.one(p.FIRST_STEP.value),
    }
    return said, Days(draws.whole(*p.SCREENING_DAYS.value), days_to_review, days_followed)


def opinions(draws: Draws) -> dict[str, Answer]:
    """Draw what one professional says of the commission (E-18)."""
    return {
        "referrer_category": draws.one(p.REFERRERS.value),
        **{
            question: draws.one(p.SATISFACTION.value)
            for question in ("usefulness", "skills", "acquaintance")
        },
    }


def _banded(
    draws: Draws, shares: dict[str, int], limits: dict[str, tuple[int, int]]
) -> tuple[str, int]:
    band = draws.one(shares)
    return band, draws.whole(*limits[band])


def _age(draws: Draws, hoarding: bool) -> int:
    mean, deviation = (p.AGE_HOARDING if hoarding else p.AGE).value
    low, high = p.AGE_LIMITS.value
    while not low <= (age := draws.bell(mean, deviation)) <= high:
        pass
    return age


def _problems(
    draws: Draws, signals: set[str], care: str, hoarding: bool, age: int
) -> tuple[str, ...]:
    links = p.LINKS.value
    found = draws.some(p.PROBLEMS.value)
    if "arrears" in signals:
        found.append("logement_menace_expulsion_impayes")
    if hoarding:
        found.append("logement_incurie_diogene")
    if "aggressiveness" in signals and draws.happens(links["neighbours_if_aggressive"]):
        found.append("troubles_voisinage")
    if care == "connu_rupture":
        found.append("rupture_de_soins")
    elif care == "refus":
        found.append("refus_de_soins")
    elif "incoherence" in signals and draws.happens(links["distress_if_incoherent"]):
        found.append("souffrance_psychique_non_reperee")
    elif care == "jamais_connu" and draws.happens(links["not_sought_if_never"]):
        found.append("non_recours_aux_soins")
    if age >= 75 and draws.happens(links["autonomy_from_75"]):
        found.append("perte_d_autonomie_vieillissement_troubles_cognitifs")
    return tuple(sorted(found)) or ("autre",)


def _factors(draws: Draws, severity: str, signals: set[str]) -> tuple[str, ...]:
    if severity == "faible":
        return ("aucun",)
    links = p.LINKS.value
    chances = {
        "perte_logement_imminente": links["loss_if_arrears"] * ("arrears" in signals),
        "denutrition_negligence_grave": links["neglect_if_hygiene"] * ("hygiene" in signals),
        "risque_incendie_effondrement": links["fire_if_clutter"] * ("clutter" in signals),
        "isolement_total": links["isolation"],
        "danger_pour_soi": links["self_if_critical"] * (severity == "critique"),
        "danger_pour_autrui": links["others_if_aggressive"] * ("aggressiveness" in signals),
    }
    return tuple(sorted(draws.some(chances))) or ("aucun",)


def _proposals(draws: Draws, hoarding: bool) -> tuple[str, ...]:
    found = set(draws.some(p.PROPOSALS.value))
    if hoarding and draws.happens(p.CLEARING_IF_HOARDING.value):
        found.add("desencombrement_nettoyage")
    return tuple(sorted(found)) or ("aucun_changement_veille",)


def _outcomes(draws: Draws) -> tuple[str, ...]:
    if draws.happens(p.NO_PROPOSAL.value):
        return ("sans_proposition",)
    return tuple(sorted(draws.some(p.PROPOSAL_OUTCOME.value))) or ("realisee",)


def _area(draws: Draws) -> str:
    place = draws.one(p.NEIGHBOURHOODS.value)
    inside = p.IN_PRIORITY_AREA.value.get(place)
    if inside is None:
        return place
    return f"{place}_qpv" if draws.happens(inside) else f"{place}_hors"
