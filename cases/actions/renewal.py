"""Renew a commission's recovery key: a new root, then every section key wrapped anew.

Promises: a section is never without a recovery wrap that some shares open; the former one goes in
the transaction that writes the new one. Each batch is whole: a renewal stopped anywhere goes on
where it was. What the former key had given to members is signed again by the new one, so that
nothing signed by shares that were lost counts any more.

Source: security.md D6, §2.4 (recovery), §2.5; T-31, T-32.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import recorder
from audit.events import Event
from cases.access import recording
from cases.access.directory import directory_of, root_of
from cases.access.entry import acting
from cases.access.keys import OpenKeys, open_keys, situation_key
from cases.actions import commissions, directory, wrapping
from cases.actions.commissions import Ceremony, RecoveryKey, draw_recovery_key
from cases.actions.directory import Officer
from cases.domain.exceptions import DomainError
from cases.keystore.models import SituationKey
from cases.models import Commission, Grant, Situation, Wrap
from cases.permissions import Role, Viewer
from cases.vault import grants, recovery_kit, roots
from cases.vault.errors import VaultError
from cases.vault.identity import kem_key_id
from cases.vault.roots import RootStatement

BATCH = 20


class RenewalRefused(DomainError):
    """The directory changed since the ceremony began, or the coordinator is not in office."""

    code = "renewal_refused"
    message = "L’annuaire a changé pendant la cérémonie : recommencez-la."


@dataclass(frozen=True)
class Renewal:
    """A renewal made ready: nothing of it stands before ``put_in_force``."""

    commission: Commission
    officers: tuple[Officer, Officer] = field(repr=False)
    key: RecoveryKey
    former: RootStatement
    statement: RootStatement
    at: datetime

    @property
    def ceremony(self) -> Ceremony:
        """Return what is printed."""
        key = self.key
        return Ceremony(key.shares, key.threshold, self.statement.fingerprint, key.words)


@dataclass(frozen=True)
class Batch:
    """What one batch did: ``last`` is where the next one begins, None when there is none."""

    keys: int
    left: tuple[str, ...]
    last: UUID | None


def prepare(
    *,
    commission: Commission,
    coordinator: Officer,
    dpo: Officer,
    at: datetime,
    threshold: int,
    trustees: int,
) -> Renewal:
    """Draw a new recovery key and the root that names it, without writing anything.

    Raises: CommissionIncomplete below two of three; BadSignature when the root was changed.
    """
    former = root_of(commission)
    key = draw_recovery_key(threshold, trustees)
    statement = directory.next_root(
        former, at=at, recovery=key.public, recovery_signing=key.signer.public
    )
    return Renewal(commission, (coordinator, dpo), key, former, statement, at)


@transaction.atomic
def put_in_force(renewal: Renewal, *, trustees_decision: str = "") -> Ceremony:
    """Write the new root; from now on new sections are wrapped to the new key.

    Raises: RenewalRefused; BadSignature when the two did not sign as officers.
    """
    commission, at = renewal.commission, renewal.at
    directory.lock(commission)
    if root_of(commission).fingerprint != renewal.former.fingerprint:
        raise RenewalRefused
    commission.recovery_threshold = renewal.key.threshold
    commission.recovery_trustees = len(renewal.key.shares)
    commission.statistics_recovery_wrap = commissions.statistics_for_recovery(
        commission, _statistics_seed(renewal), renewal.key.public
    )
    directory.add_root(
        commission=commission,
        statement=renewal.statement,
        signatures=[roots.sign_root(one[1], renewal.statement) for one in renewal.officers],
        at=at,
    )
    coordinator = renewal.officers[0][0]
    # The coordinator's desk alone sees every grant of the commission.
    with acting(coordinator) as viewer:
        if not viewer.holds(commission.pk, Role.COORDINATOR):
            raise RenewalRefused("L’animation signe d’abord la charte en vigueur.")
        again = _sign_again(renewal)
    recorder.done(
        Event(
            action="commission.recovery_renewed",
            actor=coordinator.pk,
            commission=commission.pk,
            objects=(commission.pk,),
            purpose=trustees_decision or ("grants_signed_again" if again else ""),
        ),
        at=at,
    )
    return renewal.ceremony


def _statistics_seed(renewal: Renewal) -> bytes:
    """Open the statistics key by whichever officer can. Raises: VaultError."""
    (_, coordinator), (_, dpo) = renewal.officers
    of_root = {"commission": renewal.commission, "root": renewal.former}
    try:
        return commissions.open_statistics_seed(identity=coordinator, **of_root)
    except VaultError:
        return commissions.open_statistics_seed(identity=dpo, **of_root)


def _sign_again(renewal: Renewal) -> int:
    """Sign in the new key's name what the former one gave and still holds; return how many."""
    signer, count = renewal.key.signer, 0
    rows = Grant.objects.filter(
        situation__commission=renewal.commission, revoked_at__isnull=True
    ).values_list("pk", "statement")
    for pk, blob in rows.iterator():
        try:
            if grants.peek_grantor(bytes(blob))[0] != recovery_kit.RECOVERY_GRANTOR:
                continue
            said = recovery_kit.verify_recovery_grant(renewal.former.recovery_signing, bytes(blob))
        except VaultError:
            continue  # Opens nothing now, and opens nothing after.
        signed = recovery_kit.sign_recovery_grant(
            signer, replace(said, grantor_key_id=signer.key_id)
        )
        count += Grant.objects.filter(pk=pk, revoked_at__isnull=True).update(statement=signed)
    return count


def rewrap(
    *, viewer: Viewer, commission: Commission, after: UUID | None = None, size: int = BATCH
) -> Batch:
    """Wrap to the key in force what one batch of situations still has under a former key.

    The viewer's own grants open the sections; what she cannot open is left, by code, to another
    manager. ``after`` is the last situation of the batch before.

    Raises: VaultLocked; BadSignature when the directory's root was changed.
    """
    recovery = directory_of(viewer, commission).root.recovery
    key_id = kem_key_id(recovery)
    former = Wrap.objects.filter(grant__isnull=True, situation__commission=commission).exclude(
        recipient_key_id=key_id
    )
    following = former if after is None else former.filter(situation__gt=after)
    ids = list(
        following.order_by("situation").values_list("situation", flat=True).distinct()[:size]
    )
    done, left, told = 0, set(), []
    for situation in Situation.objects.filter(pk__in=ids).select_related("commission"):
        rows = list(former.filter(situation=situation).order_by("section", "key_version"))
        opened = _opened(viewer, situation)
        moved = _move(situation, rows, opened, recovery) if opened else set()
        done += len(moved)
        if moved:
            told.append(situation.pk)
        if len(moved) < len({(row.section, row.key_version) for row in rows}):
            left.add(situation.code)
    if done:
        recording.done(
            viewer, "key.rotated", commission=commission.pk, objects=told, purpose="recovery"
        )
    return Batch(done, tuple(sorted(left)), ids[-1] if ids else None)


def _opened(viewer: Viewer, situation: Situation) -> OpenKeys | None:
    """Return the viewer's keys where she may write wraps: she manages a section at least."""
    opened = open_keys(viewer, situation)
    return opened if Grant.Level.MANAGE in opened.levels.values() else None


def _move(
    situation: Situation, rows: Iterable[Wrap], opened: OpenKeys, recovery: bytes
) -> set[tuple[str, int]]:
    """Wrap what is open to the new key, and drop what it replaces; return what was wrapped."""
    try:
        _, server_key = situation_key(situation.pk)
    except SituationKey.DoesNotExist:
        return set()
    moved: set[tuple[str, int]] = set()
    for row in rows:
        place = (row.section, row.key_version)
        dek = opened.deks.get(place)
        if dek is None or place in moved:
            continue
        # A renewal of the section's own key may be retiring this version.
        wrapping.hold(situation.pk, row.section)
        of_key = {"situation": situation, "section": row.section, "key_version": row.key_version}
        # Beside a former wrap, one to the key in force came from a file and was never proved:
        # the fresh one replaces both.
        held = list(Wrap.objects.filter(grant__isnull=True, **of_key).values_list("pk", flat=True))
        if not held:
            continue
        wrapping.wrap_to_recovery(
            situation=situation,
            recovery=recovery,
            section=row.section,
            version=row.key_version,
            dek=dek,
            server_key=server_key,
        )
        Wrap.objects.filter(pk__in=held).delete()
        moved.add(place)
    return moved
