"""The owner's connection inside a test: what management commands have and the service has not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from deploy.privileges import BACKUP, OWNER
from tests import database
from tests.cases_of import CommittingTestCase

ROLES = {"owner": OWNER, "backup": BACKUP}


@contextmanager
def connected(case: type[CommittingTestCase], *aliases: str) -> Iterator[None]:
    """Open the owner's alias, or those named, on a test's own database for this block."""
    place = database.installation()
    opened = aliases or ("owner",)
    former = case.databases
    for alias in opened:
        role = ROLES[alias]
        connections.settings[alias] = connections.settings["default"] | {
            "ATOMIC_REQUESTS": False,
            "NAME": case.database_name,
            "USER": role,
            "PASSWORD": place.secrets["roles"][role],
        }
    case.databases = frozenset({*former, *opened})
    try:
        yield
    finally:
        case.databases = former
        for alias in opened:
            connections[alias].close()
            del connections[alias]
            del connections.settings[alias]
