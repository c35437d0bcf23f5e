"""The database's clock during the story: moved by its owner, never backwards, then set to 0.

Source: decision 10.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connections

OWNER = "owner"


def move_to(moment: datetime) -> None:
    """Let ``clsm_now()`` tell ``moment`` (aware) from now on, running at its usual pace."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("UPDATE clsm_clock SET shift = %s - now() WHERE id = 1", [moment])


def set_right() -> None:
    """Give the database its own time back."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute("UPDATE clsm_clock SET shift = interval '0' WHERE id = 1")
