"""What an expression of the person must hold before it is written down.

Each rule gives an error on the field that mends it, in words for the professional who fills
the form.

Source: C-05, C-06, C-10…C-13, C-18; décret 2016-1349 (2016-10-10).
"""

from dataclasses import dataclass
from datetime import datetime

from cases.domain.agreement import (
    LEGAL_ZONE,
    RECIPIENT_CODES,
    AgreementGiver,
    AgreementKind,
    Expression,
)
from cases.domain.retention import add_months
from cases.domain.vocabulary import ProtectionMeasure

ADULT_AGE = 18
RECONFIRMATION_MONTHS = 12

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
    if expression.kind is AgreementKind.NAMED_SHARING:
        _check_perimeter(expression, errors)
        if not expression.security_described:
            _add(
                errors,
                "security_described",
                "Expliquez à la personne comment ses informations sont protégées, "
                "puis cochez cette case.",
            )


def _check_perimeter(expression: Expression, errors: Errors) -> None:
    """Require at least one kind of information and one recipient, both known (C-05)."""
    if not expression.categories:
        _add(errors, "categories", "Cochez au moins une catégorie d’informations.")
    if not expression.professions and not expression.organisations:
        _add(
            errors,
            "professions",
            "Indiquez au moins une catégorie de professionnels ou une structure.",
        )
    if expression.professions - RECIPIENT_CODES:
        _add(errors, "professions", "Choisissez les professionnels dans la liste.")
    both = {name.casefold().strip() for name in expression.organisations} & {
        name.casefold().strip() for name in expression.excluded_organisations
    }
    if both:
        _add(
            errors,
            "excluded_organisations",
            "Une même structure ne peut pas être à la fois admise et exclue.",
        )


def _check_exception(expression: Expression, errors: Errors) -> None:
    """Require a reason, a date to put things right, and a perimeter (C-10)."""
    if expression.reason is None:
        _add(errors, "reason", "Indiquez pourquoi l’accord n’a pas pu être recueilli.")
    if expression.regularise_by is None:
        _add(errors, "regularise_by", "Indiquez avant quelle date l’accord sera recueilli.")
    _check_perimeter(expression, errors)


def _check_giver(expression: Expression, person: PersonFacts, errors: Errors) -> None:
    """Require the right voice for a minor, a represented adult, any other adult."""
    giver = expression.giver
    if giver is None:
        return
    if person.age is not None and person.age < ADULT_AGE:
        if giver is not AgreementGiver.PARENT:
            _add(
                errors,
                "giver",
                "Pour un mineur, l’accord vient du titulaire de l’autorité parentale.",
            )
        if not expression.opinion_recorded:
            _add(errors, "opinion_recorded", "Notez l’avis du mineur lui-même.")
        return
    if giver in (AgreementGiver.PARENT, AgreementGiver.MINOR):
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


def _add(errors: Errors, field: str, message: str) -> None:
    """Add one error to a field."""
    errors.setdefault(field, []).append(message)
