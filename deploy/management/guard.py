"""The operator's eyes on per-situation tables: the guard's, for one step of one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import connections, transaction

from deploy.privileges import GUARD

OWNER = "owner"


def require_owner() -> None:
    """Demand the owner's address. Raises: CommandError."""
    if OWNER not in connections:
        raise CommandError("OWNER_DATABASE_URL manque : l’adresse du propriétaire.")


@contextmanager
def as_guard() -> Iterator[str]:
    """Read and write past the rows' rules; give the alias to use.

    Inside a transaction of the owner's, the role returns at the end, so that the ledger is written
    in the owner's own name.
    """
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {GUARD}")
        yield OWNER
        cursor.execute("RESET ROLE")
