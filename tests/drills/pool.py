"""T-26: one connection, two members in turn, requests that end in every way: nothing leaks.

``python -m tests.drills pool 10000`` runs the full size; the suite runs 300.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.http import Http404

from cases.access.entry import acting
from cases.models import Grant, Milestone, SealedDocument, Situation
from cases.permissions import Refused
from tests import people

TABLES = (Situation, SealedDocument, Grant, Milestone)
SIZE = 10_000


@dataclass
class Leaks:
    """What was seen by whom, and what should not have been."""

    requests: int = 0
    seen: int = 0
    cross: int = 0
    without: int = 0
    endings: dict[str, int] = field(default_factory=dict)

    @property
    def none(self) -> bool:
        """Tell whether nothing leaked, and something was there to leak."""
        return self.seen > 0 and not self.cross and not self.without


def situations_in(table: Any) -> set[Any]:
    """Return the situations whose rows of a table are visible now."""
    name = "pk" if table is Situation else "situation_id"
    return set(table.objects.order_by().values_list(name, flat=True))


def ends_well() -> None:
    """Answer."""


def ends_in_an_error() -> None:
    """Fail in the middle of a view."""
    raise ValueError


def is_refused() -> None:
    """Refuse."""
    raise Refused("pool")


def is_absent() -> None:
    """Find nothing."""
    raise Http404


def breaks_a_statement() -> None:
    """Leave the transaction aborted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def breaks_inside_a_savepoint() -> None:
    """Fail in a savepoint, and go on."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    except DatabaseError:
        return


def rolls_back() -> None:
    """Ask for a rollback, as the door does when the ledger is down."""
    transaction.set_rollback(True)


def streams() -> None:
    """Read rows by a server-side cursor, and stop in the middle."""
    for _ in Milestone.objects.iterator(chunk_size=1):
        return


ENDINGS = (
    ends_well,
    ends_in_an_error,
    is_refused,
    is_absent,
    breaks_a_statement,
    breaks_inside_a_savepoint,
    rolls_back,
    streams,
)


def run(requests: int, members: list[tuple[Any, Any]], *, seed: int = 26) -> Leaks:
    """Alternate (account, her only situation) on this connection; return what leaked."""
    chance, leaks = random.Random(seed), Leaks()
    backend = None
    for number in range(requests):
        user, own = members[number % len(members)]
        ending = chance.choice(ENDINGS)
        try:
            with transaction.atomic(), acting(user):
                for table in TABLES:
                    found = situations_in(table)
                    leaks.seen += own in found
                    leaks.cross += len(found - {own})
                ending()
        except (ValueError, Refused, Http404, DatabaseError) as told:
            leaks.endings[type(told).__name__] = leaks.endings.get(type(told).__name__, 0) + 1
        # Between two requests, in autocommit and in a transaction of its own.
        leaks.without += len(situations_in(Situation))
        with transaction.atomic():
            leaks.without += len(situations_in(SealedDocument))
        pid = connection.connection.info.backend_pid
        assert backend in (None, pid), "the connection changed: nothing is proved"
        backend = pid
        leaks.requests += 1
    return leaks


def members_with_one_each() -> list[tuple[Any, Any]]:
    """Make a commission where Marc and Sophie each may read one situation."""
    cast = people.commission("bassin")
    return [
        (cast.marc.user, people.shared(cast, "marc").pk),
        (cast.sophie.user, people.shared(cast, "sophie").pk),
    ]


def main() -> int:
    """Run the full drill on a fresh database; exit 1 on a leak."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    leaks = run(size, members_with_one_each())
    print(f"T-26: {leaks}")
    return 0 if leaks.none and leaks.requests == size else 1
