"""T-12: what the ledger contradicts is named by ``manage.py reconcile``."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from django.db import connections

from audit.events import Event
from audit.ledger import seal
from cases.access.keys import open_keys
from cases.access.situations import open_situation
from cases.actions import agreements, grants, situations
from cases.models import Grant, SealedDocument
from cases.permissions import Refused
from tests import database, people
from tests.cases_of import CommittingTestCase


class Written(CommittingTestCase):
    """A note in the core, written, then changed twice."""

    def setUp(self) -> None:
        self.cast = people.commission(f"r{os.urandom(4).hex()}")
        self.situation = people.shared(self.cast, "marc")
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            note = situations.write(
                viewer=viewer, situation=situation, section="core", category="", text="un"
            )
        self.note = note.pk
        self.old = self.row()
        for version, text in ((1, "deux"), (2, "trois")):
            with people.as_person(self.cast.luc) as viewer:
                situations.rewrite(viewer=viewer, document_id=self.note, text=text, version=version)

    def row(self) -> tuple[Any, ...]:
        """Return the note's versions and bytes as they stand."""
        with self.as_administrator() as admin:
            found = admin.execute(
                "SELECT row_version, key_version, blob FROM cases_sealeddocument WHERE id = %s",
                [self.note],
            ).fetchone()
        assert found is not None
        return found

    def run_it(self, *arguments: str) -> tuple[int, str]:
        """Run the command on this test's database; return its exit code and what it printed."""
        connections.close_all()
        environment = {
            **self.place.programs_environment(),
            **self.place.owner_environment(self.database_name),
            "PASSWORD_COST": database.CHEAP,
            "SLOT_COST": database.CHEAP,
        }
        done = subprocess.run(
            [sys.executable, str(database.ROOT / "manage.py"), "reconcile", *arguments],
            env=environment,
            cwd=database.ROOT,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    def alerts(self) -> list[tuple[str, Any]]:
        """Return the reasons and commissions of the alerts in the ledger."""
        with self.as_role("clsm_dpo") as reader:
            return reader.execute(
                "SELECT DISTINCT purpose, commission FROM audit_projection"
                " WHERE action = 'integrity.alert'"
            ).fetchall()

    def write(self, statement: str, *values: Any) -> None:
        """Write as a superuser: what no service may."""
        with self.as_administrator() as admin:
            admin.execute(statement, values)

    def assertNamed(self, words: str, kind: str) -> None:
        """Check that the command fails, says the fault by the situation's code, and alerts."""
        code, said = self.run_it()
        self.assertEqual(code, 1, said)
        # What the class's other tests wrote is named as well, in the order of the ids.
        own = [one for one in said.splitlines() if one.startswith(self.situation.code)]
        self.assertTrue(any(words in one for one in own), said)
        self.assertIn((kind, self.cast.commission.pk), self.alerts())


class WithoutAnAttacker(Written):
    """The control of every test below, in a database where nobody wrote by hand."""

    def test_untouched_rows_agree_with_the_ledger(self) -> None:
        """The control: every document of a whole life has its event, and no alert is raised."""
        people.reviewed(self.cast, "marc", "claire")
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )
        code, said = self.run_it()
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"\d\d document\(s\) conformes")
        self.assertEqual(self.alerts(), [])


class WithAnAttacker(Written):
    """What an SQL writer does by hand."""

    def test_a_rollback_that_still_opens_is_named(self) -> None:
        """T-12: the former row opens (control of the attack), and the command says how far back."""
        self.write(
            "UPDATE cases_sealeddocument SET row_version = %s, key_version = %s, blob = %s"
            " WHERE id = %s",
            *self.old,
            self.note,
        )
        with people.as_person(self.cast.luc) as viewer:
            opened = open_situation(viewer, self.situation.code)
            texts = [one.payload for one in opened.documents("note")]
        self.assertEqual(texts, [{"text": "un"}])
        self.assertNamed("est revenu 2 version(s) en arrière", "document_rolled_back")

    def test_a_rollback_is_not_covered_by_the_next_writing(self) -> None:
        """T-12: who seals again over the former row leaves both hashes in the ledger."""
        self.write(
            "UPDATE cases_sealeddocument SET row_version = %s, key_version = %s, blob = %s"
            " WHERE id = %s",
            *self.old,
            self.note,
        )
        with people.as_person(self.cast.luc) as viewer:
            situations.rewrite(viewer=viewer, document_id=self.note, text="quatre", version=1)
        self.assertNamed("est revenu 2 version(s) en arrière", "document_rolled_back")

    def test_a_silent_deletion_is_named(self) -> None:
        """T-12: a row that went without an event."""
        self.write("DELETE FROM cases_sealeddocument WHERE id = %s", self.note)
        self.assertNamed("a disparu sans trace", "document_deleted")

    def test_a_row_without_an_event_is_named(self) -> None:
        """T-12: written by somebody who holds the key, but not through the service."""
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            self.assertTrue(open_keys(viewer, situation).deks)
            columns = ", ".join(
                one.column for one in SealedDocument._meta.concrete_fields if one.column != "id"
            )
        self.write(
            f"INSERT INTO cases_sealeddocument (id, {columns}) SELECT gen_random_uuid(), {columns}"
            " FROM cases_sealeddocument WHERE id = %s",
            self.note,
        )
        self.assertNamed("est apparu sans trace", "document_inserted")

    def test_other_bytes_are_named(self) -> None:
        """T-12: neither the last bytes nor any former ones."""
        self.write("UPDATE cases_sealeddocument SET blob = '\\x00' WHERE id = %s", self.note)
        self.assertNamed("n’est pas celui qui a été enregistré", "document_replaced")

    def test_a_cleared_withdrawal_is_named(self) -> None:
        """C-04: the flag and the expression removed together are still in the ledger."""
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )
        self.write(
            "UPDATE cases_situation SET is_withdrawn = false WHERE id = %s", self.situation.pk
        )
        self.write(
            "DELETE FROM cases_agreement WHERE situation_id = %s AND kind = 'withdrawal'",
            self.situation.pk,
        )
        self.assertNamed("le retrait de l’accord ne correspond pas", "state_not_recorded")

    def test_a_right_that_came_back_is_named(self) -> None:
        """T-12: end, key and permission put back from an older copy: it verifies, and is named."""
        marc = self.cast.marc.user.pk
        kept = "cases_grant", "cases_wrap", "cases_situationuserpermission"
        with self.as_administrator() as admin:
            for table in kept:
                admin.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        try:
            with people.as_person(self.cast.luc) as viewer:
                situation = people.fresh(self.cast, self.situation.pk)
                rows = Grant.objects.filter(situation=situation, recipient_id=marc)
                grants.revoke_all(viewer=viewer, situation=situation, grants=list(rows))
            with people.as_person(self.cast.marc) as viewer, self.assertRaises(Refused):
                open_situation(viewer, self.situation.code)
            with self.as_administrator() as admin:
                admin.execute(
                    "UPDATE cases_grant SET revoked_at = NULL, revoked_by_id = NULL"
                    " WHERE situation_id = %s AND recipient_id = %s",
                    [self.situation.pk, marc],
                )
                for table in kept[1:]:
                    admin.execute(
                        f"INSERT INTO {table} SELECT * FROM kept_{table} k"
                        f" WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = k.id)"
                    )
            # What an SQL writer with an older copy and a former reader's vault still does.
            with people.as_person(self.cast.marc) as viewer:
                self.assertTrue(
                    open_situation(viewer, self.situation.code).section("core").readable
                )
        finally:
            with self.as_administrator() as admin:
                for table in kept:
                    admin.execute(f"DROP TABLE kept_{table}")
        self.assertNamed("retirée, est revenue", "grant_revived")

    def test_an_event_written_by_sql_is_no_proof(self) -> None:
        """T-12: an inserted event without the service's seal covers no rolled-back row."""
        event = Event(
            action="document.written",
            objects=(self.situation.pk, self.note),
            fields=("blob:" + "0" * 56,),
        )
        forged = seal(event, key=bytes(32), at=datetime.now(UTC))
        with self.as_role("clsm_commission") as service:
            service.execute(
                "INSERT INTO audit_body (id, body, salt, mac) VALUES (%s, %s, %s, %s)",
                [forged.id, forged.body, forged.salt, forged.mac],
            )
        before = self.alerts()
        code, said = self.run_it("--no-record")
        self.assertEqual(code, 1, said)
        self.assertIn("ne porte pas le sceau du service", said)
        self.assertCountEqual(self.alerts(), before)
