"""Write in the ledger what a viewer sees, does or is refused, in opaque ids and codes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from audit import recorder
from audit.events import Event, Outcome
from cases.permissions import Viewer


def _event(
    viewer: Viewer,
    action: str,
    outcome: Outcome,
    commission: uuid.UUID | None,
    objects: Iterable[uuid.UUID],
    sections: Iterable[str],
    purpose: str,
) -> Event:
    mandate = viewer.mandate_in(commission) if commission else None
    return Event(
        action=action,
        outcome=outcome,
        actor=viewer.user_id,
        role=mandate.role if mandate else "",
        commission=commission,
        objects=tuple(objects),
        sections=tuple(sorted(sections)),
        purpose=purpose,
        request_id=viewer.request_id,
        session_h8=viewer.session_h8,
    )


def shown(
    viewer: Viewer,
    action: str,
    *,
    commission: uuid.UUID | None = None,
    objects: Iterable[uuid.UUID] = (),
    sections: Iterable[str] = (),
    purpose: str = "",
) -> None:
    """Record a showing, committed before the page exists. Raises: LedgerUnavailable."""
    event = _event(viewer, action, Outcome.OK, commission, objects, sections, purpose)
    recorder.shown(event, at=viewer.at)


def denied(
    viewer: Viewer,
    action: str,
    *,
    commission: uuid.UUID | None = None,
    objects: Iterable[uuid.UUID] = (),
    sections: Iterable[str] = (),
    purpose: str = "",
) -> None:
    """Record a refusal, which survives the request's rollback. Raises: LedgerUnavailable."""
    event = _event(viewer, action, Outcome.DENIED, commission, objects, sections, purpose)
    recorder.denied(event, at=viewer.at)


def alert(
    viewer: Viewer,
    code: str,
    *,
    commission: uuid.UUID | None = None,
    objects: Iterable[uuid.UUID] = (),
    sections: Iterable[str] = (),
) -> None:
    """Record that a row is not what was signed, sealed or written by the service (T-11).

    Once a request for the same thing. Raises: LedgerUnavailable.
    """
    concerned = tuple(dict.fromkeys(objects))[:200]
    told = ("alert", code, commission, concerned, tuple(sorted(sections)))
    if told in viewer.keys:
        return
    viewer.keys[told] = True
    event = _event(viewer, "integrity.alert", Outcome.DENIED, commission, concerned, sections, code)
    recorder.denied(event, at=viewer.at)


def done(
    viewer: Viewer,
    action: str,
    *,
    commission: uuid.UUID | None = None,
    objects: Iterable[uuid.UUID] = (),
    sections: Iterable[str] = (),
    purpose: str = "",
) -> None:
    """Record a change, in the transaction that makes it. Raises: LedgerUnavailable."""
    event = _event(viewer, action, Outcome.OK, commission, objects, sections, purpose)
    recorder.done(event, at=viewer.at)
