"""Read coded situations from a CSV file: one row a situation and population, codes only.

Columns `population` and `period`, then facets of the plan; several answers are separated by `|`.
Commas and semicolons, with or without a byte order mark, as a spreadsheet writes them.

Promises: every refusal names file, line and column; none repeats what is written in a row, which
may be personal. A column that the plan does not know is refused: what is not needed is not read.

Source: releases.md 5.1; decisions 36 and 40.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cases.disclosure.counts import CodedRow
from cases.disclosure.errors import PeriodRefused, RowInvalid
from cases.disclosure.period import Period, Span
from cases.disclosure.plan import Facet, Plan
from cases.disclosure.snapshot import Placed

POPULATION: Final = "population"
PERIOD: Final = "period"
MOST_BYTES: Final = 64 * 2**20


@dataclass(frozen=True)
class FacetRow:
    """A situation entering a population: the line of the file, its period and its codes."""

    line: int
    population: str
    period: Period
    answers: CodedRow = field(repr=False)


def read_facets(data: bytes, plan: Plan, *, name: str = "facets.csv") -> list[FacetRow]:
    """Read the bytes of a file against a plan.

    Raises:
        RowInvalid: the file is empty, is not UTF-8 or CSV, misses a column, or holds a code that
            is not in the plan.
    """
    reader = csv.reader(io.StringIO(_decoded(data, name)), delimiter=_mark(data), strict=True)
    rows: list[FacetRow] = []
    columns: list[str] = []
    try:
        for cells in reader:
            values = [cell.strip() for cell in cells]
            if not any(values):
                continue
            if not columns:
                columns = _columns(values, plan, f"{name}, ligne {reader.line_num}")
                continue
            rows.append(_row(values, columns, plan, name, reader.line_num))
    except csv.Error as error:
        raise RowInvalid(
            f"{name}, ligne {reader.line_num} : cette ligne n’est pas du CSV valable."
        ) from error
    if not columns:
        raise RowInvalid(f"{name}, ligne 1 : le fichier est vide.")
    if not rows:
        raise RowInvalid(f"{name}, ligne 2 : le fichier n’a aucune situation.")
    return rows


def whole_period(rows: Sequence[FacetRow], released: Sequence[Period], *, name: str) -> Period:
    """Give the period from the first to the last that no earlier release covers.

    Raises:
        PeriodRefused: everything is released, or the shape is not one that is released.
    """
    new = [row.period for row in rows if not any(r.contains(row.period) for r in released)]
    if not new:
        raise PeriodRefused(
            f"{name}, colonne {PERIOD} : toutes les périodes du fichier sont déjà publiées."
        )
    return Period(min(one.start for one in new), max(one.end for one in new))


def place_rows(
    rows: Sequence[FacetRow], period: Period, atoms: Sequence[Span], *, name: str
) -> list[Placed]:
    """Put each row in its atom; rows of other periods are left.

    Raises:
        RowInvalid: a row's period spreads over two atoms; it must be named more finely.
        PeriodRefused: no row speaks of some semester of the period.
    """
    placed: list[Placed] = []
    covered: set[date] = set()
    for row in rows:
        if not row.period.overlaps(period):
            continue
        covered |= {
            start for start in _semesters(period) if row.period.start <= start < row.period.end
        }
        rank = next(
            (
                i
                for i, a in enumerate(atoms)
                if a.start <= row.period.start and row.period.end <= a.end
            ),
            None,
        )
        if rank is None:
            raise RowInvalid(
                f"{name}, ligne {row.line}, colonne {PERIOD} : une publication antérieure coupe "
                "cette période, nommez le semestre (2026S1) ou l’année."
            )
        placed.append((row.population, rank, row.answers))
    missing = [start for start in _semesters(period) if start not in covered]
    if missing:
        label = f"{missing[0].year}S{1 if missing[0].month == 1 else 2}"
        raise PeriodRefused(
            f"{name}, colonne {PERIOD} : aucune situation n’est datée de {label}, qui fait partie "
            f"de la période {period.label}."
        )
    return placed


def _decoded(data: bytes, name: str) -> str:
    """Decode UTF-8, with or without a byte order mark."""
    if len(data) > MOST_BYTES:
        raise RowInvalid(f"{name}, ligne 1 : le fichier est trop gros.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RowInvalid(
            f"{name}, ligne {line} : le texte n’est pas en UTF-8. Enregistrez-le en « Unicode "
            "(UTF-8) »."
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise RowInvalid(f"{name}, ligne {line} : ce n’est pas un fichier de texte.")
    return text


def _mark(data: bytes) -> str:
    """Tell from the first line whether columns are parted by a comma or a semicolon."""
    head = data.lstrip(b"\xef\xbb\xbf\r\n ").partition(b"\n")[0]
    return ";" if head.count(b";") > head.count(b",") else ","


def _columns(values: list[str], plan: Plan, place: str) -> list[str]:
    """Read the names of the columns; one that is not known may be a person's, and is not said."""
    for rank, column in enumerate(values, start=1):
        if column not in (POPULATION, PERIOD) and column not in plan.facets:
            raise RowInvalid(
                f"{place}, colonne n° {rank} : le plan ne connaît pas ce nom. Retirez la colonne, "
                "ou donnez-lui le code d’une facette."
            )
        if column in values[: rank - 1]:
            raise RowInvalid(f"{place}, colonne {column} : elle est deux fois dans le fichier.")
    for column in (POPULATION, PERIOD):
        if column not in values:
            raise RowInvalid(f"{place}, colonne {column} : cette colonne manque.")
    return values


def _row(values: list[str], columns: list[str], plan: Plan, name: str, line: int) -> FacetRow:
    """Read one row."""
    place = f"{name}, ligne {line}"
    if len(values) != len(columns):
        raise RowInvalid(f"{place} : {len(columns)} colonnes sont attendues, {len(values)} lues.")
    cells = dict(zip(columns, values, strict=True))
    population = cells[POPULATION]
    if population not in plan.populations:
        raise RowInvalid(
            f"{place}, colonne {POPULATION} : le plan ne connaît pas cette population."
        )
    try:
        period = Period.parse(cells[PERIOD])
    except (PeriodRefused, ValueError) as error:
        raise RowInvalid(
            f"{place}, colonne {PERIOD} : une période s’écrit 2026 ou 2026S1."
        ) from error
    if period.months > 12:
        raise RowInvalid(f"{place}, colonne {PERIOD} : une année ou un semestre est attendu.")
    answers: dict[str, str | list[str]] = {}
    for facet in plan.facets_of(population):
        if facet.code not in cells:
            raise RowInvalid(
                f"{place}, colonne {facet.code} : cette colonne manque, la population "
                f"{population} en a besoin."
            )
        answers[facet.code] = _answer(facet, cells[facet.code], place)
    if plan.insider and plan.insider not in answers and cells.get(plan.insider):
        known = plan.facets[plan.insider]
        answers[plan.insider] = _answer(known, cells[plan.insider], place)
    return FacetRow(line, population, period, answers)


def _answer(facet: Facet, cell: str, place: str) -> str | list[str]:
    """Read the codes of one cell; what it holds is never repeated."""
    where = f"{place}, colonne {facet.code}"
    codes = [code.strip() for code in cell.split("|")] if facet.multi else [cell]
    if not cell:
        raise RowInvalid(f"{where} : une réponse est attendue.")
    if not {*codes} <= facet.labels.keys():
        raise RowInvalid(f"{where} : ce code n’est pas dans la liste du plan.")
    if len({*codes}) < len(codes):
        raise RowInvalid(f"{where} : un code y est deux fois.")
    if len(codes) > 1 and facet.exclusive & {*codes}:
        raise RowInvalid(f"{where} : un de ces codes exclut les autres.")
    return codes if facet.multi else cell


def _semesters(period: Period) -> list[date]:
    """List the first days of the semesters of a period."""
    years = range(period.start.year, period.end.year + 1)
    days = [date(year, month, 1) for year in years for month in (1, 7)]
    return [day for day in days if period.start <= day < period.end]
