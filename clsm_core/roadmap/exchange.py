"""Sheets as the rows of a spreadsheet, written and read back.

Promise: what `row_of` writes, `content_of` reads as the same sheet; a list stands in one cell, an
element a line, its precisions between brackets: ``texte [volet : animation ; nature : nouvelle
action]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from clsm_core.accounts import posting
from clsm_core.directory.imports.reading import Formula
from clsm_core.roadmap.content import SheetContent
from clsm_core.roadmap.models import (
    ActionSheet,
    ActivityNature,
    BudgetKind,
    Duration,
    Funder,
    FundingStatus,
    IndicatorKind,
    IndicatorMode,
    ObjectiveGroup,
    PartnerRole,
)
from clsm_core.roadmap.vocabulary import (
    FIRST_YEAR,
    LAST_YEAR,
    Computed,
    Determinant,
    EvaluationMethod,
    Extent,
    Policy,
    Public,
    Theme,
)
from clsm_core.ui.plain import plain

BRACKETS = re.compile(r"^(?P<text>.*?)\s*\[(?P<more>[^\[\]]* : [^\[\]]*)\]$", re.DOTALL)
MOST = 300
# Digits of a number that no column holds.
TOO_LONG = 10


class Unread(Exception):
    """Say what in a cell cannot be read, in words for who wrote it."""

    code = "unread_cell"

    def __init__(self, message: str) -> None:
        super().__init__(self.code)
        self.message = message


@dataclass(frozen=True)
class Codec:
    """How a value is written in a cell, and read from one."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < TOO_LONG):
        raise Unread(f"« {text[:TOO_LONG]} » n’est pas un nombre entier")
    return int(text)


def _year(text: str) -> int:
    year = _number(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unread(f"« {text} » n’est pas une année de {FIRST_YEAR} à {LAST_YEAR}")
    return year


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(re.sub(r"[\s€]", "", text).replace(",", "."))
    except InvalidOperation as error:
        raise Unread(f"« {text} » n’est pas un montant") from error
    if not amount.is_finite() or amount < 0:
        raise Unread(f"« {text} » n’est pas un montant")
    return amount


def _day(text: str) -> date:
    french = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if french:
            day = date(int(french[3]), int(french[2]), int(french[1]))
        else:
            day = date.fromisoformat(text)
    except ValueError as error:
        raise Unread(f"« {text} » n’est pas une date (2026-03-31)") from error
    if not posting.FIRST_YEAR <= day.year <= posting.LAST_YEAR:
        raise Unread(f"« {text} » n’est pas une date (2026-03-31)")
    return day


def _answer(text: str) -> bool:
    answers = {"oui": True, "non": False}
    if plain(text) not in answers:
        raise Unread(f"« {text} » : répondez oui ou non")
    return answers[plain(text)]


def _choice(choices: Any) -> Codec:
    codes = {plain(str(one.label)): one.value for one in choices}

    def read(text: str) -> Any:
        if plain(text) not in codes:
            known = ", ".join(str(one.label) for one in choices)
            raise Unread(f"« {text} » n’est pas connu ({known})")
        return codes[plain(text)]

    return Codec(lambda value: str(choices(value).label) if value else "", read)


def _choices(choices: Any) -> Codec:
    one = _choice(choices)
    return Codec(
        lambda codes: " ; ".join(one.write(code) for code in codes if code in choices.values),
        lambda text: [one.read(part.strip()) for part in text.split(";") if part.strip()],
    )


TEXT = Codec(str, str)
NUMBER = Codec(str, _number)
YEAR = Codec(str, _year)
AMOUNT = Codec(lambda value: str(value).replace(".", ","), _amount)
DAY = Codec(lambda value: value.isoformat(), _day)
ANSWER = Codec(lambda value: "oui" if value else "non", _answer)

FIELDS: tuple[tuple[str, str, Codec], ...] = (
    ("Objectif stratégique", "strategic_objective", TEXT),
    ("Objectif spécifique", "specific_objective", TEXT),
    ("Contexte et enjeux", "context", TEXT),
    ("Description", "description", TEXT),
    ("Public visé", "publics", _choices(Public)),
    ("Personnes concernées", "people_concerned", TEXT),
    ("Territoires", "extents", _choices(Extent)),
    ("Précisions sur les territoires", "territories", TEXT),
    ("Durée", "duration", _choice(Duration)),
    ("Calendrier", "schedule", TEXT),
    ("Début", "starts_on", DAY),
    ("Fin", "ends_on", DAY),
    ("Éléments facilitateurs", "facilitators", TEXT),
    ("Freins", "obstacles", TEXT),
    ("Modalités de suivi", "follow_up", TEXT),
    ("Méthode d’évaluation", "evaluation_methods", _choices(EvaluationMethod)),
    ("Précisions sur l’évaluation", "evaluation_method", TEXT),
    ("Thématiques", "theme_codes", _choices(Theme)),
    ("Précisions sur les thématiques", "themes", TEXT),
    ("Déterminants de santé", "determinants", _choices(Determinant)),
    ("Précisions sur les déterminants", "health_determinants", TEXT),
    ("Politiques publiques", "policies", _choices(Policy)),
    ("Précisions sur les politiques", "public_policies", TEXT),
    ("Vise les inégalités", "targets_inequalities", ANSWER),
    ("Démarche participative", "is_participatory", ANSWER),
    ("Articulation", "articulation", TEXT),
    ("Origine de la fiche", "source", TEXT),
)


@dataclass(frozen=True)
class Listed:
    """A list in a cell: where it goes, its first word, its precisions, what all its lines share."""

    header: str
    related: str
    part: str
    first: tuple[str, Codec]
    precisions: tuple[tuple[str, str, Codec], ...] = ()
    shared: tuple[tuple[str, str], ...] = ()


_VOLET = ("volet", "group", _choice(ObjectiveGroup))
_INDICATOR = (
    ("mode", "mode", _choice(IndicatorMode)),
    ("compté", "computed", _choice(Computed)),
    ("unité", "unit", TEXT),
    ("cible", "target", TEXT),
)
LISTS = (
    Listed("Objectifs opérationnels", "objective_lines", "objectives", ("text", TEXT), (_VOLET,)),
    Listed(
        "Actions prévues",
        "activity_lines",
        "activities",
        ("text", TEXT),
        (("nature", "nature", _choice(ActivityNature)), _VOLET),
    ),
    *(
        Listed(header, "partner_lines", "partners", ("name", TEXT), (), (("role", str(role)),))
        for header, role in (
            ("Porteur", PartnerRole.CARRIER.value),
            ("Pilotes", PartnerRole.PILOT.value),
            ("Partenaires de mise en œuvre", PartnerRole.IMPLEMENTING.value),
            ("Partenaires associés", PartnerRole.ASSOCIATED.value),
        )
    ),
    Listed("Public en toutes lettres", "audience_lines", "audiences", ("text", TEXT)),
    Listed(
        "Étapes",
        "step_lines",
        "steps",
        ("text", TEXT),
        (("échéance", "due_on", DAY), ("faite le", "done_on", DAY)),
    ),
    *(
        Listed(
            header, "indicator_lines", "indicators", ("label", TEXT), _INDICATOR, (("kind", kind),)
        )
        for header, kind in (
            ("Indicateurs de processus", IndicatorKind.PROCESS.value),
            ("Indicateurs de résultat", IndicatorKind.RESULT.value),
        )
    ),
    Listed(
        "Budget",
        "budgetline_lines",
        "budget",
        ("label", TEXT),
        (
            ("nature", "kind", _choice(BudgetKind)),
            ("exercice", "year", YEAR),
            ("prévu", "amount", AMOUNT),
            ("réalisé", "spent", AMOUNT),
            ("heures", "hours", NUMBER),
        ),
    ),
    Listed(
        "Financements",
        "funding_lines",
        "fundings",
        ("funder", _choice(Funder)),
        (
            ("précision", "label", TEXT),
            ("exercice", "year", YEAR),
            ("montant", "amount", AMOUNT),
            ("état", "status", _choice(FundingStatus)),
        ),
    ),
)
HEADERS = (
    "Axe",
    "Intitulé de l’axe",
    "Numéro",
    "Titre",
    *(header for header, _, _ in FIELDS),
    *(one.header for one in LISTS),
)
NEEDED = ("Axe", "Titre")


def row_of(sheet: ActionSheet) -> list[str | int]:
    """Write a sheet whose lists are loaded."""
    values: list[str | int] = [
        sheet.axis.number,
        sheet.axis.title,
        sheet.number,
        sheet.title,
    ]
    for _, name, codec in FIELDS:
        value = getattr(sheet, name)
        values.append(codec.write(value) if value not in (None, "", []) else "")
    return [*values, *(_cell_of(sheet, one) for one in LISTS)]


def _cell_of(sheet: ActionSheet, listed: Listed) -> str:
    name, codec = listed.first
    written = []
    for line in getattr(sheet, listed.related).all():
        if any(getattr(line, shared) != value for shared, value in listed.shared):
            continue
        more = [
            f"{word} : {_flat(one.write(getattr(line, field)))}"
            for word, field, one in listed.precisions
            if getattr(line, field) not in (None, "")
        ]
        text = " ".join(codec.write(getattr(line, name)).split())
        written.append(f"{text} [{' ; '.join(more)}]" if more else text)
    return "\n".join(written)


def _flat(text: str) -> str:
    """Return a precision without the signs that part precisions."""
    return text.replace(";", ",").replace("[", "(").replace("]", ")")


def content_of(values: Mapping[str, str]) -> SheetContent:
    """Read a row, by its heads.

    Raises:
        Unread: a cell cannot be read; the message begins with its head.
    """
    fields: dict[str, Any] = {}
    for header, name, codec in FIELDS:
        text = clean(values.get(header, ""))
        if text:
            fields[name] = _read(header, codec, text)
    parts: dict[str, list[dict[str, Any]]] = {}
    for listed in LISTS:
        lines = [clean(line) for line in values.get(listed.header, "").split("\n")]
        parts.setdefault(listed.part, []).extend(_line(listed, line) for line in lines if line)
    number = clean(values.get("Numéro", ""))
    title = clean(values.get("Titre", ""))
    if not title:
        raise Unread("Titre : la case est vide")
    return SheetContent(
        axis_number=_read("Axe", NUMBER, clean(values.get("Axe", ""))),
        axis_title=clean(values.get("Intitulé de l’axe", "")) or "Axe à nommer",
        number=_read("Numéro", NUMBER, number) if number else 0,
        title=title,
        fields=fields,
        **parts,
    )


def clean(text: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from computing it."""
    text = text.strip()
    return text[1:] if re.match(r"'[=+\-@＝＋－＠]", text) else text


def _line(listed: Listed, text: str) -> dict[str, Any]:
    found = BRACKETS.match(text)
    head, more = (found["text"], found["more"]) if found else (text, "")
    name, codec = listed.first
    known = {plain(word): (field, one) for word, field, one in listed.precisions}
    line: dict[str, Any] = {**dict(listed.shared), name: _read(listed.header, codec, head)}
    for piece in filter(None, (part.strip() for part in more.split(";"))):
        word, _, value = piece.partition(" : ")
        if plain(word) not in known:
            raise Unread(f"{listed.header} : la précision « {word} » n’est pas connue")
        field, one = known[plain(word)]
        line[field] = _read(listed.header, one, value.strip())
    if listed.part == "budget":
        line.setdefault("kind", BudgetKind.ACTION.value)
    return line


def _read(header: str, codec: Codec, text: str) -> Any:
    try:
        return codec.read(text)
    except Unread as error:
        raise Unread(f"{header} : {error.message}") from error


def by_head(headers: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    """Pair the cells of a row with the heads that are known, whatever their accents and case.

    Raises:
        Unread: a cell holds a formula.
    """
    known = {plain(head): head for head in HEADERS}
    found = {
        known[plain(head)]: value
        for head, value in zip(headers, values, strict=False)
        if plain(head) in known
    }
    for head, value in found.items():
        if isinstance(value, Formula):
            raise Unread(f"{head} : la case contient une formule, remplacez-la par son résultat")
    return found
