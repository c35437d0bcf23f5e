"""Choose, for each table, the finest declared layout whose every cell is large enough.

The choice is made table by table on whole layouts, so that it teaches nothing about one cell.
Rows of a facet with several answers stand alone: each is shown or not, under one symbol.

Source: releases.md 2.5, 5.3 and 5.4.2; decisions 38.
"""

from __future__ import annotations

from dataclasses import dataclass

from cases.disclosure.bands import Band, band_of
from cases.disclosure.counts import Counts
from cases.disclosure.plan import Facet, Layout, Parameters, Plan, Rung, Table


@dataclass(frozen=True, order=True)
class Line:
    """One published number: a band for one cell, named by a group of each facet.

    The total of the population is the line without a table and without groups.
    """

    table: str
    groups: tuple[str, ...]
    lo: int
    hi: int


@dataclass(frozen=True)
class Offer:
    """What may be shown of a table: a layout for each facet, and the rows of the first one."""

    table: Table
    layouts: tuple[Layout, ...]
    rows: frozenset[str]

    def without(self, rows: frozenset[str]) -> Offer:
        """Give the same offer with some rows taken away."""
        return Offer(self.table, self.layouts, self.rows - rows)


def total_band(plan: Plan, counts: Counts) -> Band | None:
    """Give the band of the population's total, None below the floor."""
    return _band(plan.parameters, counts.total)


def climb(plan: Plan, counts: Counts, *, months: int) -> list[Offer]:
    """Give the offers of every table of the population, in the order of the plan.

    `months` is the length of the period. Minima are compared with the lower end of the total's
    band: comparing the count itself would tell where in its band it lies.
    """
    total = total_band(plan, counts)
    parameters = plan.parameters
    if total is None or total.lo < parameters.minimum_tables:
        return []
    if months < 12 and total.lo < parameters.minimum_semester:
        return []
    offers: dict[str, Offer] = {}
    tables = plan.tables_of(counts.population)
    for table in sorted(tables, key=lambda table: table.is_cross):
        for rung in table.ladder:
            if total.lo < max(rung.minimum, parameters.minimum_crosses if table.is_cross else 0):
                continue
            offer = _offer(plan, counts, table, rung, offers)
            if offer.rows:
                offers[table.id] = offer
                break
            if plan.facets[table.facets[0]].multi:
                # A coarser union shown because its parts were refused would prove them small.
                break
    return [offers[table.id] for table in tables if table.id in offers]


def lines_of(plan: Plan, counts: Counts, offers: list[Offer]) -> list[Line]:
    """Write the offers as published numbers, the total first."""
    total = total_band(plan, counts)
    if total is None:
        return []
    lines = [Line("", (), total.lo, total.hi)]
    for offer in offers:
        for row in offer.layouts[0].groups:
            if row.code not in offer.rows:
                continue
            for groups in _cells(offer, row.code):
                band = _band(plan.parameters, _count(counts, offer.table, groups))
                if band is None:
                    raise AssertionError("the ladder offered a cell below the floor")
                lines.append(Line(offer.table.id, groups, band.lo, band.hi))
    return lines


def _offer(plan: Plan, counts: Counts, table: Table, rung: Rung, known: dict[str, Offer]) -> Offer:
    """Give the rows of one rung that may be shown; none when a single answer fails anywhere."""
    facets = [plan.facets[name] for name in table.facets]
    layouts = tuple(f.layouts[name] for f, name in zip(facets, rung.layouts, strict=True))
    offer = Offer(table, layouts, frozenset(group.code for group in layouts[0].groups))
    if table.is_cross:
        offer = _under_margins(offer, facets, known)
    large = frozenset(
        row
        for row in offer.rows
        if all(_is_large(plan.parameters, counts, offer, groups) for groups in _cells(offer, row))
    )
    if not facets[0].multi and large != frozenset(group.code for group in layouts[0].groups):
        return offer.without(offer.rows)
    return offer.without(offer.rows - large)


def _under_margins(offer: Offer, facets: list[Facet], known: dict[str, Offer]) -> Offer:
    """Keep only what both one-way tables already show at least as finely."""
    rows = offer.rows
    for rank, facet in enumerate(facets):
        margin = next((o for o in known.values() if o.table.facets == (facet.code,)), None)
        if margin is None:
            return offer.without(offer.rows)
        order = list(facet.layouts)
        if order.index(margin.layouts[0].name) > order.index(offer.layouts[rank].name):
            return offer.without(offer.rows)
        if facet.multi:
            same = margin.layouts[0] == offer.layouts[0]
            rows = rows & margin.rows if same else frozenset()
    return Offer(offer.table, offer.layouts, rows)


def _is_large(
    parameters: Parameters, counts: Counts, offer: Offer, groups: tuple[str, ...]
) -> bool:
    """Tell whether a cell and what remains beside it reach the floor, and it is not nearly all."""
    count = _count(counts, offer.table, groups)
    wholes = [counts.total]
    if len(groups) == 2:
        wholes += [
            counts.margins[name][group]
            for name, group in zip(offer.table.facets, groups, strict=True)
        ]
    cell = _band(parameters, count)
    for whole in wholes:
        around = _band(parameters, whole)
        if cell is None or around is None or whole - count < parameters.floor:
            return False
        if cell.lo * 100 > around.hi * parameters.max_share_percent:
            return False
    return True


def _cells(offer: Offer, row: str) -> list[tuple[str, ...]]:
    """Name the cells of a row, one for each group of the second facet when there is one."""
    if len(offer.layouts) == 1:
        return [(row,)]
    return [(row, column.code) for column in offer.layouts[1].groups]


def _count(counts: Counts, table: Table, groups: tuple[str, ...]) -> int:
    """Give the true count of a cell."""
    if len(groups) == 1:
        return counts.margins[table.facets[0]][groups[0]]
    return counts.crosses[table.id][groups[0]][groups[1]]


def _band(parameters: Parameters, count: int) -> Band | None:
    """Give the band of a count under these parameters."""
    return band_of(count, floor=parameters.floor, width=parameters.band_width)
