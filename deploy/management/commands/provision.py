"""Create the roles (``--roles``, administrator) or apply functions, policies and privileges."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction

from deploy import provisioning
from deploy.keys.provider import VIEWER


class Command(BaseCommand):
    """Run it with --roles before migrate, and without after it."""

    requires_system_checks = []  # The tables may not stand yet.
    help = "Rôles, fonctions, règles de lignes et privilèges de la base (idempotent)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option of the first step."""
        parser.add_argument(
            "--roles",
            action="store_true",
            help="crée les rôles, avec ADMIN_DATABASE_URL et ROLE_PASSWORDS (JSON)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Apply one of the two steps."""
        try:
            if options["roles"]:
                self._roles()
            else:
                self._provision()
        except provisioning.ProvisionError as error:
            raise CommandError(str(error)) from error

    def _roles(self) -> None:
        admin = os.environ.get("ADMIN_DATABASE_URL")
        if not admin:
            raise CommandError("ADMIN_DATABASE_URL manque : l’adresse de l’administrateur.")
        passwords = json.loads(os.environ.get("ROLE_PASSWORDS", "{}"))
        database = urlsplit(admin).path.lstrip("/")
        with psycopg.connect(admin, autocommit=True) as connection:
            provisioning.create_roles(connection, database, passwords)
            provisioning.own_schema(connection)
        self.stdout.write("Rôles en place.")

    def _provision(self) -> None:
        if "owner" not in connections:
            raise CommandError("OWNER_DATABASE_URL manque : l’adresse du propriétaire.")
        with transaction.atomic(using="owner"):
            provisioning.provision(connections["owner"], viewer_keys())
        self.stdout.write("Fonctions, règles de lignes et privilèges en place.")


def viewer_keys() -> dict[int, bytes]:
    """Return every version of the viewer context's key."""
    return {one: settings.KEYS.raw(VIEWER, one) for one in settings.KEYS.versions(VIEWER)}
