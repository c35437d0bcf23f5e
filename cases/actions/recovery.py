"""Ask the trustees to give keys back to a member: what may be asked, and the request (T-32).

Promises: the recovery key gives back and never widens. A request asks, for one attested member,
what her office or an unrevoked right of hers already gives; what she receives, the three locks
still decide upon at each reading.

Runs on a connection of the operator's, under the role that bypasses the rows' rules, since the
members who could see the rows are those who are missing.

Source: security.md §2.4 (recovery), D6; decision 16; T-32.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from cases.access import recovery as access
from cases.access.directory import Directory
from cases.access.recovery import StoredKey
from cases.actions.grants import LONGEST
from cases.actions.wrapping import Terms
from cases.domain.sections import ProfessionCategory, Section
from cases.models import Commission, Grant, Mandate, Situation, Wrap
from cases.permissions import MEMBER_ROLES, Role
from cases.vault.identity import kem_key_id
from cases.vault.offline import RecoveryRequest, RequestedKey
from cases.vault.roots import RootStatement


@dataclass(frozen=True)
class Recipient:
    """Who receives: her account, her mandates in force, the rights she has not lost."""

    user_id: UUID
    mandates: tuple[Mandate, ...]
    rights: dict[tuple[UUID, str], Grant]

    def mandate(self, *roles: str) -> Mandate | None:
        """Return the longest mandate among these roles."""
        found = [one for one in self.mandates if one.role in roles]
        return max(found, key=lambda one: one.ends_on, default=None)

    @property
    def reads_health(self) -> bool:
        """Tell whether one of her mandates is of a profession that reads health (C-22)."""
        return any(ProfessionCategory(one.profession).reads_health for one in self.mandates)


def recipient_of(commission: Commission, user_id: UUID, at: datetime, using: str) -> Recipient:
    """Gather what a member's rights rest on."""
    today = at.date()
    mandates = Mandate.objects.filter(
        commission_id=commission.pk,
        user_id=user_id,
        status=Mandate.Status.ACTIVE,
        role__in=set(MEMBER_ROLES) - {Role.GUEST},
        starts_on__lte=today,
        ends_on__gte=today,
    )
    rights: dict[tuple[UUID, str], Grant] = {}
    held = Grant.objects.using(using).filter(
        situation__commission_id=commission.pk,
        recipient_id=user_id,
        basis=Grant.Basis.PERMANENT,
        revoked_at__isnull=True,
        not_after__gt=at,
    )
    order = list(Grant.Level)
    for row in sorted(held, key=lambda one: (order.index(Grant.Level(one.level)), one.not_after)):
        rights[row.situation_id, row.section] = row
    return Recipient(user_id, tuple(mandates), rights)


def terms_of(recipient: Recipient, situation: Situation, section: str, at: datetime) -> list[Terms]:
    """Return on which terms a section may be given back to a member; none when it may not.

    The lead and the coordinator manage, so that either may give to the others again; a permanent
    member receives what somebody had given her; a depositary's right sleeps.
    """
    found = []
    anyone = recipient.mandate(*MEMBER_ROLES)
    coordinator = recipient.mandate(Role.COORDINATOR)
    right = recipient.rights.get((situation.pk, section))
    is_readable = section != Section.HEALTH.value or recipient.reads_health
    if anyone and situation.lead_id == recipient.user_id and is_readable:
        found.append(_terms(anyone, at, Grant.Level.MANAGE, Grant.Basis.LEAD))
    elif coordinator:
        found.append(_terms(coordinator, at, Grant.Level.MANAGE, Grant.Basis.INTAKE))
    elif anyone and right and is_readable and not situation.is_withdrawn:
        found.append(_terms(anyone, at, right.level, Grant.Basis.PERMANENT, right.not_after))
    depositary = recipient.mandate(Role.DEPOSITARY)
    if depositary:
        found.append(_terms(depositary, at, Grant.Level.MANAGE, Grant.Basis.DEPOSITARY))
    return found


def _terms(
    mandate: Mandate, at: datetime, level: str, basis: str, until: datetime | None = None
) -> Terms:
    end = min(at + LONGEST, datetime.combine(mandate.ends_on, time(23, 59, 59), at.tzinfo))
    return Terms(
        level=level,
        basis=basis,
        not_before=at,
        not_after=end if until is None else min(end, until),
        is_dormant=basis == Grant.Basis.DEPOSITARY,
    )


def request(
    *,
    commission: Commission,
    register: Directory,
    user_id: UUID,
    at: datetime,
    using: str,
    codes: Collection[str] = (),
    former: RootStatement | None = None,
) -> tuple[RecoveryRequest | None, tuple[str, ...]]:
    """Write what the trustees are asked for one member, and the codes of damaged situations.

    None when nothing is to be given. With ``former``, what is still under that root's recovery key
    is asked for the key in force.

    Raises: BadSignature, Expired when the member's key is not attested now.
    """
    public = register.of_user(user_id, at).public
    recipient = recipient_of(commission, user_id, at, using)
    root = former or register.root
    found = access.stored(
        commission=commission,
        recovery_key_id=kem_key_id(root.recovery),
        using=using,
        codes=codes,
    )
    held = set() if former else _held(recipient, public.key_id, at, using)
    keys = tuple(
        _requested(key, terms)
        for key in found.keys
        for terms in _distinct(terms_of(recipient, key.situation, key.section, at), former)
        if (key.situation.pk, key.section, key.version, terms.level, terms.basis) not in held
    )
    if not keys:
        return None, found.altered
    asked = RecoveryRequest(
        commission=commission.pk,
        recovery_public=root.recovery,
        recipient=user_id,
        public=public,
        keys=keys,
        new_recovery_public=register.root.recovery if former else None,
    )
    return asked, found.altered


def _distinct(terms: list[Terms], former: RootStatement | None) -> list[Terms]:
    """Keep one of the terms where only the recovery key's own wrap is wanted."""
    return terms[:1] if former else terms


def _held(recipient: Recipient, key_id: str, at: datetime, using: str) -> set[Any]:
    """Return what she can open already, with her present key."""
    rows = Wrap.objects.using(using).filter(
        grant__recipient_id=recipient.user_id,
        grant__revoked_at__isnull=True,
        grant__not_after__gt=at,
        recipient_key_id=key_id,
    )
    return set(
        rows.values_list("situation_id", "section", "key_version", "grant__level", "grant__basis")
    )


def _requested(key: StoredKey, terms: Terms) -> RequestedKey:
    return RequestedKey(
        grant=uuid.uuid4(),
        situation=key.situation.pk,
        section=key.section,
        version=key.version,
        commitment=key.commitment,
        wrap=key.wrap,
        level=terms.level,
        basis=terms.basis,
        not_before=terms.not_before,
        not_after=terms.not_after,
    )
