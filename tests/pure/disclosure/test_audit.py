"""The audit finds what naive figures reveal, and what it lets through reveals nothing (R2, R9).

The attacker of these tests enumerates every possible table and shares no code with the engine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.disclosure.audit import find_leaks, secure
from cases.disclosure.counts import Counts, count_rows
from cases.disclosure.ladder import Line, climb, lines_of
from tests.pure.disclosure.simulated import DEFAULT, rows_for, toy_plan

TOY = toy_plan()
COLOURS, SIDES = ("a", "b", "c"), ("l", "r")
Cells = tuple[int, ...]
"""Counts of a-l, a-r, b-l, b-r, c-l, c-r."""


def _counts(cells: Cells) -> Counts:
    rows = [
        {"colour": colour, "side": side, "flag": ["p"]}
        for (colour, side), count in zip(product(COLOURS, SIDES), cells, strict=True)
        for _ in range(count)
    ]
    return count_rows(TOY, "examined", rows)


def _possible(total: int, parts: int = 6) -> Iterator[Cells]:
    """Enumerate every table with a given total."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _possible(total - first, parts - 1):
            yield (first, *rest)


def _value(cells: Cells, line: Line) -> int:
    """Count a published cell in a possible table, without the engine."""
    wanted = {"": 0, "colour": 1, "side": 1, "cross": 2}[line.table]
    assert len(line.groups) == wanted
    value = 0
    for (colour, side), count in zip(product(COLOURS, SIDES), cells, strict=True):
        names = {"colour": [colour], "side": [side], "cross": [colour, side]}.get(line.table, [])
        value += count * all(code in group for code, group in zip(names, line.groups, strict=True))
    return value


def _worlds(lines: Sequence[Line]) -> list[Cells]:
    """Give every table that agrees with the published lines."""
    total = next(line for line in lines if not line.table)
    return [
        cells
        for size in range(total.lo, total.hi + 1)
        for cells in _possible(size)
        if all(line.lo <= _value(cells, line) <= line.hi for line in lines)
    ]


def _proved(true: Cells, worlds: Sequence[Cells], floor: int = 3) -> list[int]:
    """List the small cells that all worlds agree to be non-empty, or below the floor."""
    return [
        rank
        for rank, count in enumerate(true)
        if count < floor
        and (min(w[rank] for w in worlds) > 0 or max(w[rank] for w in worlds) < floor)
    ]


def _naive(counts: Counts) -> list[Line]:
    """Publish exact counts everywhere."""
    lines = [Line("", (), counts.total, counts.total)]
    lines += [Line("colour", (c,), n, n) for c, n in counts.margins["colour"].items() if c != "bc"]
    lines += [Line("side", (s,), n, n) for s, n in counts.margins["side"].items()]
    lines += [
        Line("cross", (c, s), counts.crosses["cross"][c][s], counts.crosses["cross"][c][s])
        for c, s in product(COLOURS, SIDES)
    ]
    return lines


def test_control_naive_figures_are_broken_and_the_audit_says_so() -> None:
    true = (4, 1, 3, 2, 0, 4)
    lines = _naive(_counts(true))
    assert _proved(true, _worlds(lines)) == [1, 3, 4]
    leaks = find_leaks(TOY, _counts(true), lines)
    assert {leak.target.groups for leak in leaks} >= {("a", "r"), ("b", "r"), ("c", "l")}


def test_control_masking_small_cells_only_is_broken_by_subtraction() -> None:
    true = (4, 1, 3, 3, 4, 4)
    lines = [line for line in _naive(_counts(true)) if line.lo >= 3]
    assert _proved(true, _worlds(lines)) == [1]
    assert ("a", "r") in {leak.target.groups for leak in find_leaks(TOY, _counts(true), lines)}


def test_bands_of_two_margins_that_prove_a_small_crossing_are_dropped() -> None:
    """Two majorities must meet: the crossing is small and not published, yet proved non-empty."""
    true = (2, 6, 3, 0, 3, 0)
    counts = _counts(true)
    lines = [Line("", (), 13, 14), Line("colour", ("a",), 7, 8), Line("side", ("l",), 8, 9)]
    assert 0 in _proved(true, _worlds(lines))
    assert ("a", "l") in {leak.target.groups for leak in find_leaks(TOY, counts, lines)}


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(0, 4)] * 6).filter(lambda cells: 3 <= sum(cells) <= 11))
def test_r2_no_small_cell_is_proved_by_what_the_engine_lets_through(true: Cells) -> None:
    counts = _counts(true)
    lines = lines_of(TOY, counts, secure(TOY, counts, climb(TOY, counts, months=12)))
    assert _proved(true, _worlds(lines)) == []


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(0, 4)] * 6).filter(lambda cells: 3 <= sum(cells) <= 11))
def test_the_audit_and_the_enumeration_agree_on_arbitrary_lines(true: Cells) -> None:
    counts = _counts(true)
    lines = [line for line in _naive(counts) if line.lo != 1]
    proved = {list(product(COLOURS, SIDES))[rank] for rank in _proved(true, _worlds(lines))}
    found = {leak.target.groups for leak in find_leaks(TOY, counts, lines)}
    assert proved <= found


def test_only_silent_answer_is_protected_although_everybody_gives_one() -> None:
    """Two answers of three are shown; when they cannot cover everybody, the third is proved."""
    rows = [{"colour": "a", "side": "l", "flag": ["pqs"[rank % 3]]} for rank in range(6)]
    counts = count_rows(TOY, "examined", rows)
    tight = [Line("", (), 6, 6), Line("flag", ("p",), 2, 2), Line("flag", ("q",), 2, 2)]
    loose = [Line("", (), 5, 6), Line("flag", ("p",), 2, 3), Line("flag", ("q",), 2, 3)]
    assert ("s",) in {leak.target.groups for leak in find_leaks(TOY, counts, tight)}
    assert ("s",) not in {leak.target.groups for leak in find_leaks(TOY, counts, loose)}


@pytest.mark.parametrize("total", [7, 9])
def test_r9_knowing_the_ladder_makes_no_small_margin_exact(total: int) -> None:
    """Re-run the engine on every possible table and keep those that publish the same lines."""
    published: dict[tuple[Line, ...], set[tuple[int, ...]]] = {}
    for margin in _possible(total, 3):
        cells = (margin[0], 0, margin[1], 0, margin[2], 0)
        counts = _counts(cells)
        lines = tuple(lines_of(TOY, counts, climb(TOY, counts, months=12)))
        published.setdefault(lines, set()).add(margin)
    for worlds in published.values():
        for rank in range(3):
            values = {world[rank] for world in worlds}
            assert len(values) > 1 or min(values) >= 3


@pytest.mark.parametrize("size", [34, 60, 120, 300])
def test_default_plan_passes_its_own_audit(size: int) -> None:
    counts = count_rows(DEFAULT, "examined", rows_for(DEFAULT, "examined", size, 7))
    offers = secure(DEFAULT, counts, climb(DEFAULT, counts, months=12))
    assert offers
    assert find_leaks(DEFAULT, counts, lines_of(DEFAULT, counts, offers)) == []


def test_control_exact_counts_of_the_default_plan_are_found() -> None:
    counts = count_rows(DEFAULT, "examined", rows_for(DEFAULT, "examined", 60, 7))
    offers = climb(DEFAULT, counts, months=12)
    lines = [
        Line("", (), counts.total, counts.total),
        *(
            Line(table.id, (code,), counts.margins[name][code], counts.margins[name][code])
            for table in DEFAULT.tables_of("examined")
            if not table.is_cross
            for name in table.facets
            for code in DEFAULT.facets[name].codes
        ),
    ]
    assert len(lines) > len(lines_of(DEFAULT, counts, offers))
    assert len(find_leaks(DEFAULT, counts, lines)) > 10
