"""The only writer of the ledger.

What is shown, refused or tried is written on the ledger's own connection, committed before
the display and unaffected by a rollback. What is done is written in the transaction of the
change: both stand or neither. If the ledger cannot be written, the act does not happen.

Source: security.md D9-D10; decisions 31-32; T-33, T-41.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, connections

from audit.events import Event, InvalidEvent, Kind, Outcome
from audit.ledger import SealedEvent, seal

_INSERT = "INSERT INTO audit_body (id, body, salt, mac) VALUES (%s, %s, %s, %s)"

_observers: list[list[Event]] = []


class LedgerUnavailable(Exception):
    """Say that an event could not be written: nothing may be shown or done."""

    code = "ledger_unavailable"
    message = (
        "Le journal des accès ne répond pas : rien ne peut être affiché ni enregistré. "
        "Réessayez dans quelques minutes."
    )


class OutsideTransaction(Exception):
    """Say that a change was recorded outside its transaction."""


def record(event: Event, *, using: str, at: datetime | None = None) -> None:
    """Write one event on this database alias.

    Args:
        event: what happened.
        using: alias whose connection is used; prefer the named functions below.
        at: time of the event, aware; now when it is not given.

    Raises:
        LedgerUnavailable: the database refused or did not answer.
    """
    sealed = seal(event, key=settings.AUDIT_MAC_KEY, at=at or datetime.now(UTC))
    _insert(sealed, using=using)
    for events in _observers:
        events.append(event)


def shown(event: Event, *, at: datetime | None = None) -> None:
    """Write that something is about to be shown, before it is.

    Raises:
        InvalidEvent: the action is not a showing.
        LedgerUnavailable: nothing may then be shown.
    """
    _require(event.kind is Kind.SHOWN, event)
    record(event, using=settings.LEDGER_ALIAS, at=at)


def denied(event: Event, *, at: datetime | None = None) -> None:
    """Write a refusal, which survives the rollback of the request.

    Raises:
        InvalidEvent: the outcome is not a denial.
        LedgerUnavailable: the refusal could not be written.
    """
    _require(event.outcome is Outcome.DENIED, event)
    record(event, using=settings.LEDGER_ALIAS, at=at)


def authenticated(event: Event, *, at: datetime | None = None) -> None:
    """Write a login, a logout, an opening of the vault, or a failed try.

    Raises:
        InvalidEvent: the action is not one of the `auth` kind.
        LedgerUnavailable: the login or the opening must then fail.
    """
    _require(event.kind is Kind.AUTH, event)
    record(event, using=settings.LEDGER_ALIAS, at=at)


def done(event: Event, *, using: str = "default", at: datetime | None = None) -> None:
    """Write a change inside the transaction that makes it.

    Raises:
        InvalidEvent: the action is not a change.
        OutsideTransaction: no transaction is open on this alias.
        LedgerUnavailable: the transaction must then be rolled back.
    """
    _require(event.kind is Kind.DONE, event)
    if not connections[using].in_atomic_block:
        raise OutsideTransaction(f"{event.action} must be recorded inside its transaction")
    record(event, using=using, at=at)


@contextmanager
def observe() -> Iterator[list[Event]]:
    """Give tests the list of events written while the block runs, by any thread.

    An event whose transaction is rolled back afterwards stays in the list.
    """
    events: list[Event] = []
    _observers.append(events)
    try:
        yield events
    finally:
        # By identity: two empty lists are equal.
        _observers[:] = [observer for observer in _observers if observer is not events]


def _insert(sealed: SealedEvent, *, using: str) -> None:
    """Insert by cursor: the role may insert only, so nothing is read back."""
    try:
        with connections[using].cursor() as cursor:
            cursor.execute(_INSERT, [sealed.id, sealed.body, sealed.salt, sealed.mac])
    except DatabaseError as error:
        # The driver's text may name values: it is kept as a cause, never shown.
        raise LedgerUnavailable from error


def _require(condition: bool, event: Event) -> None:
    """Refuse an event given to the wrong function."""
    if not condition:
        raise InvalidEvent(f"{event.action} cannot be recorded by this function")
