"""Make guardian's rows again from the signed grants that verify (decision 21)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from deploy import projection


class Command(BaseCommand):
    """Say what differs; write it unless --check; exit 1 when --check finds a difference."""

    requires_system_checks = []  # Run after a restore, before the service starts.
    help = "Refait les permissions à partir des habilitations signées."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument("--check", action="store_true", help="comparer sans rien écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, write, tell."""
        try:
            found = projection.compare(repairs=not options["check"])
        except LookupError:
            raise CommandError(
                "OWNER_DATABASE_URL manque : l’adresse du propriétaire.", returncode=2
            ) from None
        for one in found:
            self.stdout.write(f"{one.code} : {one.missing} manquante(s), {one.extra} en trop.")
        if not found:
            self.stdout.write("Les permissions sont celles des habilitations signées.")
        elif options["check"]:
            raise CommandError(f"{len(found)} situation(s) à corriger.", returncode=1)
        else:
            self.stdout.write(f"{len(found)} situation(s) corrigée(s).")
