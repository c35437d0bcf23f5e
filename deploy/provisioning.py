"""Roles, functions, policies and privileges: what ``manage.py provision`` applies (decision 8b).

Order: roles (administrator) → migrate (owner) → functions, policies, privileges (owner). Every
step may be run again. Between migrate and provision a new table is closed to every role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audit.schema import DEFINER_FUNCTIONS, OWNER_EXECUTES, OWNER_FUNCTIONS
from deploy import policies, privileges
from deploy.privileges import (
    APPLICATION_ROLES,
    BACKUP,
    COMMISSION,
    COMMISSION_JOBS,
    GOVERNANCE,
    GUARD,
    LETTERS,
    LOGIN_ROLES,
    OWNER,
)

SQL = Path(__file__).with_name("sql")
# Given to the guard: they read under no policy, and do one thing each.
GUARDED = {
    "clsm_now()": (*APPLICATION_ROLES, OWNER, BACKUP),
    "clsm_viewer()": (COMMISSION,),
    "clsm_today()": (),
    "clsm_held_situations()": (COMMISSION,),
    "clsm_health_commissions()": (COMMISSION,),
    "clsm_holds(uuid, timestamptz, uuid, text, text[])": (COMMISSION,),
    "clsm_is_woken(uuid, timestamptz, uuid, text, text)": (),
    "clsm_woken(text)": (),
    "clsm_sleeping_situations()": (COMMISSION,),
    "clsm_sleeping_expressions(uuid)": (COMMISSION,),
    "clsm_exceptional_situations()": (COMMISSION,),
    "clsm_is_welcome(uuid, uuid)": (),
    "clsm_is_aside(uuid, uuid)": (COMMISSION,),
    "clsm_left_aside()": (COMMISSION,),
    "clsm_leave_lead(uuid)": (COMMISSION,),
    "clsm_own_invitations()": (COMMISSION,),
    "clsm_is_being_created(uuid)": (COMMISSION,),
    "clsm_completes(uuid)": (COMMISSION,),
    "clsm_to_code(uuid)": (COMMISSION,),
    "clsm_commission_of(uuid)": (COMMISSION,),
    "clsm_referring_commissions()": (COMMISSION,),
    "clsm_answers()": (COMMISSION, OWNER),
    "clsm_referrer_act(uuid, text)": (COMMISSION,),
    "clsm_agreement_dates()": (COMMISSION_JOBS,),
    "clsm_reminded_addresses(uuid[])": (COMMISSION_JOBS,),
    "clsm_make_council_account(uuid, text, text, text, text, text)": (COMMISSION,),
    "clsm_empty_council_account(uuid)": (COMMISSION,),
    "clsm_refuse_ticket_only()": (),
    "clsm_recovery_wrap_exists()": (),
    "clsm_recovery_wrap_stays()": (),
    "clsm_section_key_unused()": (),
    "clsm_short_sections(uuid)": (BACKUP,),
    "clsm_flag_shortages(uuid)": (COMMISSION_JOBS,),
    "clsm_wipe(uuid, uuid)": (),
    "clsm_shred(uuid)": (COMMISSION,),
    "clsm_shred_again(uuid, uuid, text, timestamp with time zone)": (),
    "clsm_not_erased()": (),
    "clsm_wrap_changed()": (),
    "clsm_holder_changed()": (),
    "clsm_situation_changed()": (),
    "clsm_situations_held(uuid)": (COMMISSION,),
    "clsm_possible_leads(uuid, integer[], uuid[])": (COMMISSION,),
    "clsm_no_identity_here()": (),
    "clsm_identity_rules()": (),
    **dict.fromkeys(DEFINER_FUNCTIONS, ()),
}
# The owner makes their triggers, which PostgreSQL allows to a role that may execute them.
TRIGGERED = (
    "clsm_refuse_ticket_only()",
    "clsm_recovery_wrap_exists()",
    "clsm_recovery_wrap_stays()",
    "clsm_section_key_unused()",
    "clsm_wrap_changed()",
    "clsm_holder_changed()",
    "clsm_situation_changed()",
    "clsm_not_erased()",
    "clsm_no_identity_here()",
    "clsm_identity_rules()",
)
# Tables of a situation in which nothing is written once it is erased.
WRITTEN_WHILE_ALIVE = (
    "cases_sealeddocument",
    "cases_grant",
    "cases_wrap",
    "cases_agreement",
    "cases_milestone",
    "cases_agendaitem",
    "cases_review",
    "cases_proposal",
    "cases_restitution",
    "cases_invitation",
    "cases_recusal",
    "cases_exceptionalaccess",
    "cases_attachment",
    "cases_filedraft",
)
# Run as the guard, in this order.
GUARD_FILES = ("guard.sql", "exceptional.sql", "identity.sql", "availability.sql", "erasure.sql")
INVOKED = {
    "clsm_viewer_user()": (COMMISSION, GUARD),
    "clsm_viewer_commissions(text[])": (COMMISSION, GUARD),
}


# Made by an earlier provision with other arguments or results, which no replacement can change.
RETIRED = (
    "clsm_held_situations()",
    "clsm_holds(uuid, text, text[])",
    "clsm_is_woken(uuid, timestamptz, uuid)",
)


class ProvisionError(RuntimeError):
    """Something is missing from the matrix, or the roles cannot be made."""


def quoted(name: str) -> str:
    """Return an identifier quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def _execute(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def create_roles(connection: Any, database: str, passwords: Mapping[str, str]) -> None:
    """Create the roles as the administrator; ``connection`` is a DB-API one, in autocommit.

    Only the guard and the backup role bypass row-level security, and the guard cannot log in.
    """
    version = int(_rows(connection, "SHOW server_version_num")[0][0])
    known = {row[0] for row in _rows(connection, "SELECT rolname FROM pg_roles")}
    for role in (GUARD, *LOGIN_ROLES):
        if role not in known:
            _execute(connection, f"CREATE ROLE {role}")
        bypass = "BYPASSRLS" if role in privileges.BYPASS_ROLES else "NOBYPASSRLS"
        inherit = "NOINHERIT" if role == OWNER else "INHERIT"
        login = "NOLOGIN" if role == GUARD else "LOGIN"
        _execute(
            connection,
            f"ALTER ROLE {role} NOSUPERUSER NOCREATEDB NOCREATEROLE {bypass} {inherit} {login}",
        )
        if role in passwords:
            word = passwords[role].replace("'", "''")
            _execute(connection, f"ALTER ROLE {role} PASSWORD '{word}'")
        if role in APPLICATION_ROLES:
            _execute(connection, f"ALTER ROLE {role} SET lock_timeout = '3s'")
            _execute(connection, f"ALTER ROLE {role} SET search_path = public")
    options = " WITH INHERIT FALSE, SET TRUE" if version >= 160000 else ""
    _execute(connection, f"GRANT {GUARD} TO {OWNER}{options}")
    name = quoted(database)
    _execute(connection, f"ALTER DATABASE {name} OWNER TO {OWNER}")
    _execute(connection, f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    for role in LOGIN_ROLES:
        _execute(connection, f"GRANT CONNECT ON DATABASE {name} TO {role}")


def own_schema(connection: Any) -> None:
    """Give the schema to the owner (administrator, inside the database)."""
    _execute(connection, f"ALTER SCHEMA public OWNER TO {OWNER}")
    _execute(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    _execute(connection, f"GRANT USAGE, CREATE ON SCHEMA public TO {GUARD}")
    for role in (*APPLICATION_ROLES, BACKUP):
        _execute(connection, f"GRANT USAGE ON SCHEMA public TO {role}")


def provision(connection: Any, viewer_keys: Mapping[int, bytes]) -> None:
    """Apply functions, policies and privileges as the owner, in one transaction.

    Args:
        connection: Django's or psycopg's connection of the owner, in a transaction.
        viewer_keys: versions of the signed viewer context's key, 32 bytes each; two during its
            rotation.

    Raises:
        ProvisionError: a table stands in the database and not in the matrix.
    """
    _drop_policies(connection)
    _functions(connection)
    write_pads(connection, viewer_keys)
    tables = existing_tables(connection)
    missing = sorted(table for table in tables if privileges.rights_of(table) is None)
    if missing:
        raise ProvisionError(
            "No privilege is declared for: " + ", ".join(missing) + " (deploy/privileges.py)"
        )
    _grants(connection, tables)
    _policies(connection)
    _routines(connection)


def existing_tables(connection: Any) -> list[str]:
    """Return the tables and views of the schema, partitions of the ledger left out."""
    rows = _rows(
        connection,
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition ORDER BY 1",
    )
    return [row[0] for row in rows]


def _functions(connection: Any) -> None:
    _execute(connection, (SQL / "tables.sql").read_text())
    # Created by the guard itself: the owner, who does not inherit it, could not replace them at
    # the next run. Bodies are checked at their first call, since both files name each other.
    _execute(connection, "SET LOCAL check_function_bodies = off")
    with _as_guard(connection):
        for name in RETIRED:
            _execute(connection, f"DROP FUNCTION IF EXISTS {name}")
        for name in GUARD_FILES:
            _execute(connection, (SQL / name).read_text())
        names = ", ".join(name for name in GUARDED if name not in DEFINER_FUNCTIONS)
        _execute(connection, f"GRANT EXECUTE ON FUNCTION {names} TO {OWNER}")
    _execute(connection, (SQL / "functions.sql").read_text())
    _execute(connection, (SQL / "plans.sql").read_text())
    for table in WRITTEN_WHILE_ALIVE:
        _execute(connection, f"DROP TRIGGER IF EXISTS clsm_not_erased ON {table}")
        _execute(
            connection,
            f"CREATE CONSTRAINT TRIGGER clsm_not_erased AFTER INSERT ON {table} DEFERRABLE"
            " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clsm_not_erased()",
        )


@contextmanager
def _as_guard(connection: Any) -> Iterator[None]:
    _execute(connection, f"SET LOCAL ROLE {GUARD}")
    yield
    _execute(connection, "RESET ROLE")


def write_pads(connection: Any, keys: Mapping[int, bytes]) -> None:
    """Write what the database checks the viewer context with, one row a version of its key."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clsm_viewer_key WHERE NOT id = ANY (%s)", [list(keys)])
        for version, key in keys.items():
            block = key.ljust(64, b"\0")
            inner = bytes(byte ^ 0x36 for byte in block)
            outer = bytes(byte ^ 0x5C for byte in block)
            cursor.execute(
                "INSERT INTO clsm_viewer_key (id, inner_pad, outer_pad) VALUES (%s, %s, %s)"
                " ON CONFLICT (id) DO UPDATE SET inner_pad = EXCLUDED.inner_pad,"
                " outer_pad = EXCLUDED.outer_pad",
                [version, inner, outer],
            )


def _grants(connection: Any, tables: Iterable[str]) -> None:
    everybody = ", ".join((*APPLICATION_ROLES, BACKUP, GUARD))
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {everybody}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {everybody}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {BACKUP}",
    ]
    for table in tables:
        rights = privileges.rights_of(table) or {}
        for role, letters in rights.items():
            if letters:
                verbs = ", ".join(LETTERS[letter] for letter in letters)
                statements.append(f"GRANT {verbs} ON {quoted(table)} TO {role}")
        sequenced = [role for role, letters in rights.items() if "I" in letters]
        for (sequence,) in _rows(
            connection,
            "SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid"
            f" WHERE s.relkind = 'S' AND d.refobjid = '\"{table}\"'::regclass",
        ):
            statements += [
                f"GRANT USAGE ON SEQUENCE {quoted(sequence)} TO {role}" for role in sequenced
            ]
        if table in privileges.GUARD_TABLES:
            verbs = ", ".join(LETTERS[letter] for letter in privileges.GUARD_TABLES[table])
            statements.append(f"GRANT {verbs} ON {quoted(table)} TO {GUARD}")
    for table, (columns, roles) in privileges.COLUMN_INSERTS.items():
        names = ", ".join(columns)
        statements += [f"GRANT INSERT ({names}) ON {table} TO {role}" for role in roles]
    # A foreign key is checked with the owner's rights; forced policies do not stop it.
    _execute(connection, ";\n".join(statements))


def _drop_policies(connection: Any) -> None:
    """Drop what functions could not be replaced under; nobody sees the state in between."""
    statements = [
        f"DROP POLICY {quoted(name)} ON {quoted(table)}"
        for table, name in _rows(
            connection, "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
        )
    ]
    if statements:
        _execute(connection, ";\n".join(statements))


def _policies(connection: Any) -> None:
    statements = []
    for table in policies.FORCED_TABLES:
        statements.append(f"ALTER TABLE {quoted(table)} ENABLE ROW LEVEL SECURITY")
        statements.append(f"ALTER TABLE {quoted(table)} FORCE ROW LEVEL SECURITY")
    for policy in policies.POLICIES:
        using = f" USING ({policy.using})" if policy.using is not None else ""
        check = f" WITH CHECK ({policy.check})" if policy.check is not None else ""
        statements.append(
            f"CREATE POLICY {policy.name} ON {policy.table} FOR {policy.command}"
            f" TO {policy.role}{using}{check}"
        )
    _execute(connection, ";\n".join(statements))


def _routines(connection: Any) -> None:
    statements = ["REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC"]
    third_party = _rows(
        connection,
        "SELECT p.oid::regprocedure::text FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'procrastinate%'",
    )
    workers = (COMMISSION, GOVERNANCE, privileges.COMMISSION_JOBS, privileges.GOVERNANCE_JOBS)
    for (name,) in third_party:
        statements += [f"GRANT EXECUTE ON FUNCTION {name} TO {role}" for role in workers]
    for (sequence,) in _rows(
        connection,
        "SELECT relname FROM pg_class WHERE relkind = 'S'"
        " AND relnamespace = 'public'::regnamespace AND relname LIKE 'procrastinate%'",
    ):
        statements += [f"GRANT USAGE ON SEQUENCE {quoted(sequence)} TO {role}" for role in workers]
    for name, roles in INVOKED.items():
        statements += [f"GRANT EXECUTE ON FUNCTION {name} TO {role}" for role in roles]
    statements += [f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC" for name in OWNER_FUNCTIONS]
    _execute(connection, ";\n".join(statements))
    # Made by the owner's migrations, hence given away after them.
    for name in DEFINER_FUNCTIONS:
        if _owner_of(connection, name) == OWNER:
            _execute(connection, f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
            _execute(connection, f"ALTER FUNCTION {name} OWNER TO {GUARD}")
    with _as_guard(connection):
        for name, roles in GUARDED.items():
            kept = (OWNER,) if name in TRIGGERED or name in OWNER_EXECUTES else ()
            allowed = {*roles, *kept}
            everybody = ("PUBLIC", OWNER, *APPLICATION_ROLES, BACKUP)
            refused = ", ".join(role for role in everybody if role not in allowed)
            _execute(connection, f"REVOKE ALL ON FUNCTION {name} FROM {refused}")
            for role in sorted(allowed):
                _execute(connection, f"GRANT EXECUTE ON FUNCTION {name} TO {role}")


def _owner_of(connection: Any, function: str) -> str:
    return str(
        _rows(
            connection,
            "SELECT pg_get_userbyid(proowner) FROM pg_proc"
            f" WHERE oid = 'public.{function}'::regprocedure",
        )[0][0]
    )
