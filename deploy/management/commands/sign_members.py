"""Sign the keys of new members: the officers compare eight words with each (decision 22)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cases.actions import directory
from cases.models import Commission, Mandate, MemberKey, MemberVault
from cases.permissions import MEMBER_ROLES, Role
from cases.vault.identity import PublicIdentity
from clsm_core.accounts.clock import now
from deploy.management.officers import officer

YES = "oui"


class Command(BaseCommand):
    """The officers are present; each member reads her words aloud, by telephone or in the room."""

    help = "Signe les clés des nouveaux membres, après comparaison des huit mots."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the commission."""
        parser.add_argument("slug", help="nom court de la commission")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the officers' passphrases, then one « oui » a member."""
        with transaction.atomic():
            commission = Commission.objects.filter(slug=options["slug"]).first()
            if commission is None or commission.state != Commission.State.ACTIVE:
                raise CommandError("Aucune commission ouverte ne porte ce nom.")
            waiting = unsigned(commission)
            if not waiting:
                self.stdout.write("Toutes les clés des membres sont signées.")
                return
            officers = [officer(commission, Role.COORDINATOR)]
            if commission.officers_required > 1:
                officers.append(officer(commission, Role.DPO))
            signed = 0
            for vault in waiting:
                words = PublicIdentity.from_bytes(bytes(vault.public)).words()
                self.stdout.write(f"{vault.user.full_name} : {' · '.join(words)}")
                if input("Ces mots sont-ils les siens ? (oui/non) ").strip().lower() == YES:
                    directory.sign_key(
                        commission=commission, user=vault.user, officers=officers, at=now()
                    )
                    signed += 1
        self.stdout.write(f"{signed} clé(s) signée(s), {len(waiting) - signed} en attente.")


def unsigned(commission: Commission) -> list[MemberVault]:
    """Return the vaults of members in office whose key the directory does not hold."""
    today = now().date()
    in_office = Mandate.objects.filter(
        commission=commission,
        status=Mandate.Status.ACTIVE,
        role__in=MEMBER_ROLES,
        starts_on__lte=today,
        ends_on__gte=today,
    ).values("user")
    held = MemberKey.objects.filter(commission=commission, revoked_at__isnull=True).values("user")
    return list(
        MemberVault.objects.filter(user__in=in_office)
        .exclude(user__in=held)
        .select_related("user")
        .order_by("user__last_name")
    )
