"""Open the statistics key and the sealed facets, in an officer's request (decision 40)."""

from __future__ import annotations

from typing import Any

from cases.access import recording
from cases.models import Commission, FacetRecord, MemberKey
from cases.permissions import Refused, Role, Viewer
from cases.vault import facets, wraps
from cases.vault.errors import VaultError
from cases.vault.identity import KemPair

STATISTICS = "statistics"


def statistics_key(viewer: Viewer, commission: Commission) -> KemPair:
    """Return the commission's statistics key pair.

    Raises: Refused for anybody but an officer; VaultLocked; VaultError when the wrap was changed.
    """
    if not viewer.holds(commission.pk, Role.COORDINATOR, Role.DPO):
        raise Refused("role")
    identity = viewer.open_identity()
    row = MemberKey.objects.filter(
        commission=commission, user_id=viewer.user_id, revoked_at__isnull=True
    ).last()
    if row is None or row.statistics_wrap is None:
        raise Refused("statistics")
    blob = bytes(row.statistics_wrap)
    committed, inner = blob[:32], blob[32:]
    context = wraps.WrapContext(commission.pk, STATISTICS, 1, identity.key_id, committed)
    return KemPair.from_seed(wraps.unwrap_key(identity, inner, context))


def open_facets(
    viewer: Viewer, commission: Commission, *, population: str, periods: list[str]
) -> list[dict[str, Any]]:
    """Return the coded facets of a population over quarters, as rows without any id.

    Raises: as ``statistics_key``; VaultError when a record was changed, which raises the alert.
    """
    pair = statistics_key(viewer, commission)
    records = FacetRecord.objects.filter(
        commission=commission, population=population, period__in=periods
    ).order_by("id")
    try:
        return [
            facets.open_facets(pair, bytes(record.blob), record.period, population)
            for record in records
        ]
    except VaultError:
        # Which one is not told: a record is tied to nobody.
        recording.alert(viewer, "facets_altered", commission=commission.pk)
        raise
