"""Create the monthly partitions of the ledger ahead of time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections


class Command(BaseCommand):
    """Run as the owner, each month; rows of a month without partition are moved into it."""

    help = "Crée les partitions mensuelles du journal (à lancer avec le rôle propriétaire)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--database", default="owner", help="alias du propriétaire")
        parser.add_argument("--ahead", type=int, default=3, help="mois d’avance")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create this month and the following ones."""
        day = datetime.now(UTC).date().replace(day=1)
        with connections[options["database"]].cursor() as cursor:
            for _ in range(options["ahead"] + 1):
                cursor.execute("SELECT audit_create_month(%s)", [day])
                self.stdout.write(cursor.fetchone()[0])
                # The 32nd day after a first of month lies in the next month.
                day = (day + timedelta(days=32)).replace(day=1)
