"""The ways to open a vault: passphrase, kit de secours, passkeys (E5; decision 17).

Each act begins with the vault key, which a slot gives and an open session does not hold. The
passphrase and the kit are replaced, never removed: a vault always has its two mandatory slots.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.access import openings, vaults
from cases.actions import members
from cases.models import MemberVault, VaultSlot
from cases.vault.errors import VaultError
from cases.vault.identity import Identity
from cases.vault.recovery_code import new_recovery_code, parse_recovery_code

Kind = VaultSlot.Kind


class SlotExists(VaultError):
    """The passkey opens this vault already."""

    default_code = "slot_exists"
    default_message = "Cette clé d’accès ouvre déjà votre coffre."


class PassphraseApart(VaultError):
    """The login's passphrase is not the vault's: there is nothing to change together."""

    default_code = "passphrase_apart"
    default_message = (
        "Votre coffre s’ouvre encore avec une ancienne phrase de passe. Retrouvez d’abord "
        "l’accès à votre coffre, puis changez de phrase."
    )


@transaction.atomic
def renew_kit(*, user: Any, passphrase: str, at: datetime) -> str:
    """Replace the kit de secours by a new one and return it; the former opens nothing any more.

    Two at once: the second waits for the first and replaces it. Raises: WrongPassphrase.
    """
    _lock(user)
    vault_key = vaults.vault_key_from_secret(user, Kind.PASSPHRASE, passphrase)
    code = new_recovery_code()
    _replace(user, Kind.RECOVERY, parse_recovery_code(code), vault_key, at)
    return code


@transaction.atomic
def change_passphrase(*, user: Any, present: str, passphrase: str, at: datetime) -> Identity | None:
    """Change the login's passphrase and the vault's together; return the identity, if any.

    One transaction: whatever interrupts it leaves both old or both new. Every open vault of the
    account is closed.

    Raises: WeakPassphrase; PassphraseApart when ``present`` opens the login only.

    Source: decision 17.
    """
    members.check(user, passphrase)
    identity = None
    if vaults.has_vault(user):
        _lock(user)
        try:
            vault_key = vaults.vault_key_from_secret(user, Kind.PASSPHRASE, present)
        except VaultError:
            raise PassphraseApart from None
        identity = vaults.identity_of(user, vault_key)
        _replace(user, Kind.PASSPHRASE, passphrase, vault_key, at)
    openings.close_all(user.pk)
    user.set_password(passphrase)
    user.save(update_fields=["password"])
    return identity


@transaction.atomic
def rejoin_passphrase(*, user: Any, vault_key: bytes, passphrase: str, at: datetime) -> Identity:
    """Close the passphrase slot under the login's passphrase again; return the identity.

    After a reset the login has a new passphrase and the vault the former one. Whoever opens the
    vault by another slot and knows the login's passphrase makes them one. The caller has checked
    that ``passphrase`` is the login's.

    Raises: WeakPassphrase, VaultError when the key is not this vault's.
    """
    members.check(user, passphrase)
    _lock(user)
    identity = vaults.identity_of(user, vault_key)
    _replace(user, Kind.PASSPHRASE, passphrase, vault_key, at)
    return identity


@transaction.atomic
def add_passkey(
    *, user: Any, vault_key: bytes, secret: bytes, credential: str, at: datetime
) -> VaultSlot:
    """Let a passkey open the vault by the secret of its authenticator (32 bytes).

    ``credential`` names the passkey (64 hexadecimal digits). Raises: SlotExists, VaultError when
    the key is not this vault's.

    Source: decision 18.
    """
    _lock(user)
    vaults.identity_of(user, vault_key)
    if VaultSlot.objects.filter(user=user, kind=Kind.PASSKEY, credential=credential).exists():
        raise SlotExists
    slot = vaults.make_slot(
        user=user,
        kind=Kind.PASSKEY,
        secret=secret,
        vault_key=vault_key,
        at=at,
        credential=credential,
    )
    slot.save(force_insert=True)
    return slot


def remove_passkey(
    *, user: Any, pk: uuid.UUID | None = None, credential: str | None = None
) -> bool:
    """Remove one passkey's slot, named by its id or its passkey; tell whether there was one.

    The two mandatory slots are out of its reach.
    """
    named = {"pk": pk} if pk else {"credential": credential}
    removed, _ = VaultSlot.objects.filter(user=user, kind=Kind.PASSKEY, **named).delete()
    return bool(removed)


def _lock(user: Any) -> None:
    """Let one change of an account's slots happen at a time."""
    MemberVault.objects.select_for_update().get(user=user)


def _replace(user: Any, kind: str, secret: bytes | str, vault_key: bytes, at: datetime) -> None:
    VaultSlot.objects.filter(user=user, kind=kind).delete()
    vaults.make_slot(user=user, kind=kind, secret=secret, vault_key=vault_key, at=at).save(
        force_insert=True
    )
