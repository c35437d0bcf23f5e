"""Two queues in one table: no service can make the other one work (decision 42).

Two locks: the database refuses the row; and were it there, the worker knows no such task.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import psycopg

from deploy.privileges import COMMISSION, COMMISSION_JOBS, GOVERNANCE, GOVERNANCE_JOBS
from tests import database
from tests.cases_of import CommittingTestCase

QUEUES = {
    COMMISSION: "commission",
    COMMISSION_JOBS: "commission",
    GOVERNANCE: "governance",
    GOVERNANCE_JOBS: "governance",
}
OTHER = {"commission": "governance", "governance": "commission"}
PUT = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
    " VALUES (%s, %s, '{}') RETURNING id"
)
# One pass of a worker as the jobs role of its service, in a process of its own.
WORK = """
import asyncio, os, django
django.setup()
from django.conf import settings
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app

async def work():
    connector = PsycopgConnector(conninfo=os.environ["JOBS_DATABASE_URL"])
    with app.replace_connector(connector) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                queues=[settings.JOB_QUEUE], wait=False, listen_notify=False,
                install_signal_handlers=False)

print(sorted(app.tasks))
asyncio.run(work())
"""


class QueueTests(CommittingTestCase):
    """By SQL, each role logged in as itself."""

    def put(self, role: str, queue: str, task: str = "clear_sessions") -> int:
        """Insert a job; return its id."""
        with self.as_role(role) as connection:
            row = connection.execute(PUT, [queue, task]).fetchone()
        assert row is not None
        return int(row[0])

    def put_by_function(self, role: str, queue: str) -> Any:
        """Insert a job by the library's function."""
        with self.as_role(role) as connection:
            return connection.execute(
                "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(%s, 'clear_sessions', 0, NULL, NULL,"
                " '{}', NULL)::procrastinate_job_to_defer_v1])",
                [queue],
            ).fetchone()

    def test_the_other_queue_is_refused(self) -> None:
        """INSERT and the library's function; one's own queue takes both (control)."""
        for role, queue in QUEUES.items():
            with self.subTest(role):
                self.assertGreater(self.put(role, queue), 0)
                self.put_by_function(role, queue)
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    self.put(role, OTHER[queue])
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    self.put_by_function(role, OTHER[queue])

    def test_the_other_queue_is_not_seen(self) -> None:
        """Neither its jobs nor their events."""
        theirs, mine = self.put(COMMISSION, "commission"), self.put(GOVERNANCE, "governance")
        for role in (GOVERNANCE, GOVERNANCE_JOBS):
            with self.subTest(role), self.as_role(role) as connection:
                for job, expected in ((theirs, False), (mine, True)):
                    for table, column in (
                        ("procrastinate_jobs", "id"),
                        ("procrastinate_events", "job_id"),
                    ):
                        rows = connection.execute(
                            f"SELECT 1 FROM {table} WHERE {column} = %s", [job]
                        ).fetchall()
                        self.assertEqual(bool(rows), expected, (table, job))

    def test_a_job_cannot_be_moved_or_taken(self) -> None:
        """Not into the other queue, nor out of it."""
        theirs, mine = self.put(COMMISSION, "commission"), self.put(GOVERNANCE, "governance")
        with self.as_role(GOVERNANCE_JOBS) as connection:
            with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                connection.execute(
                    "UPDATE procrastinate_jobs SET queue_name = 'commission' WHERE id = %s", [mine]
                )
            for statement in (
                "UPDATE procrastinate_jobs SET task_name = 'x' WHERE id = %s",
                "DELETE FROM procrastinate_jobs WHERE id = %s",
            ):
                self.assertEqual(connection.execute(statement, [theirs]).rowcount, 0)
                self.assertEqual(connection.execute(statement, [mine]).rowcount, 1)  # Control.
            fetched = connection.execute(
                "SELECT id FROM procrastinate_fetch_job_v2(ARRAY['commission'], NULL)"
            ).fetchone()
            self.assertEqual(fetched, (None,))

    def test_no_job_carries_more_than_opaque_ids(self) -> None:
        """Arguments are ids: the tasks of both services take none that could be content."""
        from procrastinate.contrib.django import app

        for name, task in app.tasks.items():
            if not name.startswith(("builtin", "procrastinate.")):
                names = set(task.func.__code__.co_varnames[: task.func.__code__.co_argcount])
                self.assertLessEqual(names, {"timestamp", "situation_id", "job_id"}, name)


class WorkerTests(CommittingTestCase):
    """A worker of each service, in its own process, as its own role."""

    def work(self, service: str) -> str:
        """Run one pass; return the tasks it knows."""
        done = subprocess.run(
            [sys.executable, "-c", WORK],
            env={
                **self.place.programs_environment(),
                **self.place.environment(service, self.database_name),
                "PASSWORD_COST": database.CHEAP,
                "SLOT_COST": database.CHEAP,
            },
            cwd=database.ROOT,
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return done.stdout

    def status(self, job: int) -> str:
        """Return how a job ended."""
        with self.as_administrator() as connection:
            row = connection.execute(
                "SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job]
            ).fetchone()
        assert row is not None
        return str(row[0])

    def force(self, queue: str, task: str) -> int:
        """Put a job as nobody but a superuser can."""
        with self.as_administrator() as connection:
            row = connection.execute(PUT, [queue, task]).fetchone()
        assert row is not None
        return int(row[0])

    def test_the_council_knows_no_task_of_the_commission(self) -> None:
        """Even put there by a superuser, it is refused; its own task is done (control)."""
        foreign = self.force("governance", "delete_expired_wraps")
        own = self.force("governance", "clear_sessions")
        other = self.force("commission", "clear_sessions")
        known = self.work("governance")
        self.assertNotIn("delete_expired_wraps", known)
        self.assertIn("clear_sessions", known)
        self.assertEqual(
            (self.status(foreign), self.status(own), self.status(other)),
            ("failed", "succeeded", "todo"),
        )

    def test_the_commission_works_on_its_own(self) -> None:
        """Its worker refuses an unknown task, and does its own as its jobs role."""
        unknown = self.force("commission", "export_everything")
        own = self.force("commission", "clear_sessions")
        self.assertIn("delete_expired_wraps", self.work("commission"))
        self.assertEqual((self.status(unknown), self.status(own)), ("failed", "succeeded"))
