"""Put every entry of django-auditlog under the chain, without its values.

auditlog keeps the history of configuration and council models in an ordinary table. The
ledger records that an entry was written, for which model and which row, so that removing it
later shows.

Source: decision 31; security.md 4.1.
"""

from typing import Any
from uuid import UUID

from django.db import router, transaction

from audit import recorder
from audit.events import Event, Outcome

_VERBS = {0: "create", 1: "update", 2: "delete", 3: "access"}


def forward(sender: Any, **signal: Any) -> None:
    """Write `config.changed` for one auditlog entry, in the transaction of the change."""
    instance, entry = signal["instance"], signal.get("log_entry")
    failed = signal.get("error") is not None
    if entry is None and not failed:
        return
    key = instance.pk
    actor = getattr(entry, "actor_id", None)
    event = Event(
        action="config.changed",
        outcome=Outcome.ERROR if failed else Outcome.OK,
        actor=actor if isinstance(actor, UUID) else None,
        objects=(key,) if isinstance(key, UUID) else (),
        fields=(instance._meta.label_lower, f"verb:{_VERBS.get(int(signal['action']), 'other')}"),
    )
    alias = router.db_for_write(type(instance), instance=instance)
    with transaction.atomic(using=alias):
        recorder.done(event, using=alias)
