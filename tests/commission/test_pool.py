"""T-26: a pooled connection carries no member's rows to the next request."""

from __future__ import annotations

from typing import Any
from unittest import mock

from django.db import connection

from cases.access import entry
from tests.cases_of import CommittingTestCase
from tests.drills import pool

REQUESTS = 300


class PooledConnection(CommittingTestCase):
    """The drill of tests/drills/pool.py, at the suite's size."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make two members with one situation each."""
        super().setUpClass()
        cls.members = pool.members_with_one_each()

    def tearDown(self) -> None:
        """Leave no connection that the control has spoilt."""
        connection.close()

    def test_nothing_crosses(self) -> None:
        """T-26: 300 requests that end in every way: 0 cross-visible rows, 0 rows between."""
        leaks = pool.run(REQUESTS, self.members)
        self.assertEqual(leaks.requests, REQUESTS)
        self.assertEqual((leaks.cross, leaks.without), (0, 0))
        self.assertEqual(leaks.seen, REQUESTS * len(pool.TABLES))
        self.assertEqual(set(leaks.endings), {"ValueError", "Refused", "Http404", "DataError"})

    def test_a_context_of_the_session_leaks(self) -> None:
        """Control: a context that outlives its transaction shows a member's rows to the next."""

        def enter(token: str) -> tuple[str, Any]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('clsm.viewer', %s, false), clsm_now()", [token])
                return token, cursor.fetchone()[1]

        with mock.patch.object(entry, "_enter", enter):
            leaks = pool.run(40, self.members)
        self.assertFalse(leaks.none)
        self.assertGreater(leaks.without, 0)
