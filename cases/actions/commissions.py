"""Open a commission: its recovery key, its statistics key, its officers, its root (decision 16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import recorder
from audit.events import Event
from cases.actions import directory
from cases.domain.exceptions import DomainError
from cases.models import Commission, DirectoryRoot, MemberKey
from cases.vault import documents, recovery, recovery_kit, roots, wraps
from cases.vault.identity import (
    Identity,
    KemPair,
    PublicIdentity,
    kem_key_id,
    new_recovery_seed,
)

STATISTICS = "statistics"


class CommissionIncomplete(DomainError):
    """BR-01, C-70, decision 19: something is missing before a commission may open."""

    code = "commission_incomplete"


@dataclass(frozen=True)
class Ceremony:
    """What an opening prints, once: the trustees' shares and the root to pin."""

    shares: tuple[str, ...]
    threshold: int
    root: str


@transaction.atomic
def open_commission(
    *,
    commission: Commission,
    coordinator: tuple[Any, Identity],
    dpo: tuple[Any, Identity],
    at: datetime,
    threshold: int = 3,
    trustees: int = 5,
) -> Ceremony:
    """Make the commission's keys and make coordinator and DPO officers of each other.

    The recovery key exists in this function only: its seed is split, printed and forgotten.

    Raises: CommissionIncomplete when BR-01 or C-70 is not met.
    """
    missing = [
        label
        for label, value in (
            ("la finalité", commission.purpose),
            ("la validation par le comité de pilotage", commission.steering_validated_on),
            ("le contact du DPO", commission.dpo_contact),
            ("la référence de l’AIPD", commission.impact_assessment),
        )
        if not value
    ]
    if missing:
        raise CommissionIncomplete(
            "Avant d’ouvrir la commission, renseignez : " + ", ".join(missing) + "."
        )
    recovery_seed = new_recovery_seed()
    shares = recovery.split(recovery_seed, threshold, trustees)
    statistics_seed = new_recovery_seed()
    statistics = KemPair.from_seed(statistics_seed)
    recovery_public = KemPair.from_seed(recovery_seed).public
    statement = roots.RootStatement(
        commission=commission.pk,
        serial=1,
        previous=None,
        officers=(coordinator[1].public, dpo[1].public),
        recovery=recovery_public,
        recovery_signing=recovery_kit.recovery_signer(recovery_seed).public,
        statistics=statistics.public,
        at=at,
    )
    root = statement.fingerprint
    signatures = [roots.sign_root(officer[1], statement) for officer in (coordinator, dpo)]
    commission.recovery_public = recovery_public
    commission.recovery_key_id = kem_key_id(recovery_public)
    commission.recovery_threshold = threshold
    commission.recovery_trustees = trustees
    commission.statistics_public = statistics.public
    commission.root_fingerprint = root
    commission.state = Commission.State.ACTIVE
    commission.save()
    DirectoryRoot(
        commission=commission,
        serial=1,
        statement=roots.assemble(statement, signatures),
        created_at=at,
    ).save(force_insert=True)
    for (user, _), other in ((coordinator, dpo), (dpo, coordinator)):
        key = directory.sign_key(
            commission=commission, user=user, officers=[other], at=at, is_officer=True
        )
        give_statistics_key(
            key=key, public=_public_of(key), seed=statistics_seed, commission=commission
        )
    recorder.done(
        Event(
            action="commission.opened",
            actor=coordinator[0].pk,
            commission=commission.pk,
            objects=(commission.pk,),
        ),
        at=at,
    )
    return Ceremony(tuple(share.line() for share in shares), threshold, root)


def _public_of(key: MemberKey) -> PublicIdentity:
    return PublicIdentity.from_bytes(bytes(key.public))


def _context(commission: Commission, seed: bytes, key_id: str) -> wraps.WrapContext:
    committed = documents.commitment(seed, commission.pk, STATISTICS, 1)
    return wraps.WrapContext(commission.pk, STATISTICS, 1, key_id, committed)


def give_statistics_key(
    *, key: MemberKey, public: PublicIdentity, seed: bytes, commission: Commission
) -> None:
    """Wrap the statistics key to an officer; it opens facets and no document (T-05)."""
    inner = wraps.wrap_key(seed, public.kem, _context(commission, seed, public.key_id))
    committed = documents.commitment(seed, commission.pk, STATISTICS, 1)
    MemberKey.objects.filter(pk=key.pk).update(statistics_wrap=committed + inner)
