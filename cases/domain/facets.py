"""The coded facets of a situation: all that ever leaves towards anonymous figures.

A facet is one code, or a set of codes, from a closed list. The release plan of the
disclosure engine uses the same lists; a test compares them. Values that the forms know more
finely are folded here into the plan's own codes, because a plan changes once a year at most.

A record sealed before a facet existed keeps its silence: it is counted under the code that says
"unknown" (`complete`). Every record carries the insider's facet besides those of its population:
the structure that referred, which knows its own situations (releases.md 5.3).

Source: domain.md part E; decision 36 (populations).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cases.domain.choice import Choice
from cases.domain.exceptions import UnknownCode
from cases.domain.facet_values import (
    Admissibility,
    AgreementEnd,
    Examinations,
    FollowUpBand,
    RestitutionFacet,
    Satisfaction,
)
from cases.domain.lifecycle import AgreementStatus
from cases.domain.sections import Section
from cases.domain.vocabulary import (
    AgeBand,
    CareOutcome,
    CareStatus,
    ClosureReason,
    Household,
    HousingOutcome,
    HousingType,
    LandlordType,
    MissingOffer,
    PersonPresence,
    Problem,
    ProposalOutcome,
    ProposalType,
    ReferrerCategory,
    RightsOutcome,
    Severity,
    SeverityFactor,
    Sex,
    Zone,
)


class Population(Choice):
    """A set that each situation enters once, on one day."""

    REFERRED = "referred", "Saisines reçues"
    SCREENED = "screened", "Saisines traitées"
    EXAMINED = "examined", "Situations examinées"
    CLOSED = "closed", "Situations closes"
    PROFESSIONALS = "professionals", "Avis des professionnels"


class AgreementFacet(Choice):
    """What became of the person's agreement."""

    OBTAINED = "obtenu", "Obtenu"
    RESTRICTED = "obtenu_restreint", "Obtenu, avec restrictions"
    EXCEPTION = "exception", "Exception consignée"
    REFUSED = "refuse", "Refusé"
    WITHDRAWN = "retire", "Retiré"
    EXPIRED = "expire", "Expiré"


class DelayBand(Choice):
    """Days between the referral and the first review."""

    UP_TO_30 = "0-30", "30 jours ou moins"
    UP_TO_60 = "31-60", "31 à 60 jours"
    UP_TO_90 = "61-90", "61 à 90 jours"
    OVER_90 = "91+", "Plus de 90 jours"


@dataclass(frozen=True)
class Facet:
    """One question asked of every situation of a population.

    Attributes:
        section: the section in whose name the fact is known; health facts stay health.
        folded: finer codes of the forms and the plan's code each goes to.
        also: codes that no form offers, in the plan after the others.
        exclusive: codes of which none stands beside another.
        unknown: the code under which a record sealed before this facet existed is counted.
    """

    code: str
    label: str
    population: Population
    values: type[Choice]
    section: Section = Section.CORE
    multi: bool = False
    folded: Mapping[str, str] | None = None
    also: tuple[str, ...] = ()
    exclusive: frozenset[str] = frozenset()
    unknown: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """List the codes that may leave, finer ones folded away."""
        own = tuple(code for code in self.values.codes() if code not in (self.folded or {}))
        return (*own, *self.also)

    def fold(self, code: str) -> str:
        """Return the code that may leave for a code of the forms.

        Raises:
            UnknownCode: the code is not on the list.
        """
        folded = (self.folded or {}).get(code, code)
        if folded not in self.codes:
            raise UnknownCode
        return folded

    def alone(self, codes: set[str]) -> tuple[str, ...]:
        """Sort the codes, without those that stand beside no other."""
        return tuple(sorted(codes - self.exclusive or codes))


INSIDER: Final = "referrer_category"
"""The facet that every record may carry besides those of its population."""

_FOLDED_REFERRERS = {
    ReferrerCategory.NEIGHBOURHOOD_HOUSE.value: ReferrerCategory.SOCIAL_ASSOCIATION.value,
    ReferrerCategory.PRIVATE_LANDLORD.value: ReferrerCategory.OTHER.value,
    ReferrerCategory.FIRE_SERVICE.value: ReferrerCategory.OTHER.value,
    ReferrerCategory.PERSON.value: ReferrerCategory.OTHER.value,
    ReferrerCategory.HYGIENE_SERVICE.value: ReferrerCategory.MUNICIPAL_SAFETY.value,
    ReferrerCategory.PREVENTION.value: ReferrerCategory.SOCIAL_ASSOCIATION.value,
    ReferrerCategory.USERS_ASSOCIATION.value: ReferrerCategory.RELATIVES.value,
    ReferrerCategory.SHELTER.value: ReferrerCategory.SOCIAL_ASSOCIATION.value,
}
_FOLDED_HOUSING = {
    HousingType.WORKERS_HOSTEL.value: HousingType.SHARED_RESIDENCE.value,
    HousingType.SUPPORTED_HOUSING.value: HousingType.PRIVATE_RENTAL.value,
    HousingType.SENIOR_RESIDENCE.value: HousingType.OTHER.value,
    HousingType.MOBILE_HOME.value: HousingType.OTHER.value,
    HousingType.UNKNOWN.value: HousingType.OTHER.value,
}
_FOLDED_PROPOSALS = {
    ProposalType.DEDICATED_ASSOCIATION.value: ProposalType.SOCIAL_SUPPORT.value,
    ProposalType.HOME_ASSESSMENT.value: ProposalType.JOINT_VISIT.value,
    ProposalType.LANDLORD_NEGOTIATION.value: ProposalType.LANDLORD_AGREEMENT.value,
    ProposalType.FUNDED_CLEARING.value: ProposalType.CLEARING_AND_CLEANING.value,
    ProposalType.COORDINATION_SERVICE.value: ProposalType.SOCIAL_SUPPORT.value,
}
_FOLDED_CLOSURES = {
    ClosureReason.NO_INVOLVEMENT.value: ClosureReason.PERSON_REFUSED.value,
    ClosureReason.DEDICATED_TEAM.value: ClosureReason.REDIRECTED.value,
}

_E, _C, _P = Population.EXAMINED, Population.CLOSED, Population.PROFESSIONALS
_NONE = frozenset({"aucun"})
_NONE_OR_UNKNOWN = frozenset({"aucun", "inconnu"})

FACETS: Mapping[str, Facet] = {
    facet.code: facet
    for facet in (
        Facet(
            "referrer_category",
            "Structure à l’origine de la saisine",
            Population.REFERRED,
            ReferrerCategory,
            folded=_FOLDED_REFERRERS,
        ),
        Facet("admissibility", "Recevabilité", Population.SCREENED, Admissibility),
        Facet("age_band", "Tranche d’âge", _E, AgeBand, Section.SOCIAL),
        Facet("sex", "Sexe", _E, Sex, Section.SOCIAL),
        Facet(
            "housing_type",
            "Logement ou hébergement",
            _E,
            HousingType,
            Section.HOUSING,
            folded=_FOLDED_HOUSING,
        ),
        Facet("landlord_type", "Bailleur", _E, LandlordType, Section.HOUSING),
        Facet("household", "Composition du foyer", _E, Household, Section.SOCIAL),
        # Problems and severity may say health: they belong to health (decision 20).
        Facet("problem", "Problématiques", _E, Problem, Section.HEALTH, multi=True),
        Facet("severity", "Niveau de gravité", _E, Severity, Section.HEALTH),
        Facet(
            "severity_factor",
            "Facteurs de gravité",
            _E,
            SeverityFactor,
            Section.HEALTH,
            multi=True,
            exclusive=_NONE,
        ),
        Facet("care_status", "Accès aux soins psychiques", _E, CareStatus, Section.HEALTH),
        Facet("agreement_status", "Accord de la personne", _E, AgreementFacet),
        Facet(
            "presence",
            "Présence de la personne au premier examen",
            _E,
            PersonPresence,
            also=("inconnue",),
            unknown="inconnue",
        ),
        Facet(
            "proposal_type",
            "Propositions",
            _E,
            ProposalType,
            Section.HEALTH,
            multi=True,
            folded=_FOLDED_PROPOSALS,
        ),
        Facet("delay_to_review", "Délai avant le premier examen", _E, DelayBand),
        Facet("zone", "Grande zone du territoire", _E, Zone, Section.HOUSING),
        Facet(
            "proposal_outcome",
            "Devenir des propositions",
            _C,
            ProposalOutcome,
            multi=True,
            also=("sans_proposition",),
            exclusive=frozenset({"sans_proposition"}),
        ),
        Facet(
            "missing_offer",
            "Manques d’offre repérés",
            _C,
            MissingOffer,
            Section.HEALTH,
            multi=True,
            also=("aucun", "inconnu"),
            exclusive=_NONE_OR_UNKNOWN,
            unknown="inconnu",
        ),
        Facet("closure_reason", "Motif de clôture", _C, ClosureReason, folded=_FOLDED_CLOSURES),
        Facet("outcome_housing", "Logement à la clôture", _C, HousingOutcome, Section.HOUSING),
        Facet("outcome_care", "Soins à la clôture", _C, CareOutcome, Section.HEALTH),
        Facet(
            "outcome_rights",
            "Droits et accompagnements à la clôture",
            _C,
            RightsOutcome,
            Section.SOCIAL,
            multi=True,
            also=("aucun", "inconnu"),
            exclusive=_NONE_OR_UNKNOWN,
            unknown="inconnu",
        ),
        Facet(
            "restitution",
            "Restitution à la personne",
            _C,
            RestitutionFacet,
            also=("inconnue",),
            unknown="inconnue",
        ),
        Facet(
            "follow_up", "Durée du suivi", _C, FollowUpBand, also=("inconnue",), unknown="inconnue"
        ),
        Facet(
            "examinations",
            "Nombre d’examens en séance",
            _C,
            Examinations,
            also=("inconnu",),
            unknown="inconnu",
        ),
        Facet(
            "agreement_end",
            "Accord à la clôture",
            _C,
            AgreementEnd,
            also=("inconnu",),
            unknown="inconnu",
        ),
        Facet("usefulness", "La commission m’est utile", _P, Satisfaction),
        Facet("skills", "Elle renforce mes compétences", _P, Satisfaction),
        Facet(
            "acquaintance",
            "Elle me fait mieux connaître les autres structures",
            _P,
            Satisfaction,
        ),
    )
}

FacetValues = Mapping[str, str | tuple[str, ...]]


def facets_of(population: Population) -> tuple[Facet, ...]:
    """List the facets asked of a population."""
    return tuple(facet for facet in FACETS.values() if facet.population is population)


def fold(population: Population, values: FacetValues) -> dict[str, str | tuple[str, ...]]:
    """Check and fold the facets of one situation entering a population.

    Several codes are sorted and without repetition, so that two situations with the same
    answers have the same record. The insider's facet may come with any population.

    Raises:
        UnknownCode: a facet missing or of another population, a code not on its list, several
            codes where one is asked, none where some are.
    """
    facets = facets_of(population)
    if set(values) - {INSIDER} != {facet.code for facet in facets} - {INSIDER}:
        raise UnknownCode
    if INSIDER in values and FACETS[INSIDER] not in facets:
        facets = (*facets, FACETS[INSIDER])
    folded: dict[str, str | tuple[str, ...]] = {}
    for facet in facets:
        value = values.get(facet.code, ())
        if facet.multi:
            if isinstance(value, str) or not value:
                raise UnknownCode
            folded[facet.code] = facet.alone({facet.fold(code) for code in value})
        else:
            if not isinstance(value, str):
                raise UnknownCode
            folded[facet.code] = facet.fold(value)
    return folded


def complete(population: Population, values: Mapping[str, Any]) -> dict[str, Any]:
    """Bring an opened record to today's facets, whatever was asked when it was sealed.

    A facet that did not exist is counted under its code "unknown"; one of the first plan, which
    every record has, is left missing, and the engine says so. An exclusive code beside others is
    dropped, as it is today at the sealing.
    """
    completed = dict(values)
    for facet in facets_of(population):
        if facet.code not in completed and facet.unknown:
            completed[facet.code] = (facet.unknown,) if facet.multi else facet.unknown
        elif facet.multi and facet.code in completed:
            completed[facet.code] = facet.alone(set(completed[facet.code]))
    return completed


def age_band(age: int) -> AgeBand:
    """Return the band of an age in whole years.

    Raises:
        ValueError: the age is negative.
    """
    if age < 0:
        raise ValueError("an age is not negative")
    for upper, band in zip((15, 25, 35, 45, 55, 65, 75), AgeBand, strict=False):
        if age <= upper:
            return band
    return AgeBand.FROM_76


def delay_band(days: int) -> DelayBand:
    """Return the band of a delay in whole days.

    Raises:
        ValueError: the delay is negative.
    """
    if days < 0:
        raise ValueError("a delay is not negative")
    for upper, band in zip((30, 60, 90), DelayBand, strict=False):
        if days <= upper:
            return band
    return DelayBand.OVER_90


def agreement_facet(status: AgreementStatus, *, was_given: bool) -> AgreementFacet:
    """Return the facet of an agreement; a stop is a withdrawal only if something was given.

    An agreement never collected counts as refused: the commission examined without it.
    """
    if status in (AgreementStatus.WITHDRAWN, AgreementStatus.ABSENT):
        return AgreementFacet.WITHDRAWN if was_given else AgreementFacet.REFUSED
    return {
        AgreementStatus.VALID: AgreementFacet.OBTAINED,
        AgreementStatus.RESTRICTED: AgreementFacet.RESTRICTED,
        AgreementStatus.EXCEPTION: AgreementFacet.EXCEPTION,
        AgreementStatus.EXPIRED: AgreementFacet.EXPIRED,
    }[status]
