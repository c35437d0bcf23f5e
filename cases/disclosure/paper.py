"""Earlier paper reports: what they showed is known, so it enters the ledger as a release 0.

Their figures may be exact and small. They are never shown again, and every later audit counts
them.

Source: decision 38; releases.md 7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cases.disclosure import ledger as ledgers
from cases.disclosure.bundle import BUNDLE_FORMAT, part_of
from cases.disclosure.errors import PeriodRefused
from cases.disclosure.files import CERTIFICATE_FORMAT, ENGINE_VERSION, ReleaseFiles, write_files
from cases.disclosure.ladder import Offer, layouts_shown
from cases.disclosure.ledger import Entry, Line
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan


def paper_release(
    plan: Plan,
    period: Period,
    lines: Sequence[Mapping[str, Any]],
    ledger: Sequence[Entry],
    *,
    issuer: Mapping[str, str] | None,
) -> ReleaseFiles:
    """Enter what an earlier paper report showed: a release 0, never shown again as figures.

    A line is `{"population", "table", "groups", "lo", "hi"}`; the total has an empty table.

    Raises:
        PeriodRefused: a line names a table or a group that the plan does not know, or bounds that
            are not two whole numbers in order.
    """
    told = []
    for item in lines:
        try:
            told.append(_paper_line(plan, item))
        except (KeyError, StopIteration, TypeError, ValueError) as error:
            raise PeriodRefused(
                "Une ligne du rapport ne correspond à aucun tableau du plan."
            ) from error
    shown = {line.id: [line.lo, line.hi] for line in told}
    bundle = {
        "format": BUNDLE_FORMAT,
        "kind": ledgers.PAPER,
        "plan": {"version": plan.version, "sha256": plan.sha256},
        "period": {**period.as_dict(), "months": period.months},
        "populations": [
            {
                **part_of(plan, name, _typed(plan, name, told), shown),
                "reading": [],
                "evolution": {"since": None, "moves": [], "reading": []},
            }
            for name in plan.populations
        ],
        "institution": [],
    }
    certificate = {
        "format": CERTIFICATE_FORMAT,
        "engine_version": ENGINE_VERSION,
        "plan": plan.data,
        "plan_sha256": plan.sha256,
        "populations": [],
    }
    report: dict[str, Any] = {
        "protected_cells": 0,
        "masked": [],
        "dropped": [],
        "attackers": [],
        "shown": len(told),
        "already_known": 0,
    }
    return write_files(
        plan, period, ledger, ledgers.PAPER, issuer, [], bundle, certificate, told, report=report
    )


def _paper_line(plan: Plan, item: Mapping[str, Any]) -> Line:
    """Read one figure of a paper report."""
    population, lo, hi = item["population"], item["lo"], item["hi"]
    if population not in plan.populations or type(lo) is not int or type(hi) is not int:
        raise ValueError
    if not 0 <= lo <= hi:
        raise ValueError
    if not item["table"]:
        return Line(f"{population}/total", population, (), (), lo, hi)
    table = plan.table(item["table"])
    groups = list(item["groups"])
    if table not in plan.tables_of(population) or len(groups) != len(table.facets):
        raise ValueError
    codes = tuple(
        plan.facets[facet].groups[group].codes
        for facet, group in zip(table.facets, groups, strict=True)
    )
    name = "/".join([population, table.id, *groups])
    return Line(name, population, table.facets, codes, lo, hi)


def _typed(plan: Plan, population: str, lines: Sequence[Line]) -> list[Offer]:
    """Give the layouts in which a paper report's figures can be laid out."""
    shown = layouts_shown(plan, [line for line in lines if line.population == population])
    return [
        Offer(
            table,
            layouts := tuple(
                plan.facets[facet].layouts[name]
                for facet, name in zip(table.facets, shown[table.id], strict=True)
            ),
            frozenset(group.code for group in layouts[0].groups),
        )
        for table in plan.tables_of(population)
        if table.id in shown
    ]
