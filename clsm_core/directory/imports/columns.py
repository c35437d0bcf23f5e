"""The columns that a file may bring, what each accepts, and what to do when it does not.

Source: domain.md D.1 (structure, contact); 003-14 and 003-15 (categories).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from clsm_core.directory.imports.reading import Formula
from clsm_core.directory.models import BatchKind, Category, College, Contact, Organisation
from clsm_core.ui.plain import plain
from clsm_core.ui.spreadsheet import DANGEROUS

Read = Callable[[str, date], str | bool]
_PHONE = re.compile(r"\+?[\d\s().,/-]+(?:\([^)]*\))?")
_YES = {"oui", "o", "x", "vrai", "1"}
_NO = {"non", "n", "faux", "0"}
_is_email, _is_url = EmailValidator(), URLValidator(schemes=["http", "https"])


class BadCell(Exception):
    """Say what is wrong with a cell, and what to write instead."""

    code = "bad_cell"

    def __init__(self, message: str) -> None:
        super().__init__(self.code)
        self.message = message


class Column(NamedTuple):
    """One column: the field it fills, its head in our files, other heads accepted."""

    field: str
    label: str
    read: Read
    accepts: str
    others: tuple[str, ...] = ()
    is_required: bool = False


def cell_text(raw: str, *, is_long: bool = False) -> str:
    """Return the text of a cell; the apostrophe that our exports put before a sign goes.

    Raises:
        BadCell: the cell is a formula, or looks like one.
    """
    if isinstance(raw, Formula):
        raise BadCell("la cellule contient une formule : remplacez-la par son résultat.")
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("'") and text[1:].startswith(DANGEROUS):
        return text[1:].strip()
    text = text.strip()
    if text.startswith(DANGEROUS) and not _PHONE.fullmatch(text):
        raise BadCell(
            f"le texte commence par «\u00a0{text[0]}\u00a0» comme une formule : retirez ce signe,"
            " ou mettez une apostrophe devant."
        )
    return text if is_long else text.replace("\n", " ")


def _short(maximum: int, raw: str, today: date) -> str:
    text = cell_text(raw)
    if len(text) > maximum:
        raise BadCell(f"{len(text)} signes, {maximum} au plus : raccourcissez ce texte.")
    return text


def _long(raw: str, today: date) -> str:
    text = cell_text(raw, is_long=True)
    if len(text) > LONG_TEXT:
        raise BadCell(f"{len(text)} signes, {LONG_TEXT} au plus : raccourcissez ce texte.")
    return text


LONG_TEXT = 5_000
_SHORT_WORD = 3


def _choice(choices: Sequence[tuple[str, str]], raw: str, today: date) -> str:
    text = cell_text(raw)
    known = {plain(label): code for code, label in choices} | {code: code for code, _ in choices}
    found = known.get(plain(text)) or known.get(text)
    if found or not text:
        return found or ""
    near = _nearest(plain(text), [label for _, label in choices])
    hint = f"peut-être « {near} » ?" if near else "voyez la liste acceptée."
    raise BadCell(f"« {_cut(text)} » n’est pas dans la liste : {hint}")


def _nearest(asked: str, labels: Sequence[str]) -> str:
    """Return the label most like a text, or one with a word that starts alike, or nothing."""
    known = {plain(label): label for label in labels}
    if near := difflib.get_close_matches(asked, known, n=1, cutoff=0.5):
        return known[near[0]]
    starts = {word[:4].rstrip("s") for word in asked.split() if len(word) > _SHORT_WORD}
    starts |= {asked.split()[0]} if asked.split() else set()
    for key, label in known.items():
        if any(word.startswith(start) for word in key.split() for start in starts):
            return label
    return ""


def _email(raw: str, today: date) -> str:
    text = _short(254, raw, today)
    try:
        if text:
            _is_email(text)
    except ValidationError as error:
        raise BadCell("ce n’est pas une adresse électronique : nom@domaine.fr attendu.") from error
    return text


def _website(raw: str, today: date) -> str:
    text = cell_text(raw)
    if text and "://" not in text:
        text = f"https://{text}"
    if len(text) > 200:
        raise BadCell("adresse de plus de 200 signes : raccourcissez-la.")
    try:
        if text:
            _is_url(text)
    except ValidationError as error:
        raise BadCell("ce n’est pas l’adresse d’un site : https://… attendu.") from error
    return text


def _postcode(raw: str, today: date) -> str:
    text = cell_text(raw).replace(" ", "")
    if not text:
        return ""
    # A spreadsheet takes 01000 for a number and drops its zero.
    if not re.fullmatch(r"[0-9]{4,5}", text):
        raise BadCell(f"« {_cut(text)} » n’est pas un code postal : cinq chiffres attendus.")
    return text.zfill(5)


def _past_day(raw: str, today: date) -> str:
    text = cell_text(raw)
    if not text:
        return ""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            found = datetime.strptime(text, pattern).date()  # noqa: DTZ007 – a day has no zone
        except ValueError:
            continue
        if found > today:
            raise BadCell(f"« {text} » est à venir : une date passée est attendue.")
        return found.isoformat()
    raise BadCell(f"« {_cut(text)} » n’est pas une date : JJ/MM/AAAA attendu.")


def _yes_no(raw: str, today: date) -> str | bool:
    text = plain(cell_text(raw))
    if text in _YES or text in _NO:
        return text in _YES
    if text:
        raise BadCell(f"« {_cut(text)} » n’est ni oui ni non : écrivez l’un des deux.")
    return ""


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _length(model: type[Organisation] | type[Contact], field: str) -> int:
    return model._meta.get_field(field).max_length or LONG_TEXT


def _text(
    model: type[Organisation] | type[Contact], field: str, label: str, *others: str
) -> Column:
    maximum = _length(model, field)
    return Column(field, label, partial(_short, maximum), f"{maximum} signes au plus", others)


_O, _C = Organisation, Contact
_LIST, _DAY, _BOOL = "un mot de la liste acceptée", "JJ/MM/AAAA", "oui ou non"
_TEXT = "texte libre"
_MAIL_HEADS = ("mail", "e-mail", "email", "courriel", "adresse mail", "adresse e-mail")
_PHONE_HEADS = ("tel", "tél.", "numéro de téléphone")
COLUMNS: dict[str, tuple[Column, ...]] = {
    BatchKind.ORGANISATIONS: (
        _text(_O, "name", "Nom", "structure", "nom de la structure")._replace(is_required=True),
        Column(
            "category",
            "Catégorie",
            partial(_choice, Category.choices),
            _LIST,
            ("type", "catégorie de structure"),
            is_required=True,
        ),
        Column("missions", "Missions", _long, _TEXT, ("mission",)),
        Column("objectives", "Objectifs", _long, _TEXT, ("objectif",)),
        _text(_O, "audience", "Public accueilli", "public", "publics"),
        _text(_O, "area", "Zone desservie", "zone", "territoire", "secteur"),
        _text(_O, "address", "Adresse", "adresse postale", "rue"),
        Column("postcode", "Code postal", _postcode, "cinq chiffres", ("cp",)),
        _text(_O, "city", "Commune", "ville"),
        _text(_O, "phone", "Téléphone", *_PHONE_HEADS),
        Column("email", "Adresse électronique", _email, "nom@domaine.fr", _MAIL_HEADS),
        Column("website", "Site", _website, "https://…", ("site internet", "site web", "url")),
        _text(_O, "opening_hours", "Horaires", "heures d’ouverture"),
        Column("access_terms", "Modalités d’accès", _long, _TEXT, ("accès",)),
        Column("verified_on", "Vérifiée le", _past_day, _DAY, ("vérifié le",)),
        Column("is_public", "Guide public", _yes_no, _BOOL, ("visible dans le guide public",)),
    ),
    BatchKind.CONTACTS: (
        _text(_C, "last_name", "Nom", "nom de famille")._replace(is_required=True),
        _text(_C, "first_name", "Prénom"),
        _text(_C, "job_title", "Fonction", "poste", "qualité"),
        Column(
            "college", "Collège", partial(_choice, College.choices), _LIST, (), is_required=True
        ),
        Column(
            "organisation",
            "Structure",
            partial(_short, 200),
            "le nom d’une structure de l’annuaire",
            ("nom de la structure", "organisme"),
        ),
        Column(
            "organisation_postcode",
            "Code postal de la structure",
            _postcode,
            "cinq chiffres, si deux structures portent le même nom",
            ("code postal", "cp"),
        ),
        Column("email", "Adresse électronique", _email, "nom@domaine.fr", _MAIL_HEADS),
        _text(_C, "phone", "Téléphone", *_PHONE_HEADS),
        Column("is_referent", "Référent", _yes_no, _BOOL, ("référent de la structure",)),
        Column(
            "accepts_mail",
            "Accepte les informations",
            _yes_no,
            _BOOL,
            ("accepte les informations du conseil", "accord"),
        ),
        Column("accepts_mail_since", "Accord donné le", _past_day, _DAY, ("date de l’accord",)),
    ),
}
VOCABULARIES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    BatchKind.ORGANISATIONS: ("Catégories", list(Category.choices)),
    BatchKind.CONTACTS: ("Collèges", list(College.choices)),
}


class Heads(NamedTuple):
    """What the heads of a file mean: places of known columns, heads left aside, heads missing."""

    places: dict[int, Column]
    ignored: list[str]
    missing: list[str]
    doubled: list[str]


def heads_of(headers: Iterable[str], kind: str) -> Heads:
    """Recognise the heads of a file, whatever their accents and case."""
    known = {
        plain(name): column
        for column in COLUMNS[kind]
        for name in (column.label, *column.others, column.field)
    }
    places: dict[int, Column] = {}
    ignored, doubled = [], []
    for place, header in enumerate(headers):
        column = known.get(plain(header.replace("*", "").replace("(obligatoire)", "")))
        if column is None:
            if header.strip():
                ignored.append(_cut(header.strip()))
        elif column in places.values():
            doubled.append(column.label)
        else:
            places[place] = column
    missing = [c.label for c in COLUMNS[kind] if c.is_required and c not in places.values()]
    return Heads(places, ignored, missing, doubled)
