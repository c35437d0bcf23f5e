"""The database's time, read once a transaction (decision 10), in legal time.

Its day is the day of the people: at half past midnight in Paris, today is already tomorrow's UTC.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connections
from django.utils import timezone


def now(using: str = "default") -> datetime:
    """Return ``clsm_now()``: the database's time, with the demo's offset (0 in production)."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT clsm_now()")
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime)
    return timezone.localtime(moment)
