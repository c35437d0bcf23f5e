"""Renew the recovery key: a ceremony of two officers, then every section wrapped anew (D6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cases.access import recovery
from cases.access.entry import acting
from cases.actions import renewal
from cases.actions.directory import Officer
from cases.domain.exceptions import DomainError
from cases.models import Commission
from cases.permissions import Role
from cases.vault.errors import VaultError
from clsm_core.accounts.clock import now
from deploy.management import shares
from deploy.management.guard import as_guard, require_owner
from deploy.management.officers import (
    account,
    officer,
    officers_in_force,
    open_commission_named,
    opened,
)

# A run repeated by mistake on the same day makes no second key.
SOON = timedelta(days=1)


class Command(BaseCommand):
    """Run again, it goes on where it was; a second new key is made on demand only."""

    help = "Renouvelle la clé de secours : nouvelles parts, puis toutes les clés enveloppées."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the commission, the trustees, and who goes on."""
        parser.add_argument("slug", help="nom court de la commission")
        shares.add_arguments(parser)
        parser.add_argument(
            "--new",
            action="store_true",
            help="fait une nouvelle clé, même si une autre est récente",
        )
        parser.add_argument(
            "--continue", dest="go_on", action="store_true", help="ne fait que poursuivre"
        )
        parser.add_argument(
            "--as", dest="manager", metavar="ADRESSE", help="le membre qui poursuit, coffre ouvert"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the key unless one is under way, then wrap what can be opened here."""
        require_owner()
        commission = open_commission_named(options["slug"])
        standing = officers_in_force(commission)
        if options["go_on"] and options["new"]:
            raise CommandError("Choisissez entre --continue et --new.")
        if options["manager"] and not options["go_on"]:
            raise CommandError("--as s’emploie avec --continue.")
        is_under_way = bool(self._outstanding(commission))
        root = standing.register.root
        is_recent = self._is_recent(commission, root)
        if options["go_on"] or (is_under_way and not options["new"]):
            self._go_on(commission, self._manager(commission, options["manager"]))
        elif is_recent and not options["new"]:
            self.stdout.write("La clé de secours vient d’être renouvelée. Une autre : --new.")
        else:
            self._go_on(commission, self._renew(commission, options))
        self._tell(commission)

    def _is_recent(self, commission: Commission, root: Any) -> bool:
        """Tell whether the last root brought a recovery key less than a day ago."""
        before = recovery.former_roots(commission)
        changed = bool(before) and before[0].recovery != root.recovery
        return changed and now() - root.at < SOON

    def _manager(self, commission: Commission, email: str | None) -> Officer:
        if email is None:
            return officer(commission, Role.COORDINATOR)
        return opened(account(email), "gestionnaire")

    def _renew(self, commission: Commission, options: dict[str, Any]) -> Officer:
        decision = shares.require_numbers(options)
        if options["sheets"]:
            shares.require_place(options["sheets"])
        coordinator = officer(commission, Role.COORDINATOR)
        dpo = officer(commission, Role.DPO)
        try:
            ready = renewal.prepare(
                commission=commission,
                coordinator=coordinator,
                dpo=dpo,
                at=now(),
                threshold=options["threshold"],
                trustees=options["trustees"],
            )
            shares.hand_out(self, commission, ready.ceremony, ready.at, options)
            renewal.put_in_force(ready, trustees_decision=decision)
        except (DomainError, VaultError) as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write("La nouvelle clé de secours est en vigueur.")
        shares.show_root(self, commission, ready.ceremony.root)
        return coordinator

    def _go_on(self, commission: Commission, manager: Officer) -> None:
        """Wrap in batches, each its own transaction."""
        user, identity = manager
        after, done = None, 0
        left: list[str] = []
        while True:
            with transaction.atomic(), acting(user, identity=identity) as viewer:
                batch = renewal.rewrap(viewer=viewer, commission=commission, after=after)
            done += batch.keys
            left += batch.left
            if batch.last is None:
                break
            after = batch.last
        self.stdout.write(f"{done} clé(s) enveloppée(s) pour la nouvelle clé de secours.")
        if left:
            self.stdout.write(f"{user.full_name} n’ouvre pas en entier : {', '.join(left)}.")

    def _outstanding(self, commission: Commission) -> dict[str, int]:
        with as_guard() as using:
            return recovery.outstanding(commission, using)

    def _tell(self, commission: Commission) -> None:
        """Say what remains, and when the former shares may go."""
        remaining = self._outstanding(commission)
        if not remaining:
            self.stdout.write(
                "Aucune clé ne dépend plus des anciennes parts : détruisez-les, feuilles et "
                "enveloppes. Les sauvegardes faites avant ce jour en dépendent encore jusqu’à leur "
                "destruction."
            )
            return
        self.stdout.write(
            f"{sum(remaining.values())} clé(s) dépendent encore des anciennes parts : gardez-les. "
            "Poursuivez avec qui gère ces situations (renew_recovery "
            f"{commission.slug} --continue --as ADRESSE) :"
        )
        for code, count in sorted(remaining.items()):
            self.stdout.write(f"  {code} : {count} clé(s)")
