"""Fictitious coded rows and a tiny plan, for the tests of the release engine."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from cases.disclosure.plan import Facet, Group, Layout, Parameters, Plan
from cases.disclosure.plan_file import load_plan, parse_plan

DEFAULT = load_plan()

TINY_JSON: dict[str, Any] = {
    "version": "test",
    "parameters": {
        "floor": 11,
        "band_width": 10,
        "max_share_percent": 90,
        "minimum_tables": 30,
        "minimum_crosses": 100,
        "minimum_semester": 100,
    },
    "populations": [
        {"code": "examined", "label": "Examinées", "entry": "examen", "sentence": "situations"}
    ],
    "facets": [
        {
            "code": "colour",
            "label": "Couleur",
            "population": "examined",
            "multi": False,
            "codes": [["a", "A"], ["b", "B"], ["c", "C"]],
            "layouts": [
                {"name": "two", "groups": ["a", {"code": "bc", "label": "BC", "codes": ["b", "c"]}]}
            ],
        },
        {
            "code": "side",
            "label": "Côté",
            "population": "examined",
            "multi": False,
            "codes": [["l", "L"], ["r", "R"]],
        },
        {
            "code": "flag",
            "label": "Signe",
            "population": "examined",
            "multi": True,
            "codes": [["p", "P"], ["q", "Q"], ["s", "S"]],
        },
    ],
    "tables": [
        {
            "id": "colour",
            "title": "Couleur",
            "facets": ["colour"],
            "ladder": [{"layouts": ["detail"]}, {"layouts": ["two"]}],
        },
        {"id": "side", "title": "Côté", "facets": ["side"], "ladder": [{"layouts": ["detail"]}]},
        {"id": "flag", "title": "Signe", "facets": ["flag"], "ladder": [{"layouts": ["detail"]}]},
        {
            "id": "cross",
            "title": "Couleur et côté",
            "facets": ["colour", "side"],
            "ladder": [{"layouts": ["detail", "detail"]}, {"layouts": ["two", "detail"]}],
        },
    ],
}


def tiny_plan() -> Plan:
    """Give a plan of three facets with the real parameters."""
    return parse_plan(json.dumps(TINY_JSON, ensure_ascii=False, indent=1))


def toy_plan(*, floor: int = 3, width: int = 2, insiders: bool = False, margin: int = 100) -> Plan:
    """Give the tiny plan with a floor so low that every possible table can be enumerated.

    No plan file can say so: these parameters exist in tests only. There is no margin above the
    floor unless one is asked, and the floor of insiders is the same. With `insiders`, a row tells
    who brought it.
    """
    parameters = Parameters(floor, width, 90, 0, 0, 0, insider_floor=floor, margin_percent=margin)
    plan = replace(tiny_plan(), parameters=parameters)
    if not insiders:
        return plan
    names = {"me": "Moi", "them": "Les autres"}
    detail = Layout("detail", tuple(Group(c, t, frozenset([c])) for c, t in names.items()))
    owner = Facet("owner", "Structure", "brought", False, names, {"detail": detail})
    return replace(plan, facets={**plan.facets, "owner": owner}, insider="owner")


def placed_rows(
    rows: list[dict[str, Any]], population: str = "examined", atom: int = 0
) -> list[tuple[str, int, dict[str, Any]]]:
    """Place rows in a population and an atom."""
    return [(population, atom, row) for row in rows]


def rows_for(plan: Plan, population: str, size: int, seed: int) -> list[dict[str, Any]]:
    """Give `size` fictitious rows with uneven, mildly dependent answers."""
    source = random.Random(f"{population}-{size}-{seed}")
    shared = random.Random("shares")
    weights = {}
    for facet in plan.facets_of(population):
        weights[facet.code] = [1 / (rank + 1) for rank in range(len(facet.codes))]
        shared.shuffle(weights[facet.code])
    rows: list[dict[str, Any]] = []
    for _ in range(size):
        heavy = source.random() < 0.4
        row: dict[str, Any] = {}
        for facet in plan.facets_of(population):
            share = weights[facet.code]
            if facet.multi:
                drawn = [
                    code
                    for code, weight in zip(facet.codes, share, strict=True)
                    if source.random() < min(0.6, weight) * (1.3 if heavy else 0.7)
                ]
                drawn = [code for code in drawn if code not in facet.exclusive] or drawn[:1]
                row[facet.code] = drawn or [facet.codes[-1]]
            else:
                power = 2 if heavy else 1
                row[facet.code] = source.choices(facet.codes, [w**power for w in share])[0]
        rows.append(row)
    return rows
