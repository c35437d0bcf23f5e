"""What is produced validates against the public schemas; each schema refuses what is broken."""

from __future__ import annotations

import copy
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cases.disclosure.ledger import parse_ledger
from cases.disclosure.period import Period
from cases.disclosure.plan_file import DEFAULT_PLAN, load_plan
from cases.disclosure.release import ReleaseFiles, build_release, needed_atoms, paper_release
from cases.disclosure.snapshot import snapshot_of
from clsm_core.observatory.certificate import verify_texts
from tests.pure.disclosure.made_releases import coin, crossed, garden
from tests.pure.disclosure.simulated import rows_for
from tests.pure.disclosure.tiny_plans import COIN, GARDEN

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "schemas"
NAMES = ("plan", "bundle", "manifest", "certificate", "ledger")


def schema(name: str) -> dict[str, Any]:
    """Read a public schema."""
    value: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    return value


def errors(name: str, value: Any) -> list[str]:
    """Say why a value is not valid."""
    found = Draft202012Validator(schema(name)).iter_errors(value)
    return [f"{error.json_path}: {error.message[:80]}" for error in found]


@cache
def made_by_engine() -> tuple[tuple[ReleaseFiles, ...], str]:
    """Make a paper report, then a year, of the default plan; give the ledger too."""
    plan = load_plan()
    told = [{"population": "examined", "table": "", "groups": [], "lo": 17, "hi": 17}]
    paper = paper_release(plan, Period.year(2025), told, [], issuer=None)
    ledger = parse_ledger(paper.ledger_line)
    atoms = needed_atoms(ledger, Period.year(2026))
    rows = [
        (population, 0, row)
        for population in plan.populations
        for row in rows_for(plan, population, 120, 5)
    ]
    snapshot = snapshot_of(plan, atoms, rows)
    issuer = {"council": "metz", "commission": "Commission", "source": "opaque"}
    year = build_release(plan, snapshot, Period.year(2026), ledger, issuer=issuer)
    return (paper, year), paper.ledger_line + year.ledger_line


def produced() -> dict[str, list[Any]]:
    """Give everything that the engine and the oracle write, by name of schema."""
    files, _ = made_by_engine()
    made = [garden(), crossed(), coin()]
    return {
        "plan": [json.loads(DEFAULT_PLAN.read_text("utf-8")), load_plan().data],
        "bundle": [*(json.loads(one.bundle_text) for one in files), *(m.bundle for m in made)],
        "manifest": [
            *(json.loads(one.manifest_text) for one in files),
            *(m.manifest for m in made),
        ],
        "certificate": [json.loads(one.certificate_text) for one in files],
        "ledger": [
            *(json.loads(one.ledger_line) for one in files),
            *(line for m in made for line in m.ledger),
        ],
    }


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_valid_and_explains_itself(name: str) -> None:
    known = schema(name)
    Draft202012Validator.check_schema(known)
    assert known["$schema"].endswith("draft/2020-12/schema")
    assert known["title"]
    assert known["description"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_produced_validates(name: str) -> None:
    for value in produced()[name]:
        assert errors(name, value) == []


def test_the_same_releases_are_accepted_by_the_verifier() -> None:
    (paper, year), ledger = made_by_engine()
    texts = (paper.bundle_text, paper.manifest_text, paper.certificate_text, paper.ledger_line)
    assert verify_texts(*texts) == []
    texts = (year.bundle_text, year.manifest_text, year.certificate_text, ledger)
    assert verify_texts(*texts, protected=year.protected) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_broken_is_refused(name: str) -> None:
    """Every mandatory key taken away, every key unknown, every kind of value changed."""
    value = next(iter(produced()[name]))
    for key in schema(name)["required"]:
        spoiled = copy.deepcopy(value)
        del spoiled[key]
        assert errors(name, spoiled), key
        assert errors(name, {**value, key: 1.5}), key
    assert errors(name, [])
    if name != "plan":
        assert errors(name, {**value, "exact_count": 7})


@pytest.mark.parametrize(
    ("name", "path", "wrong"),
    [
        ("plan", ("parameters", "floor"), 10),
        ("plan", ("facets", 0, "codes", 0), ["x"]),
        ("plan", ("tables", 0, "facets"), []),
        ("bundle", ("period", "months"), 7),
        ("bundle", ("period", "start"), "2026-02-01"),
        ("bundle", ("populations", 0, "total"), [11]),
        ("bundle", ("populations", 0, "total"), 12),
        ("bundle", ("populations", 0, "tables", 0, "count"), 12),
        ("manifest", ("files", 0, "sha256"), "AB"),
        ("manifest", ("rank",), 0),
        ("manifest", ("published", 0, "lo"), -1),
        ("ledger", ("lines", 0, "lo"), 11.5),
        ("ledger", ("lines", 0, "codes"), [[]]),
        ("ledger", ("previous",), "none"),
        ("certificate", ("plan_sha256",), None),
        ("certificate", ("populations", 0, "cells"), [["x", 0, 0, 11]]),
        ("certificate", ("populations", 0, "cells"), [["x", 0, 0, 11, 0, 0]]),
        ("certificate", ("populations", 0, "worlds"), [[{"total": 1, "parts": [{}]}]]),
    ],
)
def test_each_rule_of_form_is_held(name: str, path: tuple[Any, ...], wrong: Any) -> None:
    value = copy.deepcopy(produced()[name][-1])
    spot = value
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = wrong
    assert errors(name, value)


def test_world_without_anybody_in_a_row_is_refused() -> None:
    made = garden()
    plan = {**made.certificate["plan"], "parameters": load_plan().data["parameters"]}
    certificate = {**made.certificate, "plan": plan}
    assert errors("certificate", certificate) == []
    certificate["populations"][0]["worlds"][0][0]["parts"][0]["rows"][0][0] = 0
    assert errors("certificate", certificate)


def test_control_other_numbers_of_people_stay_valid() -> None:
    """A schema says what a file looks like, not that it is true: that is the verifier's work."""
    made = garden()
    made.bundle["populations"][0]["total"] = [41, 50]
    assert errors("bundle", made.bundle) == []
    assert verify_texts(*made.texts())


def test_plans_of_the_tests_differ_from_public_ones_by_their_minima_only() -> None:
    source = random.Random(3)
    for plan in (GARDEN, COIN):
        assert {error.partition(":")[0] for error in errors("plan", plan)} == {
            "$.parameters.minimum_crosses",
            "$.parameters.minimum_semester",
        }
        facet = source.choice(plan["facets"])
        broken = {**plan, "facets": [{**facet, "multi": "no"}]}
        assert "$.facets[0].multi" in {one.partition(":")[0] for one in errors("plan", broken)}
