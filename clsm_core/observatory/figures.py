"""Turn the populations of a proved bundle into bars and words; pure, without Django.

Nothing is computed that the bundle does not say: no share, no average, no rank by count. Rows
keep the order of the plan. A question of the committee is answered by the rows of the highest
band, all of them, in the order of the plan.

Source: releases.md 5.2 and 5.6; R7; visual.md (charts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

NOT_PUBLISHED = "n.d."
MAIN = "examined"
"""The population that leads: what was examined is what the committee can act on."""
Part = Mapping[str, Any]
"""One population of a bundle."""

# What a steering committee asks first; then the rest, in the order in which it reads a report.
GRAVE_FACETS = frozenset({"severity", "severity_factor"})
THEMES: tuple[tuple[str, frozenset[str]], ...] = (
    ("Ce qui est fréquent", frozenset({"E-08"})),
    ("Ce qui est grave", frozenset({"E-09", "E-10"})),
    ("Ce qui manque", frozenset({"E-13", "E-14"})),
    ("L’accès aux soins, l’accord des personnes", frozenset({"E-11", "E-12"})),
    ("Les personnes et leur logement", frozenset({"E-05", "E-06", "E-07", "E-16"})),
    ("Le chemin des saisines", frozenset({"E-01", "E-03", "E-04"})),
    ("Les issues", frozenset({"E-15"})),
    ("Les professionnels", frozenset({"E-18"})),
)
OTHER = "Autres chiffres"


class Figure(NamedTuple):
    """A band to be drawn on a scale from 0 to `scale`; `low` is None when not published."""

    low: int | None
    high: int | None
    scale: int
    column: str = ""

    @property
    def text(self) -> str:
        """Words beside the bar."""
        return words((self.low, self.high) if self.low is not None else None)

    @property
    def sure(self) -> str:
        """Part of the scale up to the lower end, in hundredths, as a drawing writes it."""
        return f"{(self.low or 0) * 100 / max(self.scale, 1):.2f}"

    @property
    def unsure(self) -> str:
        """Part of the scale from the lower end to the upper one, in hundredths."""
        return f"{((self.high or 0) - (self.low or 0)) * 100 / max(self.scale, 1):.2f}"

    @property
    def bare(self) -> str:
        """Part of the scale above the upper end, in hundredths."""
        return f"{100 - (self.high or 0) * 100 / max(self.scale, 1):.2f}"

    @property
    def above_sure(self) -> str:
        """Part of the scale above the lower end, in hundredths."""
        return f"{100 - (self.low or 0) * 100 / max(self.scale, 1):.2f}"


class Line(NamedTuple):
    """A row of a chart: one figure, or one for each column of a crossed table."""

    label: str
    figures: Sequence[Figure]
    move: str = ""

    @property
    def is_published(self) -> bool:
        """Tell whether one of its figures is published."""
        return any(figure.low is not None for figure in self.figures)


@dataclass(frozen=True)
class Chart:
    """A published table, every row in the order of the plan."""

    id: str
    population: str
    """Whom it counts, in words."""
    title: str
    columns: Sequence[str]
    lines: Sequence[Line]
    is_multi: bool
    scale: int

    @property
    def shown(self) -> list[Line]:
        """Rows of which something is published."""
        return [line for line in self.lines if line.is_published]

    @property
    def hidden(self) -> list[str]:
        """Labels of the rows of which nothing is published."""
        return [line.label for line in self.lines if not line.is_published]

    @property
    def headers(self) -> tuple[str, ...]:
        """Heads of the table beside the chart."""
        return ("Ligne", *(self.columns or ("Nombre de situations",)))

    @property
    def rows(self) -> list[list[str]]:
        """Rows of the table beside the chart, unpublished ones included."""
        return [[line.label, *(figure.text for figure in line.figures)] for line in self.lines]


class Theme(NamedTuple):
    """Charts that answer one question."""

    title: str
    charts: list[Chart]


class Answer(NamedTuple):
    """What the bands say to a question of the committee: rows of one highest band, or nothing."""

    question: str
    table: str
    source: str
    labels: Sequence[str]
    text: str


def words(band: Sequence[int | None] | None) -> str:
    """Write a band: « 11 à 20 », « 12 » when both ends are the same, « n.d. » for none."""
    if band is None:
        return NOT_PUBLISHED
    low, high = band
    return str(low) if low == high else f"{low} à {high}"


def theme_of(table: Mapping[str, Any]) -> str:
    """Give the question that a table answers."""
    if GRAVE_FACETS & {facet["code"] for facet in table["facets"]}:
        return "Ce qui est grave"
    return next((title for title, elements in THEMES if table["element"] in elements), OTHER)


def in_order(parts: Sequence[Part]) -> list[Part]:
    """Put what was examined first, then the populations in the order of the plan."""
    return sorted(parts, key=lambda part: bool(part["code"] != MAIN))


def themes_of(parts: Sequence[Part]) -> list[Theme]:
    """Give the published tables of all populations, by question."""
    found: dict[str, list[Chart]] = {}
    for part in in_order(parts):
        for table in part["tables"]:
            if table["rows"]:
                found.setdefault(theme_of(table), []).append(chart_of(part, table))
    order = [title for title, _ in THEMES] + [OTHER]
    return [Theme(title, found[title]) for title in order if title in found]


def unpublished_tables(part: Part) -> list[str]:
    """Name the declared tables of which nothing is published."""
    return [table["title"] for table in part["tables"] if not table["rows"]]


def chart_of(part: Part, table: Mapping[str, Any]) -> Chart:
    """Give one table as a chart whose scale ends at its own highest band."""
    moves = {
        move["row"]: move["direction"]
        for move in part["evolution"]["moves"]
        if move["table"] == table["id"]
    }
    scale = max((band[1] for row in table["rows"] for band in bands_of(row) if band), default=1)
    columns = [column["label"] for column in table["columns"]]
    lines = [
        Line(
            row["label"],
            [
                Figure(*(band or (None, None)), scale, column)
                for band, column in zip(bands_of(row), columns or [""], strict=True)
            ],
            moves.get(row["code"], ""),
        )
        for row in table["rows"]
    ]
    return Chart(
        table["id"], part["label"], table["title"], columns, lines, bool(table["multi"]), scale
    )


def bands_of(row: Mapping[str, Any]) -> list[list[int] | None]:
    """Give the bands of a row, one-way or crossed."""
    return row["bands"] if "bands" in row else [row["band"]]


def places_of(
    codes: frozenset[str], rows: Sequence[Mapping[str, Any]], *, is_multi: bool
) -> list[int]:
    """Give the rows that together hold exactly these codes; none when the grouping differs.

    Rows where one situation may stand twice are never put together.
    """
    for place, row in enumerate(rows):
        if set(row["codes"]) == codes:
            return [place]
    if is_multi:
        return []
    inside = [place for place, row in enumerate(rows) if set(row["codes"]) <= codes]
    held = {code for place in inside for code in rows[place]["codes"]}
    return inside if held == codes else []


def sum_of(bands: Sequence[Sequence[int] | None]) -> tuple[int, int] | None:
    """Add bands that count different situations; None when one is not published."""
    known = [band for band in bands if band is not None]
    if not known or len(known) != len(bands):
        return None
    return sum(band[0] for band in known), sum(band[1] for band in known)


# Rows of « ce que les propositions sont devenues » that speak of what the territory lacks.
LACKING = frozenset({"manque_offre", "delai_attente", "absence_porteur"})
# A row that says « none of them » or « not known » answers nothing.
NOTHING = frozenset({"aucun", "inconnu", "aucun_changement_veille"})


def answers_of(parts: Sequence[Part]) -> list[Answer]:
    """Answer what a committee asks first: what is frequent, what is grave, what is missing."""
    lacking = (("missing_offer", None), ("proposal_outcome", LACKING))
    return [
        _answer("Qu’est-ce qui est fréquent ?", parts, (("problem", None),)),
        _answer("Qu’est-ce qui est grave ?", parts, (("severity_factor", None),)),
        _answer("Qu’est-ce qui manque ?", parts, lacking),
    ]


def _answer(
    question: str, parts: Sequence[Part], facets: Sequence[tuple[str, frozenset[str] | None]]
) -> Answer:
    """Give the rows of the highest band of the first of these facets that says something."""
    tables = {
        table["facets"][0]["code"]: table
        for part in parts
        for table in part["tables"]
        if len(table["facets"]) == 1
    }
    for facet, kept in facets:
        table = tables.get(facet, {"title": "", "rows": []})
        rows = [
            row
            for row in table["rows"]
            if row["band"]
            and not set(row["codes"]) <= NOTHING
            and (kept is None or set(row["codes"]) <= kept)
        ]
        if rows:
            top = max(row["band"] for row in rows)
            labels = [row["label"] for row in rows if row["band"] == top]
            return Answer(question, table["id"], table["title"], labels, words(top))
    return Answer(question, "", "", (), "")
