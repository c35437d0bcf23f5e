"""The people of a ceremony, each opening a vault at the terminal."""

from __future__ import annotations

from getpass import getpass
from typing import Any

from django.core.management.base import CommandError

from cases.access import vaults
from cases.actions.directory import Officer
from cases.actions.officers import Standing, standing
from cases.domain.exceptions import DomainError
from cases.models import Commission, Mandate, VaultSlot
from cases.permissions import Role
from cases.vault.errors import VaultError
from cases.vault.identity import Identity
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import User

REALM = "commission"


def open_commission_named(slug: str) -> Commission:
    """Return an open commission by its short name. Raises: CommandError."""
    commission = Commission.objects.filter(slug=slug, state=Commission.State.ACTIVE).first()
    if commission is None:
        raise CommandError(f"Aucune commission ouverte ne s’appelle « {slug} ».")
    return commission


def account(email: str) -> Any:
    """Return an account of the commission's service by its address. Raises: CommandError."""
    user = User.objects.filter(realm=REALM, email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise CommandError("Aucun compte de la commission n’a cette adresse.")
    return user


def holders(commission: Commission, role: str) -> list[Any]:
    """Return the accounts that hold a role today."""
    today = now().date()
    mandates = Mandate.objects.filter(
        commission=commission,
        role=role,
        status=Mandate.Status.ACTIVE,
        starts_on__lte=today,
        ends_on__gte=today,
    )
    return [mandate.user for mandate in mandates.select_related("user").order_by("starts_on")]


def officer(commission: Commission, role: str) -> Officer:
    """Return an officer with the vault opened by the passphrase typed here.

    Once the commission is open, she is one of the two that the directory's root names.

    Raises: CommandError when nobody holds the role, has no vault, is not the directory's officer,
    or the passphrase is wrong.
    """
    label = Role(role).label
    found = holders(commission, role)
    if not found:
        raise CommandError(f"Personne n’a de mandat en cours : {label}.")
    if commission.state == Commission.State.ACTIVE:
        named = officers_in_force(commission).accounts
        found = [user for user in found if user.pk in named]
        if not found:
            raise CommandError(
                f"La personne en charge ({label}) n’est pas encore officier : lancez d’abord "
                f"change_officers {commission.slug} --role {role}."
            )
    return opened(found[0], label)


def officers_in_force(commission: Commission) -> Standing:
    """Return the two officers of the verified root. Raises: CommandError."""
    try:
        return standing(commission)
    except (VaultError, DomainError) as refused:
        raise CommandError(
            f"{refused.message} L’annuaire n’est pas celui que la configuration attend "
            "(DIRECTORY_ROOTS) : n’allez pas plus loin, prévenez le DPO."
        ) from refused


def opened(user: Any, label: str) -> Officer:
    """Return somebody with the vault opened by the passphrase typed here. Raises: CommandError."""
    if not vaults.has_vault(user):
        raise CommandError(f"Le coffre n’est pas encore créé : {label}.")
    typed = getpass(f"Phrase de passe de {user.full_name} ({label}) : ")
    return user, _identity(user, typed)


def _identity(user: Any, typed: str) -> Identity:
    try:
        return vaults.identity_from_secret(user, VaultSlot.Kind.PASSPHRASE, typed)
    except VaultError as refused:
        raise CommandError(refused.message) from refused
