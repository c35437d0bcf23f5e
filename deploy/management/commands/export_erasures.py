"""Add to a journal, kept apart, the situations that were erased (C-55)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from deploy import erasure_journal
from deploy.private_files import FileRefused
from deploy.projection import OWNER


class Command(BaseCommand):
    """Run it after each erasure, or each night: the file is only added to."""

    requires_system_checks = []  # A nightly job loads no page.
    help = "Complète le journal des effacements, à garder à part des sauvegardes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file."""
        parser.add_argument("file", help="le journal ; il est créé s’il n’existe pas")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what is missing."""
        if OWNER not in connections:
            raise CommandError("OWNER_DATABASE_URL manque : l’adresse du propriétaire.")
        try:
            added, held = erasure_journal.export(Path(options["file"]), settings.AUDIT_MAC_KEY)
        except (erasure_journal.JournalRefused, FileRefused) as refused:
            raise CommandError(f"{refused} Rien n’a été écrit.") from None
        self.stdout.write(f"{added} effacement(s) ajouté(s), {held} au journal.")
