"""Background work on accounts: ended sessions leave the table."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from procrastinate.contrib.django import app


@app.periodic(cron="17 * * * *", periodic_id=settings.JOB_QUEUE)
@app.task(name="clear_sessions", queue=settings.JOB_QUEUE)
def clear_sessions(timestamp: int = 0) -> None:
    """Remove the sessions that ended, of this service only."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
