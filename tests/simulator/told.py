"""What an attacker is told: bounds on a number of situations that give some answers.

The words of the plan are read here from its JSON, on their own: nothing is shared with the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

Codes = frozenset[str]
Answers = Mapping[str, str | tuple[str, ...]]
NO_LIMIT = 100_000


@dataclass(frozen=True)
class Where:
    """The situations that give, for each facet, at least one of these codes; all when empty."""

    facets: tuple[str, ...] = ()
    codes: tuple[Codes, ...] = ()

    def count(self, rows: Sequence[Answers]) -> int:
        """Count the rows that lie here."""
        return sum(
            all(
                _held(row[facet]) & codes
                for facet, codes in zip(self.facets, self.codes, strict=True)
            )
            for row in rows
        )

    def as_json(self) -> list[Any]:
        """Give the JSON form: facets, then a list of codes each."""
        return [list(self.facets), [sorted(codes) for codes in self.codes]]

    @classmethod
    def from_json(cls, value: Sequence[Any]) -> Where:
        """Read the JSON form."""
        facets, codes = value
        return cls(tuple(facets), tuple(frozenset(part) for part in codes))


@dataclass(frozen=True)
class Told:
    """Between `lo` and `hi` situations lie somewhere, or beside it in a whole."""

    where: Where
    lo: int
    hi: int
    whole: Where | None = None

    def count(self, rows: Sequence[Answers]) -> int:
        """Count the rows spoken of."""
        part = self.where.count(rows)
        return self.whole.count(rows) - part if self.whole else part

    def as_json(self) -> list[Any]:
        """Give the JSON form: place, bounds, place of the whole."""
        return [
            self.where.as_json(),
            self.lo,
            self.hi,
            self.whole.as_json() if self.whole else None,
        ]

    @classmethod
    def from_json(cls, value: Sequence[Any]) -> Told:
        """Read the JSON form."""
        where, lo, hi, whole = value
        return cls(Where.from_json(where), lo, hi, Where.from_json(whole) if whole else None)


@dataclass(frozen=True)
class Printed:
    """One cell that a table prints: its table, its rows' group, its columns' when crossed."""

    table: str
    where: Where


class Words:
    """A population of a plan: its facets, groups and tables, read from JSON."""

    def __init__(self, plan: Mapping[str, Any], population: str) -> None:
        """Keep the facets of the population and the tables over them."""
        self.facets = {f["code"]: f for f in plan["facets"] if f["population"] == population}
        self.tables = [t for t in plan["tables"] if t["facets"][0] in self.facets]
        self.floor = int(plan["parameters"]["floor"])
        self.insider_floor = int(plan["parameters"]["insider_floor"])

    def codes(self, facet: str) -> list[str]:
        """List the codes of a facet."""
        return [code for code, _ in self.facets[facet]["codes"]]

    def layout(self, facet: str, name: str) -> list[Codes]:
        """List the groups of a layout; `detail` keeps every code apart."""
        if name == "detail":
            return [frozenset([code]) for code in self.codes(facet)]
        block = next(b for b in self.facets[facet]["layouts"] if b["name"] == name)
        return [
            frozenset([group]) if isinstance(group, str) else frozenset(group["codes"])
            for group in block["groups"]
        ]

    def chains(self, facet: str) -> list[list[list[Codes]]]:
        """List sequences of layouts, each made of whole groups of the one before."""
        chains = [[self.layout(facet, "detail")]]
        for block in self.facets[facet].get("layouts", []):
            if block.get("apart"):
                chains.append([self.layout(facet, "detail")])
            chains[-1].append(self.layout(facet, block["name"]))
        return chains

    def groups(self, facet: str) -> list[Codes]:
        """List every group of every layout, once, codes first."""
        every = [group for chain in self.chains(facet) for layout in chain for group in layout]
        return list(dict.fromkeys(every))

    def on_ladders(self, facet: str) -> list[str]:
        """List the layouts of a facet that stand on a rung of a table."""
        names = [
            rung["layouts"][table["facets"].index(facet)]
            for table in self.tables
            if facet in table["facets"]
            for rung in table["ladder"]
        ]
        return list(dict.fromkeys(names))

    def printed(self) -> Iterator[Printed]:
        """Give the cells of every table in the finest layout of its ladder."""
        for table in self.tables:
            parts = [
                self.layout(facet, layout)
                for facet, layout in zip(
                    table["facets"], table["ladder"][0]["layouts"], strict=True
                )
            ]
            for codes in product(*parts):
                yield Printed(table["id"], Where(tuple(table["facets"]), tuple(codes)))


def _held(answer: str | Sequence[str]) -> Codes:
    return frozenset([answer]) if isinstance(answer, str) else frozenset(answer)
