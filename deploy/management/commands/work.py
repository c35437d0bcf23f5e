"""Do this service's background work, as its jobs role and on its own queue (decision 42)."""

from __future__ import annotations

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app

POLLING_SECONDS = 5.0


class Command(BaseCommand):
    """Run until stopped; a task that this service does not know is refused and marked failed.

    The database's notifications are not listened to: any role may send one on any channel, and
    the library would abort a running job on its word. The queue is asked instead.
    """

    help = "Fait le travail de fond de ce service."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option that tests and timers use."""
        parser.add_argument("--once", action="store_true", help="s’arrête quand la file est vide")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work on the queue of the running service."""
        if "jobs" not in settings.DATABASES:
            raise CommandError("JOBS_DATABASE_URL manque : l’adresse du rôle des tâches.")
        try:
            asyncio.run(self._work(wait=not options["once"]))
        except KeyboardInterrupt:
            self.stdout.write("Arrêt.")

    async def _work(self, *, wait: bool) -> None:
        described = settings.DATABASES["jobs"]
        connector = PsycopgConnector(
            kwargs={
                "host": described["HOST"],
                "port": described["PORT"],
                "dbname": described["NAME"],
                "user": described["USER"],
                "password": described["PASSWORD"],
            }
        )
        with app.replace_connector(connector) as worker:
            async with worker.open_async():
                await worker.run_worker_async(
                    queues=[settings.JOB_QUEUE],
                    wait=wait,
                    listen_notify=False,
                    fetch_job_polling_interval=POLLING_SECONDS,
                )
