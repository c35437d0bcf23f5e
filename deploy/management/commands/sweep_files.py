"""Remove the sealed objects that no row names: what a stop, an erasure or a day's end left."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from deploy import file_store, projection


class Command(BaseCommand):
    """Run it each night; it opens nothing and spares what is younger than an hour."""

    requires_system_checks = []  # A nightly job loads no page.
    help = "Supprime les objets scellés qu’aucune ligne ne nomme, vieux de plus d’une heure."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say what was done."""
        try:
            done = file_store.sweep(projection.reader())
        except LookupError:
            raise CommandError(
                "BACKUP_DATABASE_URL ou OWNER_DATABASE_URL manque.", returncode=2
            ) from None
        self.stdout.write(
            f"{done.named} objet(s) nommé(s), {done.removed} supprimé(s), "
            f"{done.spared} trop récent(s) pour en juger."
        )
