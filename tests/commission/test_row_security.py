"""T-25: row-level security asked raw, as every role; the list of tables is the database's own."""

from __future__ import annotations

from typing import Any

import psycopg

from deploy import policies
from deploy.privileges import (
    APPLICATION_ROLES,
    COMMISSION,
    COMMISSION_JOBS,
    GOVERNANCE,
    GOVERNANCE_JOBS,
    LETTERS,
    OWNER,
)
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.test_policies import WITHOUT_POLICY

OF_CASES = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    " AND c.relname LIKE 'cases%%' AND c.relkind = ANY (%s) ORDER BY 1"
)
# A worker deletes expired wraps: it sees whose they are and until when, never a blob in use.
WORKERS_OWN = {("cases_grant", COMMISSION_JOBS), ("cases_wrap", COMMISSION_JOBS)}
COUNCIL = (GOVERNANCE, GOVERNANCE_JOBS)


class EveryRole(CommittingTestCase):
    """A whole life of one situation, so that most tables hold rows."""

    @classmethod
    def setUpClass(cls) -> None:
        """Fill the tables."""
        super().setUpClass()
        cls.cast = people.commission("lignes")
        cls.situation, _ = people.reviewed(cls.cast, "marc", "claire")
        with cls.as_administrator() as admin:
            cls.tables = [name for (name,) in admin.execute(OF_CASES, [["r", "p"]]).fetchall()]

    def count(self, connection: psycopg.Connection[Any], table: str) -> int | None:
        """Return how many rows show, None when the table is refused by name."""
        try:
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        except psycopg.errors.InsufficientPrivilege:
            return None
        assert row is not None
        return int(row[0])

    def test_without_a_context_no_role_sees_a_row(self) -> None:
        """T-25: 0 rows or a refusal, table by table; control: a superuser sees them all."""
        with self.as_administrator() as admin:
            filled = {table for table in self.tables if self.count(admin, table)}
        self.assertGreater(len(filled & set(policies.FORCED_TABLES)), 11)
        for role in (*APPLICATION_ROLES, OWNER):
            with self.as_role(role) as connection:
                for table in self.tables:
                    if table in WITHOUT_POLICY or (table, role) in WORKERS_OWN:
                        continue
                    with self.subTest(role=role, table=table):
                        self.assertIn(self.count(connection, table), (0, None))

    def test_what_no_policy_closes_is_named(self) -> None:
        """T-25: only the tables that say why are open, and only to the commission and the owner."""
        for role in APPLICATION_ROLES:
            with self.as_role(role) as connection:
                for table in WITHOUT_POLICY:
                    if role != COMMISSION:
                        self.assertIsNone(self.count(connection, table), (role, table))

    def unforced(self, connection: psycopg.Connection[Any]) -> set[str]:
        """Return the tables with policies that do not hold their owner, or are switched off."""
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relname LIKE 'cases%' AND relkind IN ('r', 'p')"
            " AND NOT (relrowsecurity AND relforcerowsecurity)"
        ).fetchall()
        return {name for (name,) in rows} - set(WITHOUT_POLICY)

    def test_a_table_without_force_is_found(self) -> None:
        """T-25: every table is forced; control: one that is not shows its rows to the owner."""
        with self.as_administrator() as admin:
            self.assertEqual(self.unforced(admin), set())
            for change in ("NO FORCE", "DISABLE"):
                with self.subTest(change):
                    admin.execute(f"ALTER TABLE cases_situation {change} ROW LEVEL SECURITY")
                    try:
                        self.assertEqual(self.unforced(admin), {"cases_situation"})
                        with self.as_role(OWNER) as owner:
                            self.assertEqual(self.count(owner, "cases_situation"), 1)
                    finally:
                        admin.execute("ALTER TABLE cases_situation ENABLE ROW LEVEL SECURITY")
                        admin.execute("ALTER TABLE cases_situation FORCE ROW LEVEL SECURITY")

    def test_the_council_has_no_right_on_any_object_of_the_commission(self) -> None:
        """T-25: tables, columns, sequences, views, functions; control: the commission has some."""
        verbs = [*LETTERS.values(), "TRUNCATE", "REFERENCES", "TRIGGER"]
        questions = {
            "tables and views": (
                "SELECT c.relname FROM pg_class c, unnest(%(verbs)s::text[]) v"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'cases%%'"
                " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
                " AND has_table_privilege(%(role)s, c.oid, v)"
            ),
            "columns": (
                "SELECT c.relname FROM pg_class c,"
                " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) v"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'cases%%'"
                " AND c.relkind IN ('r', 'p', 'v')"
                " AND has_any_column_privilege(%(role)s, c.oid, v)"
            ),
            "functions": (
                "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
                " AND p.proname LIKE 'clsm%%' AND p.proname <> 'clsm_now'"
                " AND has_function_privilege(%(role)s, p.oid, 'EXECUTE')"
            ),
        }
        with self.as_administrator() as admin:
            for name, question in questions.items():
                with self.subTest(name):
                    for role in COUNCIL:
                        found = admin.execute(question, {"role": role, "verbs": verbs}).fetchall()
                        self.assertEqual(found, [])
                    control = admin.execute(question, {"role": COMMISSION, "verbs": verbs})
                    self.assertGreater(len(control.fetchall()), 5)
            sequences = admin.execute(OF_CASES, [["S"]]).fetchall()
        # Ids are made in Python (decision 9): no sequence tells how many rows there are.
        self.assertEqual(sequences, [])
