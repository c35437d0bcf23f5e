"""Open a commission: its recovery key, its statistics key, its officers, its root (decision 16).

The recovery seed exists in one call only: it is drawn, split and forgotten; what is prepared
holds the printed shares and the public halves, so that nothing is opened before they are on paper.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from audit import recorder
from audit.events import Event
from cases.actions import directory
from cases.actions.directory import Officer
from cases.domain.exceptions import DomainError
from cases.models import Commission, MemberKey
from cases.vault import documents, recovery, recovery_kit, roots, wraps
from cases.vault.errors import BadSignature
from cases.vault.identity import (
    Identity,
    KemPair,
    PublicIdentity,
    kem_key_id,
    kem_words,
    new_recovery_seed,
)
from cases.vault.recovery_kit import RecoverySigner
from cases.vault.roots import RootStatement

STATISTICS = "statistics"
THRESHOLD, TRUSTEES = 3, 5


class CommissionIncomplete(DomainError):
    """BR-01, C-70, decision 19: something is missing before a commission may open."""

    code = "commission_incomplete"


class AlreadyOpen(DomainError):
    """A commission is opened once; its keys are renewed, never made a second time."""

    code = "commission_already_open"
    message = "Cette commission est déjà ouverte."


@dataclass(frozen=True)
class Ceremony:
    """What a ceremony prints, once: the trustees' shares, the key's words, the root to pin."""

    shares: tuple[str, ...] = field(repr=False)
    threshold: int
    root: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class RecoveryKey:
    """A new recovery key: its shares, its public half, and what signs in its name."""

    shares: tuple[str, ...] = field(repr=False)
    threshold: int
    public: bytes = field(repr=False)
    signer: RecoverySigner

    @property
    def words(self) -> tuple[str, ...]:
        """Return the eight words that the sheets carry."""
        return kem_words(self.public)


@dataclass(frozen=True)
class Opening:
    """An opening made ready: nothing of it stands before ``carry_out``."""

    commission: Commission
    officers: tuple[Officer, Officer] = field(repr=False)
    key: RecoveryKey
    statistics_seed: bytes = field(repr=False)
    statement: RootStatement
    at: datetime

    @property
    def ceremony(self) -> Ceremony:
        """Return what is printed."""
        key = self.key
        return Ceremony(key.shares, key.threshold, self.statement.fingerprint, key.words)


def draw_recovery_key(threshold: int, trustees: int) -> RecoveryKey:
    """Draw a recovery key and split it among trustees, one more than needed at least (D6).

    Raises: CommissionIncomplete below two of three.
    """
    if not 2 <= threshold < trustees:
        raise CommissionIncomplete(
            "Il faut au moins deux parts, et au moins un dépositaire de plus que de parts "
            "nécessaires."
        )
    seed = new_recovery_seed()
    shares = recovery.split(seed, threshold, trustees)
    return RecoveryKey(
        tuple(share.line() for share in shares),
        threshold,
        recovery_kit.recovery_pair(seed).public,
        recovery_kit.recovery_signer(seed),
    )


def prepare(
    *,
    commission: Commission,
    coordinator: Officer,
    dpo: Officer,
    at: datetime,
    threshold: int = THRESHOLD,
    trustees: int = TRUSTEES,
) -> Opening:
    """Make a commission's keys and its first root, without writing anything.

    Raises: CommissionIncomplete when BR-01 or C-70 is not met; AlreadyOpen.
    """
    _require_complete(commission)
    key = draw_recovery_key(threshold, trustees)
    statistics_seed = new_recovery_seed()
    statement = RootStatement(
        commission=commission.pk,
        serial=1,
        previous=None,
        officers=(coordinator[1].public, dpo[1].public),
        recovery=key.public,
        recovery_signing=key.signer.public,
        statistics=KemPair.from_seed(statistics_seed).public,
        at=at,
    )
    return Opening(commission, (coordinator, dpo), key, statistics_seed, statement, at)


@transaction.atomic
def carry_out(opening: Opening, *, trustees_decision: str = "") -> Ceremony:
    """Open the commission, coordinator and DPO made officers of each other.

    ``trustees_decision`` is the reference of the DPO's decision on fewer trustees, as a code.

    Raises: CommissionIncomplete, AlreadyOpen.
    """
    commission, at = opening.commission, opening.at
    directory.lock(commission)
    _require_complete(commission)
    coordinator, dpo = opening.officers
    commission.recovery_threshold = opening.key.threshold
    commission.recovery_trustees = len(opening.key.shares)
    commission.state = Commission.State.ACTIVE
    commission.statistics_recovery_wrap = statistics_for_recovery(
        commission, opening.statistics_seed, opening.key.public
    )
    directory.add_root(
        commission=commission,
        statement=opening.statement,
        signatures=[roots.sign_root(one[1], opening.statement) for one in opening.officers],
        at=at,
        is_pinned_apart=True,
    )
    enter_officers(commission, coordinator, dpo, opening.statistics_seed, at)
    recorder.done(
        Event(
            action="commission.opened",
            actor=coordinator[0].pk,
            commission=commission.pk,
            objects=(commission.pk,),
            purpose=trustees_decision,
        ),
        at=at,
    )
    return opening.ceremony


def open_commission(
    *,
    commission: Commission,
    coordinator: Officer,
    dpo: Officer,
    at: datetime,
    threshold: int = THRESHOLD,
    trustees: int = TRUSTEES,
) -> Ceremony:
    """Prepare and carry out an opening at once, where nobody waits for paper.

    Raises: CommissionIncomplete, AlreadyOpen.
    """
    return carry_out(
        prepare(
            commission=commission,
            coordinator=coordinator,
            dpo=dpo,
            at=at,
            threshold=threshold,
            trustees=trustees,
        )
    )


def _require_complete(commission: Commission) -> None:
    if commission.state == Commission.State.ACTIVE:
        raise AlreadyOpen
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


# --- officers and the statistics key ---
def enter_officers(
    commission: Commission, one: Officer, other: Officer, statistics_seed: bytes, at: datetime
) -> None:
    """Enter two officers in the directory, each signed by the other, with the statistics key."""
    for (user, identity), signer in ((one, other), (other, one)):
        key = directory.sign_key(
            commission=commission, user=user, officers=[signer], at=at, is_officer=True
        )
        give_statistics_key(
            key=key, public=identity.public, seed=statistics_seed, commission=commission
        )


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


def statistics_for_recovery(commission: Commission, seed: bytes, recovery: bytes) -> bytes:
    """Wrap the statistics key to a recovery key (commitment 32, then E3)."""
    context = _context(commission, seed, kem_key_id(recovery))
    return context.commitment + wraps.wrap_key(seed, recovery, context)


def recovered_statistics_seed(
    *, commission: Commission, root: RootStatement, pair: KemPair
) -> bytes:
    """Open the statistics key with the recovery key that the shares rebuilt.

    Raises: BadSignature when no wrap is kept, or when it is not the root's key; VaultError when
    the wrap was changed.
    """
    blob = bytes(commission.statistics_recovery_wrap or b"")
    if not blob:
        raise BadSignature("statistics_key")
    context = wraps.WrapContext(commission.pk, STATISTICS, 1, pair.key_id, blob[:32])
    seed = wraps.unwrap_key(pair, blob[32:], context)
    if KemPair.from_seed(seed).public != root.statistics:
        raise BadSignature("statistics_key")
    return seed


def open_statistics_seed(
    *, commission: Commission, root: RootStatement, identity: Identity
) -> bytes:
    """Open an officer's wrap of the statistics key.

    Raises: BadSignature when she has none, or when it is not the root's key; VaultError when the
    wrap was changed.
    """
    row = (
        MemberKey.objects.filter(
            commission=commission, key_id=identity.key_id, statistics_wrap__isnull=False
        )
        .order_by("serial")
        .last()
    )
    if row is None:
        raise BadSignature("statistics_key")
    blob = bytes(row.statistics_wrap or b"")
    context = wraps.WrapContext(commission.pk, STATISTICS, 1, identity.key_id, blob[:32])
    seed = wraps.unwrap_key(identity, blob[32:], context)
    if KemPair.from_seed(seed).public != root.statistics:
        raise BadSignature("statistics_key")
    return seed
