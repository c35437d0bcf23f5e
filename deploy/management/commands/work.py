"""Run a service's background worker under its own role, on its own queue (decision 42)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from procrastinate.contrib.django import app

JOBS = "jobs"
POLLING_SECONDS = 5.0
OWN_MODULES = ("procrastinate.builtin_tasks",)


def become_jobs_role() -> None:
    """Give every connection of this process the worker's role; the others are forgotten.

    Raises: CommandError when the worker's address is missing.
    """
    known = connections.settings
    if JOBS not in known:
        raise CommandError("JOBS_DATABASE_URL manque : l’adresse du rôle des tâches de fond.")
    connections.close_all()
    for alias in list(known):
        if alias != JOBS:
            if hasattr(connections._connections, alias):
                del connections[alias]
            known[alias] = {**known[JOBS]}
    for alias in ("owner", settings.DPO_ALIAS):
        known.pop(alias, None)


def forget_foreign_tasks() -> list[str]:
    """Keep the tasks of the service's own modules and queue; return the names kept.

    A job that names another task then fails as unknown, whoever queued it.
    """
    allowed = {*settings.PROCRASTINATE_IMPORT_PATHS, *OWN_MODULES}
    for name, task in list(app.tasks.items()):
        module = getattr(task.func, "__module__", "")
        if module not in allowed or task.queue not in (settings.JOB_QUEUE, "builtin"):
            del app.tasks[name]
    return sorted(app.tasks)


class Command(BaseCommand):
    """Work until told to stop; --once does what is waiting and returns."""

    help = "Exécute les tâches de fond de ce service, sous le rôle qui leur est réservé."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true", help="fait ce qui attend puis s’arrête")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the worker."""
        become_jobs_role()
        app.perform_import_paths()
        forget_foreign_tasks()
        with app.replace_connector(app.connector.get_worker_connector()):
            app.run_worker(
                queues=[settings.JOB_QUEUE],
                name=f"clsm-{settings.JOB_QUEUE}",
                wait=not options["once"],
                concurrency=1,
                # Any role may notify any channel, and the library would abort a running job on
                # such a word: the queue is asked instead.
                listen_notify=False,
                fetch_job_polling_interval=POLLING_SECONDS,
            )
