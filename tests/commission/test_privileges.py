"""Who may do what on which table: the database against deploy/privileges.py (decision 3, T-25).

The database is asked table by table, role by role, verb by verb, third-party tables included; a
few lines are written here by hand, so that a wrong matrix does not confirm itself.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from audit.schema import INSERT_COLUMNS
from deploy import privileges, provisioning
from deploy.privileges import (
    APPLICATION_ROLES,
    BACKUP,
    COMMISSION,
    COMMISSION_JOBS,
    DPO,
    GOVERNANCE,
    GOVERNANCE_JOBS,
    GUARD,
    LETTERS,
    LOGIN_ROLES,
    OWNER,
)
from tests import database
from tests.cases_of import CommittingTestCase

ROLES = (*APPLICATION_ROLES, BACKUP, GUARD)
VERBS = (*LETTERS.values(), "TRUNCATE", "REFERENCES", "TRIGGER")
EVERYTHING = ", ".join(VERBS)
RELATIONS = (
    "SELECT c.relname, c.relispartition FROM pg_class c"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
)


def expected(table: str, role: str, verb: str) -> bool:
    """Tell what the matrix says."""
    letter = next((key for key, value in LETTERS.items() if value == verb), "-")
    if role == BACKUP:
        return letter == "S"
    if role == GUARD:
        return letter in privileges.GUARD_TABLES.get(table, "")
    return letter in (privileges.rights_of(table) or {}).get(role, "")


class MatrixTests(CommittingTestCase):
    """Every (table, role, verb)."""

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask as the administrator, who is under no policy."""
        with self.as_administrator() as connection:
            return connection.execute(query, values or None).fetchall()

    def test_the_database_says_what_the_matrix_says(self) -> None:
        """The golden list: one difference fails, whichever side it comes from."""
        found = self.rows(
            "SELECT c.relname, r.role, v.verb, has_table_privilege(r.role, c.oid, v.verb)"
            " FROM pg_class c, unnest(%s::text[]) AS r(role), unnest(%s::text[]) AS v(verb)"
            " WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition"
            " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
            list(ROLES),
            list(VERBS),
        )
        tables = {table for table, *_ in found}
        self.assertGreater(len(tables), 55)
        wrong = [
            (table, role, verb, has)
            for table, role, verb, has in found
            if has != expected(table, role, verb)
        ]
        self.assertEqual(wrong, [])
        # Control: the question distinguishes.
        self.assertEqual({has for *_, has in found}, {True, False})

    def test_no_table_is_missing_and_no_line_is_stale(self) -> None:
        """Each table has its line; each line its table, ledger months apart."""
        tables = {name for name, is_partition in self.rows(RELATIONS) if not is_partition}
        self.assertEqual({name for name in tables if privileges.rights_of(name) is None}, set())
        named = {name for name in privileges.MATRIX if not name.endswith("*")}
        self.assertEqual(named - tables, set())
        self.assertEqual(set(privileges.GUARD_TABLES) - tables, set())
        self.assertEqual(set(privileges.OUT_OF_DUMP) - tables, set())

    def test_a_month_of_the_ledger_is_closed_by_itself(self) -> None:
        """A partition is reached through its parent only."""
        partitions = [name for name, is_partition in self.rows(RELATIONS) if is_partition]
        self.assertTrue(partitions)
        reached = self.rows(
            "SELECT p.name, r.role, v.verb FROM unnest(%s::text[]) AS p(name),"
            " unnest(%s::text[]) AS r(role), unnest(%s::text[]) AS v(verb)"
            " WHERE has_table_privilege(r.role, p.name, v.verb)",
            partitions,
            list(APPLICATION_ROLES),
            list(VERBS),
        )
        self.assertEqual(reached, [])

    def test_columns_give_no_more_than_their_table(self) -> None:
        """The ledger's columns are the only rights by column."""
        found = self.rows(
            "SELECT c.relname, a.attname, x.grantee::regrole::text, x.privilege_type"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " CROSS JOIN LATERAL aclexplode(a.attacl) x"
            " WHERE c.relnamespace = 'public'::regnamespace AND a.attacl IS NOT NULL"
        )
        wanted = {
            (table, column, role, "INSERT")
            for table, columns in INSERT_COLUMNS.items()
            for column in columns
            for role in (COMMISSION, GOVERNANCE, COMMISSION_JOBS, GOVERNANCE_JOBS)
        }
        self.assertEqual(set(found), wanted)

    def test_what_must_never_be(self) -> None:
        """By hand: promise 4, decisions 5, 8 and 31, whatever the matrix says."""
        with self.as_administrator() as connection:

            def may(role: str, table: str, verbs: str = EVERYTHING) -> bool:
                row = connection.execute(
                    "SELECT has_table_privilege(%s, %s, %s)", [role, table, verbs]
                ).fetchone()
                assert row is not None
                return bool(row[0])

            tables = [name for (name, _) in connection.execute(RELATIONS).fetchall()]
            closed = [name for name in tables if name.startswith("cases")]
            self.assertGreater(len(closed), 20)
            for table in [*closed, "clsm_accounts_commissionsession", "clsm_cache_commission"]:
                for role in (GOVERNANCE, GOVERNANCE_JOBS):
                    self.assertFalse(may(role, table), (role, table))
            for table in ("clsm_viewer_key", "clsm_clock", "django_migrations"):
                for role in APPLICATION_ROLES:
                    self.assertFalse(may(role, table), (role, table))
            for table in ("clsm_accounts_councilsession", "clsm_accounts_usedticket"):
                self.assertFalse(may(COMMISSION, table), table)
            for role in APPLICATION_ROLES:
                for table in ("clsm_accounts_user", "clsm_council_council"):
                    self.assertFalse(may(role, table, "DELETE, TRUNCATE"), (role, table))
                for table in ("audit_seal", "audit_head", "audit_projection"):
                    changing = "INSERT, UPDATE, DELETE, TRUNCATE"
                    self.assertFalse(may(role, table, changing), (role, table))
            for table in tables:
                changing = "INSERT, UPDATE, DELETE, TRUNCATE"
                self.assertFalse(may(DPO, table, changing), table)
            for table in ("cases_sealeddocument", "cases_keystore_sectionkey", "cases_membervault"):
                for role in (COMMISSION_JOBS, DPO):
                    self.assertFalse(may(role, table), (role, table))
                self.assertTrue(may(COMMISSION, table, "SELECT"), table)  # Control.


class RoleTests(CommittingTestCase):
    """What the roles are, beside their rights on tables."""

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Ask as the administrator."""
        with self.as_administrator() as connection:
            return connection.execute(query).fetchall()

    def test_nobody_bypasses_but_the_guard_and_the_backup(self) -> None:
        """Decision 8; and no role creates roles or databases."""
        found = {
            name: (superuser, bypass, login, creates)
            for name, superuser, bypass, login, creates in self.ask(
                "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin,"
                " rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles"
                " WHERE rolname LIKE 'clsm\\_%' AND rolname <> 'clsm_admin'"
            )
        }
        self.assertEqual(set(found), {*LOGIN_ROLES, GUARD})
        for name, (superuser, bypass, login, creates) in found.items():
            self.assertFalse(superuser or creates, name)
            self.assertEqual(bypass, name in (GUARD, BACKUP), name)
            self.assertEqual(login, name != GUARD, name)

    def test_the_owner_alone_may_become_the_guard(self) -> None:
        """No other membership, and the owner does not inherit."""
        found = self.ask(
            "SELECT m.roleid::regrole::text, m.member::regrole::text FROM pg_auth_members m"
            " WHERE m.roleid::regrole::text LIKE 'clsm%'"
            " AND m.member::regrole::text <> 'clsm_admin'"
        )
        self.assertEqual(found, [(GUARD, OWNER)])
        ((inherits,),) = self.ask(f"SELECT pg_has_role('{OWNER}', '{GUARD}', 'USAGE')")
        self.assertFalse(inherits)

    def test_functions_are_closed(self) -> None:
        """PUBLIC runs none; the definer ones are the guard's, with a fixed search path."""
        found = self.ask(
            "SELECT p.oid::regprocedure::text, p.prosecdef, p.proowner::regrole::text,"
            " COALESCE(array_to_string(p.proconfig, ','), ''),"
            " has_function_privilege('public', p.oid, 'EXECUTE'),"
            " has_function_privilege('clsm_governance', p.oid, 'EXECUTE')"
            " FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
        )
        for name, is_definer, owner, config, public, governance in found:
            with self.subTest(name):
                self.assertFalse(public)
                if is_definer:
                    self.assertEqual(owner, GUARD if name != "audit_create_month(date)" else OWNER)
                    self.assertIn("search_path=", config.replace('"', ""))
                if governance and not name.startswith("procrastinate"):
                    self.assertEqual(name, "clsm_now()")
        definers = {name.split("(")[0] for name, is_definer, *_ in found if is_definer}
        self.assertIn("clsm_holds", definers)

    def test_roles_wait_three_seconds_and_create_nothing(self) -> None:
        """Decision 14: lock_timeout; no table, no temporary one, no schema."""
        for role in APPLICATION_ROLES:
            with self.subTest(role), self.as_role(role) as connection:
                self.assertEqual(connection.execute("SHOW lock_timeout").fetchone(), ("3s",))
                for statement in (
                    "CREATE TABLE nowhere (a int)",
                    "CREATE TEMP TABLE nowhere (a int)",
                    "CREATE SCHEMA nowhere",
                    "SET ROLE clsm_guard",
                    "SET ROLE clsm_owner",
                    "SET session_replication_role = replica",
                    "SET row_security = off; SELECT count(*) FROM clsm_accounts_user",
                ):
                    with self.assertRaises(psycopg.Error):
                        connection.execute(statement)

    def test_each_role_has_its_own_word(self) -> None:
        """With `trust`, the services would share one right (decision 12)."""
        url = self.place.url(self.database_name, GOVERNANCE)
        word = self.place.secrets["roles"][GOVERNANCE]
        with psycopg.connect(url) as connection:  # Control.
            self.assertEqual(
                connection.execute("SELECT session_user::text").fetchone(), (GOVERNANCE,)
            )
        for wrong in (url.replace(GOVERNANCE, COMMISSION), url.replace(word, "x")):
            with self.assertRaises(psycopg.OperationalError):
                psycopg.connect(wrong)

    def test_the_council_is_refused_by_name(self) -> None:
        """Logged in for real: permission denied, not an empty answer."""
        with self.as_role(GOVERNANCE) as connection:
            for table in ("cases_situation", "cases_wrap", "cases_keystore_sectionkey"):
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))
            connection.execute("SELECT count(*) FROM clsm_roadmap_actionsheet")  # Control.


class ProvisionTests(CommittingTestCase):
    """`manage.py provision` (decision 8b)."""

    SNAPSHOT = (
        "SELECT relname, relacl::text, relrowsecurity::text, relforcerowsecurity::text"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " UNION ALL SELECT oid::regprocedure::text, proacl::text, proowner::regrole::text,"
        " md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT tablename || policyname, qual, with_check, roles::text FROM pg_policies"
        " UNION ALL SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled::text"
        " FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2, 3"
    )

    def picture(self) -> list[tuple[Any, ...]]:
        """Return everything that provisioning decides, lists sorted."""
        with self.as_administrator() as connection:
            return [
                tuple(",".join(sorted(str(value).strip("{}").split(","))) for value in row)
                for row in connection.execute(self.SNAPSHOT).fetchall()
            ]

    def test_twice_is_once(self) -> None:
        """Idempotent; and a right given by hand is taken back (control)."""
        before = self.picture()
        database.run_command(self.place, self.database_name, "provision")
        self.assertEqual(self.picture(), before)
        with self.as_role(OWNER) as owner:
            owner.execute("GRANT SELECT ON cases_situation TO clsm_governance")
            owner.execute("ALTER TABLE cases_situation DISABLE ROW LEVEL SECURITY")
            owner.execute("CREATE POLICY backdoor ON cases_grant USING (true)")
        self.assertNotEqual(self.picture(), before)
        database.run_command(self.place, self.database_name, "provision")
        self.assertEqual(self.picture(), before)

    def test_a_table_outside_the_matrix_stops_it(self) -> None:
        """It is named, and closed to every role meanwhile."""
        with self.as_role(OWNER) as owner:
            owner.execute("CREATE TABLE clsm_forgotten (id int)")
        try:
            for role in APPLICATION_ROLES:
                with (
                    self.as_role(role) as connection,
                    self.assertRaises(psycopg.errors.InsufficientPrivilege),
                ):
                    connection.execute("SELECT * FROM clsm_forgotten")
            with self.as_role(OWNER) as owner:
                owner.autocommit = False
                with self.assertRaises(provisioning.ProvisionError) as no:
                    provisioning.provision(owner, {1: bytes(32)})
                owner.rollback()
            self.assertIn("clsm_forgotten", str(no.exception))
        finally:
            with self.as_role(OWNER) as owner:
                owner.execute("DROP TABLE clsm_forgotten")
