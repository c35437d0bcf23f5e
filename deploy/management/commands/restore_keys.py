"""Put back the keys that a restored database lacks (decision 7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from deploy import keystore_backup
from deploy.projection import OWNER


class Command(BaseCommand):
    """Run it after the main restore, then reapply_erasures and verify_vault."""

    requires_system_checks = []  # Run after a restore, before the service starts.
    help = "Remet les clés d’une sauvegarde ; celles qui sont là ne sont jamais remplacées."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file."""
        parser.add_argument("file", help="un fichier de backup_keys")
        parser.add_argument(
            "--older", action="store_true", help="accepte une sauvegarde de plus de trente jours"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the whole file first, then write."""
        if OWNER not in connections:
            raise CommandError("OWNER_DATABASE_URL manque : l’adresse du propriétaire.")
        try:
            done = keystore_backup.restore(Path(options["file"]), is_older_allowed=options["older"])
        except keystore_backup.BackupRefused as refused:
            raise CommandError(str(refused)) from None
        except OSError:
            raise CommandError("Ce fichier ne peut pas être lu.") from None
        self.stdout.write(
            f"{done.added} clé(s) remise(s), {done.kept} déjà là, {done.left} laissée(s) : leur "
            "situation est effacée, ou cette base ne les connaît pas."
        )
        self.stdout.write("Ensuite : reapply_erasures, puis verify_vault.")
