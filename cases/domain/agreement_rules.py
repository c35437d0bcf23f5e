"""What an expression of the person must hold before it is written down.

Each rule gives an error on the field that mends it, in words for the professional who fills
the form.

Source: C-05, C-06, C-10…C-13, C-18; décret 2016-1349 (2016-10-10).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from cases.domain.agreement import (
    LEGAL_ZONE,
    RECIPIENT_CODES,
    AgreementGiver,
    AgreementKind,
    ExceptionReason,
    Expression,
    Purpose,
)
from cases.domain.retention import add_months
from cases.domain.sections import InformationCategory
from cases.domain.vocabulary import ProtectionMeasure

ADULT_AGE = 18
RECONFIRMATION_MONTHS = 12
LONGEST_EXCEPTION_MONTHS = 6
"""Our choice: what waits longer than this is no exception any more (C-10)."""

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class PersonFacts:
    """What the rules need to know of the person, nothing more.

    Args:
        age: in years, None when unknown (an adult is then presumed).
        measure: protection measure, if any.
        can_express: the person is able to agree or refuse, with help if needed.
    """

    age: int | None = None
    measure: ProtectionMeasure = ProtectionMeasure.NONE
    can_express: bool = True


def validate(expression: Expression, person: PersonFacts) -> Errors:
    """Return the errors of an expression by field; empty when it may be written down."""
    errors: Errors = {}
    _check_dates(expression, errors)
    if expression.kind.is_exception:
        _check_exception(expression, errors)
    elif expression.kind.is_stop:
        # Any means will do to stop (décret 2016-1349): only who spoke is asked.
        if expression.giver is None:
            _add(errors, "giver", "Indiquez qui s’oppose ou retire l’accord.")
    else:
        _check_agreement(expression, errors)
        _check_giver(expression, person, errors)
    return errors


def is_reconfirmation_due(
    expressed_at: datetime, at: datetime, months: int = RECONFIRMATION_MONTHS
) -> bool:
    """Tell whether the agreement is old enough to ask again at a new review (C-18)."""
    expressed_on = expressed_at.astimezone(LEGAL_ZONE).date()
    return at.astimezone(LEGAL_ZONE).date() > add_months(expressed_on, months)


def _check_agreement(expression: Expression, errors: Errors) -> None:
    """Require what the decree asks of an agreement (C-05, C-06)."""
    if expression.giver is None:
        _add(errors, "giver", "Indiquez qui donne l’accord.")
    if expression.mode is None:
        _add(errors, "mode", "Indiquez comment l’accord a été donné.")
    if not expression.notice_version:
        _add(errors, "notice_version", "Indiquez la version de la note d’information remise.")
    if expression.notice_handed_on is None:
        _add(
            errors,
            "notice_handed_on",
            "Indiquez quand la note d’information a été remise, même si l’accord est oral.",
        )
    if expression.notice_form is None:
        _add(errors, "notice_form", "Indiquez si la note a été remise sur papier ou à l’écran.")
    _check_purposes(expression, errors)
    if expression.kind is AgreementKind.NAMED_SHARING:
        _check_perimeter(expression, errors)
        if not expression.security_described:
            _add(
                errors,
                "security_described",
                "Expliquez à la personne comment ses informations sont protégées, "
                "puis cochez cette case.",
            )


def _check_purposes(expression: Expression, errors: Errors) -> None:
    """Require a use without which nothing is shared: examining, or following what was proposed."""
    if not expression.purposes & {Purpose.EXAMINATION, Purpose.FOLLOW_UP}:
        _add(
            errors,
            "purposes",
            "Cochez au moins l’examen ou le suivi ; si la personne refuse les deux, enregistrez "
            "une opposition.",
        )


def _check_perimeter(expression: Expression, errors: Errors) -> None:
    """Require kinds of information and recipients, known and not contradictory (C-05, C-07)."""
    if not expression.categories:
        _add(errors, "categories", "Cochez au moins une catégorie d’informations.")
    _check_recipients(expression, errors)
    if _plain(expression.organisations) & _plain(expression.excluded_organisations):
        _add(
            errors,
            "excluded_organisations",
            "Une même structure ne peut pas être à la fois admise et exclue.",
        )
    if expression.members & expression.excluded_members:
        _add(
            errors,
            "excluded_members",
            "Une même personne ne peut pas être à la fois admise et exclue.",
        )
    first, last = expression.written_from, expression.written_until
    if first is not None and last is not None and last < first:
        _add(errors, "written_until", "Cette période finit avant de commencer.")


def _check_recipients(expression: Expression, errors: Errors) -> None:
    """Require somebody to read, or nobody when it is kept for emergencies."""
    is_named = bool(expression.professions or expression.organisations or expression.members)
    if expression.is_emergency_only:
        if is_named:
            _add(
                errors,
                "is_emergency_only",
                "Réservé à l’urgence, l’accord n’a pas de destinataires : décochez-les, ou "
                "décochez cette case.",
            )
    elif not is_named:
        _add(
            errors,
            "professions",
            "Indiquez au moins une catégorie de professionnels, une structure ou un "
            "professionnel par son nom.",
        )
    if expression.professions - RECIPIENT_CODES:
        _add(errors, "professions", "Choisissez les professionnels dans la liste.")


def _check_exception(expression: Expression, errors: Errors) -> None:
    """Require a reason, a date to put things right, and a perimeter (C-10)."""
    if expression.reason is None:
        _add(errors, "reason", "Indiquez pourquoi l’accord n’a pas pu être recueilli.")
    if expression.regularise_by is None:
        _add(errors, "regularise_by", "Indiquez avant quelle date l’accord sera recueilli.")
    elif expression.regularise_by > _longest_exception(expression):
        _add(errors, "regularise_by", "Six mois au plus : revoyez la situation avant.")
    if expression.is_emergency_only:
        _add(
            errors,
            "is_emergency_only",
            "Seule la personne peut réserver son accord à l’urgence : décochez cette case.",
        )
    unreachable = expression.reason is ExceptionReason.UNREACHABLE
    if unreachable and InformationCategory.IDENTITY in expression.categories:
        # domain.md, product decision 1: coded until she has been told.
        _add(
            errors,
            "categories",
            "La personne n’a pas été jointe : son identité reste fermée jusque-là.",
        )
    _check_purposes(expression, errors)
    _check_perimeter(expression, errors)


def _longest_exception(expression: Expression) -> date:
    """Return the last day that an exception may name."""
    on = expression.expressed_at.astimezone(LEGAL_ZONE).date()
    return add_months(on, LONGEST_EXCEPTION_MONTHS)


def _check_giver(expression: Expression, person: PersonFacts, errors: Errors) -> None:
    """Require the right voice for a minor, a represented adult, any other adult."""
    giver = expression.giver
    if giver is None:
        return
    if person.age is not None and person.age < ADULT_AGE:
        if not giver.is_parental:
            _add(
                errors,
                "giver",
                "Pour un mineur, l’accord vient du titulaire de l’autorité parentale.",
            )
        if not expression.opinion_recorded:
            _add(errors, "opinion_recorded", "Notez l’avis du mineur lui-même.")
        return
    if giver.is_parental or giver is AgreementGiver.MINOR:
        _add(errors, "giver", "La personne est majeure : elle donne elle-même son accord.")
        return
    if person.measure.may_represent_person and not person.can_express:
        if not giver.represents:
            _add(
                errors,
                "giver",
                "La personne ne peut pas s’exprimer : son représentant donne l’accord.",
            )
        if not expression.opinion_recorded:
            _add(errors, "opinion_recorded", "Notez l’avis de la personne, même partiel.")
    elif giver.represents:
        _add(
            errors,
            "giver",
            "Cette mesure ne permet pas de décider à sa place : la personne donne elle-même "
            "son accord.",
        )


def _check_dates(expression: Expression, errors: Errors) -> None:
    """Refuse dates that contradict one another."""
    expressed_on = expression.expressed_at.astimezone(LEGAL_ZONE).date()
    if expression.expressed_at > expression.recorded_at:
        _add(errors, "expressed_at", "Cette date est à venir.")
    if expression.notice_handed_on is not None and expression.notice_handed_on > expressed_on:
        _add(errors, "notice_handed_on", "La note se remet avant l’accord, pas après.")
    if expression.expires_on is not None and expression.expires_on < expressed_on:
        _add(errors, "expires_on", "L’accord ne peut pas finir avant d’avoir commencé.")
    if expression.regularise_by is not None and expression.regularise_by < expressed_on:
        _add(errors, "regularise_by", "Choisissez une date à venir.")


def _plain(names: Collection[str]) -> frozenset[str]:
    """Compare names without case nor surplus spaces."""
    return frozenset(" ".join(name.casefold().split()) for name in names)


def _add(errors: Errors, field: str, message: str) -> None:
    """Add one error to a field."""
    errors.setdefault(field, []).append(message)
