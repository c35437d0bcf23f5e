"""Sign the keys of new members: the officers compare eight words with each (decision 22)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.actions import directory
from cases.models import Commission, Mandate, MemberVault
from cases.permissions import MEMBER_ROLES, Role
from cases.vault.identity import PublicIdentity
from clsm_core.accounts.clock import now
from deploy.management.officers import officer, officers_in_force, open_commission_named

YES = "oui"


class Command(BaseCommand):
    """The officers are present; each member reads her words aloud, by telephone or in the room."""

    help = "Signe les clés des nouveaux membres, après comparaison des huit mots."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the commission."""
        parser.add_argument("slug", help="nom court de la commission")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the officers' passphrases, then one « oui » a member."""
        commission = open_commission_named(options["slug"])
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
    """Return the vaults of members in office whose key the directory does not attest now.

    An entry that is not what officers signed, or that ended with a former mandate, is to be signed
    again. Raises: CommandError when the directory's root is not the pinned one's.
    """
    at = now()
    register = officers_in_force(commission).register
    attested = {
        user: entry.public.to_bytes()
        for user, entry in register.by_user.items()
        if entry.not_before <= at < entry.not_after
    }
    in_office = Mandate.objects.filter(
        commission=commission,
        status=Mandate.Status.ACTIVE,
        role__in=MEMBER_ROLES,
        starts_on__lte=at.date(),
        ends_on__gte=at.date(),
    ).values("user")
    vaults = MemberVault.objects.filter(user__in=in_office).select_related("user")
    return [
        vault
        for vault in vaults.order_by("user__last_name")
        if attested.get(vault.user_id) != bytes(vault.public)
    ]
