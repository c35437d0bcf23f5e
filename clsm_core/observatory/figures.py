"""Turn a proved bundle into bars and words; a pure function of the bundle, without Django.

Nothing is computed that the bundle does not say: no share, no average, no rank by count. Rows
keep the order of the plan.

Source: releases.md 5.2 and 5.6; R7; visual.md (charts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

NOT_PUBLISHED = "n.d."
Bundle = Mapping[str, Any]

# What a steering committee asks first: what is frequent, what is grave, then the rest.
THEMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Ce qui est fréquent", ("E-08", "E-13")),
    ("Ce qui est grave", ("E-09", "E-10", "E-11-gravite")),
    ("L’accès aux soins, l’accord des personnes", ("E-11", "E-12")),
    ("Les personnes et leur logement", ("E-05", "E-06", "E-07", "E-16")),
    ("Le chemin des saisines", ("E-03", "E-04")),
    ("Les issues", ("E-15",)),
)


class Figure(NamedTuple):
    """A band to be drawn on a scale from 0 to `scale`; `low` is None when not published."""

    low: int | None
    high: int | None
    scale: int
    column: str = ""

    @property
    def text(self) -> str:
        """Words beside the bar."""
        return NOT_PUBLISHED if self.low is None else f"{self.low} à {self.high}"


class Line(NamedTuple):
    """A row of a chart: one figure, or one for each column of a crossed table."""

    label: str
    figures: Sequence[Figure]
    move: str = ""


@dataclass(frozen=True)
class Chart:
    """A published table; rows that say nothing are gathered in `hidden`."""

    title: str
    columns: Sequence[str]
    lines: Sequence[Line]
    hidden: Sequence[str]
    is_multi: bool
    scale: int

    @property
    def headers(self) -> tuple[str, ...]:
        """Heads of the table beside the chart."""
        return ("Ligne", *(self.columns or ("Nombre de situations",)))

    @property
    def rows(self) -> list[list[str]]:
        """Rows of the table beside the chart, unpublished ones included."""
        width = max(len(self.columns), 1)
        shown = [[line.label, *(figure.text for figure in line.figures)] for line in self.lines]
        return shown + [[label, *[NOT_PUBLISHED] * width] for label in self.hidden]


class Theme(NamedTuple):
    """Charts that answer one question."""

    title: str
    charts: list[Chart]


def themes_of(bundle: Bundle) -> list[Theme]:
    """Give the published tables of a bundle, by question."""
    found: dict[str, list[Chart]] = {}
    for table in bundle["tables"]:
        if table["rows"]:
            found.setdefault(_theme(table["id"]), []).append(chart_of(bundle, table))
    order = [title for title, _ in THEMES] + ["Autres chiffres"]
    return [Theme(title, found[title]) for title in order if title in found]


def unpublished_tables(bundle: Bundle) -> list[str]:
    """Name the declared tables of which nothing is published."""
    return [table["title"] for table in bundle["tables"] if not table["rows"]]


def total_of(bundle: Bundle) -> Figure:
    """Give the band of the total."""
    low, high = bundle["total"]
    return Figure(low, high, high)


def chart_of(bundle: Bundle, table: Mapping[str, Any]) -> Chart:
    """Give one table as a chart whose scale ends at its own highest band."""
    moves = {
        move["row"]: move["direction"]
        for move in bundle["evolution"]["moves"]
        if move["table"] == table["id"]
    }
    bands = [band for row in table["rows"] for band in _bands(row) if band]
    scale = max((band[1] for band in bands), default=1)
    columns = [column["label"] for column in table["columns"]]
    lines: list[Line] = []
    hidden: list[str] = []
    for row in table["rows"]:
        if any(_bands(row)):
            figures = [
                Figure(*(band or (None, None)), scale, column)
                for band, column in zip(_bands(row), columns or [""], strict=True)
            ]
            lines.append(Line(row["label"], figures, moves.get(row["code"], "")))
        else:
            hidden.append(row["label"])
    return Chart(table["title"], columns, lines, hidden, bool(table["multi"]), scale)


def _bands(row: Mapping[str, Any]) -> list[list[int] | None]:
    """Give the bands of a row, whatever its shape."""
    return row["bands"] if "bands" in row else [row["band"]]


def _theme(table_id: str) -> str:
    """Give the theme whose longest prefix the id has."""
    best = max(
        ((prefix, title) for title, prefixes in THEMES for prefix in prefixes),
        key=lambda pair: len(pair[0]) if table_id.startswith(pair[0]) else 0,
    )
    return best[1] if table_id.startswith(best[0]) else "Autres chiffres"
