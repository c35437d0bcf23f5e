"""Write what the trustees are asked, or name new officers when both are lost (T-32)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import recorder
from audit.events import Event
from cases.access import recovery as stored
from cases.actions import officers as acts
from cases.actions import recovery
from cases.domain.exceptions import DomainError
from cases.models import Commission
from cases.permissions import Role
from cases.vault.errors import VaultError
from cases.vault.identity import kem_key_id
from cases.vault.roots import RootStatement
from clsm_core.accounts.clock import now
from deploy.management import shares
from deploy.management.commands.change_officers import say_signed
from deploy.management.guard import as_guard, require_owner
from deploy.management.officers import (
    account,
    officers_in_force,
    open_commission_named,
    opened,
)


class Command(BaseCommand):
    """The request leaves on a USB key; `python -m cases.recover rewrap` answers it elsewhere."""

    help = "Écrit la demande de recouvrement que les dépositaires traitent hors ligne."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the commission, for whom, and where."""
        parser.add_argument("slug", help="nom court de la commission")
        parser.add_argument("file", nargs="?", type=Path, metavar="demande.json")
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--for", dest="recipient", metavar="ADRESSE", help="qui reçoit les clés")
        who.add_argument(
            "--new-officers",
            nargs=2,
            metavar=("ANIMATION", "DPO"),
            help="les deux officiers sont perdus : adresses des nouveaux, présents ici",
        )
        parser.add_argument(
            "--situation",
            dest="codes",
            nargs="+",
            default=[],
            metavar="CODE",
            help="ces situations",
        )
        parser.add_argument(
            "--former-key",
            action="store_true",
            help="avec les anciennes parts : ce qu’un renouvellement n’a pas pu envelopper",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the two."""
        commission = open_commission_named(options["slug"])
        if options["new_officers"]:
            self._found_again(commission, *options["new_officers"])
            return
        require_owner()
        if options["file"] is None:
            raise CommandError("Indiquez le fichier à écrire, par exemple sur une clé USB.")
        place = shares.require_place(options["file"])
        self._request(commission, place, options)

    def _request(self, commission: Commission, place: Path, options: dict[str, Any]) -> None:
        user = account(options["recipient"])
        register = officers_in_force(commission).register
        at = now()
        with as_guard() as using:
            former = (
                self._former(commission, register.root, using) if options["former_key"] else None
            )
            try:
                asked, altered = recovery.request(
                    commission=commission,
                    register=register,
                    user_id=user.pk,
                    at=at,
                    using=using,
                    codes=options["codes"],
                    former=former,
                )
            except VaultError as refused:
                raise CommandError(
                    f"{refused.message} Faites d’abord signer sa clé (sign_members)."
                ) from refused
        if altered:
            self.stderr.write(f"Enveloppes altérées, laissées de côté : {', '.join(altered)}.")
        if asked is None:
            raise CommandError(
                "Rien à rendre à cette personne : son mandat et ses habilitations ne donnent "
                "aucune clé qu’elle n’ouvre déjà."
            )
        recorder.shown(
            Event(
                action="export.written",
                commission=commission.pk,
                objects=(user.pk,),
                purpose="recovery_request",
            ),
            at=at,
        )
        shares.write_private(place, asked.to_bytes())
        situations = len({key.situation for key in asked.keys})
        self.stdout.write(
            f"Demande écrite : {len(asked.keys)} clé(s) de {situations} situation(s) pour "
            f"{user.full_name}, dont la clé se lit {' '.join(asked.public.words())}."
        )
        self.stdout.write(
            "Sur la machine des dépositaires : python -m cases.recover rewrap demande.json "
            "reponse.json"
        )

    def _former(self, commission: Commission, root: RootStatement, using: str) -> RootStatement:
        """Return the latest former root whose recovery key still holds wraps."""
        for former in stored.former_roots(commission):
            if former.recovery == root.recovery:
                continue
            found = stored.stored(
                commission=commission, recovery_key_id=kem_key_id(former.recovery), using=using
            )
            if found.keys:
                return former
        raise CommandError("Aucune clé ne dépend plus d’une ancienne clé de secours.")

    def _found_again(self, commission: Commission, coordinator: str, dpo: str) -> None:
        """Name two new officers with the trustees' shares; the operator then pins the root."""
        register = officers_in_force(commission).register
        pair = [
            opened(account(email), Role(role).label)
            for email, role in ((coordinator, Role.COORDINATOR), (dpo, Role.DPO))
        ]
        self.stdout.write("Les dépositaires tapent leurs parts, l’une après l’autre.")
        seed = shares.typed_seed(self, register.root.recovery)
        try:
            change = acts.found_again(
                commission=commission,
                coordinator=pair[0],
                dpo=pair[1],
                recovery_seed=seed,
                at=now(),
            )
        except (DomainError, VaultError) as refused:
            raise CommandError(refused.message) from refused
        say_signed(self, change)
        self.stdout.write(
            "Rien ne s’ouvre avant que la configuration ne porte cette racine : inscrivez-la, "
            "relancez le service, puis demandez les clés (recovery_request --for)."
        )
        shares.show_root(self, commission, change.root)
        self.stdout.write(
            "Les parts ont servi sur ce serveur : les situations rendues, renouvelez la clé de "
            f"secours (renew_recovery {commission.slug} --new)."
        )
