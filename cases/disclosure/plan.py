"""The table plan: populations, facets, nested groupings and ladders, declared before any count.

A plan is immutable once used; a change is a new version. Nested groupings are demanded because,
with them, learning that a finer layout was refused never says which of its cells is small; a
forest of crossed facets is demanded because then tables that agree on their shared facet can
always be joined, so that auditing them together is exact.

Source: releases.md 2.4, 5.1 and 5.3; decisions 36 and 38.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

DETAIL: Final = "detail"
"""Name of the layout that keeps every code of a facet apart."""


@dataclass(frozen=True)
class Parameters:
    """Numbers that govern a release; all of them are printed in its manifest."""

    floor: int
    band_width: int
    max_share_percent: int
    minimum_tables: int
    minimum_crosses: int
    minimum_semester: int

    def as_dict(self) -> dict[str, int]:
        """Give the JSON form."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Population:
    """A set that each situation enters at most once, on the date named by `entry`."""

    code: str
    label: str
    entry: str
    sentence: str


@dataclass(frozen=True)
class Group:
    """One row of a layout: one code, or several put together."""

    code: str
    label: str
    codes: frozenset[str]


@dataclass(frozen=True)
class Layout:
    """A partition of a facet's codes, in the order in which rows are shown."""

    name: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Facet:
    """A coded question about a situation; `multi` when several codes may hold at once."""

    code: str
    label: str
    population: str
    multi: bool
    labels: Mapping[str, str]
    layouts: Mapping[str, Layout]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in the order of the plan."""
        return tuple(self.labels)

    @property
    def groups(self) -> dict[str, Group]:
        """Every group of every layout by code; a shared code is the same group."""
        return {group.code: group for layout in self.layouts.values() for group in layout.groups}


@dataclass(frozen=True)
class Rung:
    """One step of a ladder: a layout for each facet, from a published total of `minimum` on.

    `minimum` is compared with the lower end of the published band, never with the count:
    otherwise the choice of rung would tell where in its band the total lies.
    """

    layouts: tuple[str, ...]
    minimum: int


@dataclass(frozen=True)
class Table:
    """A declared table over one or two facets, with its ladder from finest to coarsest."""

    id: str
    title: str
    facets: tuple[str, ...]
    ladder: tuple[Rung, ...]

    @property
    def is_cross(self) -> bool:
        """Tell whether two facets are crossed."""
        return len(self.facets) == 2


@dataclass(frozen=True)
class Plan:
    """A validated plan and the exact text it was read from."""

    version: str
    parameters: Parameters
    populations: Mapping[str, Population]
    facets: Mapping[str, Facet]
    tables: tuple[Table, ...]
    text: str

    @property
    def sha256(self) -> str:
        """Fingerprint of the plan's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def tables_of(self, population: str) -> tuple[Table, ...]:
        """Tables of a population, in the order of the plan."""
        return tuple(t for t in self.tables if self.facets[t.facets[0]].population == population)

    def facets_of(self, population: str) -> tuple[Facet, ...]:
        """Facets of a population, in the order of the plan."""
        return tuple(f for f in self.facets.values() if f.population == population)

    def codes(self, facet: str) -> dict[str, str]:
        """Codes and French labels of a facet: what rows must carry, and nothing else."""
        return dict(self.facets[facet].labels)
