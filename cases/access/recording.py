"""Write in the ledger what a viewer sees, does or is refused, in opaque ids and codes."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from audit import recorder
from audit.events import Event, Outcome
from cases.models import Agreement, Attachment, Grant, SealedDocument, Situation
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


PROVED_DIGITS = 56
MOST_FIELDS = 60


def document_written(
    viewer: Viewer, situation: Situation, document: SealedDocument, former: bytes = b""
) -> None:
    """Record that a document was sealed, with a hash of its bytes and of those it replaces (T-12).

    ``manage.py reconcile`` compares each row with its last event, and each writing with the one
    before: whoever seals again over a row that was put back does not cover it.

    Raises: LedgerUnavailable.
    """
    proofs = [f"blob:{proof_of(bytes(document.blob))}"]
    if former:
        proofs.append(f"from:{proof_of(former)}")
    _written(viewer, situation, "document.written", document, proofs)


def file_written(
    viewer: Viewer, situation: Situation, attachment: Attachment, former: bytes = b""
) -> None:
    """Record that a file was sealed, with the hash of its sealed bytes, as for a document.

    ``former`` is the digest that the row held before. Raises: LedgerUnavailable.
    """
    proofs = [f"blob:{bytes(attachment.digest).hex()[:PROVED_DIGITS]}"]
    if former:
        proofs.append(f"from:{former.hex()[:PROVED_DIGITS]}")
    _written(viewer, situation, "file.written", attachment, proofs)


def _written(
    viewer: Viewer,
    situation: Situation,
    action: str,
    row: SealedDocument | Attachment,
    proofs: list[str],
) -> None:
    commission, objects = situation.commission_id, (situation.pk, row.pk)
    event = _event(viewer, action, Outcome.OK, commission, objects, [row.section], "")
    recorder.done(replace(event, fields=tuple(proofs)), at=viewer.at)


def expression_written(
    viewer: Viewer, situation: Situation, row: Agreement, action: str, *, is_stopped: bool
) -> None:
    """Record an expression of the person, with a hash of its row, and whether sharing is stopped.

    ``manage.py reconcile`` compares: nobody signs what she said (C-15, T-12).

    Raises: LedgerUnavailable.
    """
    commission, objects = situation.commission_id, (situation.pk, row.pk)
    event = _event(viewer, action, Outcome.OK, commission, objects, (), row.kind)
    told = (f"said:{proof_of_expression(row)}", f"stopped:{int(is_stopped)}")
    recorder.done(replace(event, fields=told), at=viewer.at)


def proof_of_expression(row: Agreement) -> str:
    """Return the code under which the ledger knows every column of an expression."""
    said = {
        field.column: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields
    }
    return proof_of(json.dumps(said, sort_keys=True, ensure_ascii=False).encode())


def _plain(value: object) -> object:
    """Return a column as text that is the same before and after the database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, list):
        return sorted(str(one) for one in value)
    return value if value is None or isinstance(value, bool) else str(value)


def grants_revoked(
    viewer: Viewer, commission: uuid.UUID, situation: uuid.UUID, grants: Iterable[Grant]
) -> None:
    """Record which grants of a situation ended, by their ids: nobody signs an end (T-12).

    A row whose end is wiped verifies again; ``manage.py reconcile`` finds it here.

    Raises: LedgerUnavailable.
    """
    rows = list(grants)
    for start in range(0, len(rows), MOST_FIELDS):
        some = rows[start : start + MOST_FIELDS]
        event = _event(
            viewer,
            "grant.revoked",
            Outcome.OK,
            commission,
            (situation, *sorted({grant.recipient_id for grant in some})),
            {grant.section for grant in some},
            "",
        )
        ended = tuple(f"grant:{grant.pk.hex}" for grant in some)
        recorder.done(replace(event, fields=ended), at=viewer.at)


def proof_of(blob: bytes) -> str:
    """Return the code under which the ledger knows some bytes: 224 bits in hexadecimal."""
    return hashlib.sha256(blob).hexdigest()[:PROVED_DIGITS]


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
