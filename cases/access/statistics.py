"""Open the statistics key and the sealed facets, in an officer's request (decision 40)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from cases.access import recording
from cases.domain.facets import Population, complete
from cases.models import Commission, FacetRecord, MemberKey
from cases.permissions import Refused, Role, Viewer
from cases.vault import facets, wraps
from cases.vault.errors import VaultError
from cases.vault.identity import KemPair

STATISTICS = "statistics"
MONTHS_A_QUARTER = 3


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


def quarters(start: date, end: date) -> list[str]:
    """Return the quarters from ``start`` (included) to ``end`` (excluded), such as ``2026T3``."""
    found = []
    year, quarter = start.year, (start.month - 1) // MONTHS_A_QUARTER
    while (year, quarter * MONTHS_A_QUARTER + 1) < (end.year, end.month):
        found.append(f"{year}T{quarter + 1}")
        year, quarter = (year, quarter + 1) if quarter < MONTHS_A_QUARTER else (year + 1, 0)
    return found


def open_entries(
    viewer: Viewer, commission: Commission, atoms: Sequence[tuple[date, date]]
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Give every entry of the atoms, end excluded: population, rank of the atom, codes.

    No row has an id, and none is kept: they are counted as they come.

    Raises: as ``statistics_key``; VaultError when a record was changed, which raises the alert.
    """
    pair = statistics_key(viewer, commission)
    rank_of = {
        period: rank for rank, (start, end) in enumerate(atoms) for period in quarters(start, end)
    }
    records = FacetRecord.objects.filter(commission=commission, period__in=list(rank_of))
    for record in records.order_by("id").iterator():
        try:
            opened = facets.open_facets(pair, bytes(record.blob), record.period, record.population)
        except VaultError:
            # Which one is not told: a record is tied to nobody.
            recording.alert(viewer, "facets_altered", commission=commission.pk)
            raise
        population = Population(record.population)
        yield record.population, rank_of[record.period], complete(population, opened)
