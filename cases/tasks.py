"""Background work of the commission: dates and states, never a key or a blob (decision 42)."""

from __future__ import annotations

from django.db import connections
from procrastinate.contrib.django import app


@app.periodic(cron="*/5 * * * *", periodic_id="commission")
@app.task(name="delete_expired_wraps", queue="commission")
def delete_expired_wraps(timestamp: int) -> int:
    """Delete the wraps of grants that ended (C-24); return how many.

    Expiry is checked at use as well: a late job leaves nothing readable.
    """
    alias = "jobs" if "jobs" in connections else "default"
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "DELETE FROM cases_wrap WHERE grant_id IN"
            " (SELECT id FROM cases_grant WHERE not_after <= clsm_now())"
        )
        return int(cursor.rowcount)


@app.periodic(cron="20 3 * * *", periodic_id="commission")
@app.task(name="flag_key_shortages", queue="commission")
def flag_key_shortages(timestamp: int) -> None:
    """Write down the sections whose key too few members hold tonight (security.md §2.5).

    A mandate or a grant that ends by its date fires no trigger.
    """
    alias = "jobs" if "jobs" in connections else "default"
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT clsm_flag_shortages(NULL)")
