"""Export the ledger as lines that the stand-alone verifier reads on another machine."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit import export, recorder
from audit.events import Event
from audit.ledger import row_to_line


class Command(BaseCommand):
    """Write one JSON line a number; the export itself is recorded first."""

    help = "Exporte le journal des accès (une ligne par numéro) pour le vérifier ailleurs."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="fichier à écrire")
        parser.add_argument("--lane", help="une seule voie")

    def handle(self, *args: Any, **options: Any) -> None:
        """Record the export, then write the lanes one after the other."""
        names = [lane for lane in export.lanes() if options["lane"] in (None, lane)]
        recorder.shown(Event(action="ledger.exported", fields=tuple(names)))
        written = 0
        with options["file"].open("w", encoding="ascii") as lines:
            for lane in names:
                for row in export.rows_of(lane):
                    lines.write(row_to_line(lane, row) + "\n")
                    written += 1
        self.stdout.write(f"{written} évènements exportés.")
