"""Bundles: same bytes for the same bands, no overlap, an unbroken history (R12, R16-R18)."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.disclosure.bundle import ReleaseFiles, build_release, canonical, sha256
from cases.disclosure.counts import count_rows
from cases.disclosure.errors import HistoryBroken, PeriodRefused
from cases.disclosure.period import Period
from tests.pure.disclosure.simulated import DEFAULT, rows_for, tiny_plan

PLAN = tiny_plan()
ISSUER = {"council": "metz", "commission": "Commission"}


def _rows(a: int, b: int, c: int) -> list[dict[str, Any]]:
    codes = ["a"] * a + ["b"] * b + ["c"] * c
    return [
        {"colour": code, "side": "lr"[rank % 2], "flag": ["p"] if rank % 3 else ["q"]}
        for rank, code in enumerate(codes)
    ]


def _release(
    rows: list[dict[str, Any]], year: int = 2026, history: tuple[ReleaseFiles, ...] = ()
) -> ReleaseFiles:
    counts = count_rows(PLAN, "examined", rows)
    return build_release(PLAN, counts, Period.year(year), history, issuer=ISSUER)


def test_r12_zero_and_three_in_a_masked_cell_give_the_same_bytes() -> None:
    assert _release(_rows(25, 20, 0)) == _release(_rows(25, 17, 3))


def test_r12_control_a_difference_between_bands_is_seen() -> None:
    assert _release(_rows(25, 20, 0)).bundle_text != _release(_rows(14, 31, 0)).bundle_text


@settings(max_examples=25, deadline=None)
@given(st.integers(11, 20), st.integers(21, 30), st.integers(0, 10), st.randoms())
def test_r17_counts_inside_the_same_bands_give_the_same_words(
    a: int, b: int, c: int, source: random.Random
) -> None:
    first = _release(_rows(a, b, c))
    second = _release(_rows(source.randint(11, 20), source.randint(21, 30), c))
    same = first.bundle["total"] == second.bundle["total"] and (
        first.bundle["tables"] == second.bundle["tables"]
    )
    assert same == (first.bundle_text == second.bundle_text)


def test_r17_change_is_said_only_when_bands_are_disjoint() -> None:
    past = _release(_rows(15, 25, 12), 2025)
    near = _release(_rows(18, 28, 14), 2026, (past,))
    far = _release(_rows(45, 28, 14), 2026, (past,))
    assert near.bundle["evolution"]["moves"] == []
    assert {"table": "colour", "row": "a", "before": [11, 20], "after": [41, 50]}.items() <= next(
        move for move in far.bundle["evolution"]["moves"] if move["row"] == "a"
    ).items()
    assert any(
        "Couleur — A\u00a0: en hausse" in text for text in far.bundle["evolution"]["reading"]
    )


def test_r18_shuffled_rows_give_the_same_bytes() -> None:
    rows = rows_for(DEFAULT, "examined", 120, 3)
    shuffled = list(rows)
    random.Random(1).shuffle(shuffled)
    results = {
        build_release(
            DEFAULT, count_rows(DEFAULT, "examined", part), Period.year(2026), [], issuer=ISSUER
        )
        for part in (rows, shuffled)
    }
    assert len(results) == 1


def test_bundle_holds_no_number_that_is_not_a_band_or_a_date() -> None:
    """Every number shown is a bound of a band of ten from eleven, or the length of the period."""
    rows = rows_for(DEFAULT, "examined", 150, 4)
    release = build_release(
        DEFAULT, count_rows(DEFAULT, "examined", rows), Period.year(2026), [], issuer=ISSUER
    )

    def numbers(value: Any) -> list[int]:
        if isinstance(value, dict):
            return [n for part in value.values() for n in numbers(part)]
        if isinstance(value, list):
            return [n for part in value for n in numbers(part)]
        return [value] if isinstance(value, int) and not isinstance(value, bool) else []

    bundle = release.bundle
    assert bundle["period"].pop("months") == 12
    assert numbers(bundle)
    assert {number % 10 for number in numbers(bundle)} <= {0, 1}
    assert min(numbers(bundle)) >= 11
    assert len([t for t in bundle["tables"] if t["rows"]]) >= 8
    assert len(bundle["tables"]) == len(DEFAULT.tables_of("examined"))


def test_manifest_binds_bundle_plan_issuer_and_history() -> None:
    first = _release(_rows(15, 25, 12), 2025)
    second = _release(_rows(15, 25, 12), 2026, (first,))
    manifest = second.manifest
    assert manifest["previous_release_hash"] == sha256(first.manifest_text)
    assert manifest["files"] == [{"path": "bundle.json", "sha256": sha256(second.bundle_text)}]
    assert manifest["plan"] == {"version": PLAN.version, "sha256": PLAN.sha256}
    assert manifest["issuer"] == ISSUER
    assert canonical(manifest) == second.manifest_text
    assert {"id": "colour/a", "lo": 11, "hi": 20} in manifest["published"]


@pytest.mark.parametrize(
    "period",
    [Period.year(2025), Period.years(2024, 2026), Period(date(2025, 7, 1), date(2026, 1, 1))],
)
def test_r3_overlapping_period_is_refused(period: Period) -> None:
    first = _release(_rows(15, 25, 12), 2025)
    counts = count_rows(PLAN, "examined", _rows(40, 40, 40))
    with pytest.raises(PeriodRefused, match="recouvre la publication 2025"):
        build_release(PLAN, counts, period, [first], issuer=ISSUER)
    build_release(PLAN, counts, Period.year(2026), [first], issuer=ISSUER)


def test_late_entries_never_reopen_an_older_period() -> None:
    first = _release(_rows(15, 25, 12), 2025)
    counts = count_rows(PLAN, "examined", _rows(15, 25, 12))
    with pytest.raises(PeriodRefused, match="en retard"):
        build_release(PLAN, counts, Period.year(2024), [first], issuer=ISSUER)


def test_semester_needs_one_hundred_situations() -> None:
    semester = Period(date(2026, 1, 1), date(2026, 7, 1))
    small = count_rows(PLAN, "examined", _rows(15, 25, 12))
    large = count_rows(PLAN, "examined", _rows(50, 50, 50))
    with pytest.raises(PeriodRefused, match="semestre"):
        build_release(PLAN, small, semester, [], issuer=ISSUER)
    assert build_release(PLAN, large, semester, [], issuer=ISSUER).bundle["total"] == [141, 150]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 1), date(2027, 3, 1)),
        (date(2026, 1, 2), date(2027, 1, 2)),
        (date(2026, 1, 1), date(2027, 1, 2)),
        (date(2020, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_odd_windows_are_refused(start: date, end: date) -> None:
    with pytest.raises(PeriodRefused):
        Period(start, end)


def test_r10_altered_or_missing_history_blocks_publication() -> None:
    first = _release(_rows(15, 25, 12), 2024)
    second = _release(_rows(15, 25, 12), 2025, (first,))
    altered = replace(first, bundle_text=first.bundle_text.replace("[11,20]", "[21,30]", 1))
    assert altered != first
    _release(_rows(15, 25, 12), 2026, (first, second))
    for broken in ((second,), (second, first), (altered, second), (first, first)):
        with pytest.raises(HistoryBroken):
            _release(_rows(15, 25, 12), 2026, broken)


def test_bundle_is_plain_json() -> None:
    release = _release(_rows(15, 25, 12))
    assert json.loads(release.bundle_text) == release.bundle
    assert release.bundle_text.endswith("\n")
