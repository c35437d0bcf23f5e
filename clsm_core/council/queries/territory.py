"""The territory of a council: communes, districts, sectors, outlines; and the official lists."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q, QuerySet

from clsm_core.council.models import (
    Commune,
    Contour,
    Council,
    CouncilCommune,
    Epci,
    PriorityDistrict,
    PsychiatricSector,
)
from clsm_core.council.territory import LICENCE_LINE, SOURCE_LINE, search_key

FOUND_AT_MOST = 40
SHORTEST = 2


class Territory(NamedTuple):
    """The communes of a council, largest first, and their population with its source."""

    lines: list[CouncilCommune]
    population: int
    has_partial: bool
    source: str
    licence: str

    @property
    def communes(self) -> list[Commune]:
        """The communes themselves."""
        return [line.commune for line in self.lines]

    @property
    def epcis(self) -> list[Epci]:
        """The intercommunalities met, by name."""
        found = {line.commune.epci for line in self.lines if line.commune.epci}
        return sorted(found, key=lambda epci: epci.name)


def territory_of(council: Council) -> Territory:
    """Add up the communes of a council."""
    lines = list(lines_of(council))
    return Territory(
        lines=lines,
        population=sum(line.commune.population for line in lines),
        has_partial=any(line.is_partial for line in lines),
        source=SOURCE_LINE,
        licence=LICENCE_LINE,
    )


def lines_of(council: Council) -> QuerySet[CouncilCommune]:
    """Give the communes of a council, largest first."""
    return (
        CouncilCommune.objects.filter(council=council)
        .select_related("commune__epci")
        .order_by("-commune__population", "commune__name")
    )


def communes_of(council: Council) -> QuerySet[Commune]:
    """Give the communes of a council by name."""
    return council.communes.order_by("name")


def commune_codes(council: Council) -> frozenset[str]:
    """Give the INSEE codes of the perimeter."""
    return frozenset(council.communes.values_list("code", flat=True))


def contours_of(council: Council) -> QuerySet[Contour]:
    """Give the outlines that a council imported, for the communes still in its perimeter."""
    return (
        Contour.objects.filter(council=council, commune__in=council.communes.all())
        .select_related("commune")
        .order_by("commune__code")
    )


def district_of(council: Council, district_id: object) -> PriorityDistrict | None:
    """Give one district of the council, None when it is not there."""
    return PriorityDistrict.objects.filter(council=council, pk=district_id).first()


def sector_of(council: Council, sector_id: object) -> PsychiatricSector | None:
    """Give one sector of the council, None when it is not there."""
    return PsychiatricSector.objects.filter(council=council, pk=sector_id).first()


def search_communes(words: str) -> list[Commune]:
    """Give the official communes of an INSEE code, a postcode or part of a name."""
    key = search_key(words)
    if len(key) < SHORTEST:
        return []
    found = Q(search_key__contains=key)
    if any(sign.isdigit() for sign in key):
        found |= Q(code=key.upper()) | Q(postcodes__contains=key)
    chosen = Commune.objects.filter(found).select_related("epci")
    # The exact name first, then the largest.
    ranked = sorted(chosen, key=lambda one: (one.search_key != key, -one.population, one.code))
    return ranked[:FOUND_AT_MOST]


def search_epcis(words: str) -> list[Epci]:
    """Give the official intercommunalities of a SIREN or part of a name."""
    key = search_key(words)
    if len(key) < SHORTEST:
        return []
    found = Epci.objects.filter(Q(search_key__contains=key) | Q(siren=key))
    return list(found.order_by("-population", "siren")[:FOUND_AT_MOST])
