"""Answers that only statistics know: bands and states worked out when a population is entered.

Source: domain.md part E (E-01, E-04, E-12, E-18).
"""

from cases.domain.choice import Choice
from cases.domain.exceptions import UnknownCode
from cases.domain.lifecycle import AgreementStatus
from cases.domain.vocabulary import RefusalReason


class Admissibility(Choice):
    """How a referral was answered, its reason included (E-01)."""

    ADMITTED = "admise", "Admise"
    REDIRECTED = "reorientee", "Réorientée"
    ORDINARY_LAW = "droit_commun_non_epuise", "Droit commun à essayer d’abord"
    OUT_OF_SCOPE = "hors_perimetre", "Hors territoire ou hors champ"
    NO_AGREEMENT = "sans_accord", "Accord ou information de la personne"
    NOT_ENOUGH_INFORMATION = "information_insuffisante", "Informations insuffisantes"
    OTHER_BODY = "releve_autre_instance", "Relève d’une autre instance"
    EMERGENCY = "urgence", "Urgence"
    DUPLICATE = "doublon", "Déjà connue"


class RestitutionFacet(Choice):
    """When the first review was given back to the person, if it was (E-04, E-12)."""

    UP_TO_15 = "0-15", "15 jours ou moins"
    UP_TO_30 = "16-30", "16 à 30 jours"
    OVER_30 = "31+", "Plus de 30 jours"
    NOT_DONE = "non_faite", "Non faite"


class FollowUpBand(Choice):
    """Months from the first review to the closure (E-04)."""

    UP_TO_3 = "0-3", "3 mois ou moins"
    UP_TO_6 = "4-6", "4 à 6 mois"
    UP_TO_12 = "7-12", "7 à 12 mois"
    OVER_12 = "13+", "Plus de 12 mois"


class Examinations(Choice):
    """How often sittings examined a situation (E-01, "revues")."""

    ONCE = "une", "Une fois"
    TWICE = "deux", "Deux fois"
    MORE = "trois_ou_plus", "Trois fois ou plus"


class AgreementEnd(Choice):
    """Where the agreement stood when the closure ended it (E-12)."""

    KEPT = "maintenu", "Maintenu"
    WITHDRAWN = "retire", "Retiré par la personne"
    EXPIRED = "expire", "Expiré"
    NONE = "sans_accord", "Sans accord"


class Satisfaction(Choice):
    """What a professional answers to one question (E-18)."""

    FULLY = "tout_a_fait", "Tout à fait"
    RATHER = "plutot", "Plutôt"
    LITTLE = "peu", "Peu"
    NOT_AT_ALL = "pas_du_tout", "Pas du tout"
    NO_ANSWER = "sans_reponse", "Sans réponse"


_OF_REASON = {
    RefusalReason.EMERGENCY: Admissibility.EMERGENCY,
    RefusalReason.ORDINARY_LAW: Admissibility.ORDINARY_LAW,
    RefusalReason.OUT_OF_TERRITORY: Admissibility.OUT_OF_SCOPE,
    RefusalReason.OUT_OF_SCOPE: Admissibility.OUT_OF_SCOPE,
    RefusalReason.NO_AGREEMENT: Admissibility.NO_AGREEMENT,
    RefusalReason.OBJECTION: Admissibility.NO_AGREEMENT,
    RefusalReason.DUPLICATE: Admissibility.DUPLICATE,
    RefusalReason.NOT_ENOUGH_INFORMATION: Admissibility.NOT_ENOUGH_INFORMATION,
    RefusalReason.OTHER_BODY: Admissibility.OTHER_BODY,
    RefusalReason.ARREARS_ONLY: Admissibility.OUT_OF_SCOPE,
    RefusalReason.UNFIT_BUILDING: Admissibility.OUT_OF_SCOPE,
    RefusalReason.PERSON_NOT_INFORMED: Admissibility.NO_AGREEMENT,
}


def admissibility(reason: str) -> Admissibility:
    """Return the facet of a reason for not admitting.

    Raises:
        UnknownCode: the reason is not on its list.
    """
    if reason not in RefusalReason.codes():
        raise UnknownCode
    return _OF_REASON[RefusalReason(reason)]


def restitution_facet(days: int | None) -> RestitutionFacet:
    """Return the facet of a delay in days from the first review; None when nothing was given.

    A restitution dated before its review counts as made at once.
    """
    if days is None:
        return RestitutionFacet.NOT_DONE
    if days <= 15:
        return RestitutionFacet.UP_TO_15
    return RestitutionFacet.UP_TO_30 if days <= 30 else RestitutionFacet.OVER_30


def follow_up_band(days: int) -> FollowUpBand:
    """Return the band of a follow-up in days: 91, 183 and 365 are its edges."""
    for upper, band in zip((91, 183, 365), FollowUpBand, strict=False):
        if days <= upper:
            return band
    return FollowUpBand.OVER_12


def examinations(reviews: int) -> Examinations:
    """Return the facet of a number of reviews.

    Raises:
        ValueError: there was none: the situation never entered this population.
    """
    if reviews < 1:
        raise ValueError("a situation that was not examined is not coded at its closure")
    return (Examinations.ONCE, Examinations.TWICE, Examinations.MORE)[min(reviews, 3) - 1]


def agreement_end(status: AgreementStatus, *, was_given: bool) -> AgreementEnd:
    """Return the facet of an agreement just before the closure.

    A stop is a withdrawal only if something was given, as at the first review.
    """
    if status is AgreementStatus.WITHDRAWN:
        return AgreementEnd.WITHDRAWN if was_given else AgreementEnd.NONE
    return {
        AgreementStatus.VALID: AgreementEnd.KEPT,
        AgreementStatus.RESTRICTED: AgreementEnd.KEPT,
        AgreementStatus.EXPIRED: AgreementEnd.EXPIRED,
    }.get(status, AgreementEnd.NONE)
