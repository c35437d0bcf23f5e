"""Short ways to make releases of one or several periods from coded rows, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cases.disclosure.files import ReleaseFiles
from cases.disclosure.ledger import Entry, needed_atoms, parse_ledger
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan
from cases.disclosure.release import build_release
from cases.disclosure.snapshot import Snapshot, snapshot_of

Rows = Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]]
"""Rows by the period in which they are counted, such as "2026S1": (population, answers)."""


def ledger_of(*releases: ReleaseFiles) -> list[Entry]:
    """Give the ledger that these releases make, oldest first."""
    return parse_ledger("".join(release.ledger_line for release in releases))


def snapshot_for(plan: Plan, rows: Rows, period: Period, ledger: Sequence[Entry]) -> Snapshot:
    """Count rows over the atoms that a release of this period needs."""
    atoms = needed_atoms(ledger, period)
    placed = [
        (population, rank, row)
        for text, counted in rows.items()
        for rank, atom in enumerate(atoms)
        if atom.start <= Period.parse(text).start < atom.end
        for population, row in counted
    ]
    return snapshot_of(plan, atoms, placed)


def release(
    plan: Plan, rows: Rows, period: str, *earlier: ReleaseFiles, **options: Any
) -> ReleaseFiles:
    """Make a release after others."""
    ledger, wanted = ledger_of(*earlier), Period.parse(period)
    options.setdefault("issuer", None)
    return build_release(plan, snapshot_for(plan, rows, wanted, ledger), wanted, ledger, **options)


def examined(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Say that rows entered the population of situations examined."""
    return [("examined", row) for row in rows]


def part(files: ReleaseFiles, population: str = "examined") -> dict[str, Any]:
    """Give what a bundle says of a population."""
    return next(one for one in files.bundle["populations"] if one["code"] == population)
