"""Lay out what a bundle says of one population, every declared table included.

Rows keep the order of the plan, never that of the counts, and one symbol stands for every figure
that is not published.

Source: releases.md 5.2 and 5.6; R7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cases.disclosure.ladder import Offer
from cases.disclosure.plan import Plan, Table

BUNDLE_FORMAT: Final = "clsm-release/2"
Shown = Mapping[str, list[int]]
"""Published bands by the id of their line."""


def part_of(plan: Plan, population: str, offers: Sequence[Offer], shown: Shown) -> dict[str, Any]:
    """Give a population's total and tables; `offers` say in which layouts they were offered."""
    known = plan.populations[population]
    offered = {offer.table.id: offer for offer in offers}
    return {
        "code": known.code,
        "label": known.label,
        "sentence": known.sentence,
        "total": shown.get(f"{population}/total"),
        "tables": [
            _table(plan, population, table, offered.get(table.id), shown)
            for table in plan.tables_of(population)
        ],
    }


def _table(
    plan: Plan, population: str, table: Table, offer: Offer | None, shown: Shown
) -> dict[str, Any]:
    """Write one table; when nothing of it is published it has no rows and no layout."""
    facets = [plan.facets[name] for name in table.facets]
    result: dict[str, Any] = {
        "id": table.id,
        "element": table.element,
        "title": table.title,
        "facets": [{"code": facet.code, "label": facet.label} for facet in facets],
        "multi": facets[0].multi,
        "layout": None,
        "columns": [],
        "rows": [],
    }
    prefix = f"{population}/{table.id}/"
    if offer is None or not any(name.startswith(prefix) for name in shown):
        return result
    columns = offer.layouts[1].groups if table.is_cross else ()
    result["layout"] = [layout.name for layout in offer.layouts]
    result["columns"] = [
        {"code": group.code, "label": group.label, "codes": sorted(group.codes)}
        for group in columns
    ]
    for group in offer.layouts[0].groups:
        row: dict[str, Any] = {
            "code": group.code,
            "label": group.label,
            "codes": sorted(group.codes),
        }
        if columns:
            row["bands"] = [shown.get(f"{prefix}{group.code}/{c.code}") for c in columns]
        else:
            row["band"] = shown.get(f"{prefix}{group.code}")
        result["rows"].append(row)
    return result
