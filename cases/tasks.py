"""Background work of the commission: dates, states, and the proof of releases (decision 42).

It never holds a member's key. The proof alone opens something: counts that an officer left for it,
under a key made for that release.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.db import connections
from procrastinate.contrib.django import app

from cases.actions import audits
from cases.domain.agreement import LEGAL_ZONE, Expression
from cases.domain.agreement_reminders import due
from cases.queries import dated

logger = logging.getLogger(__name__)
REMINDER = "cases/email/agreement_reminder"


def alias() -> str:
    """Return the connection of the worker's role, the only one there is when no other is set."""
    return "jobs" if "jobs" in connections else "default"


@app.periodic(cron="*/5 * * * *", periodic_id="commission")
@app.task(name="delete_expired_wraps", queue="commission")
def delete_expired_wraps(timestamp: int) -> int:
    """Delete the wraps of grants that ended (C-24); return how many.

    Expiry is checked at use as well: a late job leaves nothing readable.
    """
    with connections[alias()].cursor() as cursor:
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
    with connections[alias()].cursor() as cursor:
        cursor.execute("SELECT clsm_flag_shortages(NULL)")


@app.periodic(cron="40 5 * * *", periodic_id="commission")
@app.task(name="remind_of_agreements", queue="commission")
def remind_of_agreements(timestamp: int) -> int:
    """Write to leads and coordinators whose situations wait for the person's word; return how many.

    Before an agreement ends, when it is a year old, when an exception is to be put right, then once
    a week (C-09, C-10, C-18). One mail a person and a night, that says neither which nor how many.
    """
    with connections[alias()].cursor() as cursor:
        cursor.execute("SELECT clsm_now()")
        (at,) = cursor.fetchone()
        cursor.execute("SELECT * FROM clsm_agreement_dates()")
        waiting = _waiting(cursor.fetchall(), at)
        if not waiting:
            return 0
        cursor.execute("SELECT * FROM clsm_reminded_addresses(%s)", [waiting])
        addresses = sorted(row[0] for row in cursor.fetchall())
    return sum(_written(address) for address in addresses)


def _written(address: str) -> bool:
    """Write to one address; one that the mail server refuses keeps the others from nothing."""
    try:
        get_adapter().send_mail(REMINDER, address, {})
    except OSError:
        logger.error("a reminder could not be sent")
        return False
    return True


def _waiting(rows: Iterable[tuple[Any, ...]], at: datetime) -> list[Any]:
    """Return the situations of which a mail reminds on that day."""
    histories: dict[Any, list[Expression]] = defaultdict(list)
    notices: dict[Any, int] = {}
    for situation, notice_days, reopened_at, kind, *dates in rows:
        expression = dated(kind, *dates)
        notices[situation] = notice_days
        # A reopening starts a new cycle; objections and withdrawals stay (C-09).
        if reopened_at is None or expression.recorded_at >= reopened_at or expression.kind.is_stop:
            histories[situation].append(expression)
    today = at.astimezone(LEGAL_ZONE).date()
    found = {pk: due(histories[pk], at, notice_days=days) for pk, days in notices.items()}
    return [pk for pk, one in found.items() if one is not None and one.is_told_on(today)]


@app.periodic(cron="*/15 * * * *", periodic_id="commission")
@app.task(name="delete_expired_file_drafts", queue="commission")
def delete_expired_file_drafts(timestamp: int) -> int:
    """Delete the files that waited a day for their form; return how many (decision 50).

    The row with its wrapped key goes here, and nothing opens the bytes any more; those are swept.
    """
    with connections[alias()].cursor() as cursor:
        cursor.execute("DELETE FROM cases_filedraft WHERE expires_at <= clsm_now()")
        return int(cursor.rowcount)


@app.task(name="audit_release", queue="commission")
def audit_release(draft_id: str) -> str:
    """Prove a release; return the state it is left in, empty when there was nothing to do."""
    return audits.run(uuid.UUID(draft_id), using=alias())


@app.periodic(cron="*/5 * * * *", periodic_id="commission")
@app.task(name="resume_release_audits", queue="commission")
def resume_release_audits(timestamp: int) -> int:
    """Go on with the proofs whose worker was stopped; return how many ended."""
    return sum(bool(audits.run(one, using=alias())) for one in audits.waiting(using=alias()))


def ask_for_audit(draft_id: uuid.UUID) -> None:
    """Queue the proof of a release, in the caller's transaction: an opaque id is all it says."""
    audit_release.defer(draft_id=str(draft_id))
