"""Contingency counts of every population over the atoms of a release, attackers' own included.

It holds no row. It is confidential: sealed between the member's request and the job, it never
leaves the commission.

Source: releases.md 5.1; decisions 36 and 40.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cases.disclosure.counts import CodedRow, Counts, count_rows
from cases.disclosure.errors import RowInvalid
from cases.disclosure.period import Span
from cases.disclosure.plan import Plan

Placed = tuple[str, int, CodedRow]
"""A situation entering a population: the population, the rank of the atom, its codes."""


@dataclass(frozen=True)
class Snapshot:
    """Counts by population, then by atom; `insiders` holds the same for each kind of structure."""

    atoms: tuple[Span, ...]
    counts: Mapping[str, tuple[Counts, ...]] = field(repr=False)
    insiders: Mapping[str, Mapping[str, tuple[Counts, ...]]] = field(repr=False)

    def to_json(self) -> str:
        """Write the snapshot, to be sealed."""
        return json.dumps(
            {
                "atoms": [atom.as_dict() for atom in self.atoms],
                "counts": _written(self.counts),
                "insiders": {code: _written(own) for code, own in self.insiders.items()},
            },
            ensure_ascii=False,
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        return cls(
            tuple(Span.from_dict(atom) for atom in data["atoms"]),
            _read(data["counts"]),
            {code: _read(own) for code, own in data["insiders"].items()},
        )


def snapshot_of(plan: Plan, atoms: Sequence[Span], rows: Iterable[Placed]) -> Snapshot:
    """Count placed rows; a row that names its structure is counted for that attacker too.

    The order of rows has no effect.

    Raises:
        RowInvalid: a population or an atom that the plan or the atoms do not know, a missing
            answer, a code that is not in the plan.
    """
    everybody: dict[tuple[str, int], list[CodedRow]] = defaultdict(list)
    own: dict[tuple[str, str, int], list[CodedRow]] = defaultdict(list)
    known = plan.facets[plan.insider].labels if plan.insider else {}
    for population, atom, row in rows:
        if population not in plan.populations or not 0 <= atom < len(atoms):
            raise RowInvalid("Une situation appartient à une population ou à une période inconnue.")
        everybody[population, atom].append(row)
        code = row.get(plan.insider) if plan.insider else None
        if code:
            if code not in known:
                raise RowInvalid("La structure d’une situation n’est pas dans la liste du plan.")
            own[str(code), population, atom].append(row)
    ranks = range(len(atoms))
    counts = {
        name: tuple(count_rows(plan, name, everybody[name, rank]) for rank in ranks)
        for name in plan.populations
    }
    insiders = {
        code: {
            name: tuple(count_rows(plan, name, own[code, name, rank]) for rank in ranks)
            for name in plan.populations
        }
        for code in known
        if any(held == code for held, _, _ in own)
    }
    return Snapshot(tuple(atoms), counts, insiders)


def _written(counts: Mapping[str, Sequence[Counts]]) -> dict[str, list[dict[str, object]]]:
    """Give the JSON form of counts by population and atom."""
    return {name: [one.as_dict() for one in row] for name, row in counts.items()}


def _read(data: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, tuple[Counts, ...]]:
    """Read the JSON form of counts by population and atom."""
    return {
        name: tuple(Counts(**one) for one in row)  # type: ignore[arg-type]
        for name, row in data.items()
    }
