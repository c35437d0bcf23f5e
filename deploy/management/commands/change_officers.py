"""Put a new officer beside the one who stays; two of the former signers agree (D7, T-11)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.actions import officers as acts
from cases.actions.officers import Signer, Standing
from cases.domain.exceptions import DomainError
from cases.models import Commission
from cases.permissions import Role
from cases.vault.errors import VaultError
from cases.vault.recovery_kit import recovery_signer
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import User
from deploy.management import shares
from deploy.management.officers import (
    account,
    holders,
    officers_in_force,
    open_commission_named,
    opened,
)

YES = "oui"
OTHER = {Role.COORDINATOR: Role.DPO, Role.DPO: Role.COORDINATOR}


class Command(BaseCommand):
    """The staying, the departing and the new officer are present, or trustees for the second."""

    help = "Change un officier (animation ou DPO) et fait signer de nouveau l’annuaire."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the commission, the office, and who comes."""
        parser.add_argument("slug", help="nom court de la commission")
        parser.add_argument("--role", required=True, choices=[role.value for role in OTHER])
        parser.add_argument("--to", metavar="ADRESSE", help="le nouvel officier, s’ils sont deux")
        parser.add_argument(
            "--without-former",
            action="store_true",
            help="l’officier sortant ne peut pas venir : les dépositaires donnent leurs parts",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather the people, change the root, say what to configure."""
        commission = open_commission_named(options["slug"])
        role = Role(options["role"])
        standing = officers_in_force(commission)
        staying = self._staying(commission, standing, OTHER[role])
        new = self._new(commission, standing, role, options["to"])
        staying_officer = opened(staying, OTHER[role].label)
        second = self._second(standing, staying.pk, without=options["without_former"])
        new_officer = opened(new, f"{role.label}, nouvel officier")
        self.stdout.write(f"{new.full_name} : {' · '.join(new_officer[1].public.words())}")
        if input("Ces mots sont-ils les siens ? (oui/non) ").strip().lower() != YES:
            raise CommandError("Les mots diffèrent : rien n’a été fait.")
        try:
            change = acts.change(
                commission=commission,
                staying=staying_officer,
                second=second,
                new=new_officer,
                role=role.value,
                at=now(),
            )
        except (DomainError, VaultError) as refused:
            raise CommandError(refused.message) from refused
        say_signed(self, change)
        if options["without_former"]:
            self.stdout.write(
                "Les parts ont servi sur ce serveur : renouvelez la clé de secours "
                f"(renew_recovery {commission.slug} --new)."
            )
        self.stdout.write("L’ancienne racine reste acceptée ; inscrivez la nouvelle dès ce jour.")
        shares.show_root(self, commission, change.root)

    def _staying(self, commission: Commission, standing: Standing, role: Role) -> Any:
        found = [user for user in holders(commission, role) if user.pk in standing.accounts]
        if not found:
            raise CommandError(
                f"L’autre officier ({role.label}) n’est plus en fonction : sans elle ni lui, "
                "voyez recovery_request --new-officers."
            )
        return found[0]

    def _new(
        self, commission: Commission, standing: Standing, role: Role, email: str | None
    ) -> Any:
        found = [user for user in holders(commission, role) if user.pk not in standing.accounts]
        if email:
            wanted = account(email)
            found = [user for user in found if user.pk == wanted.pk]
        if len(found) != 1:
            raise CommandError(
                f"Donnez d’abord le mandat ({role.label}) au nouvel officier."
                if not found
                else "Plusieurs personnes ont ce mandat : précisez --to ADRESSE."
            )
        return found[0]

    def _second(self, standing: Standing, staying: Any, *, without: bool) -> Signer:
        if without:
            self.stdout.write("Les dépositaires tapent leurs parts, l’une après l’autre.")
            return recovery_signer(shares.typed_seed(self, standing.register.root.recovery))
        former = User.objects.get(pk=standing.other_than(staying))
        return opened(former, "officier sortant")[1]


def say_signed(command: BaseCommand, change: acts.Change) -> None:
    """Say what became of the directory's entries."""
    signed = change.signed
    command.stdout.write(
        f"Officiers changés. {len(signed.live)} inscription(s) en vigueur et {len(signed.ended)} "
        "ancienne(s) signées de nouveau."
    )
    if signed.left_out:
        command.stdout.write(
            f"{len(signed.left_out)} inscription(s) non signées ou altérées sont écartées : "
            "comparez les mots de ces membres, puis lancez sign_members."
        )
