"""The list of situations at 100,000 situations and 1,000,000 grants (see ``tests/bench.py``).

The rows are multiplied in SQL from one real row of each table, so that a new column needs no change
here. 20 commissions of 10 members; each situation is open to two members, on five sections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg

from tests.bench_page import administrator, without_rows_security
from tests.measures import as_it_is, line, medians

COMMISSIONS, MEMBERS = 20, 200
SITUATIONS, SECTIONS = 100_000, ("core", "social", "housing", "legal", "shareable")
MEASURED = 7
MORE_MS = 10.0
# Guardian alone is one lock of three: it reads a projection, without the signed grants' dates, and
# nobody records the showing.
VERSUS_GUARDIAN = 1.5
# The tables that the references read without the database's lock.
UNLOCKED = ("situation", "situationuserpermission", "grant")


def numbered(mark: str, number: str) -> str:
    """Return the SQL of the id of a row by its number; ``mark`` tells tables apart."""
    return f"(lpad(to_hex({number}::bigint), 12, '0') || '{mark}' || repeat('0', 16))::uuid"


USER, COMMISSION, SITUATION = "aaaa", "bbbb", "cccc"


def multiply(
    admin: psycopg.Connection[Any], table: str, like: Any, count: int, **values: str
) -> None:
    """Insert ``count`` copies of the row whose id is ``like``; ``values`` are SQL of ``n``."""
    columns = [
        row[0]
        for row in admin.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
    ]
    chosen = ", ".join(values.get(name, f't."{name}"') for name in columns).replace("%", "%%")
    names = ", ".join(f'"{name}"' for name in columns)
    admin.execute(
        f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {table} t,"
        f" generate_series(0::bigint, {count - 1}) n WHERE t.id = %s",
        [like],
    )


def seed(admin: psycopg.Connection[Any], cast: Any, situation: Any) -> None:
    """Make the members, the situations, their grants and the projection of these."""
    luc = cast.luc.user.pk

    def one(table: str, column: str, value: Any) -> Any:
        found = admin.execute(f"SELECT id FROM {table} WHERE {column} = %s LIMIT 1", [value])
        return found.fetchone()[0]

    # The rows are consistent by construction: a million checks of foreign keys measure nothing.
    admin.execute("SET session_replication_role = replica")
    of_user = numbered(USER, "n")
    multiply(
        admin,
        "cases_commission",
        cast.commission.pk,
        COMMISSIONS,
        id=numbered(COMMISSION, "n"),
        slug="'bench-' || n",
    )
    multiply(
        admin, "clsm_accounts_user", luc, MEMBERS, id=of_user, reference="'b-' || n", email="''"
    )
    multiply(
        admin,
        "clsm_accounts_charteracceptance",
        one("clsm_accounts_charteracceptance", "user_id", luc),
        MEMBERS,
        id="gen_random_uuid()",
        user_id=of_user,
    )
    multiply(
        admin,
        "cases_mandate",
        cast.luc.mandate.pk,
        MEMBERS,
        id="gen_random_uuid()",
        user_id=of_user,
        commission_id=numbered(COMMISSION, f"n % {COMMISSIONS}"),
    )
    states = "ARRAY['preparing','inscribed','reviewed','restituted','follow_up','closed','closed']"
    day = "current_date + (n * 7919 % 400)::int - 100"
    multiply(
        admin,
        "cases_situation",
        situation.pk,
        SITUATIONS,
        id=numbered(SITUATION, "n"),
        code="'B' || n",
        commission_id=numbered(COMMISSION, f"n % {COMMISSIONS}"),
        state=f"({states})[1 + n * 31 % 7]",
        lead_id=numbered(USER, f"n % {MEMBERS}"),
        closed_on=f"CASE WHEN n * 31 % 7 > 4 THEN {day} END",
        restitution_due_on=day,
        review_due_on=day,
        information_due_on=day,
        changed_at="now() - (n * 104729 % 1000000) * interval '1 minute'",
    )
    # Two holders of the same commission, each on every section.
    sections = "ARRAY[" + ", ".join(f"'{section}'" for section in SECTIONS) + "]"
    per = len(SECTIONS)
    where = f"(n / {2 * per})"
    holder = f"(({where} + {COMMISSIONS} * (n / {per} % 2)) % {MEMBERS})"
    section = f"({sections})[1 + n % {per}]"
    multiply(
        admin,
        "cases_grant",
        one("cases_grant", "recipient_id", luc),
        SITUATIONS * 2 * per,
        id="gen_random_uuid()",
        situation_id=numbered(SITUATION, where),
        recipient_id=numbered(USER, holder),
        section=section,
        level="'read'",
        basis="'permanent'",
    )
    codes = ", ".join(
        str(one("auth_permission", "codename", f"read_{section}")) for section in SECTIONS
    )
    multiply(
        admin,
        "cases_situationuserpermission",
        one("cases_situationuserpermission", "user_id", luc),
        SITUATIONS * 2 * per,
        id="gen_random_uuid()",
        content_object_id=numbered(SITUATION, where),
        user_id=numbered(USER, holder),
        permission_id=f"(ARRAY[{codes}])[1 + n % {per}]",
    )
    admin.execute("RESET session_replication_role")
    admin.execute("VACUUM ANALYZE")


def lists_at_scale() -> dict[str, dict[str, Any]]:
    """Measure a member's list against the same list without permissions, and with guardian's.

    The member holds 1,000 situations of her commission's 5,000. Without permissions, the list is
    her whole commission's, or everybody's; guardian's is ``get_objects_for_user``. The references
    run the same code without the database's lock and without a log.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from guardian.shortcuts import get_objects_for_user

    from cases import queries
    from cases.access import lists
    from cases.models import Commission, Situation
    from clsm_core.accounts.models import User
    from tests import people

    cast = people.commission("bench-lists")
    situation, _ = people.reviewed(cast, "marc")
    with administrator() as admin:
        seed(admin, cast, situation)
    member = people.Person(User.objects.get(reference=f"b-{MEASURED}"), None)
    commission = Commission.objects.get(slug=f"bench-{MEASURED % COMMISSIONS}")
    codes = [f"read_{section}" for section in SECTIONS]

    def page() -> None:
        with people.as_person(member) as viewer:
            found = lists.situations(viewer, lists.Kept(), 1)
            assert len(found.lines) == lists.LINES_A_PAGE

    def shown(rows: Any) -> Any:
        return rows.filter(state__in=queries.SHOWN_STATES).select_related("commission", "lead")

    def of_commission(viewer: Any) -> Any:
        return shown(Situation.objects.filter(commission=commission))

    def of_everybody(viewer: Any) -> Any:
        return shown(Situation.objects.all())

    def of_guardian(viewer: Any) -> Any:
        return shown(
            get_objects_for_user(
                viewer.user,
                codes,
                klass=Situation,
                any_perm=True,
                use_groups=False,
                with_superuser=False,
                accept_global_perms=False,
            )
        )

    def without(rows: Callable[[Any], Any]) -> Callable[[], Any]:
        @contextmanager
        def reference() -> Iterator[None]:
            with (
                without_rows_security(*UNLOCKED),
                mock.patch.object(queries, "situations", rows),
                mock.patch.object(lists.recording, "shown"),
            ):
                yield

        return reference

    found = medians(
        {
            "ours": (page, as_it_is),
            "commission": (page, without(of_commission)),
            "everybody": (page, without(of_everybody)),
            "guardian": (page, without(of_guardian)),
        },
        turns=3,
        rounds=5,
    )
    with people.as_person(member) as viewer, CaptureQueriesContext(connection) as captured:
        lists.situations(viewer, lists.Kept(), 1)
    ours = found["ours"]

    def more(reference: str) -> dict[str, Any]:
        more_ms = (ours - found[reference]) * 1000
        budget = 1 + MORE_MS / 1000 / found[reference]
        return {**line(ours, found[reference], budget), "more_ms": more_ms}

    name = "list at 100,000 situations and 1,000,000 grants"
    return {
        f"{name}, versus her commission's without permissions": {
            **more("commission"),
            "queries": len(captured),
        },
        f"{name}, versus everybody's without permissions": more("everybody"),
        f"{name}, versus guardian's get_objects_for_user": line(
            ours, found["guardian"], VERSUS_GUARDIAN
        ),
    }
