"""What a release changes for somebody who has the one before: lines that appear, go, move.

Bands only, on both sides: nothing is told here that the two bundles do not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.presenters.releases import band
from clsm_core.ui.components import Cell

Place = tuple[str, str, str, str]
WORDS = {
    "moved": ("Lignes qui changent", ("Ligne", "Tableau", "Avant", "Maintenant")),
    "appeared": ("Lignes qui apparaissent", ("Ligne", "Tableau", "Maintenant")),
    "gone": ("Lignes qui disparaissent", ("Ligne", "Tableau", "Avant")),
}


@dataclass(frozen=True)
class Group:
    """Lines that changed in one way, as a table: what is n.d. on one side has no column."""

    caption: str
    headers: tuple[str, ...]
    rows: list[list[Cell | str]]


@dataclass(frozen=True)
class Changes:
    """The difference between two releases."""

    since: str
    unchanged: int
    groups: list[Group]


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> Changes:
    """Compare two bundles line by line, by population, table, row and column."""
    words: dict[Place, list[str]] = {}
    old, new = dict(_lines(before, words)), dict(_lines(now, words))
    places = [place for place in words if place in new] + [
        place for place in words if place not in new
    ]
    found: dict[str, list[list[Cell | str]]] = {"moved": [], "appeared": [], "gone": []}
    unchanged = 0
    for place in places:
        was, is_now = old.get(place), new.get(place)
        if was == is_now:
            unchanged += was is not None
            continue
        kind = "appeared" if was is None else "gone" if is_now is None else "moved"
        bands = [Cell(band(one).text, is_number=True) for one in (was, is_now) if one is not None]
        found[kind].append([*words[place], *bands])
    groups = [Group(*WORDS[kind], rows) for kind, rows in found.items() if rows]
    return Changes(since=before["period"]["label"], unchanged=unchanged, groups=groups)


def _lines(
    bundle: Mapping[str, Any], words: dict[Place, list[str]]
) -> Iterator[tuple[Place, list[int]]]:
    """Give every published number of a bundle, and its words into ``words``."""
    for population in bundle["populations"]:
        if population["total"] is not None:
            place = (population["code"], "", "", "")
            words[place] = ["Total", population["label"]]
            yield place, population["total"]
        for table in population["tables"]:
            for row in table["rows"]:
                columns = table["columns"] or [{"code": "", "label": ""}]
                values = row["bands"] if "bands" in row else [row.get("band")]
                for column, value in zip(columns, values, strict=True):
                    if value is None:
                        continue
                    place = (population["code"], table["id"], row["code"], column["code"])
                    label = " · ".join(filter(None, (row["label"], column["label"])))
                    words[place] = [label, table["title"]]
                    yield place, value
