"""Publish committed releases in the suite's own database, as the commission's role does."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings

from clsm_core.council.models import Council
from tests import database
from tests.governance.released import Released, chain, insert_row, note_row


def insert(of: Council, one: Released) -> str:
    """Insert a release; return its id."""
    with _commission() as connection:
        return insert_row(connection, of.pk, one)


def insert_all(of: Council, name: str) -> list[Released]:
    """Issue a committed chain to a council and insert it."""
    made = chain(name, of.slug)
    for one in made:
        insert(of, one)
    return made


def insert_note(of: Council, title: str, text: str) -> str:
    """Insert an approved note; return its id."""
    with _commission() as connection:
        return note_row(connection, of.pk, of.slug, title, text)


def withdraw(made: str, table: str = "release") -> None:
    """Insert the withdrawal of a release, or of a note."""
    with _commission() as connection:
        connection.execute(
            f"INSERT INTO clsm_observatory_{table}withdrawal (id, {table}_id, reason,"
            " withdrawn_at) VALUES (gen_random_uuid(), %s, 'Erreur de saisie', now())",
            [made],
        )


def _commission() -> psycopg.Connection[tuple[Any, ...]]:
    """Log in to the test's own database as the commission does."""
    name = str(settings.DATABASES["default"]["NAME"])
    return psycopg.connect(database.installation().url(name, "clsm_commission"))
