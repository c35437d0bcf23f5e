"""Choose, for each table, the finest declared layout whose every cell is large enough.

The choice is made table by table on whole layouts, so that it teaches nothing about one cell.
Rows of a facet with several answers stand alone: each is shown or not, under one symbol.

Source: releases.md 2.5, 5.3 and 5.4.2; decisions 38.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.disclosure.bands import Band, band_of
from cases.disclosure.counts import Counts
from cases.disclosure.ledger import Line
from cases.disclosure.plan import Facet, Layout, Parameters, Plan, Rung, Table


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


def climb(
    plan: Plan,
    counts: Counts,
    *,
    months: int,
    before: Mapping[str, tuple[str, ...]] | None = None,
    refused: Mapping[str, int] | None = None,
) -> list[Offer]:
    """Give the offers of every table of the population, in the order of the plan.

    `months` is the length of the period. Minima are compared with the lower end of the total's
    band: comparing the count itself would tell where in its band it lies. `before` names the
    layouts that the last comparable release showed: a table keeps its own, so that years compare,
    unless it fails or a finer one holds with a margin in every cell. `refused` says how many of the
    finest layouts of a table the audit has already refused.
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
        kept = (before or {}).get(table.id)
        is_finer = kept is not None
        for rank, rung in enumerate(table.ladder):
            if rung.layouts == kept:
                is_finer = False
            if rank < (refused or {}).get(table.id, 0):
                continue
            if total.lo < max(rung.minimum, parameters.minimum_crosses if table.is_cross else 0):
                continue
            least = parameters.required_upper if is_finer else parameters.floor
            offer = _offer(plan, counts, table, rung, offers, least)
            if offer.rows:
                offers[table.id] = offer
                break
    return [offers[table.id] for table in tables if table.id in offers]


def lines_of(plan: Plan, counts: Counts, offers: Sequence[Offer]) -> list[Line]:
    """Give what the offers publish: the total first, nothing when the total is small.

    Raises:
        AssertionError: an offered cell is below the floor; the ladder never does this.
    """
    population = counts.population
    total = total_band(plan, counts)
    if total is None:
        return []
    lines = [Line(f"{population}/total", population, (), (), total.lo, total.hi)]
    for offer in offers:
        facets = offer.table.facets
        beside = plan.parameters.floor if plan.facets[facets[0]].multi else None
        for row in offer.layouts[0].groups:
            if row.code not in offer.rows:
                continue
            for groups in _cells(offer, row.code):
                band = _band(plan.parameters, _count(counts, offer.table, groups))
                if band is None:
                    raise AssertionError("the ladder offered a cell below the floor")
                codes = tuple(
                    plan.facets[facet].groups[group].codes
                    for facet, group in zip(facets, groups, strict=True)
                )
                name = "/".join([population, offer.table.id, *groups])
                lines.append(Line(name, population, facets, codes, band.lo, band.hi, beside))
    return lines


def layouts_shown(plan: Plan, lines: Sequence[Line]) -> dict[str, tuple[str, ...]]:
    """Give the layouts of the tables that these lines show, for the tables still in the plan."""
    shown: dict[str, tuple[str, ...]] = {}
    for table in plan.tables:
        named = [line for line in lines if line.facets == table.facets]
        named = [line for line in named if line.id.split("/")[1] == table.id]
        for rung in table.ladder if named else ():
            groups = [
                {group.codes for group in plan.facets[facet].layouts[layout].groups}
                for facet, layout in zip(table.facets, rung.layouts, strict=True)
            ]
            if all(
                codes in known
                for line in named
                for codes, known in zip(line.codes, groups, strict=True)
            ):
                shown[table.id] = rung.layouts
                break
    return shown


def _offer(
    plan: Plan,
    counts: Counts,
    table: Table,
    rung: Rung,
    known: dict[str, Offer],
    least: int,
) -> Offer:
    """Give the rows of one rung that may be shown; none when a single answer fails anywhere.

    `least` is the smallest count that a cell may have.
    """
    facets = [plan.facets[name] for name in table.facets]
    layouts = tuple(f.layouts[name] for f, name in zip(facets, rung.layouts, strict=True))
    offer = Offer(table, layouts, frozenset(group.code for group in layouts[0].groups))
    if table.is_cross:
        offer = _under_margins(offer, facets, known)
    large = frozenset(
        row
        for row in offer.rows
        if all(
            _is_large(plan.parameters, counts, offer, groups, least)
            for groups in _cells(offer, row)
        )
    )
    if not facets[0].multi and large != frozenset(group.code for group in layouts[0].groups):
        return offer.without(offer.rows)
    return offer.without(offer.rows - large)


def _under_margins(offer: Offer, facets: list[Facet], known: dict[str, Offer]) -> Offer:
    """Keep only what both one-way tables already show at least as finely."""
    rows = offer.rows
    for rank, facet in enumerate(facets):
        margins = [o for o in known.values() if o.table.facets == (facet.code,)]
        layout = offer.layouts[rank]
        margin = next((o for o in margins if _is_as_fine(facet, o.layouts[0], layout)), None)
        if margin is None:
            return offer.without(offer.rows)
        if facet.multi:
            same = margin.layouts[0] == offer.layouts[0]
            rows = rows & margin.rows if same else frozenset()
    return Offer(offer.table, offer.layouts, rows)


def _is_as_fine(facet: Facet, fine: Layout, coarse: Layout) -> bool:
    """Tell whether a layout comes before another, or is it, in one nested sequence."""
    return any(
        fine in chain and coarse in chain and chain.index(fine) <= chain.index(coarse)
        for chain in facet.chains()
    )


def _is_large(
    parameters: Parameters, counts: Counts, offer: Offer, groups: tuple[str, ...], least: int
) -> bool:
    """Tell whether a cell and what remains beside it reach the floor, and it is not nearly all."""
    count = _count(counts, offer.table, groups)
    if count < least:
        return False
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
