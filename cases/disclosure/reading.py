"""Say in plain French what the bands show, and nothing that they do not show.

Every sentence is a function of published bands: two sets of counts inside the same bands give
the same words. A change is stated only when two bands share no number.

Source: releases.md 5.2 and R17; decisions 39.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cases.disclosure.bands import Band, disjoint

Bundle = Mapping[str, Any]


def sentences(bundle: Bundle) -> list[str]:
    """Give the sentences that open the page of a release."""
    total = Band(*bundle["total"])
    text = [
        f"Entre {total.lo} et {total.hi} {bundle['population']['sentence']}, "
        f"période {bundle['period']['label']}."
    ]
    for table in bundle["tables"]:
        if table["multi"] and len(table["facets"]) == 1:
            text += _most_frequent(table)
    return [_french(sentence) for sentence in text]


def evolution(bundle: Bundle, earlier: Bundle | None) -> list[dict[str, Any]]:
    """List the rows whose band moved without touching the earlier one.

    Only periods of the same population and of the same length are compared, and only rows that
    put the same codes together.
    """
    if earlier is None or not comparable(bundle, earlier):
        return []
    before = dict(_bands(earlier))
    moves: list[dict[str, Any]] = []
    for (table, row, codes), band in _bands(bundle):
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
    return moves


def evolution_sentences(bundle: Bundle, earlier: Bundle | None) -> list[str]:
    """Say each move in words, and what cannot be concluded."""
    if earlier is None or not comparable(bundle, earlier):
        return []
    names = {
        (table["id"], row["code"]): f"{table['title']} — {row['label']}"
        for table in bundle["tables"]
        for row in table["rows"]
    }
    names["", ""] = str(bundle["population"]["label"])
    period = earlier["period"]["label"]
    text = [
        f"{names[move['table'], move['row']]} : en {move['direction']} par rapport à {period} "
        f"({Band(*move['before']).label}, puis {Band(*move['after']).label})."
        for move in evolution(bundle, earlier)
    ]
    rest = "Pour les autres lignes" if text else f"Par rapport à {period}"
    text.append(f"{rest}, les fourchettes se recouvrent : rien ne permet de conclure.")
    return [_french(sentence) for sentence in text]


def _french(text: str) -> str:
    """Keep French double punctuation with the word before it."""
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:")


def comparable(bundle: Bundle, earlier: Bundle) -> bool:
    """Tell whether two bundles speak of the same population over the same length of time."""
    same = bundle["population"]["code"] == earlier["population"]["code"]
    return bool(same and bundle["period"]["months"] == earlier["period"]["months"])


def _bands(bundle: Bundle) -> Iterator[tuple[tuple[str, str, tuple[str, ...]], Band]]:
    """Give the total and every published row of the one-way tables."""
    yield ("", "", ()), Band(*bundle["total"])
    for table in bundle["tables"]:
        for row in table["rows"]:
            if row.get("band"):
                yield (table["id"], row["code"], tuple(row["codes"])), Band(*row["band"])


def _most_frequent(table: Mapping[str, Any]) -> list[str]:
    """Name the rows of the highest band, in the order of the plan."""
    shown = [row for row in table["rows"] if row["band"]]
    if not shown:
        return []
    top = max(row["band"] for row in shown)
    first = [f"« {row['label']} »" for row in shown if row["band"] == top]
    return [f"{table['title']}, le plus souvent : {', '.join(first)} ({Band(*top).label})."]
