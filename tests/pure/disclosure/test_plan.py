"""A plan that would leak by its shape is refused, with file, line and field (releases.md 5.1)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from cases.disclosure.errors import PlanInvalid
from cases.disclosure.plan_file import load_plan, parse_plan
from tests.pure.disclosure.simulated import TINY_JSON


def test_default_plan_is_valid_and_starts_its_ages_at_two_classes() -> None:
    """Practice 3.7: the last step of the age ladder is 65 or less, more than 65."""
    plan = load_plan()
    age = next(table for table in plan.tables if table.id == "E-05-age")
    last = plan.facets["age_band"].layouts[age.ladder[-1].layouts[0]]
    assert [group.code for group in last.groups] == ["0-65", "66+"]
    assert {facet.population for facet in plan.facets.values()} == set(plan.populations)


def _floor(data: dict[str, Any]) -> None:
    data["parameters"]["floor"] = 5


def _not_nested(data: dict[str, Any]) -> None:
    colour = data["facets"][0]["layouts"]
    colour.append(
        {"name": "other", "groups": [{"code": "ab", "label": "AB", "codes": ["a", "b"]}, "c"]}
    )


def _missing_code(data: dict[str, Any]) -> None:
    data["facets"][0]["layouts"][0]["groups"][1]["codes"] = ["b"]


def _upwards(data: dict[str, Any]) -> None:
    data["tables"][0]["ladder"].reverse()


def _cycle(data: dict[str, Any]) -> None:
    data["tables"].append({**data["tables"][3], "id": "again"})


def _union_by_counts(data: dict[str, Any]) -> None:
    data["facets"][2]["layouts"] = [
        {"name": "u", "groups": [{"code": "pq", "label": "PQ", "codes": ["p", "q"]}, "s"]}
    ]
    data["tables"][2]["ladder"].append({"layouts": ["u"]})


def _unknown_facet(data: dict[str, Any]) -> None:
    data["tables"][0]["facets"] = ["shape"]


@pytest.mark.parametrize(
    ("break_it", "field"),
    [
        (_floor, "parameters.floor"),
        (_not_nested, "facets[0].layouts[1].groups"),
        (_missing_code, "facets[0].layouts[0].groups"),
        (_upwards, "tables[0].ladder[1]"),
        (_cycle, "tables[4].facets"),
        (_union_by_counts, "tables[2].ladder[1].minimum"),
        (_unknown_facet, "tables[0].facets"),
    ],
)
def test_refusal_names_file_line_and_field(
    break_it: Callable[[dict[str, Any]], None], field: str
) -> None:
    data = copy.deepcopy(TINY_JSON)
    parse_plan(json.dumps(data, indent=1))
    break_it(data)
    with pytest.raises(PlanInvalid) as refusal:
        parse_plan(json.dumps(data, indent=1), name="plan.json")
    assert refusal.value.message.startswith("plan.json, ligne ")
    assert f"champ {field}" in refusal.value.message


def test_line_number_is_the_line_of_the_field() -> None:
    text = json.dumps(TINY_JSON, indent=1).replace('"floor": 11', '"floor": 3')
    line = next(n for n, part in enumerate(text.splitlines(), 1) if '"floor"' in part)
    with pytest.raises(PlanInvalid, match=f"ligne {line}, champ parameters.floor"):
        parse_plan(text)


def test_text_that_is_not_json_is_refused_with_its_line() -> None:
    with pytest.raises(PlanInvalid, match="ligne 2"):
        parse_plan('{\n "version": ,}')
