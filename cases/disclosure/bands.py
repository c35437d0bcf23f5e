"""Bands: the only numbers that leave. A band starts at the floor or above, or does not exist.

Source: decisions 38; releases.md 0.2 and 5.3.
"""

from __future__ import annotations

from typing import NamedTuple

NOT_PUBLISHED = "n.d."
"""The one symbol for every figure that is not published, whatever the reason."""


class Band(NamedTuple):
    """Whole numbers from `lo` to `hi`, both included."""

    lo: int
    hi: int

    @property
    def label(self) -> str:
        """French form, such as "21 à 30"."""
        return f"{self.lo} à {self.hi}"


def band_of(count: int, *, floor: int, width: int) -> Band | None:
    """Give the band that holds a count, None below the floor.

    Bands are anchored at the floor: with floor 11 and width 10, 11-20, 21-30 and so on.
    """
    if count < floor:
        return None
    lo = floor + (count - floor) // width * width
    return Band(lo, lo + width - 1)


def disjoint(first: Band, second: Band) -> bool:
    """Tell whether two bands share no number: the only case in which a change may be stated."""
    return first.hi < second.lo or second.hi < first.lo
