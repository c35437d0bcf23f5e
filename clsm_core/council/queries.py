"""What a council's pages show of its territory."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet

from clsm_core.council.models import Commune, Council
from clsm_core.council.territory import LICENCE_LINE, SOURCE_LINE


class Territory(NamedTuple):
    """The communes of a council, largest first, and their population with its source."""

    communes: list[Commune]
    population: int
    has_partial: bool
    source: str
    licence: str


def territory_of(council: Council) -> Territory:
    """Add up the communes of a council."""
    links = council.communes.through.objects.filter(council=council)
    found = list(_communes(council))
    return Territory(
        communes=found,
        population=sum(commune.population for commune in found),
        has_partial=links.filter(is_partial=True).exists(),
        source=SOURCE_LINE,
        licence=LICENCE_LINE,
    )


def _communes(council: Council) -> QuerySet[Commune]:
    return council.communes.select_related("epci").order_by("-population", "name")
