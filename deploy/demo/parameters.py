"""What shapes the demonstration's data: another value means another database."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SITUATIONS = 300
SEED = 1
DAYS = 3 * 365
# The small council's share, as in Terres des Confluences beside Metz: 45 beside 300.
SMALL_SHARE = 45 / 300
FEWEST = 6


@dataclass(frozen=True)
class Parameters:
    """How many situations in the large commission, from which seed, over how many days."""

    situations: int = SITUATIONS
    seed: int = SEED
    days: int = DAYS

    @property
    def small_situations(self) -> int:
        """Return how many situations the small commission has."""
        return max(FEWEST, round(self.situations * SMALL_SHARE))

    def chance(self, name: str) -> Random:
        """Return the draws of one part of the story, the same for the same seed and name."""
        return Random(f"{self.seed}-{name}")
