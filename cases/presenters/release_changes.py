"""What a release changes for somebody who has the one before: lines that appear, go, move.

Bands only, on both sides: nothing is told here that the two bundles do not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.presenters.releases import band

HEADERS = ("Population", "Tableau", "Ligne", "Avant", "Maintenant")
Place = tuple[str, str, str, str]


@dataclass(frozen=True)
class Changes:
    """The difference between two releases, as rows of a table."""

    since: str
    appeared: list[list[str]]
    gone: list[list[str]]
    moved: list[list[str]]
    unchanged: int


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> Changes:
    """Compare two bundles line by line, by population, table, row and column."""
    words: dict[Place, list[str]] = {}
    old, new = dict(_lines(before, words)), dict(_lines(now, words))
    places = [place for place in words if place in new] + [
        place for place in words if place not in new
    ]
    found: dict[str, list[list[str]]] = {"appeared": [], "gone": [], "moved": []}
    unchanged = 0
    for place in places:
        was, is_now = old.get(place), new.get(place)
        if was == is_now:
            unchanged += was is not None
            continue
        kind = "appeared" if was is None else "gone" if is_now is None else "moved"
        found[kind].append([*words[place], band(was).text, band(is_now).text])
    return Changes(since=before["period"]["label"], unchanged=unchanged, **found)


def _lines(
    bundle: Mapping[str, Any], words: dict[Place, list[str]]
) -> Iterator[tuple[Place, list[int]]]:
    """Give every published number of a bundle, and its words into ``words``."""
    for population in bundle["populations"]:
        if population["total"] is not None:
            place = (population["code"], "", "", "")
            words[place] = [population["label"], "Ensemble", "Total"]
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
                    words[place] = [population["label"], table["title"], label]
                    yield place, value
