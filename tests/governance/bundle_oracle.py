"""What a committee may be shown, computed again from the bundles alone (R7).

It holds released bundles and nothing else: no database, no page, none of the observatory's code.
Each answer is what a page, a drawing or a file must say, in the order of the plan.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Bundle = Mapping[str, Any]
Band = Sequence[int] | None
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class Drawn(NamedTuple):
    """A figure as it must stand on a page: its words, and its two lengths in hundredths."""

    text: str
    sure: str
    unsure: str


class Line(NamedTuple):
    """A row as it must stand on a page."""

    label: str
    figures: tuple[Drawn, ...]


def numbers(*texts: str) -> list[str]:
    """Give the numbers of texts, as written."""
    return [found for text in texts for found in NUMBER.findall(text)]


def words(band: Band) -> str:
    """Write a band."""
    if band is None:
        return "n.d."
    return f"{band[0]}" if band[0] == band[1] else f"{band[0]} à {band[1]}"


def drawn(band: Band, scale: int) -> Drawn:
    """Draw a band on a scale; nothing is measured for one that is not published."""
    if band is None:
        return Drawn("n.d.", "", "")
    low, high = band
    return Drawn(words(band), f"{low * (100 / scale):.2f}", f"{(high - low) * (100 / scale):.2f}")


def cells(row: Mapping[str, Any]) -> list[Band]:
    """Give the bands of a row."""
    return row["bands"] if "bands" in row else [row["band"]]


def top_of(rows: Iterable[Mapping[str, Any]]) -> int:
    """Give the highest published end of some rows."""
    return max((band[1] for row in rows for band in cells(row) if band), default=1)


@dataclass(frozen=True)
class Oracle:
    """Bundles shown, the latest first, by the name of their period in an address."""

    bundles: Mapping[str, Bundle]

    def anchors(self, key: str) -> list[str]:
        """Give the anchors of a page's charts: each names its table of the plan."""
        return [f"tableau-{table['id']}" for table in self._tables(self.bundles[key])]

    def charts(self, key: str) -> dict[str, list[Line]]:
        """Give every chart of a page by title: all rows, in the order of the plan."""
        found = {}
        for table in self._tables(self.bundles[key]):
            if table["rows"]:
                scale = top_of(table["rows"])
                found[table["title"]] = [
                    Line(row["label"], tuple(drawn(band, scale) for band in cells(row)))
                    for row in table["rows"]
                ]
        return found

    def totals(self, key: str) -> dict[str, str]:
        """Give the tiles: each population and its band."""
        parts = self.bundles[key]["populations"]
        return {
            part["label"]: words(part["total"])
            for part in parts
            if part["total"] or part["code"] != "professionals"
        }

    def said(self, key: str) -> list[str]:
        """Give every text of a bundle in which a number may stand outside of tables."""
        bundle = self.bundles[key]
        texts = [bundle["period"]["label"]]
        for part in bundle["populations"]:
            texts += [words(part["total"]), *part["reading"], part["evolution"]["since"] or ""]
            texts += [table["title"] for table in part["tables"]]
            texts += [
                text
                for move in part["evolution"]["moves"]
                for text in (words(move["before"]), words(move["after"]))
            ]
            for table in part["tables"]:
                for row in table["rows"]:
                    texts += [row["label"], *(words(band) for band in cells(row))]
                texts += [column["label"] for column in table["columns"]]
            moves = [
                move["direction"]
                for one in bundle["populations"]
                for move in one["evolution"]["moves"]
            ]
            # The page tells how many moves are folded after the first four of each direction.
            texts += [str(max(moves.count(way) - 4, 0)) for way in ("hausse", "baisse")]
        return texts + [line["label"] + " " + line["text"] for line in bundle["institution"]]

    def question(
        self,
        table_id: str,
        keys: Sequence[str],
        *,
        rows: Sequence[str] = (),
        columns_asked: Sequence[str] = (),
        reunited: Sequence[str] = (),
        turned: bool = False,
    ) -> list[list[tuple[str, ...]]] | None:
        """Answer a question: rows of words a table, None when it has no answer."""
        ordered = [key for key in reversed(self.bundles) if key in keys]
        tables = [self._table(self.bundles[key], table_id) for key in ordered]
        last = next(
            (
                table
                for table in reversed(tables)
                if table["rows"]
                and set(rows) <= {row["code"] for row in table["rows"]}
                and set(columns_asked) <= {column["code"] for column in table["columns"]}
            ),
            None if rows or columns_asked else tables[-1],
        )
        if last is None:
            return None
        if "lignes" in reunited and last["multi"]:
            return None
        kept = [row for row in last["rows"] if not rows or row["code"] in rows]
        lines = [(row["label"], set(row["codes"])) for row in kept]
        if "lignes" in reunited and len(lines) > 1:
            label = " + ".join(label for label, _ in lines)
            lines = [(label, set().union(*(codes for _, codes in lines)))]
        columns = [
            (column["label"], set(column["codes"]))
            for column in last["columns"]
            if not columns_asked or column["code"] in columns_asked
        ]
        if "colonnes" in reunited and len(columns) > 1:
            label = " + ".join(label for label, _ in columns)
            columns = [(label, set().union(*(codes for _, codes in columns)))]
        names = [self.bundles[key]["period"]["label"] for key in ordered]
        groups = [tables] if "periodes" in reunited else [[table] for table in tables]
        drawings = []
        if columns:
            for group in groups:
                body = [
                    [words(_added(codes, across, group)) for _, across in columns]
                    for _, codes in lines
                ]
                drawings.append(_laid(lines, [label for label, _ in columns], body, turned=turned))
            return drawings
        heads = [" + ".join(names)] if "periodes" in reunited else names
        body = [[words(_added(codes, None, group)) for group in groups] for _, codes in lines]
        return [_laid(lines, heads, body, turned=turned)]

    def evolution(self, chosen: str) -> list[Line]:
        """Follow a table, or a total, over the periods that may be compared, oldest first."""
        length = next(iter(self.bundles.values()))["period"]["months"]
        bundles = [b for b in self.bundles.values() if b["period"]["months"] == length][:5][::-1]
        if chosen.startswith("total-"):
            code = chosen.removeprefix("total-")
            parts = [p for b in bundles for p in b["populations"] if p["code"] == code]
            bands = {"Nombre de situations": [part["total"] for part in parts]}
        else:
            tables = [self._table(bundle, chosen) for bundle in bundles]
            lead = [table for table in tables if table["rows"]][-1]
            bands = {
                row["label"]: [_added(set(row["codes"]), None, [table]) for table in tables]
                for row in lead["rows"]
            }
        scale = max((band[1] for row in bands.values() for band in row if band), default=1)
        return [
            Line(label, tuple(drawn(band, scale) for band in row)) for label, row in bands.items()
        ]

    def rows(self, key: str) -> Iterator[list[str]]:
        """Give the rows of the files of tables."""
        bundle = self.bundles[key]
        period = bundle["period"]["label"]
        for part in bundle["populations"]:
            yield [period, part["label"], "", "Total", "", "", *_ends(part["total"])]
            for table in part["tables"]:
                heads = [column["label"] for column in table["columns"]] or [""]
                for row in table["rows"]:
                    for head, band in zip(heads, cells(row), strict=True):
                        place = [table["element"], table["title"], row["label"], head]
                        yield [period, part["label"], *place, *_ends(band)]
        for line in bundle["institution"]:
            place = [line["element"], line["label"], "", "", "", "", line["text"]]
            yield [period, "La commission", *place]

    def printed(self, key: str) -> Counter[str]:
        """Count the numbers that the body of the document must hold."""
        bundle = self.bundles[key]
        texts = [bundle["period"]["label"]]
        for part in bundle["populations"]:
            if not part["total"]:
                continue
            texts += [words(part["total"]), *part["reading"]]
            for table in part["tables"]:
                if not table["rows"]:
                    texts.append(table["title"])
                    continue
                texts += [table["title"], *(column["label"] for column in table["columns"])]
                for row in table["rows"]:
                    texts += [row["label"], *(words(band) for band in cells(row))]
        texts += [f"{line['label']} {line['text']}" for line in bundle["institution"]]
        return Counter(numbers(*texts))

    def _tables(self, bundle: Bundle) -> list[Mapping[str, Any]]:
        return [table for part in bundle["populations"] for table in part["tables"]]

    def _table(self, bundle: Bundle, table_id: str) -> Mapping[str, Any]:
        empty = {"multi": False, "rows": [], "columns": []}
        found = (table for table in self._tables(bundle) if table["id"] == table_id)
        return next(found, empty)


def _added(codes: set[str], across: set[str] | None, tables: Sequence[Mapping[str, Any]]) -> Band:
    """Add the ends of the bands whose categories make up the one asked for."""
    low = high = 0
    for table in tables:
        exact = [row for row in table["rows"] if set(row["codes"]) == codes]
        inside = [] if table["multi"] else [r for r in table["rows"] if set(r["codes"]) <= codes]
        chosen = exact or inside
        held = {code for row in chosen for code in row["codes"]}
        places = [0]
        if across is not None:
            columns = table["columns"]
            same = [i for i, one in enumerate(columns) if set(one["codes"]) == across]
            places = same or [i for i, one in enumerate(columns) if set(one["codes"]) <= across]
            if {code for i in places for code in columns[i]["codes"]} != across:
                return None
        if not chosen or held != codes:
            return None
        for row in chosen:
            for place in places:
                band = cells(row)[place]
                if band is None:
                    return None
                low, high = low + band[0], high + band[1]
    return low, high


def _laid(
    lines: Sequence[tuple[str, set[str]]],
    heads: Sequence[str],
    body: Sequence[Sequence[str]],
    *,
    turned: bool,
) -> list[tuple[str, ...]]:
    """Lay a table out, its heads first."""
    labels = [label for label, _ in lines]
    if turned:
        across = [tuple(row[place] for row in body) for place in range(len(heads))]
        return [("Ligne", *labels), *((h, *row) for h, row in zip(heads, across, strict=True))]
    return [("Ligne", *heads), *((n, *row) for n, row in zip(labels, body, strict=True))]


def _ends(band: Band) -> list[str]:
    return ["", "", "n.d."] if band is None else [str(band[0]), str(band[1]), words(band)]
