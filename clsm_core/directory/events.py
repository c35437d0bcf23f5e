"""Record what concerns the directory as a whole: files brought in, undone, handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from audit import recorder
from audit.events import Event
from clsm_core.accounts.events import account_event, request_id, session_mark


def imported(request: Any, action: str, *, batch: UUID, kind: str, at: datetime) -> None:
    """Record, in its transaction, that a file was written or undone.

    Lines are written in bulk, without a history each: the batch stands for them.

    Args:
        action: ``directory.imported`` or ``directory.undone``.
        kind: what the file listed, a code.
    """
    recorder.done(
        Event(
            action=action,
            actor=request.user.pk,
            objects=(batch,),
            fields=(f"directory.{kind}",),
            request_id=request_id(request),
            session_h8=session_mark(request),
        ),
        at=at,
    )


def handed_over(request: Any, what: str, *, objects: tuple[UUID, ...] = ()) -> None:
    """Record that a file of the directory is given, before it is.

    Raises: LedgerUnavailable, and nothing may then be given.
    """
    account_event(request, "export.written", purpose=f"directory.{what}", objects=objects)
