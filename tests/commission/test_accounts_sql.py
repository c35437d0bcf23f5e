"""Two realms in one database: each service's role meets its own accounts only (decision 1).

Every statement is sent by a connection logged in as the role itself.
"""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

import psycopg

from deploy import privileges
from deploy.privileges import ACCOUNTS, BACKUP, COMMISSION, COMMISSION_JOBS, GOVERNANCE, OWNER
from tests.cases_of import CommittingTestCase

# Tables of accounts that both services read, and how a row leads to its account.
SHARED = {
    "clsm_accounts_user": "id",
    "account_emailaddress": "user_id",
    "account_emailconfirmation": "email_address_id",
    "mfa_authenticator": "user_id",
    "usersessions_usersession": "user_id",
    "clsm_accounts_charteracceptance": "user_id",
    "clsm_accounts_formreceipt": "user_id",
    "clsm_accounts_charter": "id",
}
# Read by both and closed by no policy, with the reason.
OPEN = {"clsm_council_councilmembership": "roles in councils: accounts of the council only"}
REALMS = {COMMISSION: "commission", GOVERNANCE: "council"}
OTHER = {COMMISSION: GOVERNANCE, GOVERNANCE: COMMISSION}


class Account(NamedTuple):
    """The ids of one account's rows, by table."""

    user: uuid.UUID
    keys: dict[str, Any]


def user_row(connection: Any, realm: str, **changes: Any) -> uuid.UUID:
    """Insert an account by SQL; return its id."""
    made = uuid.uuid4()
    values = {
        "id": made,
        "reference": f"u-{made.hex[:16]}",
        "realm": realm,
        "email": f"{made.hex[:8]}@exemple.invalid",
        "password": "argon2id-pepper$…",
        "first_name": "Prénom",
        "last_name": "Nom",
        "job_title": "",
        "organisation": "",
        "is_active": True,
        "is_ticket_only": False,
        "is_superuser": False,
        **changes,
    }
    names = ", ".join(values)
    marks = ", ".join("%s" for _ in values)
    connection.execute(
        f"INSERT INTO clsm_accounts_user ({names}, created_at) VALUES ({marks}, now())",
        list(values.values()),
    )
    return made


def child_rows(user: uuid.UUID, realm: str) -> dict[str, tuple[str, list[Any]]]:
    """Return the statements that give an account one row in each table."""
    return {
        "account_emailaddress": (
            'INSERT INTO account_emailaddress (email, verified, "primary", user_id)'
            " VALUES (%s, true, false, %s)",
            [f"{uuid.uuid4().hex[:8]}@exemple.invalid", user],
        ),
        "account_emailconfirmation": (
            "INSERT INTO account_emailconfirmation (created, key, email_address_id)"
            " SELECT now(), %s, max(id) FROM account_emailaddress WHERE user_id = %s"
            " HAVING max(id) IS NOT NULL",
            [uuid.uuid4().hex, user],
        ),
        "mfa_authenticator": (
            "INSERT INTO mfa_authenticator (type, data, created_at, user_id)"
            " VALUES ('webauthn', '{}', now(), %s)",
            [user],
        ),
        "usersessions_usersession": (
            "INSERT INTO usersessions_usersession (created_at, ip, last_seen_at, session_key,"
            " user_agent, data, user_id) VALUES (now(), '127.0.0.1', now(), %s, '', '{}', %s)",
            [uuid.uuid4().hex, user],
        ),
        "clsm_accounts_charter": (
            "INSERT INTO clsm_accounts_charter (id, realm, version, body, published_at)"
            " VALUES (gen_random_uuid(), %s, (random() * 30000)::int, '', now())",
            [realm],
        ),
        "clsm_accounts_charteracceptance": (
            "INSERT INTO clsm_accounts_charteracceptance (id, user_id, charter_id, accepted_at)"
            " SELECT gen_random_uuid(), %s, id, now() FROM clsm_accounts_charter"
            " WHERE realm = %s ORDER BY published_at DESC LIMIT 1",
            [user, realm],
        ),
        "clsm_accounts_formreceipt": (
            "INSERT INTO clsm_accounts_formreceipt (id, user_id, key, location, created_at)"
            " VALUES (gen_random_uuid(), %s, gen_random_uuid(), '/', now())",
            [user],
        ),
    }


class RealmTests(CommittingTestCase):
    """One account a realm, with a row in every table; each role looks at both."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make both accounts, each by its own service's role."""
        super().setUpClass()
        cls.accounts: dict[str, uuid.UUID] = {}
        for role, realm in REALMS.items():
            with cls.as_role(role) as connection:
                user = cls.accounts[role] = user_row(connection, realm)
                for statement, values in child_rows(user, realm).values():
                    connection.execute(statement, values)

    def of(self, table: str, role: str) -> tuple[str, list[Any]]:
        """Return the condition that finds the rows of a role's account."""
        user = self.accounts[role]
        if table == "clsm_accounts_charter":
            return "realm = %s", [REALMS[role]]
        if table == "account_emailconfirmation":
            with self.as_administrator() as connection:
                found = connection.execute(
                    "SELECT id FROM account_emailaddress WHERE user_id = %s", [user]
                ).fetchone()
            assert found is not None
            return "email_address_id = %s", [found[0]]
        return f"{SHARED[table]} = %s", [user]

    def test_the_list_of_tables_is_whole(self) -> None:
        """Every account table that both services read is closed by realm, or says why."""
        both = {
            name
            for name, rights in ACCOUNTS.items()
            if "S" in rights.get(COMMISSION, "") and "S" in rights.get(GOVERNANCE, "")
        }
        self.assertEqual(both, set(SHARED) | {"clsm_council_councilmembership"} & both)
        with self.as_administrator() as connection:
            rows = connection.execute(
                "SELECT c.conrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f'"
                " AND c.confrelid = 'clsm_accounts_user'::regclass"
            ).fetchall()
        for (table,) in rows:
            rights = privileges.rights_of(table) or {}
            if GOVERNANCE in rights and COMMISSION in rights:
                self.assertTrue(table in SHARED or table in OPEN or table == "auditlog_logentry")

    def test_nothing_of_the_other_realm_is_seen(self) -> None:
        """0 rows by any question; one's own row is there (control)."""
        for role in REALMS:
            with self.as_role(role) as connection:
                for table in SHARED:
                    with self.subTest(role=role, table=table):
                        for whose, expected in ((role, True), (OTHER[role], False)):
                            condition, values = self.of(table, whose)
                            row = connection.execute(
                                f"SELECT count(*) FROM {table} WHERE {condition}", values
                            ).fetchone()
                            self.assertEqual(bool(row and row[0]), expected, whose)
                seen = connection.execute("SELECT DISTINCT realm FROM clsm_accounts_user")
                self.assertEqual(seen.fetchall(), [(REALMS[role],)])

    def test_nothing_of_the_other_realm_is_written(self) -> None:
        """UPDATE and DELETE touch no row, INSERT is refused; one's own works (control)."""
        for role, realm in REALMS.items():
            other = self.accounts[OTHER[role]]
            with self.as_role(role) as connection:
                for table in SHARED:
                    verbs = (privileges.rights_of(table) or {})[role]
                    with self.subTest(role=role, table=table):
                        condition, values = self.of(table, OTHER[role])
                        column = SHARED[table]
                        if "U" in verbs:
                            done = connection.execute(
                                f"UPDATE {table} SET {column} = {column} WHERE {condition}", values
                            )
                            self.assertEqual(done.rowcount, 0)
                            mine, own = self.of(table, role)
                            done = connection.execute(
                                f"UPDATE {table} SET {column} = {column} WHERE {mine}", own
                            )
                            self.assertEqual(done.rowcount, 1)
                        if "D" in verbs:
                            done = connection.execute(
                                f"DELETE FROM {table} WHERE {condition}", values
                            )
                            self.assertEqual(done.rowcount, 0)
                for table, (statement, values) in child_rows(other, REALMS[OTHER[role]]).items():
                    with self.subTest(role=role, insert=table):
                        if table == "account_emailconfirmation":
                            # The address is not even found.
                            self.assertEqual(connection.execute(statement, values).rowcount, 0)
                            continue
                        if table == "clsm_accounts_charteracceptance":
                            values = [other, realm]
                        with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                            connection.execute(statement, values)
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    user_row(connection, REALMS[OTHER[role]])

    def test_rows_cannot_be_given_to_the_other_realm(self) -> None:
        """An e-mail, a second factor or a session of one's own cannot change hands."""
        for role in REALMS:
            other = self.accounts[OTHER[role]]
            with self.as_role(role) as connection:
                for table in (
                    "account_emailaddress",
                    "mfa_authenticator",
                    "usersessions_usersession",
                ):
                    with (
                        self.subTest(role=role, table=table),
                        self.assertRaises(psycopg.errors.InsufficientPrivilege),
                    ):
                        connection.execute(
                            f"UPDATE {table} SET user_id = %s WHERE user_id = %s",
                            [other, self.accounts[role]],
                        )

    def test_the_realm_is_fixed(self) -> None:
        """Neither service, nor the owner, nor the administrator changes it, nor an id."""
        for role in (COMMISSION, GOVERNANCE):
            with self.as_role(role) as connection, self.assertRaises(psycopg.Error):
                connection.execute(
                    "UPDATE clsm_accounts_user SET realm = %s WHERE id = %s",
                    [REALMS[OTHER[role]], self.accounts[role]],
                )
        with self.as_administrator() as connection:
            for change in ("realm = 'council'", "id = gen_random_uuid()"):
                with self.assertRaises(psycopg.errors.RaiseException):
                    connection.execute(
                        f"UPDATE clsm_accounts_user SET {change} WHERE id = %s",
                        [self.accounts[COMMISSION]],
                    )
            done = connection.execute(  # Control.
                "UPDATE clsm_accounts_user SET job_title = 'x' WHERE id = %s",
                [self.accounts[COMMISSION]],
            )
            self.assertEqual(done.rowcount, 1)

    def test_no_account_is_deleted(self) -> None:
        """Decision 5: emptied or deactivated, never removed."""
        for role in (COMMISSION, GOVERNANCE, COMMISSION_JOBS, BACKUP):
            with (
                self.as_role(role) as connection,
                self.assertRaises(psycopg.errors.InsufficientPrivilege),
            ):
                connection.execute("DELETE FROM clsm_accounts_user")

    def test_sessions_are_two_tables(self) -> None:
        """Neither role has a right on the other's sessions; its own are there (control)."""
        own = {
            COMMISSION: "clsm_accounts_commissionsession",
            GOVERNANCE: "clsm_accounts_councilsession",
        }
        for role, table in own.items():
            with self.as_role(role) as connection:
                connection.execute(f"SELECT count(*) FROM {table}")
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"SELECT 1 FROM {own[OTHER[role]]}")

    def test_the_owner_sees_no_account(self) -> None:
        """Forced policies hold the tables' owner as well; the backup sees both (control)."""
        for role, expected in ((OWNER, 0), (BACKUP, 2)):
            with self.as_role(role) as connection:
                row = connection.execute(
                    "SELECT count(*) FROM clsm_accounts_user WHERE id = ANY(%s)",
                    [list(self.accounts.values())],
                ).fetchone()
                self.assertEqual(row, (expected,), role)


class TicketOnlyTests(CommittingTestCase):
    """The council row of a member: made and emptied by the commission, no login (decision 1)."""

    def made(self) -> uuid.UUID:
        """Return a ticket-only row, made as the commission makes it."""
        row = uuid.uuid4()
        with self.as_role(COMMISSION) as connection:
            connection.execute(
                "SELECT clsm_make_council_account(%s, %s, 'Claire', 'Morel', '', '')",
                [row, f"u-{row.hex[:12]}"],
            )
        return row

    def test_the_commission_makes_it_without_seeing_it(self) -> None:
        """Its role writes through the function only; the council sees the row (control)."""
        row = self.made()
        question = "SELECT is_ticket_only, email, left(password, 1) FROM clsm_accounts_user"
        with self.as_role(COMMISSION) as connection:
            found = connection.execute(f"{question} WHERE id = %s", [row]).fetchall()
            self.assertEqual(found, [])
        with self.as_role(GOVERNANCE) as connection:
            found = connection.execute(f"{question} WHERE id = %s", [row]).fetchall()
            self.assertEqual(found, [(True, "", "!")])

    def test_it_accepts_no_way_in(self) -> None:
        """No e-mail, second factor or passphrase, by any role; an ordinary row does (control)."""
        row = self.made()
        with self.as_role(GOVERNANCE) as connection:
            ordinary = user_row(connection, "council")
        acts = {
            **{
                name: child_rows(row, "council")[name]
                for name in ("account_emailaddress", "mfa_authenticator")
            },
            "password": (
                "UPDATE clsm_accounts_user SET password = %s WHERE id = %s",
                ["argon2id-pepper$x", row],
            ),
            "email": (
                "UPDATE clsm_accounts_user SET email = %s WHERE id = %s",
                ["x@exemple.invalid", row],
            ),
            "freed": (
                "UPDATE clsm_accounts_user SET is_ticket_only = %s WHERE id = %s",
                [False, row],
            ),
        }
        for connect in (lambda: self.as_role(GOVERNANCE), self.as_administrator):
            with connect() as connection:
                for name, (statement, values) in acts.items():
                    with self.subTest(name), self.assertRaises(psycopg.Error):
                        connection.execute(statement, values)
        with self.as_role(GOVERNANCE) as connection:
            for name, (statement, values) in acts.items():
                done = connection.execute(
                    statement, [ordinary if value == row else value for value in values]
                )
                self.assertEqual(done.rowcount, 1, name)

    def test_an_account_is_not_moved_onto_it(self) -> None:
        """An authenticator of another account cannot change hands towards it."""
        row = self.made()
        with self.as_role(GOVERNANCE) as connection:
            ordinary = user_row(connection, "council")
            for name in ("account_emailaddress", "mfa_authenticator"):
                statement, values = child_rows(ordinary, "council")[name]
                connection.execute(statement, values)
                with self.assertRaises(psycopg.errors.RaiseException):
                    connection.execute(
                        f"UPDATE {name} SET user_id = %s WHERE user_id = %s", [row, ordinary]
                    )

    def test_the_council_makes_none(self) -> None:
        """It cannot call the functions, nor turn a row of its own into one."""
        with self.as_role(GOVERNANCE) as connection:
            ordinary = user_row(connection, "council")
            for call in (
                "SELECT clsm_make_council_account(gen_random_uuid(), 'x', '', '', '', '')",
                "SELECT clsm_empty_council_account(gen_random_uuid())",
            ):
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(call)
            with self.assertRaises(psycopg.errors.RaiseException):
                connection.execute(
                    "UPDATE clsm_accounts_user SET is_ticket_only = true, email = '',"
                    " password = '!' WHERE id = %s",
                    [ordinary],
                )

    def test_emptying_ends_everything(self) -> None:
        """A council user becomes a member: login, second factors and sessions are gone."""
        with self.as_role(GOVERNANCE) as connection:
            row = user_row(connection, "council")
            witness = user_row(connection, "council")
            for user in (row, witness):
                for statement, values in child_rows(user, "council").values():
                    connection.execute(statement, values)
            connection.execute(
                "INSERT INTO clsm_accounts_councilsession (session_key, session_data, expire_date)"
                " SELECT session_key, '', now() FROM usersessions_usersession"
            )
        with self.as_role(COMMISSION) as connection:
            connection.execute("SELECT clsm_empty_council_account(%s)", [row])

        def left(user: uuid.UUID) -> tuple[int, ...]:
            with self.as_administrator() as connection:
                counts = []
                for table in (
                    "account_emailaddress",
                    "account_emailconfirmation c JOIN account_emailaddress a"
                    " ON a.id = c.email_address_id",
                    "mfa_authenticator",
                    "usersessions_usersession",
                    "clsm_accounts_councilsession s JOIN usersessions_usersession u"
                    " ON u.session_key = s.session_key",
                ):
                    found = connection.execute(
                        f"SELECT count(*) FROM {table} WHERE user_id = %s", [user]
                    ).fetchone()
                    assert found is not None
                    counts.append(found[0])
                return tuple(counts)

        self.assertEqual(left(row), (0, 0, 0, 0, 0))
        self.assertEqual(left(witness), (1, 1, 1, 1, 1))
        with self.as_administrator() as connection:
            orphans = connection.execute(
                "SELECT count(*) FROM clsm_accounts_councilsession s WHERE NOT EXISTS"
                " (SELECT 1 FROM usersessions_usersession u WHERE u.session_key = s.session_key)"
            ).fetchone()
            state = connection.execute(
                "SELECT is_ticket_only, email, left(password, 1) FROM clsm_accounts_user"
                " WHERE id = %s",
                [row],
            ).fetchone()
        self.assertEqual((orphans, state), ((0,), (True, "", "!")))

    def test_the_commission_empties_no_account_of_its_own(self) -> None:
        """The function acts on the council's rows only."""
        with self.as_role(COMMISSION) as connection:
            member = user_row(connection, "commission")
            for statement, values in child_rows(member, "commission").values():
                connection.execute(statement, values)
            connection.execute("SELECT clsm_empty_council_account(%s)", [member])
            for table in ("account_emailaddress", "mfa_authenticator", "usersessions_usersession"):
                found = connection.execute(
                    f"SELECT count(*) FROM {table} WHERE user_id = %s", [member]
                ).fetchone()
                self.assertEqual(found, (1,), table)
