"""Who receives a section's next version: whoever the former ones were rightly given to (T-31).

Only what its signature proves is repeated, and only with the wrap that it was made with: a row that
was written or revived by SQL receives nothing, and neither does a right that mandate, agreement or
profession no longer gives.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from cases.access import recording
from cases.access.directory import Directory, directory_of
from cases.access.keys import situation_key, verified
from cases.actions import grants, wrapping
from cases.domain.exceptions import DomainError
from cases.domain.sections import ProfessionCategory, Section
from cases.keystore.models import SectionKey
from cases.models import Grant, Mandate, Situation, Wrap
from cases.permissions import MEMBER_ROLES, Role, Viewer
from cases.vault import outer
from cases.vault.errors import Tampered, VaultError
from cases.vault.grants import GrantStatement


class RotationBusy(DomainError):
    """Somebody writes in the section, renews its key or ends a right at this very moment."""

    code = "rotation_busy"
    message = (
        "Quelqu’un écrit dans cette situation, renouvelle déjà ses clés ou y retire un accès. "
        "Recommencez dans quelques instants."
    )


@dataclass
class Renewal:
    """Who is to receive a version, with the grant it repeats; and who may but cannot yet.

    Those wait for their key to be signed in the directory.
    """

    given: list[tuple[Grant, GrantStatement]] = field(default_factory=list)
    waiting: list[Grant] = field(default_factory=list)


def of_version(viewer: Viewer, situation: Situation, section: str, version: int) -> Renewal:
    """Return the live grants on former versions that the given version does not repeat yet.

    They are kept from ending until this transaction does: whoever ends one waits, and then ends
    what repeats it as well. Raises: RotationBusy when one is being ended now.
    """
    register = directory_of(viewer, situation.commission)
    _, server_key = situation_key(situation.pk)
    commitments = {
        row.version: bytes(row.commitment)
        for row in SectionKey.objects.filter(situation=situation.pk, section=section)
    }
    rows = sorted(
        _kept(viewer, situation, section),
        key=lambda row: (row.not_after, row.key_version),
        reverse=True,
    )
    wraps = {row.grant_id: row for row in Wrap.objects.filter(grant__in=rows)}
    at = viewer.at
    repeated = {
        _terms_of(row, at): row.not_after for row in reversed(rows) if row.key_version == version
    }
    renewal = Renewal()
    for grant in rows:
        until = repeated.get(_terms_of(grant, at))
        if grant.key_version == version or (until is not None and until >= grant.not_after):
            continue
        wrap = wraps.get(grant.pk)
        if wrap is None or not _may_still(viewer, situation, grant):
            continue
        try:
            statement = verified(grant, register)
            sealed = bytes(wrap.blob)
            statement.require_wrap(
                outer.outer_open(server_key, sealed, situation.pk, grant.pk, outer.OUTER_VERSION)
            )
            if statement.commitment != commitments.get(grant.key_version):
                raise Tampered("wrong_commitment")
        except VaultError:
            recording.alert(
                viewer,
                "grant_not_verified",
                commission=situation.commission_id,
                objects=(situation.pk, grant.recipient_id),
                sections=[section],
            )
            continue
        repeated[_terms_of(grant, at)] = grant.not_after
        if _has_key(register, grant, viewer):
            renewal.given.append((grant, statement))
        else:
            renewal.waiting.append(grant)
    return renewal


def _kept(viewer: Viewer, situation: Situation, section: str) -> list[Grant]:
    """Return the live grants of a section, which nobody ends before this transaction does.

    Never waits, so that a renewal and a departure cannot wait for each other. Raises: RotationBusy.
    """
    live = Grant.objects.filter(
        situation=situation, section=section, revoked_at__isnull=True, not_after__gt=viewer.at
    )
    try:
        with transaction.atomic():
            # A departure begins with the mandates.
            _keep_mandates(situation, set(live.values_list("recipient_id", flat=True)))
            return list(live.select_for_update(nowait=True).order_by("pk"))
    except OperationalError as failed:
        if isinstance(failed.__cause__, LockNotAvailable):
            raise RotationBusy from None
        raise


def _keep_mandates(situation: Situation, user_ids: Iterable[uuid.UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM cases_mandate WHERE commission_id = %s AND user_id = ANY (%s)"
            " ORDER BY id FOR SHARE NOWAIT",
            [situation.commission_id, list(user_ids)],
        )


def _terms_of(grant: Grant, at: datetime) -> tuple[object, ...]:
    """Return what makes two grants the same right; the longest of them is renewed.

    Rights for two points of an agenda are two, and so is one that begins later.
    """
    begins = max(grant.not_before, at)
    return (
        grant.recipient_id,
        grant.level,
        grant.basis,
        grant.is_dormant,
        grant.item_id,
        grant.reason,
        begins,
    )


def _has_key(register: Directory, grant: Grant, viewer: Viewer) -> bool:
    try:
        wrapping.holders(register, [grant.recipient_id], viewer.at, basis=grant.basis)
    except VaultError:
        return False
    return True


def _may_still(viewer: Viewer, situation: Situation, grant: Grant) -> bool:
    """Tell whether mandate, agreement and profession still give this right."""
    today = viewer.at.date()
    mandates = list(
        Mandate.objects.filter(
            commission_id=situation.commission_id,
            user_id=grant.recipient_id,
            status=Mandate.Status.ACTIVE,
            role__in=MEMBER_ROLES,
            starts_on__lte=today,
            ends_on__gte=today,
        )
    )
    if wrapping.is_aside(situation, grant.recipient_id):
        return False
    roles = {mandate.role for mandate in mandates}
    if grant.basis == Grant.Basis.INTAKE:
        return Role.COORDINATOR in roles
    if grant.basis == Grant.Basis.DEPOSITARY:
        return Role.DEPOSITARY in roles
    if grant.basis == Grant.Basis.LEAD:
        reads_health = any(ProfessionCategory(one.profession).reads_health for one in mandates)
        is_hers = situation.lead_id == grant.recipient_id and bool(mandates)
        return is_hers and (grant.section != Section.HEALTH.value or reads_health)
    return any(
        grants.allowed_sections(situation, mandate, [grant.section], viewer.at)
        for mandate in mandates
    )
