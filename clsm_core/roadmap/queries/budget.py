"""What actions cost and who pays: totals by year, what is not covered, the three funders.

Time given is counted apart: it is worth something and costs the council nothing. A budget is
covered by what is notified or paid; what is hoped or asked covers nothing yet.

Source: 000-26, 000-27, 001-12 (alert), 004-17; domain.md D.1 (budget), D.6 criterion 7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from clsm_core.council.models import Council, PostFunding
from clsm_core.council.queries.post import TRIPARTITE
from clsm_core.roadmap.models import (
    ActionSheet,
    BudgetKind,
    BudgetLine,
    Funding,
    FundingStatus,
    Roadmap,
)

SECURED = (FundingStatus.GRANTED, FundingStatus.PAID)
NONE = Decimal(0)


@dataclass
class Totals:
    """What a set of lines adds up to, in euros.

    ``planned`` and ``spent`` leave the given time out; ``time`` and ``hours`` are that time.
    """

    planned: Decimal = NONE
    spent: Decimal = NONE
    time: Decimal = NONE
    hours: int = 0
    unpriced: int = 0
    by_kind: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    by_funder: dict[str, dict[str, Decimal]] = field(default_factory=dict)

    def funded(self, status: str) -> Decimal:
        """Return what stands in a state of funding."""
        return sum((states.get(status, NONE) for states in self.by_funder.values()), NONE)

    @property
    def secured(self) -> Decimal:
        """Return what is notified or paid."""
        return sum((self.funded(status) for status in SECURED), NONE)

    @property
    def expected(self) -> Decimal:
        """Return what is hoped or asked."""
        return self.funded(FundingStatus.HOPED) + self.funded(FundingStatus.ASKED)

    @property
    def uncovered(self) -> Decimal:
        """Return what nothing secured covers, 0 when all is (001-12)."""
        return max(NONE, self.planned - self.secured)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all is written."""
        return not (self.by_kind or self.by_funder)


def totals_of(budget: Iterable[BudgetLine], fundings: Iterable[Funding]) -> Totals:
    """Add lines up."""
    totals = Totals()
    for line in budget:
        amount, spent = line.amount or NONE, line.spent or NONE
        if line.kind == BudgetKind.TIME:
            totals.time += amount
            totals.hours += line.hours or 0
        else:
            totals.planned += amount
            totals.spent += spent
        if line.amount is None:
            totals.unpriced += 1
        before = totals.by_kind.get(line.kind, (NONE, NONE))
        totals.by_kind[line.kind] = (before[0] + amount, before[1] + spent)
    for one in fundings:
        states = totals.by_funder.setdefault(one.funder, {})
        states[one.status] = states.get(one.status, NONE) + (one.amount or NONE)
    return totals


def of_sheet(sheet: ActionSheet) -> Totals:
    """Add up a sheet whose lists are loaded."""
    return totals_of(sheet.budgetline_lines.all(), sheet.funding_lines.all())


def by_year(roadmap: Roadmap) -> list[tuple[int | None, Totals]]:
    """Add up the sheets of a roadmap by year, the latest first, what has no year last."""
    budget = list(BudgetLine.objects.filter(sheet__axis__roadmap=roadmap))
    fundings = list(Funding.objects.filter(sheet__axis__roadmap=roadmap))
    years = {line.year for line in [*budget, *fundings]}
    ordered = sorted(years, key=lambda year: (year is None, -(year or 0)))
    return [
        (
            year,
            totals_of(
                [line for line in budget if line.year == year],
                [line for line in fundings if line.year == year],
            ),
        )
        for year in ordered
    ]


def uncovered_sheets(roadmap: Roadmap) -> list[tuple[ActionSheet, Totals]]:
    """Return the sheets of a roadmap whose budget is not covered, with their totals (001-12)."""
    sheets = ActionSheet.objects.filter(axis__roadmap=roadmap).select_related("axis")
    loaded = sheets.prefetch_related("budgetline_lines", "funding_lines")
    pairs = [(sheet, of_sheet(sheet)) for sheet in loaded.order_by("axis__number", "number")]
    return [(sheet, totals) for sheet, totals in pairs if totals.uncovered]


@dataclass(frozen=True)
class Tripartite:
    """Who pays for the post in a year, and what is funded beyond it (D.6, criterion 7)."""

    year: int
    givers: frozenset[str]
    beyond: Decimal

    @property
    def missing(self) -> list[str]:
        """Name, among the three, those who give nothing for the post."""
        return [str(one.label) for one in TRIPARTITE if one not in self.givers]

    @property
    def is_met(self) -> bool:
        """Tell whether the three pay for the post and something else is funded."""
        return not self.missing and bool(self.beyond)


def tripartite(council: Council, year: int) -> Tripartite:
    """Read who pays for the post, and the secured money of the actions."""
    posts = PostFunding.objects.filter(post__council=council, year=year, amount__gt=0)
    actions = Funding.objects.filter(
        sheet__axis__council=council, year=year, amount__gt=0, status__in=SECURED
    )
    return Tripartite(
        year,
        frozenset(posts.values_list("funder", flat=True)),
        sum(actions.values_list("amount", flat=True), NONE),
    )
