"""Members' keys: a vault with its two mandatory slots, and keys made anew when all are lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import recorder
from audit.events import Event
from cases.access import openings, vaults
from cases.access.directory import root_of
from cases.domain.exceptions import DomainError
from cases.models import Commission, MemberKey, MemberVault, VaultSlot
from cases.vault.identity import Identity, PublicIdentity
from cases.vault.member import NewVault, new_member_vault
from cases.vault.passphrases import check_passphrase
from cases.vault.recovery_code import new_recovery_code, parse_recovery_code


class OfficersKeys(DomainError):
    """An officer's key is in the root of the directory: she cannot change it by herself."""

    code = "officers_keys"
    message = (
        "Votre clé fonde l’annuaire de votre commission : elle ne se refait pas d’ici. Demandez à "
        "l’autre officier la cérémonie de changement d’officier."
    )


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
    MemberVault(
        user=user, public=made.identity.public.to_bytes(), sealed_identity=made.sealed_identity
    ).save(force_insert=True)
    code = _mandatory_slots(user, passphrase, made, at)
    _record("member.key_published", user, at)
    return made.identity, code


@transaction.atomic
def renew_identity(*, user: Any, passphrase: str, at: datetime) -> tuple[Identity, str]:
    """Give a member new keys when no slot of hers opens; return (identity, kit de secours).

    Her mandates and grants stay, but nothing opens: her entries end in every directory, every slot
    and open vault goes. Officers sign the new key after comparing its words with her, then
    colleagues give the accesses back; each section stays with its other holders and the recovery
    key. The caller has checked the login's passphrase.

    Raises: WeakPassphrase; OfficersKeys; BadSignature when a directory's root was changed.

    Source: security.md §2.4 (password reset); D6.
    """
    check(user, passphrase)
    vault = MemberVault.objects.select_for_update().get(user=user)
    public = PublicIdentity.from_bytes(bytes(vault.public))
    for commission in Commission.objects.filter(memberkey__user=user).distinct():
        if root_of(commission).has_officer(public):
            raise OfficersKeys
    made = new_member_vault(user.pk)
    openings.close_all(user.pk)
    VaultSlot.objects.filter(user=user).delete()
    MemberVault.objects.filter(user=user).update(
        public=made.identity.public.to_bytes(), sealed_identity=made.sealed_identity
    )
    code = _mandatory_slots(user, passphrase, made, at)
    for entry in MemberKey.objects.select_for_update().filter(user=user, revoked_at__isnull=True):
        MemberKey.objects.filter(pk=entry.pk).update(revoked_at=at, statistics_wrap=None)
        _record("member.key_revoked", user, at, commission=entry.commission_id)
    _record("member.key_published", user, at)
    return made.identity, code


def _mandatory_slots(user: Any, passphrase: str, made: NewVault, at: datetime) -> str:
    """Close the vault key under the passphrase and a new kit; return the kit's code."""
    code = new_recovery_code()
    secrets: list[tuple[str, bytes | str]] = [
        (VaultSlot.Kind.PASSPHRASE, passphrase),
        (VaultSlot.Kind.RECOVERY, parse_recovery_code(code)),
    ]
    for kind, secret in secrets:
        vaults.make_slot(user=user, kind=kind, secret=secret, vault_key=made.vault_key, at=at).save(
            force_insert=True
        )
    return code


def _record(action: str, user: Any, at: datetime, **where: Any) -> None:
    recorder.done(Event(action=action, actor=user.pk, objects=(user.pk,), **where), at=at)
