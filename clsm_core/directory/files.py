"""Files of the directory to hand over: the whole of it, its lists, its labels, its templates.

Promises: CSV and ODS read back by an import change nothing; addresses of people stand only in
what the coordination asks for.

Source: domain.md D.4 (annuaire); 003-28, 003-29, 004-11.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from clsm_core.council.models import Council
from clsm_core.directory.imports.columns import COLUMNS, VOCABULARIES
from clsm_core.directory.models import BatchKind, Category, Contact, MailingList, Organisation
from clsm_core.directory.presenters.values import (
    contact_row,
    example_rows,
    headers_of,
    label_lines,
    organisation_row,
)
from clsm_core.directory.queries.mailing import Recipients
from clsm_core.ui.pdf import compile_pdf
from clsm_core.ui.spreadsheet import Sheet, csv_bytes, ods_bytes
from clsm_core.ui.templatetags.ui import day

_DOCUMENTS = Path(__file__).parent / "documents"
_SHEETS = {BatchKind.ORGANISATIONS: "Structures", BatchKind.CONTACTS: "Contacts"}
MAILING_HEADERS = (
    "Nom",
    "Prénom",
    "Fonction",
    "Structure",
    "Adresse électronique",
    "Adresse",
    "Code postal",
    "Commune",
)


def organisations_csv(found: Sequence[Organisation]) -> bytes:
    """Return organisations as a CSV that an import reads back."""
    rows = [organisation_row(one) for one in found]
    return csv_bytes(headers_of(BatchKind.ORGANISATIONS), rows)


def contacts_csv(found: Sequence[Contact]) -> bytes:
    """Return contacts as a CSV that an import reads back."""
    return csv_bytes(headers_of(BatchKind.CONTACTS), [contact_row(one) for one in found])


def directory_ods(
    organisations: Sequence[Organisation],
    contacts: Sequence[Contact] | None,
    *,
    title: str,
    at: datetime,
) -> bytes:
    """Return the directory as a spreadsheet; contacts only for who may carry their addresses."""
    sheets = [
        Sheet(
            _SHEETS[BatchKind.ORGANISATIONS],
            headers_of(BatchKind.ORGANISATIONS),
            [organisation_row(one) for one in organisations],
        )
    ]
    if contacts is not None:
        sheets.append(
            Sheet(
                _SHEETS[BatchKind.CONTACTS],
                headers_of(BatchKind.CONTACTS),
                [contact_row(one) for one in contacts],
            )
        )
    return ods_bytes(sheets, title=title, at=at)


def directory_pdf(
    council: Council,
    organisations: Sequence[Organisation],
    contacts: Sequence[Contact],
    *,
    with_addresses: bool,
    at: datetime,
) -> bytes:
    """Return the directory by category, tagged; people by name and function, or with addresses."""
    people: dict[Any, list[Contact]] = {}
    for one in contacts:
        people.setdefault(one.organisation_id, []).append(one)
    order = list(Category.values)
    ranked = sorted(organisations, key=lambda one: order.index(one.category))
    data = {
        "council": council.name,
        "heading": "Annuaire",
        "on": day(at.date()),
        "categories": [
            {
                "title": _capital(Category(category).label),
                "entries": [_entry(one, people.get(one.pk, []), with_addresses) for one in members],
            }
            for category, members in groupby(ranked, key=lambda one: one.category)
        ],
        "alone": [_person(one, with_addresses) for one in people.get(None, [])],
    }
    title = f"Annuaire – {council.name}"
    return compile_pdf(_DOCUMENTS / "directory.typ", data, at=at, title=title)


def mailing_rows(recipients: Recipients) -> list[list[str]]:
    """Return who is in a list, a line each."""
    rows = []
    for one in recipients.members:
        place = one.organisation
        rows.append(
            [
                one.last_name,
                one.first_name,
                one.job_title,
                place.name if place else "",
                one.email,
                place.address if place else "",
                place.postcode if place else "",
                place.city if place else "",
            ]
        )
    return rows


def mailing_csv(recipients: Recipients) -> bytes:
    """Return a list as CSV."""
    return csv_bytes(MAILING_HEADERS, mailing_rows(recipients))


def mailing_ods(mailing: MailingList, recipients: Recipients, *, at: datetime) -> bytes:
    """Return a list as a spreadsheet."""
    sheet = Sheet("Liste", MAILING_HEADERS, mailing_rows(recipients))
    return ods_bytes([sheet], title=mailing.name, at=at)


def labels_pdf(recipients: Recipients, *, council: Council, at: datetime) -> bytes:
    """Return 24 labels a page, 70 by 37 mm, for those whose organisation has a postal address."""
    labels = [lines for one in recipients.members if (lines := label_lines(one))]
    title = f"Étiquettes – {council.name}"
    return compile_pdf(_DOCUMENTS / "labels.typ", {"labels": labels}, at=at, title=title)


def template_csv(kind: str) -> bytes:
    """Return an example file to fill."""
    return csv_bytes(headers_of(kind), example_rows(kind))


def template_ods(kind: str, *, at: datetime) -> bytes:
    """Return an example spreadsheet to fill, with what each column accepts."""
    title, vocabulary = VOCABULARIES[kind]
    sheets = [
        Sheet(_SHEETS[BatchKind(kind)], headers_of(kind), example_rows(kind)),
        Sheet(
            "Colonnes",
            ("Colonne", "Obligatoire", "Accepté"),
            [
                (column.label, "oui" if column.is_required else "non", column.accepts)
                for column in COLUMNS[kind]
            ],
        ),
        Sheet(title, ("Libellé accepté", "Code accepté"), [(w, c) for c, w in vocabulary]),
    ]
    return ods_bytes(sheets, title="Modèle d’import", at=at)


def _capital(text: str) -> str:
    """Begin a heading with a capital, its acronyms kept."""
    return text[:1].upper() + text[1:]


def _entry(one: Organisation, people: Sequence[Contact], with_addresses: bool) -> dict[str, Any]:
    place = ", ".join(part for part in (one.address, f"{one.postcode} {one.city}".strip()) if part)
    lines = (
        ("Missions", one.missions),
        ("Objectifs", one.objectives),
        ("Public accueilli", one.audience),
        ("Zone desservie", one.area),
        ("Adresse", place),
        ("Téléphone", one.phone),
        ("Adresse électronique", one.email),
        ("Site", one.website),
        ("Horaires", one.opening_hours),
        ("Modalités d’accès", one.access_terms),
    )
    return {
        "name": one.name,
        "lines": [[label, text] for label, text in lines if text],
        "people": [_person(person, with_addresses) for person in people],
        "verified": f"Fiche vérifiée le {day(one.verified_on)}" if one.verified_on else "",
    }


def _person(one: Contact, with_addresses: bool) -> str:
    reach = (one.email, one.phone) if with_addresses else ()
    referent = "référent" if one.is_referent else ""
    parts = (one.full_name, one.job_title, referent, *reach)
    return ", ".join(part for part in parts if part)
