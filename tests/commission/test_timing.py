"""T-52: the drill on the time of a 404 measures what it says; no clock is asserted here."""

from __future__ import annotations

import random
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases_of import TestCase
from tests.drills import timing

# What is new at each request, whatever is asked: a savepoint's name, and the viewer's token, whose
# expiry is written to the second.
NAMES = re.compile(r'"s\d+_x\d+"|[A-Za-z0-9+/=]{40,}~[0-9a-f]{64}')


class TimingDrill(TestCase):
    """The drill itself, on made-up durations, and the work behind the two answers."""

    def test_welch_tells_two_distributions_apart(self) -> None:
        """Control: the same distribution passes, a hundredth more does not."""
        drawn = random.Random(1)
        one, same = ([drawn.gauss(10, 0.3) for _ in range(2_000)] for _ in range(2))
        slower = [drawn.gauss(10.1, 0.3) for _ in range(2_000)]
        self.assertLess(abs(timing.welch(one, same)), timing.BOUND)
        self.assertGreater(abs(timing.welch(one, slower)), timing.BOUND)

    def test_absent_and_forbidden_ask_the_same(self) -> None:
        """T-52: the same statements, in the same order; and the same body but for its code."""
        for name, asks in timing.pages().items():
            with self.subTest(name):
                asked = {}
                for key, ask in asks.items():
                    ask()
                    with CaptureQueriesContext(connection) as queries:
                        ask()
                    asked[key] = [
                        NAMES.sub("", query["sql"].split("WHERE")[0])
                        for query in queries.captured_queries
                    ]
                self.assertEqual(asked["absent"], asked["forbidden"])
                self.assertGreater(len(asked["absent"]), 3)
