"""The engine against every possible world: what its certificate calls open is open, no less."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from cases.disclosure.ledger import parse_ledger
from cases.disclosure.period import Period
from cases.disclosure.plan_file import parse_plan
from cases.disclosure.release import build_release, needed_atoms
from cases.disclosure.snapshot import snapshot_of
from clsm_core.observatory.certificate import verify_texts
from tests.pure.disclosure.enumerated import prove
from tests.pure.disclosure.tiny_plans import COIN, GARDEN

MINIMA = {"minimum_crosses": 100, "minimum_semester": 100}
GARDEN_PLAN = {**GARDEN, "parameters": {**GARDEN["parameters"], **MINIMA}}
COIN_PLAN = {**COIN, "parameters": {**COIN["parameters"], **MINIMA}}


def garden_rows(size: int, seed: int) -> list[dict[str, Any]]:
    """Draw uneven answers."""
    source = random.Random(seed)
    return [
        {
            "colour": source.choices("abc", [5, 3, 1])[0],
            "side": source.choices("lr", [2, 1])[0],
            "hand": source.choice("mn"),
            "flag": source.choices([["p"], ["q"], ["p", "q"], ["s"]], [4, 3, 2, 1])[0],
        }
        for _ in range(size)
    ]


def opened(proof: dict[str, Any], most: int = 11) -> set[str]:
    """Name the cells that may be empty and may reach a number."""
    return {cell for cell, low, _, high, _ in proof["cells"] if low == 0 and high >= most}


@pytest.mark.parametrize(("size", "seed"), [(19, 1), (33, 2), (36, 3), (38, 4)])
def test_one_period(size: int, seed: int) -> None:
    plan = parse_plan(json.dumps(GARDEN_PLAN))
    rows = garden_rows(size, seed)
    snapshot = snapshot_of(
        plan, needed_atoms([], Period.year(2026)), [("examined", 0, r) for r in rows]
    )
    files = build_release(plan, snapshot, Period.year(2026), [], issuer=None)
    texts = (files.bundle_text, files.manifest_text, files.certificate_text, files.ledger_line)
    assert verify_texts(*texts, protected=files.protected) == []
    told = json.loads(files.certificate_text)["populations"][0]
    whole = [("2026-01-01", "2027-01-01")]
    true, small = prove(GARDEN_PLAN, "examined", whole, [json.loads(files.ledger_line)], [rows])
    assert opened(true, 16) <= opened(told) <= opened(true)
    assert {*files.protected} == {*small} <= opened(told)


def test_semester_then_year() -> None:
    plan = parse_plan(json.dumps(COIN_PLAN))
    rows = [[{"face": "h"}] * 70 + [{"face": "t"}] * 40, [{"face": "h"}] * 12 + [{"face": "t"}] * 8]
    spring, year = Period.parse("2026S1"), Period.year(2026)
    placed = [("examined", atom, row) for atom in (0, 1) for row in rows[atom]]
    first = build_release(
        plan, snapshot_of(plan, needed_atoms([], spring), placed[:110]), spring, [], issuer=None
    )
    ledger = parse_ledger(first.ledger_line)
    files = build_release(
        plan, snapshot_of(plan, needed_atoms(ledger, year), placed), year, ledger, issuer=None
    )
    lines = first.ledger_line + files.ledger_line
    texts = (files.bundle_text, files.manifest_text, files.certificate_text, lines)
    assert verify_texts(*texts, protected=files.protected) == []
    told = json.loads(files.certificate_text)["populations"][0]
    halves = [("2026-01-01", "2026-07-01"), ("2026-07-01", "2027-01-01")]
    entries = [json.loads(line) for line in lines.splitlines()]
    true, small = prove(COIN_PLAN, "examined", halves, entries, rows)
    assert opened(true, 16) <= opened(told) <= opened(true)
    assert {*files.protected} == {*small} != set()
