"""What happens when, in order: one clock for both commissions, one transaction an act.

Nothing is written outside an action, and nothing happens after the last moment: what is still
due then is left as work to do.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from cases.access.entry import acting
from cases.permissions import Viewer
from deploy.demo import clock
from deploy.demo.commissions import Player
from deploy.demo.progress import Progress

Act = Callable[[Viewer], None]


@dataclass(order=True)
class Step:
    """One act of one person; the rank settles the order of acts of the same moment."""

    when: datetime
    rank: int
    who: Player = field(compare=False)
    act: Act = field(compare=False)


class Schedule:
    """The acts to come, earliest first."""

    def __init__(self, last: datetime) -> None:
        self.last = last
        self.done = 0
        self._steps: list[Step] = []
        self._rank = 0

    def at(self, when: datetime, who: Player, act: Act) -> None:
        """Plan an act; beyond the last moment it does not happen."""
        if when <= self.last:
            self._rank += 1
            heapq.heappush(self._steps, Step(when, self._rank, who, act))

    def run(self, progress: Progress, first: datetime) -> None:
        """Play every act, each as its person, at its time."""
        days = 0
        while self._steps:
            step = heapq.heappop(self._steps)
            clock.move_to(step.when)
            with (
                transaction.atomic(),
                acting(step.who.user, identity=step.who.identity) as viewer,
            ):
                step.act(viewer)
            self.done += 1
            passed = (step.when - first).days
            progress.step(max(0, passed - days))
            days = max(days, passed)
