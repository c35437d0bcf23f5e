"""What the identity of a person may hold, and nothing more (C-28, C-30).

No social security number, no offence, no initials; a birth year rather than a date. Everything but
the name is optional.

Source: domain.md B.5 « Personne concernée »; C-11, C-12.
"""

import re
from collections.abc import Mapping

from cases.domain.vocabulary import ProtectionMeasure, RepresentativeInformed

PERSON = ("last_name", "birth_name", "first_name", "birth_year", "birth_date", "sex")
CONTACT = ("phone", "address", "reach", "avoid")
PROTECTION = (
    "protection_measure",
    "representative_name",
    "representative_mandate",
    "representative_contact",
    "representative_informed",
)
TRUSTED = ("trusted_name", "trusted_contact")
CARERS = (
    "carer_name",
    "carer_link",
    "carer_contact",
    "other_carer_name",
    "other_carer_link",
    "other_carer_contact",
)
FIELDS = (*PERSON, *CONTACT, *PROTECTION, *TRUSTED, *CARERS)
NAMES = ("last_name", "birth_name", "first_name")
# What a referrer may write with the name, when the person knows.
REFERRED = ("last_name", "first_name", "birth_year", "phone", "address", "reach", "avoid")

_SECURITY_NUMBER = re.compile(
    r"(?<!\d)[12][\s.]?\d{2}[\s.]?(?:0[1-9]|1[0-2]|[2-9]\d)[\s.]?(?:\d{2}|2[AB])[\s.]?\d{3}[\s.]?\d{3}"
    r"(?:[\s.]?\d{2})?(?!\d)",
    re.IGNORECASE,
)
Errors = dict[str, str]


def holds_security_number(text: str) -> bool:
    """Tell whether a text looks like it holds a French social security number."""
    return _SECURITY_NUMBER.search(text) is not None


def validate(said: Mapping[str, object]) -> Errors:
    """Return the errors of an identity by field; empty when it may be written down."""
    errors: Errors = {}
    if not str(said.get("last_name") or "").strip():
        errors["last_name"] = "Indiquez le nom d’usage."
    for field in FIELDS:
        if holds_security_number(str(said.get(field) or "")):
            errors[field] = "N’écrivez pas de numéro de sécurité sociale : retirez-le."
    informed = str(said.get("representative_informed") or "")
    measure = str(said.get("protection_measure") or "")
    may_represent = (
        measure in ProtectionMeasure.codes() and ProtectionMeasure(measure).may_represent_person
    )
    if informed == RepresentativeInformed.LAW and not may_represent:
        errors["representative_informed"] = (
            "Cette mesure ne porte pas sur la personne elle-même : son représentant n’est informé "
            "qu’avec son accord."
        )
    return errors


def birth_year_of(said: Mapping[str, object]) -> int | None:
    """Return the birth year of an identity, from its year or its date; None when it has none."""
    for field in ("birth_year", "birth_date"):
        found = re.match(r"\d{4}", str(said.get(field) or ""))
        if found:
            return int(found.group())
    return None
