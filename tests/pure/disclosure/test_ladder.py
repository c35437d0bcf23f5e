"""What the ladder shows and what it keeps (R14, R15, decisions 38)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.disclosure.bands import band_of
from cases.disclosure.counts import count_rows
from cases.disclosure.errors import RowInvalid, TooFewSituations
from cases.disclosure.ladder import climb, lines_of
from cases.disclosure.period import Period
from cases.disclosure.snapshot import Snapshot
from tests.pure.disclosure.releasing import examined, release, snapshot_for
from tests.pure.disclosure.simulated import DEFAULT, rows_for, tiny_plan

PLAN = tiny_plan()


def _rows(colour: dict[str, int], side: int = 20, flags: int = 20) -> list[dict[str, Any]]:
    """Give rows with these colours; the first `side` are on the left, `flags` carry p."""
    codes = [code for code, count in colour.items() for _ in range(count)]
    return [
        {
            "colour": code,
            "side": "l" if rank < side else "r",
            "flag": ["p"] if rank < flags else ["q"],
        }
        for rank, code in enumerate(codes)
    ]


def _shown(rows: list[dict[str, Any]]) -> dict[str, list[tuple[str, ...]]]:
    """Give the published cells of each table."""
    counts = count_rows(PLAN, "examined", rows)
    result: dict[str, list[tuple[str, ...]]] = {}
    for line in lines_of(PLAN, counts, climb(PLAN, counts, months=12)):
        _, table, *groups = line.id.split("/")
        result.setdefault(table if groups else "", []).append(tuple(groups))
    return result


@given(st.integers(0, 5000))
def test_no_band_starts_below_eleven_and_every_band_holds_its_count(count: int) -> None:
    band = band_of(count, floor=11, width=10)
    assert (band is None) == (count < 11)
    if band is not None:
        assert band.lo >= 11
        assert band.lo <= count <= band.hi
        assert (band.lo - 11) % 10 == 0


def test_finest_layout_with_all_cells_large_is_offered() -> None:
    assert _shown(_rows({"a": 14, "b": 14, "c": 14}))["colour"] == [("a",), ("b",), ("c",)]
    assert _shown(_rows({"a": 20, "b": 14, "c": 8}))["colour"] == [("a",), ("bc",)]
    assert "colour" not in _shown(_rows({"a": 8, "b": 20, "c": 14}))


def test_zero_is_as_small_as_three() -> None:
    assert _shown(_rows({"a": 20, "b": 22, "c": 0}))["colour"] == [("a",), ("bc",)]


@pytest.mark.parametrize(("without", "is_shown"), [(0, False), (1, False), (10, False), (11, True)])
def test_r14_flag_held_by_nearly_all_is_not_shown(without: int, is_shown: bool) -> None:
    shown = _shown(_rows({"a": 20, "b": 20}, flags=40 - without))
    assert (("p",) in shown.get("flag", [])) == is_shown


@pytest.mark.parametrize("size", [0, 1, 5, 10])
def test_r15_below_eleven_nothing_is_built(size: int) -> None:
    with pytest.raises(TooFewSituations):
        release(PLAN, {"2026": examined(_rows({"a": size}))}, "2026")


@pytest.mark.parametrize("size", [11, 20, 29, 30])
def test_r15_small_years_show_their_total_only(size: int) -> None:
    """At 30 the band is 21 to 30: showing tables would say that the total is 30 exactly."""
    assert list(_shown(_rows({"a": size // 2, "b": size - size // 2}))) == [""]


def test_r15_control_tables_appear_from_the_next_band_on() -> None:
    assert set(_shown(_rows({"a": 16, "b": 15}, side=15, flags=15))) >= {"", "side", "flag"}


def test_crossed_tables_wait_for_the_band_above_one_hundred() -> None:
    def rows(size: int) -> list[dict[str, Any]]:
        made = _rows({"a": size // 2, "b": size - size // 2})
        return [{**row, "side": "lr"[rank % 2]} for rank, row in enumerate(made)]

    assert "cross" not in _shown(rows(100))
    assert "cross" in _shown(rows(101))


def test_semester_is_refused_tables_below_one_hundred() -> None:
    counts = count_rows(PLAN, "examined", _rows({"a": 45, "b": 45}))
    assert climb(PLAN, counts, months=12)
    assert not climb(PLAN, counts, months=6)


@pytest.mark.parametrize(
    "row",
    [
        {"side": "l", "flag": ["q"]},
        {"colour": "z", "side": "l", "flag": ["q"]},
        {"colour": ["a", "b"], "side": "l", "flag": ["q"]},
        {"colour": "a", "side": "l", "flag": ["p", "z"]},
        {"colour": "a", "side": "l", "flag": []},
    ],
)
def test_unknown_or_missing_code_is_refused_without_repeating_it(row: dict[str, Any]) -> None:
    count_rows(PLAN, "examined", [{"colour": "a", "side": "l", "flag": ["p"]}])
    with pytest.raises(RowInvalid) as refusal:
        count_rows(PLAN, "examined", [row])
    assert "« z »" not in refusal.value.message


def test_counts_survive_their_sealed_form() -> None:
    rows = {"2026": examined(rows_for(DEFAULT, "examined", 40, 1))}
    snapshot = snapshot_for(DEFAULT, rows, Period.year(2026), [])
    assert Snapshot.from_json(snapshot.to_json()) == snapshot


@settings(max_examples=30, deadline=None)
@given(st.integers(11, 400), st.integers(0, 10**6))
def test_published_numbers_are_bands_of_ten_from_eleven_that_hold_the_truth(
    size: int, seed: int
) -> None:
    counts = count_rows(DEFAULT, "examined", rows_for(DEFAULT, "examined", size, seed))
    for line in lines_of(DEFAULT, counts, climb(DEFAULT, counts, months=12)):
        assert line.lo >= 11
        assert line.hi == line.lo + 9
        _, table, *groups = line.id.split("/")
        if not groups:
            true = counts.total
        elif len(groups) == 2:
            true = counts.crosses[table][groups[0]][groups[1]]
        else:
            true = counts.margins[line.facets[0]][groups[0]]
        assert line.lo <= true <= line.hi
