"""The two officers of a commission, each opening a vault at the terminal."""

from __future__ import annotations

from getpass import getpass
from typing import Any

from django.core.management.base import CommandError

from cases.access import vaults
from cases.models import Commission, Mandate, VaultSlot
from cases.permissions import Role
from cases.vault.errors import VaultError
from cases.vault.identity import Identity
from clsm_core.accounts.clock import now


def officer(commission: Commission, role: str) -> tuple[Any, Identity]:
    """Return an officer with the vault opened by the passphrase typed here.

    Raises: CommandError when nobody holds the role, has no vault, or the passphrase is wrong.
    """
    today = now().date()
    mandate = (
        Mandate.objects.filter(
            commission=commission,
            role=role,
            status=Mandate.Status.ACTIVE,
            starts_on__lte=today,
            ends_on__gte=today,
        )
        .select_related("user")
        .first()
    )
    label = Role(role).label
    if mandate is None:
        raise CommandError(f"Personne n’a de mandat en cours : {label}.")
    if not vaults.has_vault(mandate.user):
        raise CommandError(f"Le coffre n’est pas encore créé : {label}.")
    typed = getpass(f"Phrase de passe de {mandate.user.full_name} ({label}) : ")
    try:
        identity = vaults.identity_from_secret(mandate.user, VaultSlot.Kind.PASSPHRASE, typed)
    except VaultError as refused:
        raise CommandError(refused.message) from refused
    return mandate.user, identity
