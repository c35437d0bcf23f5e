"""Two queues in one table: no service can make the other one work (decision 42).

Two locks: the database refuses the row; and were it there, the worker knows no such task.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
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

    def test_the_clock_of_the_other_queue_cannot_be_stopped(self) -> None:
        """A periodic task marked as already queued would never run: its marks are closed too."""
        mark = (
            "INSERT INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)"
            " VALUES ('delete_expired_wraps', %s, 0)"
        )
        with self.as_role(COMMISSION_JOBS) as connection:
            connection.execute(mark, ["commission"])  # Control.
        with self.as_role(GOVERNANCE_JOBS) as connection:
            with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                connection.execute(mark, ["commission"])
            done = connection.execute("DELETE FROM procrastinate_periodic_defers")
            self.assertEqual(done.rowcount, 0)

    def test_no_job_carries_more_than_opaque_ids(self) -> None:
        """Arguments are ids: the tasks of both services take none that could be content."""
        from procrastinate.contrib.django import app

        for name, task in app.tasks.items():
            if not name.startswith(("builtin", "procrastinate.")):
                names = set(task.func.__code__.co_varnames[: task.func.__code__.co_argcount])
                opaque = {"timestamp", "situation_id", "job_id", "draft_id", "meeting_id"}
                self.assertLessEqual(names, opaque, name)


class WorkerTests(CommittingTestCase):
    """A worker of each service, in its own process, as its own role."""

    def work(self, service: str) -> str:
        """Run one pass; return what it logged."""
        done = subprocess.run(
            [sys.executable, "manage.py", "work", "--once"],
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
        return done.stderr

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
        self.assertIn("TaskNotFound", self.work("governance"))
        self.assertEqual(
            (self.status(foreign), self.status(own), self.status(other)),
            ("failed", "succeeded", "todo"),
        )

    def test_an_abort_sent_by_the_council_is_not_heard(self) -> None:
        """Any role may notify any channel: the worker listens to none (control: it is sent)."""
        from deploy.management.commands import work

        with self.as_role(GOVERNANCE) as connection:
            connection.execute(
                "SELECT pg_notify('procrastinate_queue_v1#commission',"
                ' \'{"type": "abort_job_requested", "job_id": 1}\')'
            )
        self.assertIn("listen_notify=False", Path(work.__file__).read_text())

    def test_expired_wraps_are_deleted_by_the_jobs_role(self) -> None:
        """The periodic task is queued by the worker's own clock, and done as its role."""
        job = self.force("commission", "delete_expired_wraps")
        with self.as_administrator() as connection:
            connection.execute(
                "UPDATE procrastinate_jobs SET args = '{\"timestamp\": 0}' WHERE id = %s", [job]
            )
        self.work("commission")
        self.assertEqual(self.status(job), "succeeded")

    def test_the_commission_works_on_its_own(self) -> None:
        """Its worker refuses an unknown task, and does its own as its jobs role."""
        unknown = self.force("commission", "export_everything")
        own = self.force("commission", "clear_sessions")
        self.work("commission")
        self.assertEqual((self.status(unknown), self.status(own)), ("failed", "succeeded"))
