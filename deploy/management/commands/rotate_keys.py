"""Renew a key of the service, and destroy the former versions apart (T-31)."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit import recorder
from audit.events import Event
from deploy import server_keys
from deploy.keys.provider import KeyRefused, ProviderDown

QUIET_SECONDS = 2.0
# What a former version is still needed by.
NEEDED_BY = {
    "situation-keys": "{n} clé(s) de situation : relancez sans --retire.",
    "answers": "{n} réponse(s) : relancez sans --retire.",
    "pepper": (
        "{n} manière(s) d’ouvrir un coffre : chacune passe à la nouvelle version à sa prochaine "
        "utilisation. Un kit de secours y reste jusqu’à ce que son porteur en refasse un."
    ),
    "intake-signing": (
        "{n} habilitation(s) en cours : renouveler les clés de leurs situations, ou leur terme, "
        "les libère."
    ),
    "duplicate-hint": (
        "{n} indice(s) de doublon : chacun passe à la nouvelle version quand l’identité est "
        "enregistrée de nouveau, ou disparaît avec sa situation."
    ),
}


class Command(BaseCommand):
    """Make, re-seal, and with --retire destroy what nothing needs; may be stopped and run again."""

    requires_system_checks = []  # A key is renewed in an emergency: no page is loaded.
    help = "Renouvelle une clé du service (" + ", ".join(server_keys.ROTATED) + ")."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the purpose and the second step."""
        parser.add_argument("purpose", help="la clé à renouveler")
        parser.add_argument(
            "--retire",
            action="store_true",
            help="détruire les anciennes versions dont rien ne dépend, sans en faire de nouvelle",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the two steps."""
        try:
            if options["retire"]:
                self._retire(options["purpose"])
            else:
                self._rotate(options["purpose"])
        except server_keys.KeysRefused as refused:
            raise CommandError(str(refused)) from None
        except ProviderDown as down:
            raise CommandError(f"Le fournisseur de clés ne répond pas : {down}") from None
        except KeyRefused as refused:
            raise CommandError(f"Le fournisseur de clés refuse : {refused}") from None

    def _rotate(self, purpose: str) -> None:
        begun = last = time.monotonic()

        def told(done: int, total: int) -> None:
            nonlocal last
            moment = time.monotonic()
            if moment - begun > QUIET_SECONDS and moment - last > QUIET_SECONDS:
                last = moment
                self.stdout.write(f"{done} sur {total}")

        version = server_keys.rotate(purpose, told)
        _record("begun")
        self.stdout.write(f"{purpose} : version {version} en service.")

    def _retire(self, purpose: str) -> None:
        destroyed, needed = server_keys.retire(purpose)
        for version in destroyed:
            self.stdout.write(f"{purpose} : version {version} détruite.")
        if destroyed:
            _record("finished")
        if not destroyed and not needed:
            self.stdout.write(f"{purpose} : aucune ancienne version.")
        for version, number in sorted(needed.items()):
            words = NEEDED_BY[purpose].format(n=number)
            self.stderr.write(f"{purpose} : la version {version} sert encore à {words}")
        if needed:
            raise CommandError("Des versions sont gardées.", returncode=1)


def _record(step: str) -> None:
    """Write the act in the ledger; which key it was is not a secret, its objects are none."""
    with transaction.atomic():
        recorder.done(Event(action="key.rotated", purpose=step))
