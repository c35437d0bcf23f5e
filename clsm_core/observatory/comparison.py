"""Put the same table of several releases side by side (E-17); pure, bundles in, words out.

Only releases of the same length that do not overlap are compared, five at most. A row is said to
rise or to fall only when its last band shares no number with the first one published.

Source: domain.md E-17; releases.md 5.2; R17.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from clsm_core.observatory.figures import Figure, bands_of, in_order, places_of, sum_of

Bundle = Mapping[str, Any]
MOST: Final = 5
TOTAL: Final = "total-"
"""Before the code of a population: its total, in an address."""


class Mark(NamedTuple):
    """A band at one period."""

    period: str
    figure: Figure


class Series(NamedTuple):
    """A category over the periods, and what its bands allow to say of it."""

    label: str
    marks: Sequence[Mark]
    move: str


class Choice(NamedTuple):
    """A table that may be looked at over the periods."""

    id: str
    title: str
    is_current: bool


class Group(NamedTuple):
    """What may be followed of one population."""

    label: str
    choices: Sequence[Choice]


class Evolution(NamedTuple):
    """One table over the periods."""

    title: str
    periods: Sequence[str]
    series: Sequence[Series]
    scale: int


def comparable(bundles: Sequence[Bundle]) -> list[Bundle]:
    """Keep what may be compared with the first bundle (the latest); give it oldest first."""
    kept: list[Bundle] = []
    for bundle in bundles:
        period = bundle["period"]
        is_same = not kept or period["months"] == kept[0]["period"]["months"]
        if is_same and all(_apart(period, other["period"]) for other in kept):
            kept.append(bundle)
    return kept[:MOST][::-1]


def choices_of(bundles: Sequence[Bundle], chosen: str) -> list[Group]:
    """List what may be followed by population: its total, one-way tables published at least once.

    What was examined comes first; the names and the order are the latest bundle's.
    """
    groups = []
    for part in in_order(bundles[-1]["populations"]):
        found = {f"{TOTAL}{part['code']}": "Nombre de situations"}
        for bundle in reversed(bundles):
            for table in _part(bundle, part["code"]).get("tables", ()):
                if table["rows"] and len(table["facets"]) == 1:
                    found.setdefault(table["id"], table["title"])
        if len(found) > 1 or part["total"]:
            choices = [Choice(key, title, key == chosen) for key, title in found.items()]
            groups.append(Group(str(part["label"]), choices))
    return groups


def evolution_of(bundles: Sequence[Bundle], chosen: str) -> Evolution:
    """Follow a table, or the total of a population, over bundles given oldest first."""
    labels = [str(bundle["period"]["label"]) for bundle in bundles]
    if chosen.startswith(TOTAL):
        parts = [_part(bundle, chosen.removeprefix(TOTAL)) for bundle in bundles]
        title = str(parts[-1]["label"])
        rows = [("Nombre de situations", [part.get("total") for part in parts])]
    else:
        tables = [_table(bundle, chosen) for bundle in bundles]
        # The latest grouping that published something leads; finer ones of other years are added.
        lead = next((table for table in reversed(tables) if table["rows"]), tables[-1])
        title = str(lead["title"])
        rows = [
            (str(row["label"]), [_band(table, frozenset(row["codes"])) for table in tables])
            for row in lead["rows"]
        ]
    scale = max((band[1] for _, bands in rows for band in bands if band), default=1)
    series = [
        Series(
            label,
            [
                Mark(period, Figure(*(band or (None, None)), scale))
                for period, band in zip(labels, bands, strict=True)
            ],
            _move(labels, bands),
        )
        for label, bands in rows
    ]
    return Evolution(title, labels, series, scale)


def _move(labels: Sequence[str], bands: Sequence[Sequence[int] | None]) -> str:
    """Say a rise or a fall between the first and the last published bands, "" for neither."""
    known = [(label, band) for label, band in zip(labels, bands, strict=True) if band]
    if len(known) < 2 or bands[-1] is None:
        return ""
    (since, first), (_, last) = known[0], known[-1]
    if last[0] > first[1]:
        return f"en hausse depuis {since}"
    return f"en baisse depuis {since}" if last[1] < first[0] else ""


def _band(table: Mapping[str, Any], codes: frozenset[str]) -> tuple[int, int] | None:
    places = places_of(codes, table["rows"], is_multi=bool(table["multi"]))
    return sum_of([bands_of(table["rows"][place])[0] for place in places])


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["end"] <= other["start"] or other["end"] <= one["start"])


def _part(bundle: Bundle, population: str) -> Mapping[str, Any]:
    found = (part for part in bundle["populations"] if part["code"] == population)
    return next(found, {})


def _table(bundle: Bundle, chosen: str) -> Mapping[str, Any]:
    tables = (table for part in bundle["populations"] for table in part["tables"])
    found = (table for table in tables if table["id"] == chosen)
    return next(found, {"title": "", "multi": False, "rows": []})
