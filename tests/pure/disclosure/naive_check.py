"""Count every line and every cell of a certificate again, situation by situation.

It shares no code with the verifier: the two must agree on what still proves something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.pure.disclosure.enumerated import Made, atoms_in, cells_of, holds


def still_proves(made: Made) -> bool:
    """Count every line and every cell again in the worlds of the certificate, situation by one."""
    for proof in made.certificate["populations"]:
        code = proof["code"]
        spans = [(atom["start"], atom["end"]) for atom in proof["atoms"]]
        worlds = [[_told(atom) for atom in atoms] for atoms in proof["worlds"]]
        for entry in made.ledger:
            where = atoms_in(spans, entry["period"])
            for line in entry["lines"]:
                for atoms in worlds if line["population"] == code and where else ():
                    held = _number(atoms, where, line["facets"], line["codes"])
                    around = _number(atoms, where, line["facets"][1:], line["codes"][1:])
                    if not line["lo"] <= held <= line["hi"]:
                        return False
                    if around - held < (line["beside"] or 0):
                        return False
        terms = dict(cells_of(made.certificate["plan"], code))
        for cell, low, first, high, second in proof["cells"]:
            _, rank, name = cell.split("/", 2)
            for value, at in ((low, first), (high, second)):
                found = sum(
                    sign * _number(worlds[at], proof["periods"][int(rank)], f, c)
                    for sign, f, c in terms[name]
                )
                if found != value:
                    return False
    return True


Told = list[list[tuple[int, dict[str, list[str]]]]]
"""For each part of an atom, how many situations give which answers."""


def _told(atom: dict[str, Any]) -> Told:
    """Read one atom of a world."""
    parts: Told = []
    for part in atom["parts"]:
        rows = []
        for times, *answers in part["rows"]:
            pairs = zip(part["facets"], answers, strict=True)
            rows.append((times, {f: [*a] if isinstance(a, list) else [a] for f, a in pairs}))
        parts.append(rows)
    return parts


def _number(atoms: list[Told], where: Sequence[int], facets: Any, codes: Any) -> int:
    """Count situations over some atoms; without facets, all of them."""
    found = 0
    for atom in where:
        for part in atoms[atom] if facets else atoms[atom][:1]:
            for times, row in part:
                if {*facets} <= {*row} and holds(row, facets, codes):
                    found += times
    return found
