"""Read a file of data series line by line, and say what it would write.

Promises: nothing is written here; a line that is wrong is named with what to mend, and then the
whole file waits; the same file read twice says the same.

Source: domain.md 003-24, D.1 (indicateurs: valeur, année, territoire, source).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from clsm_core.council.models import Council
from clsm_core.directory.imports.reading import Formula, UnreadableFile, tables_of
from clsm_core.observatory.field.queries.observation import series_of
from clsm_core.observatory.models import Series
from clsm_core.ui.plain import plain
from clsm_core.ui.spreadsheet import DANGEROUS

COLUMNS = ("Intitulé", "Année", "Valeur", "Territoire", "Source", "Unité", "Définition")
NEEDED = COLUMNS[:5]
NAMES = dict(
    zip(
        map(plain, COLUMNS),
        ("title", "year", "value", "territory", "source", "unit", "definition"),
        strict=True,
    )
)
LENGTHS = {"title": 200, "territory": 160, "source": 200, "unit": 40, "definition": 300}
FIRST_YEAR, LAST_YEAR = 1900, 2100
MAX_LINES = 2_000
_SPACES = re.compile(r"[\s\u00a0\u202f]")
# Digits before the comma that the table of values holds.
_DIGITS = 11
# What is sent back to be confirmed must hold in one request.
MAX_TEXT = 400_000
# No column is longer; what a spreadsheet unfolds beyond is not even read.
_LONGEST = 1_000


class LineError(NamedTuple):
    """A line that cannot be read, by the number that the spreadsheet shows."""

    number: int
    message: str


@dataclass
class Brought:
    """A series as the file tells it."""

    fields: dict[str, str]
    values: dict[int, Decimal] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """Return what makes it one series: title, territory and source, whatever the accents."""
        return tuple(plain(self.fields[name]) for name in ("title", "territory", "source"))


class Change(NamedTuple):
    """What a file would do to a series, new when there is none."""

    brought: Brought
    series: Series | None
    added: Mapping[int, Decimal]
    changed: Mapping[int, tuple[Decimal, Decimal]]

    @property
    def told(self) -> str:
        """Return what the preview says, to be compared when it is confirmed."""
        series = self.series.pk if self.series else ""
        return repr(
            (self.brought.key, str(series), sorted(self.added), sorted(self.changed.items()))
        )


def read(content: bytes) -> tuple[list[Brought], list[LineError]]:
    """Read a file: its series, and the lines to mend.

    Raises:
        UnreadableFile: it is no table, or lacks a column.
    """
    table = next((one for one in tables_of(content) if one.headers), None)
    if table is None:
        raise UnreadableFile("Ce fichier est vide.")
    heads = [NAMES.get(plain(head), "") for head in table.headers]
    missing = [label for label in NEEDED if NAMES[plain(label)] not in heads]
    if missing:
        words = ", ".join(f"« {one} »" for one in missing)
        raise UnreadableFile(f"Il manque la colonne {words}. Partez du modèle.")
    if not table.rows:
        raise UnreadableFile("Ce fichier n’a que des titres : ajoutez au moins une ligne.")
    if len(table.rows) > MAX_LINES:
        raise UnreadableFile("Ce fichier a plus de 2 000 lignes. Coupez-le.")
    found: dict[tuple[str, ...], Brought] = {}
    errors: list[LineError] = []
    for number, values in table.rows:
        try:
            cells = {name: _text(value) for name, value in zip(heads, values, strict=False) if name}
            _take(cells, found)
        except ValueError as wrong:
            errors.append(LineError(number, str(wrong)))
    return list(found.values()), errors


def compared(council: Council, brought: Iterable[Brought]) -> list[Change]:
    """Say what each series of a file would change in the council's."""
    known = {
        (plain(one.title), plain(one.territory), plain(one.source)): one
        for one in series_of(council)
    }
    changes = []
    for one in brought:
        series = known.get(one.key)
        kept = {value.year: value.value for value in series.values.all()} if series else {}
        added = {year: value for year, value in one.values.items() if year not in kept}
        changed = {
            year: (kept[year], value)
            for year, value in one.values.items()
            if year in kept and kept[year] != value
        }
        changes.append(Change(one, series, added, changed))
    return changes


def fingerprint(changes: Iterable[Change]) -> str:
    """Give the fingerprint of a preview: what is confirmed is what was shown."""
    return hashlib.sha256("\n".join(one.told for one in changes).encode()).hexdigest()


def text_of(changes: Iterable[Change]) -> str:
    """Write what was read as a file that reads the same, to be sent back and confirmed."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in changes:
        told = dict(one.brought.fields)
        for year, value in one.brought.values.items():
            writer.writerow(
                [
                    told["title"],
                    year,
                    str(value).replace(".", ","),
                    told["territory"],
                    told["source"],
                    # Said once a series: the same words on each line would swell the text.
                    told.pop("unit", ""),
                    told.pop("definition", ""),
                ]
            )
    return stream.getvalue()


def number_of(text: str) -> Decimal:
    """Read a number as people write it: « 1 234,5 ». Raises: ValueError, in words."""
    bare = _SPACES.sub("", text).replace(",", ".").removesuffix("%")
    try:
        value = Decimal(bare)
    except InvalidOperation as wrong:
        raise ValueError(f"« {text[:40]} » n’est pas un nombre.") from wrong
    if not value.is_finite() or value.adjusted() >= _DIGITS:
        raise ValueError(f"« {text[:40]} » n’est pas un nombre que l’on puisse garder.")
    if value != value.quantize(Decimal("0.001")):
        raise ValueError(f"« {text[:40]} » a plus de trois décimales.")
    return value.quantize(Decimal("0.001"))


def year_of(text: str) -> int:
    """Read a year. Raises: ValueError, in words."""
    if not re.fullmatch(r"\d{4}", text.strip()) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise ValueError(f"« {text[:40]} » n’est pas une année.")
    return int(text)


def written(value: Decimal) -> str:
    """Write a number as people read it, without useless zeros."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.replace(",", "\u202f").replace(".", ",")


def _text(cell: str) -> str:
    """Return a cell on one line, without the apostrophe that our exports put before a sign.

    Raises:
        ValueError: in words, when it is a formula or too long for any column.
    """
    if isinstance(cell, Formula):
        raise ValueError("une case contient une formule : remplacez-la par son résultat.")
    if len(cell) > _LONGEST:
        raise ValueError(f"un texte dépasse {_LONGEST} signes.")
    is_kept = cell.startswith("'") and cell[1:].startswith(DANGEROUS)
    return " ".join(cell[is_kept:].split())


def _take(cells: Mapping[str, str], found: dict[tuple[str, ...], Brought]) -> None:
    for label in NEEDED:
        if not cells.get(NAMES[plain(label)]):
            raise ValueError(f"la colonne « {label} » est vide.")
    for name, length in LENGTHS.items():
        if len(cells.get(name, "")) > length:
            raise ValueError(f"un texte dépasse {length} signes.")
    year, value = year_of(cells["year"]), number_of(cells["value"])
    one = Brought({name: cells.get(name, "") for name in LENGTHS})
    one = found.setdefault(one.key, one)
    if year in one.values:
        raise ValueError(f"l’année {year} est déjà donnée plus haut pour cette série.")
    for name in ("unit", "definition"):
        told = cells.get(name, "")
        if told and one.fields[name] and told != one.fields[name]:
            raise ValueError("l’unité ou la définition n’est pas celle d’une ligne plus haut.")
        one.fields[name] = one.fields[name] or told
    one.values[year] = value


def lines_of(series: Sequence[Series]) -> list[list[str]]:
    """Write series as the lines that a file brings."""
    return [
        [
            one.title,
            str(value.year),
            written(value.value).replace("\u202f", ""),
            one.territory,
            one.source,
            one.unit,
            one.definition,
        ]
        for one in series
        for value in one.values.all()
    ]
