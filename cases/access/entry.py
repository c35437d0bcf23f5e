"""Enter the commission as somebody: the first act of every view and command.

Signs the viewer context for the database's lock (decision 9) and reads the transaction's time in
the same statement. The context is local to the transaction and restored on the way out, so that
a pooled connection never carries it to the next request (T-26).
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg.pq import TransactionStatus

from cases import queries
from cases.permissions import MandateFacts, Viewer
from cases.vault.identity import Identity
from clsm_core.accounts.gate import charter_is_accepted

LIFETIME_SECONDS = 600
PURPOSE = "viewer-context"


class NoTransaction(RuntimeError):
    """A viewer context outside a transaction would be lost at once: nothing would be visible."""


def _token(user_id: uuid.UUID, mandates: tuple[MandateFacts, ...]) -> str:
    backend = connection.connection.info.backend_pid
    said = {
        "user": str(user_id),
        "roles": [[mandate.role, str(mandate.commission)] for mandate in mandates],
        "exp": int(time.time()) + LIFETIME_SECONDS,
        "pid": backend,
    }
    body = base64.b64encode(json.dumps(said, separators=(",", ":")).encode()).decode()
    return f"{body}~{settings.KEYS.hmac(PURPOSE, body.encode()).hex()}"


def _enter(token: str) -> tuple[str, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('clsm.viewer', true),"
            " set_config('clsm.viewer', %s, true), clsm_now()",
            [token],
        )
        before, _, at = cursor.fetchone()
    return before or "", timezone.localtime(at)


@contextmanager
def acting(
    user: Any,
    *,
    identity: Identity | None = None,
    request_id: str = "",
    session_h8: str = "",
) -> Iterator[Viewer]:
    """Act as an account in this transaction; every query of the block sees what it may.

    Raises: NoTransaction outside one.
    """
    if not connection.in_atomic_block:
        raise NoTransaction
    connection.ensure_connection()
    # A closed account has no right left, whoever acts in its name: a page, a command, a job.
    signed = user.is_active and charter_is_accepted(user)
    mandates = queries.live_mandates(user) if signed else ()
    before, at = _enter(_token(user.pk, mandates))
    viewer = Viewer(
        user_id=user.pk,
        user=user,
        mandates=mandates,
        at=at,
        charter_signed=signed,
        request_id=request_id or uuid.uuid4().hex,
        session_h8=session_h8,
        identity=identity,
    )
    try:
        yield viewer
    finally:
        viewer.keys.clear()
        # A statement that failed outside a savepoint: nothing runs, and its error must be heard.
        is_aborted = connection.connection.info.transaction_status == TransactionStatus.INERROR
        if not (connection.needs_rollback or is_aborted):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('clsm.viewer', %s, true)", [before])
