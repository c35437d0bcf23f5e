"""Say in plain French what the bands show, and nothing that they do not show.

Every sentence is a function of published bands: two sets of counts inside the same bands give
the same words. A change is stated only when two bands share no number.

Source: releases.md 5.2 and R17; decisions 39.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cases.disclosure.bands import Band, disjoint
from cases.disclosure.ledger import Entry

Part = Mapping[str, Any]
"""What a bundle says of one population."""
Row = tuple[str, str, tuple[str, ...]]


def sentences(part: Part, period: str) -> list[str]:
    """Give the sentences that open what is said of a population."""
    if part["total"] is None:
        return []
    total = Band(*part["total"])
    text = [f"Entre {total.lo} et {total.hi} {part['sentence']}, période {period}."]
    for table in part["tables"]:
        if table["multi"] and len(table["facets"]) == 1:
            text += _most_frequent(table)
    return [_french(sentence) for sentence in text]


def evolution(part: Part, earlier: Entry | None) -> dict[str, Any]:
    """List the rows whose band moved without touching the earlier one, and say it.

    `earlier` is a release of the same length of time, None when there is none. Only rows that put
    the same codes together are compared.
    """
    before = dict(_earlier(part["code"], earlier)) if earlier else {}
    if earlier is None or part["total"] is None or ("", "", ()) not in before:
        return {"since": None, "moves": [], "reading": []}
    moves: list[dict[str, Any]] = []
    for (table, row, codes), band in _bands(part):
        past = before.get((table, row, codes))
        if past is not None and disjoint(past, band):
            moves.append(
                {
                    "table": table,
                    "row": row,
                    "before": list(past),
                    "after": list(band),
                    "direction": "hausse" if band.lo > past.hi else "baisse",
                }
            )
    since = earlier.period.label
    return {"since": since, "moves": moves, "reading": _said(part, moves, since)}


def _said(part: Part, moves: list[dict[str, Any]], since: str) -> list[str]:
    """Say each move in words, and what cannot be concluded."""
    names = {
        (table["id"], row["code"]): f"{table['title']} — {row['label']}"
        for table in part["tables"]
        for row in table["rows"]
    }
    names["", ""] = str(part["label"])
    text = [
        f"{names[move['table'], move['row']]} : en {move['direction']} par rapport à {since} "
        f"({Band(*move['before']).label}, puis {Band(*move['after']).label})."
        for move in moves
    ]
    rest = "Pour les autres lignes" if text else f"Par rapport à {since}"
    text.append(f"{rest}, les fourchettes se recouvrent : rien ne permet de conclure.")
    return [_french(sentence) for sentence in text]


def _french(text: str) -> str:
    """Keep French double punctuation with the word before it."""
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:")


def _bands(part: Part) -> Iterator[tuple[Row, Band]]:
    """Give the total and every published row of the one-way tables."""
    yield ("", "", ()), Band(*part["total"])
    for table in part["tables"]:
        for row in table["rows"]:
            if row.get("band"):
                yield (table["id"], row["code"], tuple(row["codes"])), Band(*row["band"])


def _earlier(population: str, entry: Entry) -> Iterator[tuple[Row, Band]]:
    """Give the same of a release that the ledger keeps."""
    for line in entry.lines:
        if line.population != population or not line.is_published or len(line.facets) > 1:
            continue
        band = Band(line.lo, line.hi)
        if not line.facets:
            yield ("", "", ()), band
        else:
            _, table, row = line.id.split("/")
            yield (table, row, tuple(sorted(line.codes[0]))), band


def _most_frequent(table: Mapping[str, Any]) -> list[str]:
    """Name the rows of the highest band, in the order of the plan."""
    shown = [row for row in table["rows"] if row["band"]]
    if not shown:
        return []
    top = max(row["band"] for row in shown)
    first = [f"« {row['label']} »" for row in shown if row["band"] == top]
    return [f"{table['title']}, le plus souvent : {', '.join(first)} ({Band(*top).label})."]
