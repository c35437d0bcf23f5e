"""The table plan: populations, facets, nested groupings and ladders, declared before any count.

A plan is immutable once used; a change is a new version. Nested groupings are demanded because,
with them, learning that a finer layout was refused never says which of its cells is small; a
forest of crossed facets is demanded because then tables that agree on their shared facet can
always be joined, so that auditing them together is exact.

Source: releases.md 2.4, 5.1 and 5.3; decisions 36 and 38.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cases.disclosure.canonical import canonical

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
    insider_floor: int = 5
    margin_percent: int = 140

    @property
    def required_upper(self) -> int:
        """Give what an outsider must at least believe possible of a small cell (16 for 11)."""
        return -(-self.floor * self.margin_percent // 100)

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
    """A partition of a facet's codes, in the order in which rows are shown.

    Each layout puts whole groups of the one before it together, unless it stands `apart`: then it
    starts from the codes again (a priority district beside neighbourhoods, R6).
    """

    name: str
    groups: tuple[Group, ...]
    apart: bool = False


@dataclass(frozen=True)
class Facet:
    """A coded question about a situation; `multi` when several codes may hold at once.

    A situation that has one of the `exclusive` codes of such a facet has no other of its codes.
    """

    code: str
    label: str
    population: str
    multi: bool
    labels: Mapping[str, str]
    layouts: Mapping[str, Layout]
    exclusive: frozenset[str] = frozenset()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in the order of the plan."""
        return tuple(self.labels)

    @property
    def groups(self) -> dict[str, Group]:
        """Every group of every layout by code; a shared code is the same group."""
        return {group.code: group for layout in self.layouts.values() for group in layout.groups}

    def chains(self) -> list[list[Layout]]:
        """Give the nested sequences of layouts, each from the codes to the coarsest."""
        layouts = list(self.layouts.values())
        chains = [layouts[:1]]
        for layout in layouts[1:]:
            if layout.apart:
                chains.append(layouts[:1])
            chains[-1].append(layout)
        return chains


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
    """A declared table over one or two facets, with its ladder from finest to coarsest.

    `element` is the number of the list of figures that it answers (E-01 to E-19).
    """

    id: str
    title: str
    facets: tuple[str, ...]
    ladder: tuple[Rung, ...]
    element: str = ""

    @property
    def is_cross(self) -> bool:
        """Tell whether two facets are crossed."""
        return len(self.facets) == 2


@dataclass(frozen=True)
class InstitutionLine:
    """A figure about institutions (E-02, E-19): never about situations, never crossed."""

    id: str
    element: str
    label: str


@dataclass(frozen=True)
class Plan:
    """A validated plan and the exact text it was read from.

    `insider` names the facet whose code each situation carries in every population: the kind of
    structure that knows it. Each of its codes is an attacker who knows her own situations.
    """

    version: str
    parameters: Parameters
    populations: Mapping[str, Population]
    facets: Mapping[str, Facet]
    tables: tuple[Table, ...]
    text: str
    insider: str | None = None
    institution: tuple[InstitutionLine, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The plan as a JSON object."""
        value: dict[str, Any] = json.loads(self.text)
        return value

    @property
    def sha256(self) -> str:
        """Fingerprint of the plan, whatever the spaces and the order of its keys."""
        return hashlib.sha256(canonical(self.data).encode()).hexdigest()

    def table(self, table_id: str) -> Table:
        """Give a table by its id.

        Raises:
            KeyError: the plan does not declare it.
        """
        return next(table for table in self.tables if table.id == table_id)

    def tables_of(self, population: str) -> tuple[Table, ...]:
        """Tables of a population, in the order of the plan."""
        return tuple(t for t in self.tables if self.facets[t.facets[0]].population == population)

    def facets_of(self, population: str) -> tuple[Facet, ...]:
        """Facets of a population, in the order of the plan."""
        return tuple(f for f in self.facets.values() if f.population == population)

    def codes(self, facet: str) -> dict[str, str]:
        """Codes and French labels of a facet: what rows must carry, and nothing else."""
        return dict(self.facets[facet].labels)
