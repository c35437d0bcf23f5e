"""Read the ledger's rows out of the database, for verification and export."""

from collections.abc import Iterator
from itertools import count

from django.conf import settings
from django.db import connections, transaction

from audit.verifier import Head, Row

_ROWS = """
SELECT s.seq, s.leaf_hash, s.mac, s.h, b.body, b.salt
  FROM audit_seal s LEFT JOIN audit_body b ON b.id = s.body_id
 WHERE s.lane = %s ORDER BY s.seq
"""
_UNNUMBERED = """
SELECT count(*) FROM audit_body b
 WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.body_id = b.id)
"""
_BATCH = 2000
_cursor_numbers = count(1)


def lanes() -> list[str]:
    """List the lanes that hold at least one number or a head."""
    with connections[settings.DPO_ALIAS].cursor() as cursor:
        cursor.execute("SELECT lane FROM audit_head UNION SELECT lane FROM audit_seal ORDER BY 1")
        return [lane for (lane,) in cursor.fetchall()]


def heads() -> dict[str, Head]:
    """Read the head of each lane as the database claims it."""
    with connections[settings.DPO_ALIAS].cursor() as cursor:
        cursor.execute("SELECT lane, seq, h FROM audit_head")
        return {lane: Head(seq=seq, h=bytes(h)) for lane, seq, h in cursor.fetchall()}


def rows_of(lane: str) -> Iterator[Row]:
    """Read one lane in order, in batches, with constant memory.

    The MAC is the seal's, which the chain covers; a body's own copy is not looked at.
    """
    connection = connections[settings.DPO_ALIAS]
    with transaction.atomic(using=settings.DPO_ALIAS):
        connection.ensure_connection()
        with connection.connection.cursor(name=f"audit_{next(_cursor_numbers)}") as cursor:
            cursor.itersize = _BATCH
            cursor.execute(_ROWS, [lane])
            for seq, leaf, mac, h, body, salt in cursor:
                yield Row(
                    seq=seq,
                    leaf_hash=bytes(leaf),
                    mac=bytes(mac),
                    h=bytes(h),
                    body=None if body is None else bytes(body),
                    salt=None if salt is None else bytes(salt),
                )


def count_unnumbered() -> int:
    """Count the bodies that no number covers: written with the trigger switched off."""
    with connections[settings.DPO_ALIAS].cursor() as cursor:
        cursor.execute(_UNNUMBERED)
        return cursor.fetchone()[0]
