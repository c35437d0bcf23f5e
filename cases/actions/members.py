"""Members' keys: a vault with its slots, an entry in the signed directory."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import recorder
from audit.events import Event
from cases.access import vaults
from cases.models import MemberVault, VaultSlot
from cases.vault.identity import Identity
from cases.vault.member import new_member_vault
from cases.vault.passphrases import check_passphrase
from cases.vault.recovery_code import new_recovery_code, parse_recovery_code


def check(user: Any, passphrase: str) -> None:
    """Refuse a weak passphrase. Raises: WeakPassphrase with a French message (ASVS 6.2)."""
    own = [user.first_name, user.last_name, user.email.split("@")[0], user.organisation]
    check_passphrase(passphrase, [word for word in own if word])


@transaction.atomic
def enrol(*, user: Any, passphrase: str, at: datetime) -> tuple[Identity, str]:
    """Make a member's vault with its two mandatory slots; return (identity, kit de secours).

    The kit is shown once and kept nowhere. Raises: WeakPassphrase.
    """
    check(user, passphrase)
    made = new_member_vault(user.pk)
    code = new_recovery_code()
    MemberVault(
        user=user, public=made.identity.public.to_bytes(), sealed_identity=made.sealed_identity
    ).save(force_insert=True)
    secrets: list[tuple[str, bytes | str]] = [
        (VaultSlot.Kind.PASSPHRASE, passphrase),
        (VaultSlot.Kind.RECOVERY, parse_recovery_code(code)),
    ]
    for kind, secret in secrets:
        vaults.make_slot(user=user, kind=kind, secret=secret, vault_key=made.vault_key, at=at).save(
            force_insert=True
        )
    recorder.done(Event(action="member.key_published", actor=user.pk, objects=(user.pk,)), at=at)
    return made.identity, code


@transaction.atomic
def renew_kit(*, user: Any, passphrase: str, at: datetime) -> str:
    """Replace the kit de secours by a new one and return it; the former opens nothing any more.

    The passphrase gives the vault key, which the open identity does not hold. Two at once: the
    second waits for the first and replaces it. Raises: WrongPassphrase.
    """
    vault_key = vaults.vault_key_from_secret(user, VaultSlot.Kind.PASSPHRASE, passphrase)
    MemberVault.objects.select_for_update().get(user=user)
    code = new_recovery_code()
    VaultSlot.objects.filter(user=user, kind=VaultSlot.Kind.RECOVERY).delete()
    vaults.make_slot(
        user=user,
        kind=VaultSlot.Kind.RECOVERY,
        secret=parse_recovery_code(code),
        vault_key=vault_key,
        at=at,
    ).save(force_insert=True)
    return code
