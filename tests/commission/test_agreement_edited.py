"""An SQL writer touches what the person said: ``manage.py reconcile`` names it (T-12, C-15)."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connections

from audit import recorder
from cases.access.situations import open_situation
from cases.actions import agreements
from cases.domain.agreement_rules import PersonFacts
from tests import database, people
from tests.cases_of import CommittingTestCase


class Edited(CommittingTestCase):
    """Untouched, the tables say what the ledger says: the control of each test."""

    def setUp(self) -> None:
        self.cast = people.commission(f"edi{os.urandom(3).hex()}")
        self.situation = people.shared(
            self.cast,
            "sophie",
            members=frozenset({self.cast.sophie.user.pk}),
            excluded_organisations=frozenset({"CCAS"}),
        )

    def reconciled(self) -> tuple[int, str]:
        """Run the command on this test's database; return its exit code and its words."""
        connections.close_all()
        done = subprocess.run(
            [sys.executable, str(database.ROOT / "manage.py"), "reconcile"],
            env={
                **self.place.programs_environment(),
                **self.place.owner_environment(self.database_name),
                "PASSWORD_COST": database.CHEAP,
                "SLOT_COST": database.CHEAP,
            },
            cwd=database.ROOT,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    def own(self) -> str:
        """Return the condition that keeps to this test's situation: the class shares a database."""
        return f"situation_id = '{self.situation.pk}'"

    def write(self, statement: str, *values: Any) -> None:
        """Write as a superuser who puts the triggers to sleep: what no service may."""
        with self.as_administrator() as admin:
            admin.execute("SET session_replication_role = replica")
            admin.execute(statement, values)

    def test_every_column_is_proved(self) -> None:
        """A limit lifted, a term put off, a use added: each is named."""
        code, words = self.reconciled()
        self.assertEqual(code, 0, words)
        with self.as_administrator() as admin, self.assertRaises(psycopg.errors.RaiseException):
            admin.execute("UPDATE cases_agreement SET expires_on = NULL")
        for change, back in (
            ("excluded_organisations = '{}'", "excluded_organisations = '{CCAS}'"),
            ("expires_on = '2090-01-01'", "expires_on = NULL"),
            ("purposes = '{examen}'", "purposes = '{examen,statistiques,suivi}'"),
        ):
            self.write(f"UPDATE cases_agreement SET {change} WHERE {self.own()}")
            code, words = self.reconciled()
            self.assertEqual(code, 1, change)
            self.assertIn("n’est pas celle qui a été notée", words)
            self.write(f"UPDATE cases_agreement SET {back} WHERE {self.own()}")
            code, words = self.reconciled()
            self.assertEqual(code, 0, f"{back} {words}")

    def test_a_row_that_comes_or_goes_is_named(self) -> None:
        """An agreement invented, another removed; put back as it was, nothing differs."""
        self.write(f"CREATE TABLE kept AS SELECT * FROM cases_agreement WHERE {self.own()}")
        self.write(
            "INSERT INTO cases_agreement SELECT (jsonb_populate_record(a, jsonb_build_object('id',"
            f" gen_random_uuid()))).* FROM cases_agreement a WHERE {self.own()}"
        )
        self.assertIn("apparue sans trace", self.reconciled()[1])
        self.write(f"DELETE FROM cases_agreement WHERE {self.own()}")
        self.assertIn("a disparu", self.reconciled()[1])
        self.write("INSERT INTO cases_agreement SELECT * FROM kept")
        self.write("DROP TABLE kept")
        self.assertEqual(self.reconciled()[0], 0)

    def test_an_objection_and_an_older_agreement_agree_with_the_ledger(self) -> None:
        """C-04: neither is a difference, nor an alert on the lead's page."""
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            agreements.withdraw(viewer=viewer, situation=row, kind="objection")
        with people.later(days=2):
            with people.as_person(self.cast.luc) as viewer:
                said = viewer.at - timedelta(days=3)
                agreements.record(
                    viewer=viewer,
                    situation=people.fresh(self.cast, self.situation.pk),
                    expression=people.expression(
                        viewer, expressed_at=said, notice_handed_on=said.date()
                    ),
                    person=PersonFacts(age=58),
                )
            with people.as_person(self.cast.luc) as viewer, recorder.observe() as events:
                open_situation(viewer, self.situation.code)
            self.assertNotIn("integrity.alert", {event.action for event in events})
        code, words = self.reconciled()
        self.assertEqual(code, 0, words)
        # Control: the flag cleared in SQL is told by both.
        pk = self.situation.pk
        self.write("UPDATE cases_situation SET is_withdrawn = false WHERE id = %s", pk)
        self.assertEqual(self.reconciled()[0], 1)
        self.write("UPDATE cases_situation SET is_withdrawn = true WHERE id = %s", pk)
