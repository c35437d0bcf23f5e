"""Background work of the directory: imports do not keep a second directory beside it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from audit import recorder
from audit.events import Event
from clsm_core.accounts.clock import now
from clsm_core.directory.actions import imports


@app.periodic(cron="50 2 * * *", periodic_id=settings.JOB_QUEUE)
@app.task(name="forget_imports", queue=settings.JOB_QUEUE)
def forget_imports(timestamp: int = 0) -> int:
    """Empty the imports that are too old, each with its line in the ledger; return how many."""
    at = now()
    with transaction.atomic():
        found = imports.forget_old(at=at)
        for one in found:
            recorder.done(Event(action="directory.forgotten", objects=(one.pk,)), at=at)
    return len(found)
