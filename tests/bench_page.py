"""The page of a situation, sealed, recorded, behind three locks, versus the same page without.

Decision 52: at most 2.0 times the plain page **and** at most 15 ms more; same template, same
values, 100 steps of history. See ``tests/bench.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg

from tests import database
from tests.measures import as_it_is, line, medians

RATIO, MORE_MS, HISTORY = 2.0, 15.0, 100
# What the plain page reads: its rules of rows are off while it is measured.
PLAIN = ("situation", "sealeddocument", "proposal", "agreement", "milestone", "grant")


def administrator() -> psycopg.Connection[Any]:
    """Return a superuser's connection to the bench's database."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    return psycopg.connect(database.installation().server.url(name), autocommit=True)


@contextmanager
def without_rows_security(*tables: str) -> Iterator[None]:
    """Switch the database's lock off on some tables of the commission."""
    with administrator() as admin:
        for table in tables:
            admin.execute(f"ALTER TABLE cases_{table} DISABLE ROW LEVEL SECURITY")
        try:
            yield
        finally:
            for table in tables:
                admin.execute(f"ALTER TABLE cases_{table} ENABLE ROW LEVEL SECURITY")


def situation_page() -> dict[str, Any]:
    """Measure the page against one of plain columns, and against one whose values are in memory.

    The three pass the whole service: session, gate, menu, template. The plain one asks for the
    same rows by the same questions, as any page must, without grants, keys, rules of rows or log;
    the budget is against it. The last asks for one row: it says what the page costs over its own
    drawing, without a budget.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from cases.access import situations
    from cases.models import Situation
    from tests import people

    cast = people.commission("bench")
    situation, _ = people.reviewed(cast, "marc")
    with administrator() as admin:
        admin.execute(
            "INSERT INTO cases_milestone (id, situation_id, act, at, by_id, reason)"
            " SELECT gen_random_uuid(), %s, 'shared', now() - n * interval '1 hour', %s, ''"
            " FROM generate_series(1, %s) n",
            [situation.pk, cast.luc.user.pk, HISTORY],
        )
        admin.execute("ANALYZE")
    client = people.client_of(cast.luc)
    address = reverse("cases:situation", args=[situation.code])

    def page() -> None:
        assert client.get(address).status_code == 200

    with people.as_person(cast.luc) as viewer:
        opened = situations.open_situation(viewer, situation.code)

    def of_columns(viewer: Any, code: str) -> Any:
        read_plain(code)
        return opened

    def of_memory(viewer: Any, code: str) -> Any:
        assert Situation.objects.filter(code=code).exists()
        return opened

    @contextmanager
    def plain() -> Iterator[None]:
        with (
            without_rows_security(*PLAIN),
            mock.patch.object(situations, "open_situation", of_columns),
        ):
            yield

    found = medians(
        {
            "ours": (page, as_it_is),
            "plain": (page, plain),
            "memory": (page, lambda: mock.patch.object(situations, "open_situation", of_memory)),
        }
    )
    page()
    with CaptureQueriesContext(connection) as captured:
        page()
    ours, plain_page, drawing = found["ours"], found["plain"], found["memory"]
    more = (ours - plain_page) * 1000
    judged = line(ours, plain_page, RATIO)
    return {
        **judged,
        "ok": judged["ok"] and more <= MORE_MS,
        "more_ms": more,
        "queries": len(captured),
        "ours_ms": ours * 1000,
        "over_drawing": ours / drawing,
        "over_drawing_ms": (ours - drawing) * 1000,
    }


def read_plain(code: str) -> None:
    """Read what a page of plain columns reads: the same rows, by the same questions."""
    from cases import queries
    from cases.models import Proposal, SealedDocument, Situation

    row = Situation.objects.select_related("commission", "lead").get(code=code)
    assert all(
        (
            list(SealedDocument.objects.filter(situation=row).select_related("created_by")),
            list(Proposal.objects.filter(situation=row).order_by("due_on", "id")),
            queries.agreements(row),
            queries.steps(row),
            queries.grants(row),
        )
    )
