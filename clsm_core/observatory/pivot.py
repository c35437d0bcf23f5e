"""Answer a question asked of released bundles; every number is a released band or a sum of them.

A sum adds the lower ends and the upper ends of bands that count different situations: rows of a
table where each situation stands once, columns of a crossed table, periods that do not overlap.
Where two lines may count the same situation, the sum is refused in words. A band that is not
published makes the sum unpublished. Pure: bundles and words in, words out.

Source: releases.md 5.6; decision 47.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple, Protocol

from clsm_core.observatory.figures import Figure, bands_of, in_order, places_of, sum_of

Bundle = Mapping[str, Any]
Band = tuple[int, int]

ROWS: Final = "lignes"
COLUMNS: Final = "colonnes"
PERIODS: Final = "periodes"
KNOWN: Final = {
    "population",
    "table",
    "periode",
    "ligne",
    "colonne",
    "reunir",
    "sens",
    "commission",
}
SUMMED: Final = "somme de fourchettes publiées"


class QuestionRefused(Exception):
    """The question has no answer; `reason` is for the page, in French."""

    code = "question_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Asked(Protocol):
    """The parameters of an address, several values a name (Django's QueryDict)."""

    def getlist(self, key: str) -> list[str]:
        """Give the values of a name."""

    def __iter__(self) -> Iterator[str]:
        """Give the names."""


@dataclass(frozen=True)
class Question:
    """What to show: a table of a population over periods, its rows and columns, what is summed."""

    population: str
    table: str
    periods: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    summed: frozenset[str]
    is_turned: bool


class Cell(NamedTuple):
    """A number of the answer: its band, and whether it is a sum of released bands."""

    figure: Figure
    is_sum: bool


class Row(NamedTuple):
    """A line of the answer."""

    label: str
    cells: Sequence[Cell]


class Answer(NamedTuple):
    """A table to show, with what is said below it."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Row]
    notes: Sequence[str]
    has_sums: bool
    has_unpublished: bool


class Line(NamedTuple):
    """A category on one side of the answer: its label and the codes that it puts together."""

    label: str
    codes: frozenset[str]


def question_of(asked: Asked, bundles: Mapping[str, Bundle]) -> Question:
    """Read a question; `bundles` are the shown ones by period key, the latest first.

    Raises:
        QuestionRefused: a name or a value is not known.
    """
    unknown = sorted(set(asked) - KNOWN)
    if unknown:
        raise QuestionRefused("L’adresse contient un réglage inconnu. Repartez du formulaire.")
    newest = next(iter(bundles))
    periods = tuple(dict.fromkeys(asked.getlist("periode"))) or (newest,)
    if not set(periods) <= bundles.keys():
        raise QuestionRefused("Une des périodes demandées n’est pas publiée.")
    # In the order of time, whatever the order of the address.
    periods = tuple(key for key in reversed(bundles) if key in periods)
    parts = {part["code"]: part for part in bundles[periods[-1]]["populations"]}
    population = _one(asked, "population")
    if population and population not in parts:
        raise QuestionRefused("Ces situations ne sont pas dans la publication choisie.")
    # A table belongs to one population: naming it is enough.
    looked = [parts[population]] if population else in_order(list(parts.values()))
    tables = {table["id"]: (part["code"], table) for part in looked for table in part["tables"]}
    published = [key for key, (_, table) in tables.items() if table["rows"]]
    chosen = _one(asked, "table") or next(iter(published or tables), "")
    if chosen not in tables:
        raise QuestionRefused("Ce tableau n’existe pas dans la publication choisie.")
    population, _ = tables[chosen]
    summed = frozenset(asked.getlist("reunir"))
    if not summed <= {ROWS, COLUMNS, PERIODS}:
        raise QuestionRefused("L’adresse demande une réunion inconnue. Repartez du formulaire.")
    turn = _one(asked, "sens")
    if turn not in ("", ROWS, COLUMNS):
        raise QuestionRefused("L’adresse demande un sens inconnu. Repartez du formulaire.")
    lead = _lead(
        [_table(bundles[key], population, chosen) for key in periods],
        set(filter(None, asked.getlist("ligne"))),
        set(filter(None, asked.getlist("colonne"))),
    )
    return Question(
        population,
        chosen,
        periods,
        _kept(asked.getlist("ligne"), lead["rows"]),
        _kept(asked.getlist("colonne"), lead["columns"]),
        summed,
        turn == COLUMNS,
    )


def answer(question: Question, bundles: Mapping[str, Bundle]) -> list[Answer]:
    """Answer a question: one table, or one a period when a crossed table is not summed.

    Raises:
        QuestionRefused: the sum asked for would count a situation twice.
    """
    tables = {
        key: _table(bundles[key], question.population, question.table) for key in question.periods
    }
    lead = _lead(list(tables.values()), set(question.rows), set(question.columns))
    if question.summed & {ROWS} and lead["multi"]:
        raise QuestionRefused(
            "Une situation peut compter dans plusieurs lignes de ce tableau : les additionner la "
            "compterait plusieurs fois."
        )
    if PERIODS in question.summed:
        _require_apart([bundles[key]["period"] for key in question.periods])
    rows = _lines(lead["rows"], question.rows, ROWS in question.summed)
    labels = {key: str(bundles[key]["period"]["label"]) for key in question.periods}
    title = str(lead["title"])
    if lead["columns"]:
        columns = _lines(lead["columns"], question.columns, COLUMNS in question.summed)
        groups = (
            [question.periods]
            if PERIODS in question.summed
            else [(key,) for key in question.periods]
        )
        return [
            _draw(
                f"{title} · {_joined(group, labels)}",
                rows,
                [column.label for column in columns],
                [
                    [_sum(row, column, [tables[key] for key in group]) for column in columns]
                    for row in rows
                ],
                question.is_turned,
            )
            for group in groups
        ]
    if PERIODS in question.summed:
        headers = [_joined(question.periods, labels)]
        cells = [[_sum(row, None, list(tables.values()))] for row in rows]
    else:
        headers = list(labels.values())
        cells = [[_sum(row, None, [table]) for table in tables.values()] for row in rows]
    return [_draw(title, rows, headers, cells, question.is_turned)]


def lead_of(question: Question, bundles: Mapping[str, Bundle]) -> Mapping[str, Any]:
    """Give the table whose rows and columns a question may choose among."""
    tables = [_table(bundles[key], question.population, question.table) for key in question.periods]
    return _lead(tables, set(question.rows), set(question.columns))


def _sum(
    row: Line, column: Line | None, tables: Sequence[Mapping[str, Any]]
) -> tuple[Band | None, bool]:
    """Give the band of a cell over some tables, and whether several bands were added."""
    found: list[Sequence[int] | None] = []
    for table in tables:
        places = places_of(row.codes, table["rows"], is_multi=bool(table["multi"]))
        across = places_of(column.codes, table["columns"], is_multi=False) if column else [0]
        cells = [bands_of(table["rows"][place])[other] for place in places for other in across]
        # A table without these categories published nothing of them.
        found += cells or [None]
    return sum_of(found), len(found) > 1


def _lines(rows: Sequence[Mapping[str, Any]], kept: Sequence[str], is_summed: bool) -> list[Line]:
    """Give the categories of one side in the order of the plan, put together when asked."""
    lines = [
        Line(str(row["label"]), frozenset(row["codes"]))
        for row in rows
        if not kept or row["code"] in kept
    ]
    if is_summed and len(lines) > 1:
        return [
            Line(
                " + ".join(line.label for line in lines),
                frozenset(code for line in lines for code in line.codes),
            )
        ]
    return lines


def _draw(
    title: str,
    lines: Sequence[Line],
    headers: Sequence[str],
    cells: Sequence[Sequence[tuple[Band | None, bool]]],
    is_turned: bool,
) -> Answer:
    """Put bands on one scale, and turn the table round when asked."""
    scale = max((band[1] for row in cells for band, _ in row if band), default=1)
    labels = [line.label for line in lines]
    if is_turned:
        cells = [[row[place] for row in cells] for place in range(len(headers))]
        labels, headers = list(headers), labels
    rows = [
        Row(
            label,
            [
                Cell(Figure(*(band or (None, None)), scale, head), is_sum and band is not None)
                for (band, is_sum), head in zip(row, headers, strict=True)
            ],
        )
        for label, row in zip(labels, cells, strict=True)
    ]
    drawn = [cell for row in rows for cell in row.cells]
    return Answer(
        title,
        headers,
        rows,
        (),
        any(cell.is_sum for cell in drawn),
        any(cell.figure.low is None for cell in drawn),
    )


def _require_apart(periods: Sequence[Mapping[str, Any]]) -> None:
    """Refuse to add periods that share days. Raises: QuestionRefused."""
    ordered = sorted(periods, key=lambda period: str(period["start"]))
    if any(before["end"] > after["start"] for before, after in pairwise(ordered)):
        raise QuestionRefused(
            "Deux des périodes choisies se recouvrent : les additionner compterait deux fois les "
            "mêmes situations."
        )


def _joined(keys: Sequence[str], labels: Mapping[str, str]) -> str:
    return " + ".join(labels[key] for key in keys)


def _lead(
    tables: Sequence[Mapping[str, Any]], rows: set[str], columns: set[str]
) -> Mapping[str, Any]:
    """Give the table whose categories are shown: the latest that has those asked for.

    The grouping of a table may differ from one period to another: a coarser line is then the sum
    of the finer ones, and a line that no sum makes is not published for that period.

    Raises:
        QuestionRefused: no period has them.
    """
    for table in reversed(tables):
        has_rows = rows <= {row["code"] for row in table["rows"]}
        has_columns = columns <= {column["code"] for column in table["columns"]}
        if table["rows"] and has_rows and has_columns:
            return table
    if rows or columns:
        raise QuestionRefused(
            "Une ligne ou une colonne demandée n’existe pas dans ce tableau, pour ces périodes."
        )
    return tables[-1]


def _table(bundle: Bundle, population: str, table_id: str) -> Mapping[str, Any]:
    """Give a table of a bundle; an empty one when its plan had none."""
    for part in bundle["populations"]:
        if part["code"] == population:
            for table in part["tables"]:
                if table["id"] == table_id:
                    return table  # type: ignore[no-any-return]
    return {"title": "", "multi": False, "columns": [], "rows": []}


def _one(asked: Asked, name: str) -> str:
    """Give the only value of a name, "" without one. Raises: QuestionRefused when several."""
    values = [value for value in asked.getlist(name) if value]
    if len(set(values)) > 1:
        raise QuestionRefused("L’adresse dit deux fois la même chose. Repartez du formulaire.")
    return values[0] if values else ""


def _kept(values: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Keep the codes asked for, in the order of the plan."""
    return tuple(row["code"] for row in rows if row["code"] in values)
