"""Chance in whole numbers: the same draws on every machine and every version of Python.

Only ``Random.random`` is used, the one method whose sequence Python promises to keep; everything
after it is integer arithmetic, so that no library of mathematics can change a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

_STEPS = 1 << 30


class Draws:
    """A source of draws named by a text."""

    def __init__(self, name: str) -> None:
        """Start the sequence of this name."""
        self._source = Random(name)

    def below(self, bound: int) -> int:
        """Draw a whole number from 0 to `bound` excluded."""
        return int(self._source.random() * _STEPS) * bound // _STEPS

    def whole(self, lowest: int, highest: int) -> int:
        """Draw a whole number between two, both included."""
        return lowest + self.below(highest - lowest + 1)

    def happens(self, percent: int) -> bool:
        """Tell whether an event of this chance (percent) happens."""
        return self.below(100) < percent

    def one(self, shares: Mapping[str, int]) -> str:
        """Draw one key of a table of whole weights."""
        left = self.below(sum(shares.values()))
        for key, share in shares.items():
            left -= share
            if left < 0:
                return key
        raise AssertionError("weights are positive")

    def some(self, shares: Mapping[str, int], *, more: int = 100) -> list[str]:
        """Draw each key with its own chance (percent), multiplied by `more` percent."""
        return [key for key, share in shares.items() if self.happens(share * more // 100)]

    def of(self, values: Sequence[int]) -> int:
        """Draw one of these values, all equally likely."""
        return values[self.below(len(values))]

    def bell(self, mean: int, deviation: int) -> int:
        """Draw around a mean: twelve even draws added, of deviation 1, instead of a true normal."""
        total = sum(self.below(10_001) for _ in range(12))
        return mean + (total * deviation - 60_000 * deviation + 5_000) // 10_000
