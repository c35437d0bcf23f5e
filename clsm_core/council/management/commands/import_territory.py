"""Load the official communes and intercommunalities into the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from clsm_core.council import territory


class Command(BaseCommand):
    """Run it after an installation, and at each new version of the data."""

    help = "Charge les communes et intercommunalités officielles (peut être relancé)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the connection."""
        owner = "owner" if "owner" in settings.DATABASES else "default"
        parser.add_argument("--database", default=owner)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many rows were written."""
        self.stdout.write("Chargement du territoire officiel…")
        loaded = territory.load(using=options["database"])
        self.stdout.write(f"{loaded.communes} communes, {loaded.epcis} intercommunalités.")
