"""Row-level security, raw (T-25): golden policies, and what shows without a true context."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import psycopg

from cases.access.entry import _token  # The form of the context, as the service makes it.
from deploy import policies
from deploy.keys.provider import VIEWER
from deploy.privileges import (
    BACKUP,
    COMMISSION,
    COMMISSION_JOBS,
    DPO,
    OWNER,
)
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.newcomers import newcomer

# Tables of the commission that no policy closes, each with its reason.
WITHOUT_POLICY = {
    "cases_commission": "names and settings of the commission",
    "cases_mandate": "who holds which role; read before any context, to make it",
    "cases_councilaccount": "which council row belongs to a member",
    "cases_memberkey": "the signed directory: public keys",
    "cases_directoryroot": "the signed chain of officers: public keys",
    "cases_membervault": "sealed under the member's own passphrase; opened at login",
    "cases_vaultslot": "sealed under the member's own passphrase; opened at login",
    "cases_vaultopening": "half of an open vault; the other half is in her cookie",
    "cases_sitting": "dates and places of sittings; their items are closed",
    "cases_facetrecord": "sealed to the statistics key, tied to no situation",
}


class GoldenTests(CommittingTestCase):
    """The database's policies are deploy/policies.py, and nothing else."""

    def test_every_policy_is_the_declared_one(self) -> None:
        """Same table, role, verb and conditions, as PostgreSQL itself writes them."""
        query = (
            "SELECT tablename, policyname, permissive, roles::text[], cmd, qual, with_check"
            " FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2"
        )
        with self.as_administrator() as connection:
            found = connection.execute(query).fetchall()
            # Written again under other names in a transaction that is undone: PostgreSQL then
            # gives the same text for the same condition.
            connection.autocommit = False
            for policy in policies.POLICIES:
                using = f" USING ({policy.using})" if policy.using is not None else ""
                check = f" WITH CHECK ({policy.check})" if policy.check is not None else ""
                connection.execute(f"DROP POLICY {policy.name} ON {policy.table}")
                connection.execute(
                    f"CREATE POLICY {policy.name} ON {policy.table} FOR {policy.command}"
                    f" TO {policy.role}{using}{check}"
                )
            self.assertEqual(connection.execute(query).fetchall(), found)
            connection.rollback()
        names = {(policy.table, policy.name) for policy in policies.POLICIES}
        self.assertEqual({(row[0], row[1]) for row in found}, names)
        self.assertEqual(len(names), len(policies.POLICIES))
        self.assertEqual({row[2] for row in found}, {"PERMISSIVE"})
        self.assertTrue(all(len(row[3]) == 1 and row[3] != ["public"] for row in found))

    def test_policies_are_forced(self) -> None:
        """Their owner is held as well; and nothing else is half-closed."""
        with self.as_administrator() as connection:
            rows = connection.execute(
                "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            ).fetchall()
        for table, enabled, forced in rows:
            self.assertEqual((enabled, forced), (table in policies.FORCED_TABLES,) * 2, table)

    def test_every_table_of_the_commission_is_closed_or_says_why(self) -> None:
        """No per-situation table is open, whatever its reason."""
        with self.as_administrator() as connection:
            tables = {
                name
                for (name,) in connection.execute(
                    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
                    " AND relnamespace = 'public'::regnamespace AND relname LIKE 'cases%'"
                ).fetchall()
            }
            of_situation = situation_columns(connection)
        self.assertEqual(tables - set(policies.FORCED_TABLES), set(WITHOUT_POLICY))
        self.assertEqual(set(of_situation) - set(policies.FORCED_TABLES), set())
        self.assertGreaterEqual(len(of_situation), 12)

    def test_the_keystore_hangs_on_nothing(self) -> None:
        """Decision 7: no foreign key joins it to another table, in either direction."""
        with self.as_administrator() as connection:
            found = connection.execute(
                "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
                " WHERE contype = 'f'"
            ).fetchall()
        self.assertGreater(len(found), 30)  # Control.
        self.assertFalse([pair for pair in found if any("keystore" in table for table in pair)])


def situation_columns(connection: Any) -> dict[str, str]:
    """Return, for each table of one situation, the column that leads to it."""
    rows = connection.execute(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND c.relname LIKE 'cases%' AND NOT a.attisdropped"
        " AND a.attname IN ('situation_id', 'situation', 'content_object_id', 'item_id')"
    ).fetchall()
    return {"cases_situation": "id", "cases_itemattendance": "item_id", **dict(rows)}


class ContextTests(CommittingTestCase):
    """The role of the service itself, by SQL, with and without the signed context."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make a reviewed situation, so that most tables have rows."""
        super().setUpClass()
        cls.cast = people.commission()
        # A member in office whose key nobody signed: convening the sitting gives her nothing.
        cls.cast.people["paul"] = newcomer(cls.cast)
        cls.situation, _ = people.reviewed(cls.cast, "marc", "claire")
        with cls.as_administrator() as connection:
            cls.tables = situation_columns(connection)
            cls.filled = {
                table
                for table in cls.tables
                if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
            }

    def token(
        self,
        connection: psycopg.Connection[Any],
        name: str,
        *,
        key: bytes | None = None,
        **changes: Any,
    ) -> str:
        """Return a context for somebody of the cast, something changed."""
        person = self.cast.people[name]
        said = {
            "user": str(person.user.pk),
            "roles": [[person.mandate.role, str(self.cast.commission.pk)]]
            if person.mandate
            else [],
            "exp": int(time.time()) + 60,
            "pid": connection.info.backend_pid,
            **changes,
        }
        body = base64.b64encode(json.dumps(said).encode()).decode()
        secret = key if key is not None else self.place.keys.raw(VIEWER)
        return f"{body}~{hmac.new(secret, body.encode(), hashlib.sha256).hexdigest()}"

    def seen(self, make: Callable[[psycopg.Connection[Any]], str | None]) -> dict[str, int]:
        """Return how many rows the service's role sees in each table under a context."""
        with self.as_role(COMMISSION) as connection, connection.transaction():
            context = make(connection)
            if context is not None:
                connection.execute("SELECT set_config('clsm.viewer', %s, true)", [context])
            counts = {}
            for table in self.tables:
                row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
                assert row is not None
                counts[table] = row[0]
            return counts

    def assertBlind(self, make: Callable[[psycopg.Connection[Any]], str | None]) -> None:
        """Check that nothing shows."""
        self.assertEqual({table: n for table, n in self.seen(make).items() if n}, {})

    def test_with_the_right_context_rows_show(self) -> None:
        """Control of all the others: every table that has rows shows some to somebody."""
        shown: set[str] = set()
        for name in ("luc", "claire"):
            counts = self.seen(lambda connection, name=name: self.token(connection, name))
            shown |= {table for table, n in counts.items() if n}
        self.assertEqual(shown, self.filled)
        self.assertGreaterEqual(len(self.filled), 11)

    def test_without_a_context_nothing_shows(self) -> None:
        """None, empty, and no token at all."""
        for value in (None, "", "~", "x", "x~y", "é~é", "~" * 50):
            with self.subTest(value):
                self.assertBlind(lambda _, value=value: value)

    def test_a_false_context_shows_nothing(self) -> None:
        """Forged, altered, expired, of another backend, or without its parts."""
        cases: dict[str, Callable[[psycopg.Connection[Any]], str]] = {
            "another key": lambda c: self.token(c, "luc", key=bytes(32)),
            "empty key": lambda c: self.token(c, "luc", key=b""),
            "expired": lambda c: self.token(c, "luc", exp=int(time.time()) - 1),
            "another pid": lambda c: self.token(c, "luc", pid=c.info.backend_pid + 1),
            "no pid": lambda c: self.token(c, "luc", pid=None),
            "no expiry": lambda c: self.token(c, "luc", exp=None),
            "no user": lambda c: self.token(c, "luc", user=None, roles=[]),
            "not a user": lambda c: self.token(c, "luc", user="x' OR true --", roles=[]),
            "an unknown user": lambda c: self.token(c, "luc", user=str(uuid.uuid4()), roles=[]),
            "a body of Luc under Marc's seal": lambda c: (
                self.token(c, "luc").split("~")[0] + "~" + self.token(c, "marc").split("~")[1]
            ),
            "an altered body": lambda c: "A" + self.token(c, "luc")[1:],
            "a cut seal": lambda c: self.token(c, "luc")[:-1],
            "an upper-case seal": lambda c: self.token(c, "luc").upper(),
        }
        for name, make in cases.items():
            with self.subTest(name):
                self.assertBlind(make)

    def test_strangers_see_nothing(self) -> None:
        """A member without a grant, and a referrer of another situation."""
        for name in ("paul", "hugo"):
            with self.subTest(name):
                self.assertBlind(lambda c, name=name: self.token(c, name))

    def test_a_role_in_another_commission_shows_nothing(self) -> None:
        """The coordinator of a commission that is not this one."""
        stranger = [["coordinator", str(uuid.uuid4())], ["dpo", str(uuid.uuid4())]]
        self.assertBlind(lambda c: self.token(c, "paul", roles=stranger))

    def test_the_context_ends_with_its_transaction(self) -> None:
        """T-26: nothing is left for the next request on the same connection."""
        with self.as_role(COMMISSION) as connection:
            with connection.transaction():
                connection.execute(
                    "SELECT set_config('clsm.viewer', %s, true)", [self.token(connection, "luc")]
                )
                row = connection.execute("SELECT count(*) FROM cases_situation").fetchone()
                self.assertEqual(row, (1,))  # Control.
            row = connection.execute("SELECT count(*) FROM cases_situation").fetchone()
            self.assertEqual(row, (0,))

    def test_the_service_signs_what_the_database_reads(self) -> None:
        """The token of access.entry is the one tested here."""
        from django.db import connection, transaction

        with transaction.atomic():
            connection.ensure_connection()
            token = _token(self.cast.luc.user.pk, ())
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('clsm.viewer', %s, true)", [token])
                cursor.execute("SELECT clsm_viewer_user()")
                self.assertEqual(cursor.fetchone(), (self.cast.luc.user.pk,))

    def test_rows_of_others_cannot_be_written(self) -> None:
        """Without a grant: no update, no deletion, no insertion; control: the lead updates."""

        def changed(name: str, statement: str) -> int:
            with (
                self.as_role(COMMISSION) as connection,
                connection.transaction(force_rollback=True),
            ):
                connection.execute(
                    "SELECT set_config('clsm.viewer', %s, true)", [self.token(connection, name)]
                )
                return connection.execute(statement).rowcount

        statements = (
            "UPDATE cases_situation SET version = version + 1",
            "UPDATE cases_sealeddocument SET row_version = row_version + 1",
            "UPDATE cases_proposal SET version = version + 1",
            "DELETE FROM cases_wrap WHERE grant_id IS NOT NULL",
        )
        for statement in statements:
            with self.subTest(statement):
                for name in ("paul", "hugo", "julie"):
                    self.assertEqual(changed(name, statement), 0, name)
                self.assertGreater(changed("luc", statement), 0)
        grant = (
            "INSERT INTO cases_grant (id, situation_id, recipient_id, section, level,"
            " key_version, basis, reason, is_dormant, not_before, not_after, statement,"
            " granted_by_id, granted_at)"
            f" VALUES (gen_random_uuid(), '{self.situation.pk}', '{self.cast.paul.user.pk}',"
            " 'health', 'manage', 1, 'permanent', '', false, now(), now() + interval '1 day', '',"
            " '{}', now())"
        )
        for name in ("paul", "hugo", "julie", "denis"):
            with (
                self.subTest(f"grant by {name}"),
                self.assertRaises(psycopg.errors.InsufficientPrivilege),
            ):
                changed(name, grant.replace("'{}'", f"'{self.cast.people[name].user.pk}'"))
        self.assertEqual(changed("luc", grant.replace("'{}'", f"'{self.cast.luc.user.pk}'")), 1)

    def test_other_roles_see_no_row(self) -> None:
        """The owner, the jobs and the DPO's reader; the backup sees all (control)."""
        with self.as_role(OWNER) as connection:
            for table in self.tables:
                row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
                self.assertEqual(row, (0,), table)
        for role in (COMMISSION_JOBS, DPO):
            with self.as_role(role) as connection:
                for table in set(self.tables) - {"cases_grant", "cases_wrap", "cases_filedraft"}:
                    with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(f"SELECT 1 FROM {table}")
        with self.as_role(BACKUP) as connection:
            for table in self.filled:
                row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
                self.assertTrue(row and row[0], table)

    def test_the_referrer_sees_her_answer_and_nothing_else(self) -> None:
        """Decision 9: answer columns by the view; not the situation, its state, or a document."""
        with self.as_role(COMMISSION) as connection, connection.transaction():
            connection.execute(
                "SELECT set_config('clsm.viewer', %s, true)", [self.token(connection, "julie")]
            )
            rows = connection.execute("SELECT code FROM cases_referral_answer").fetchall()
            self.assertEqual(rows, [(self.situation.code,)])
        counts = self.seen(lambda c: self.token(c, "julie"))
        self.assertEqual({table for table, n in counts.items() if n}, set())
        with self.as_role(COMMISSION) as connection, connection.transaction():
            connection.execute(
                "SELECT set_config('clsm.viewer', %s, true)", [self.token(connection, "hugo")]
            )
            rows = connection.execute("SELECT code FROM cases_referral_answer").fetchall()
            self.assertEqual(rows, [])
