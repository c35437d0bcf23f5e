"""Back the keystore up apart from the rest, for thirty days (decision 7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit import recorder
from audit.events import Event
from deploy import keystore_backup, projection
from deploy.private_files import FileRefused


class Command(BaseCommand):
    """Run it each night, towards another custodian than the main backup's."""

    requires_system_checks = []  # A nightly job loads no page.
    help = "Sauvegarde les clés des situations à part, et détruit ses fichiers de trente jours."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the folder."""
        parser.add_argument("folder", help="dossier réservé à ces fichiers, hors du programme")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, expire, record."""
        try:
            path, rows, removed = keystore_backup.backup(
                Path(options["folder"]), settings.STATIC_ROOT, alias=projection.reader()
            )
        except LookupError:
            raise CommandError("BACKUP_DATABASE_URL ou OWNER_DATABASE_URL manque.") from None
        except FileRefused as refused:
            raise CommandError(str(refused)) from None
        with transaction.atomic():
            recorder.done(Event(action="backup.keys_written"))
        self.stdout.write(f"{rows} ligne(s) dans {path.name}.")
        for name in removed:
            self.stdout.write(f"{name} a trente jours : détruit.")
