"""What an attack proved, as numbers of cells."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Verdict:
    """What was proved, as numbers of cells.

    Attributes:
        cells: cells of the plan, complements included.
        small: those that hold 1 to 10 situations.
        exact: small ones recovered exactly.
        proven: small ones proved to hold 1 to 10 situations.
        group: empty complements proved empty: all those of a group give one answer.
        narrowed: cells below the floor, empty ones included, proved non-empty or below it (R2).
    """

    cells: int = 0
    small: int = 0
    exact: int = 0
    proven: int = 0
    group: int = 0
    narrowed: int = 0

    def __add__(self, other: Verdict) -> Verdict:
        """Add two verdicts, field by field."""
        return Verdict(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))
