"""Write the values of the directory as people read and type them: labels, French dates, oui, non.

Promises: what a file says is what an import reads back (see imports.columns).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from clsm_core.directory.imports.columns import COLUMNS
from clsm_core.directory.models import BatchKind, Category, College, Contact, Organisation

_LABELS: dict[str, dict[str, str]] = {
    "category": dict(Category.choices),
    "college": dict(College.choices),
}


def headers_of(kind: str) -> list[str]:
    """Return the heads of our files."""
    return [column.label for column in COLUMNS[kind]]


def text_of(field: str, value: Any, *, names: Mapping[UUID, str] | None = None) -> str:
    """Write one value of a row or of a batch's line."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if field in _LABELS:
        return _LABELS[field].get(value, str(value))
    if field in ("verified_on", "accepts_mail_since"):
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return day.strftime("%d/%m/%Y")
    if field == "organisation":
        return (names or {}).get(UUID(str(value)), "")
    return str(value)


def organisation_row(one: Organisation) -> list[str]:
    """Write an organisation as a line of our files."""
    return [
        text_of(column.field, getattr(one, column.field))
        for column in COLUMNS[BatchKind.ORGANISATIONS]
    ]


def contact_row(one: Contact) -> list[str]:
    """Write a contact as a line of our files."""
    place = one.organisation
    told = {
        "organisation": place.name if place else "",
        "organisation_postcode": place.postcode if place else "",
    }
    return [
        told[column.field]
        if column.field in told
        else text_of(column.field, getattr(one, column.field))
        for column in COLUMNS[BatchKind.CONTACTS]
    ]


def label_lines(one: Contact) -> list[str]:
    """Write a contact as on an envelope; nothing without a postal address."""
    place = one.organisation
    if place is None or not place.city:
        return []
    lines = (one.full_name, place.name, place.address, f"{place.postcode} {place.city}".strip())
    return [line for line in lines if line]


def field_labels(kind: str) -> dict[str, str]:
    """Return the head of each field."""
    return {column.field: column.label for column in COLUMNS[kind]}


def example_rows(kind: str) -> Sequence[Sequence[str]]:
    """Return an invented line that shows how to fill a template file."""
    if kind == BatchKind.CONTACTS:
        return [
            [
                "Exemple",
                "Camille",
                "assistante sociale",
                College.SOCIAL.label,
                "Structure d’exemple",
                "57000",
                "camille@exemple.invalid",
                "03 00 00 00 00",
                "oui",
                "oui",
                "15/01/2026",
            ]
        ]
    return [
        [
            "Structure d’exemple",
            Category.SOCIAL.label,
            "Accueillir et orienter",
            "Rompre l’isolement",
            "adultes",
            "toute la ville",
            "1 rue de l’Exemple",
            "57000",
            "Metz",
            "03 00 00 00 00",
            "accueil@exemple.invalid",
            "https://exemple.invalid",
            "du lundi au vendredi, 9 h – 17 h",
            "sur rendez-vous",
            "15/01/2026",
            "non",
        ]
    ]
