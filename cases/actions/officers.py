"""Change the officers of a commission, without losing anything that the former ones attested.

Promises: nobody becomes an officer by one person's will. The root that names new officers is signed
by two of those that the former root names: its two officers and its recovery key. Every entry is
signed again in the same transaction, so that no right falls with a signature.

Source: security.md D6, D7; decisions 16, 22; T-11.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import recorder
from audit.events import Event
from cases.access.directory import Directory
from cases.actions import commissions, directory
from cases.actions.directory import Officer, SignedAgain
from cases.domain.exceptions import DomainError
from cases.models import Commission, Mandate, MemberVault
from cases.permissions import Role
from cases.vault import recovery_kit, roots
from cases.vault.errors import VaultError
from cases.vault.identity import Identity
from cases.vault.recovery_kit import RecoverySigner

Signer = Identity | RecoverySigner


class OfficersRefused(DomainError):
    """D7: these people cannot make this change together."""

    code = "officers_refused"


@dataclass(frozen=True)
class Change:
    """What a change leaves: the root to pin, and what became of the directory's entries."""

    root: str
    signed: SignedAgain


@dataclass(frozen=True)
class Standing:
    """The two officers of the root in force, by account."""

    register: Directory
    accounts: dict[UUID, str]

    def other_than(self, user_id: UUID) -> UUID:
        """Return the other officer's account."""
        (other,) = [one for one in self.accounts if one != user_id]
        return other


def standing(commission: Commission) -> Standing:
    """Return the officers in force, with the key id of each.

    Raises: BadSignature when the root is not the pinned one's; OfficersRefused when an officer's
    entry is missing.
    """
    register = Directory(commission)
    found = {
        entry.member: key_id
        for key_id, entry in register.by_key.items()
        if register.root.has_officer(entry.public)
    }
    if len(found) != len(register.root.officers):
        raise OfficersRefused("L’inscription d’un officier manque dans l’annuaire.")
    return Standing(register, found)


@transaction.atomic
def change(
    *,
    commission: Commission,
    staying: Officer,
    second: Signer,
    new: Officer,
    role: str,
    at: datetime,
) -> Change:
    """Put a new officer beside the one who stays.

    ``second`` is the departing officer's identity or, when she cannot come, what the trustees'
    shares rebuild. ``role`` is the office, coordinator or DPO, of which ``new`` holds a mandate.

    Raises: OfficersRefused; BadSignature when the root or the statistics key was changed.
    """
    directory.lock(commission)
    register = Directory(commission)
    root = register.root
    _require_office(commission, new, role, at)
    if not root.has_officer(staying[1].public) or root.has_officer(new[1].public):
        raise OfficersRefused("L’un des deux officiers en fonction reste ; l’autre est nouveau.")
    key = second.public.signing if isinstance(second, Identity) else second.public
    if key not in root.signers() or key == staying[1].public.signing:
        raise OfficersRefused("Il faut la signature de l’autre officier, ou les parts de secours.")
    seed = _statistics(commission, root, staying[1], second)
    statement = directory.next_root(root, at=at, officers=(staying[1].public, new[1].public))
    return _replace(
        commission,
        register,
        statement,
        (staying, new),
        (staying[1], second, new[1]),
        seed,
        role,
        at,
    )


@transaction.atomic
def found_again(
    *,
    commission: Commission,
    coordinator: Officer,
    dpo: Officer,
    recovery_seed: bytes,
    at: datetime,
) -> Change:
    """Name two new officers when both are lost, under the recovery key's signature.

    One signature does not link to the former root: nothing opens before the operator pins the new
    one in the configuration. The statistics key comes back from its recovery wrap.

    Raises: OfficersRefused; BadSignature when the root was changed.
    """
    directory.lock(commission)
    register = Directory(commission)
    root = register.root
    for officer, role in ((coordinator, Role.COORDINATOR), (dpo, Role.DPO)):
        _require_office(commission, officer, role, at)
        if root.has_officer(officer[1].public):
            raise OfficersRefused("Un officier est encore là : changez seulement l’autre.")
    if coordinator[0].pk == dpo[0].pk:
        raise OfficersRefused("L’animation et le DPO sont deux personnes.")
    recovery = recovery_kit.recovery_signer(recovery_seed)
    if recovery.public != root.recovery_signing:
        raise OfficersRefused("Ces parts sont celles d’une autre clé de secours.")
    seed = commissions.recovered_statistics_seed(
        commission=commission, root=root, pair=recovery_kit.recovery_pair(recovery_seed)
    )
    statement = directory.next_root(root, at=at, officers=(coordinator[1].public, dpo[1].public))
    signers = (recovery, coordinator[1], dpo[1])
    return _replace(
        commission, register, statement, (coordinator, dpo), signers, seed, "both", at, True
    )


def _require_office(commission: Commission, officer: Officer, role: str, at: datetime) -> None:
    """Demand a mandate in force and the vault that is open here. Raises: OfficersRefused."""
    user, identity = officer
    today = at.date()
    holds = Mandate.objects.filter(
        commission=commission,
        user=user,
        role=role,
        status=Mandate.Status.ACTIVE,
        starts_on__lte=today,
        ends_on__gte=today,
    ).exists()
    vault = MemberVault.objects.filter(user=user).first()
    if not holds or vault is None or bytes(vault.public) != identity.public.to_bytes():
        label = Role(role).label
        raise OfficersRefused(f"Il faut un mandat en cours et un coffre ouvert : {label}.")


def _statistics(
    commission: Commission, root: roots.RootStatement, staying: Identity, second: Signer
) -> bytes:
    """Open the statistics key by whichever officer still can. Raises: VaultError."""
    try:
        return commissions.open_statistics_seed(commission=commission, root=root, identity=staying)
    except VaultError:
        if not isinstance(second, Identity):
            raise
    return commissions.open_statistics_seed(commission=commission, root=root, identity=second)


def _replace(
    commission: Commission,
    register: Directory,
    statement: roots.RootStatement,
    officers: tuple[Officer, Officer],
    signers: tuple[Signer, ...],
    statistics_seed: bytes,
    purpose: str,
    at: datetime,
    is_pinned_apart: bool = False,
) -> Change:
    message = roots.message_of(statement)
    directory.add_root(
        commission=commission,
        statement=statement,
        signatures=[signer.sign(message) for signer in signers],
        at=at,
        is_pinned_apart=is_pinned_apart,
    )
    signed = directory.sign_again(
        commission=commission, register=register, officers=list(officers), at=at
    )
    commissions.enter_officers(commission, *officers, statistics_seed, at)
    recorder.done(
        Event(
            action="commission.officers_changed",
            actor=officers[0][0].pk,
            commission=commission.pk,
            objects=tuple(user.pk for user, _ in officers),
            purpose=purpose,
        ),
        at=at,
    )
    return Change(statement.fingerprint, signed)
