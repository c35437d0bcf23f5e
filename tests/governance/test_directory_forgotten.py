"""Imports are emptied with time: no second directory stays beside the directory (decision 42)."""

from __future__ import annotations

import datetime as dt

import psycopg
from django.db import transaction
from procrastinate.contrib.django import app

from audit import recorder
from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import Refusal
from clsm_core.directory.actions import imports
from clsm_core.directory.models import Batch
from clsm_core.directory.tasks import forget_imports
from deploy.privileges import GOVERNANCE_JOBS
from tests.cases_of import CommittingTestCase, TestCase
from tests.governance.council_people import account_of, council, member
from tests.governance.working import work

LINES = [{"n": 2, "kind": "new", "values": {"name": "Canari"}}]
ERRORS = [{"n": 3, "column": "", "message": "canari inconnu"}]


class Forgotten(TestCase):
    """A week to confirm, a month to undo."""

    def setUp(self) -> None:
        """Open a council."""
        self.council = council()
        self.author = account_of(member(self.council, "coordinator", "camille"))
        self.at = now()

    def batch(self, days: int, *, is_confirmed: bool = False) -> Batch:
        """Give an import received, and perhaps confirmed, some days ago."""
        before = self.at - dt.timedelta(days=days)
        return Batch.objects.create(
            council=self.council,
            kind="organisations",
            made_by=self.author,
            received_at=before,
            confirmed_at=before if is_confirmed else None,
            lines=LINES,
            errors=ERRORS,
        )

    def test_what_nobody_confirmed_is_given_up_after_a_week(self) -> None:
        old, young = self.batch(8), self.batch(6)
        self.assertEqual(imports.forget_old(at=self.at), [old])
        for one in (old, young):
            one.refresh_from_db()
        self.assertEqual((old.lines, old.errors, old.given_up_at), ([], [], self.at))
        self.assertEqual((young.lines, young.given_up_at), (LINES, None))
        with self.assertRaises(Refusal):
            imports.confirm(batch=old, at=self.at)
        self.assertEqual(imports.forget_old(at=self.at), [])

    def test_what_was_written_cannot_be_undone_after_a_month(self) -> None:
        old, young = self.batch(31, is_confirmed=True), self.batch(29, is_confirmed=True)
        self.assertEqual(imports.forget_old(at=self.at), [old])
        for one in (old, young):
            one.refresh_from_db()
        self.assertEqual((old.lines, old.errors, old.given_up_at), ([], [], None))
        self.assertTrue(imports.is_undoable(young))
        with self.assertRaises(Refusal):
            imports.undo(batch=old, at=self.at)

    def test_each_leaves_a_line_in_the_ledger(self) -> None:
        old = self.batch(8)
        self.batch(1)
        with recorder.observe() as events:
            self.assertEqual(forget_imports(), 1)
        self.assertEqual(
            [(one.action, one.objects) for one in events], [("directory.forgotten", (old.pk,))]
        )


class ByTheWorker(CommittingTestCase):
    """Its role may empty an import, and neither write nor remove one."""

    def test_the_worker_empties_and_nothing_else(self) -> None:
        with transaction.atomic():
            here = council()
            one = Batch.objects.create(
                council=here,
                kind="contacts",
                made_by=account_of(member(here, "coordinator", "camille")),
                received_at=now() - dt.timedelta(days=9),
                lines=LINES,
            )
        app.configure_task("forget_imports").defer()
        done = work(self.place, self.database_name)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        one.refresh_from_db()
        self.assertEqual(one.lines, [])
        self.assertIsNotNone(one.given_up_at)
        with self.as_role(GOVERNANCE_JOBS) as connection:
            for statement in (
                "DELETE FROM clsm_directory_batch",
                "INSERT INTO clsm_directory_batch (id) VALUES (gen_random_uuid())",
            ):
                with self.subTest(statement), self.assertRaises(psycopg.errors.Error) as refused:
                    connection.execute(statement)
                self.assertEqual(refused.exception.sqlstate, "42501")
