"""Open a commission: two people, two passphrases, shares printed once (decision 16, BR-01)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.actions import commissions
from cases.domain.exceptions import DomainError
from cases.models import Commission
from cases.permissions import Role
from clsm_core.accounts.clock import now
from clsm_core.accounts.gate import charter_in_force
from clsm_core.accounts.models import Realm
from deploy.management import shares
from deploy.management.officers import officer


class Command(BaseCommand):
    """The coordinator and the DPO are both present, with an open vault each made beforehand."""

    help = "Ouvre une commission : l’animation et le DPO tapent chacun leur phrase de passe."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the commission and the trustees."""
        parser.add_argument("slug", help="nom court de la commission")
        shares.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check what must stand, ask both passphrases, print, have paper proved, then open."""
        decision = shares.require_numbers(options)
        if options["sheets"]:
            shares.require_place(options["sheets"])
        commission = Commission.objects.filter(slug=options["slug"]).first()
        if commission is None:
            raise CommandError(f"Aucune commission ne s’appelle « {options['slug']} ».")
        require_ready(commission)
        coordinator = officer(commission, Role.COORDINATOR)
        dpo = officer(commission, Role.DPO)
        if coordinator[0].pk == dpo[0].pk:
            raise CommandError("L’animation et le DPO sont deux personnes.")
        try:
            opening = commissions.prepare(
                commission=commission,
                coordinator=coordinator,
                dpo=dpo,
                at=now(),
                threshold=options["threshold"],
                trustees=options["trustees"],
            )
            shares.hand_out(self, commission, opening.ceremony, opening.at, options)
            commissions.carry_out(opening, trustees_decision=decision)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write("")
        self.stdout.write(f"La commission {commission.name} est ouverte.")
        shares.show_root(self, commission, opening.ceremony.root)


def require_ready(commission: Commission) -> None:
    """Require what BR-01 and C-70 ask before an opening. Raises: CommandError naming all of it."""
    if commission.state == Commission.State.ACTIVE:
        raise CommandError("Cette commission est déjà ouverte.")
    missing = [
        label
        for label, value in (
            ("la finalité", commission.purpose),
            ("la date de validation par le comité de pilotage", commission.steering_validated_on),
            ("une charte publiée", charter_in_force(Realm.COMMISSION)),
            ("le contact du DPO", commission.dpo_contact),
            ("la version de la note d’information", commission.notice_version),
            ("la référence de l’AIPD", commission.impact_assessment),
            ("la date de l’AIPD", commission.impact_assessed_on),
        )
        if not value
    ]
    if missing:
        raise CommandError("Avant d’ouvrir la commission, renseignez : " + ", ".join(missing) + ".")
