"""Erase again, after a restore, what the journal says was erased (C-55, T-34)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from deploy import erasure_journal
from deploy.projection import OWNER


class Command(BaseCommand):
    """Run it before the service opens; a second run finds nothing left to do."""

    requires_system_checks = []  # Run after a restore, before the service starts.
    help = "Réapplique le journal des effacements après une restauration."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file."""
        parser.add_argument("file", help="le journal des effacements")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the whole journal first, then apply it."""
        if OWNER not in connections:
            raise CommandError("OWNER_DATABASE_URL manque : l’adresse du propriétaire.")
        try:
            entries = erasure_journal.read(Path(options["file"]), settings.AUDIT_MAC_KEY)
        except erasure_journal.JournalRefused as refused:
            raise CommandError(f"{refused} Rien n’a été effacé.") from None
        except OSError:
            raise CommandError("Ce journal ne peut pas être lu.") from None
        done = erasure_journal.apply(entries)
        self.stdout.write(
            f"{done.read} effacement(s) au journal : {done.erased} refait(s), "
            f"{done.gone} déjà fait(s), dont {done.unknown} inconnu(s) de cette base."
        )
