"""The territory page and its map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.drawing import Drawing, draw
from clsm_core.council.models import (
    Commune,
    Contour,
    Council,
    PriorityDistrict,
    PsychiatricSector,
    SectorKind,
)
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.home import place_words
from clsm_core.council.queries.territory import Territory, contours_of, territory_of
from clsm_core.council.words import number, plural
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day

SHOWN_COMMUNES = 15
DISTRICT_HEADERS = ("Quartier", "Code", "Commune", "Population", "Source")
SECTOR_HEADERS = ("Secteur", "Pôle ou service", "Établissement", "Chefferie", "Communes desservies")


class Shape(NamedTuple):
    """One commune of the map."""

    name: str
    path: str


class Map(NamedTuple):
    """A map and what it says in words."""

    drawing: Drawing
    shapes: list[Shape]
    text: str
    missing: list[str]
    sources: str


def territory_page(council: Council, member: Member) -> dict[str, Any]:
    """Give the values of the territory page."""
    territory = territory_of(council)
    districts = list(council.districts.select_related("commune"))
    sectors = list(council.sectors.all())
    counted = [one for one in districts if one.population is not None]
    manages = member.may(Act.MANAGE)
    headers, rows = _commune_table(territory)
    return {
        "council": council,
        "manages": manages,
        "territory": territory,
        "population": number(territory.population),
        "count": plural(len(territory.lines), "commune"),
        "headers": headers,
        "first_rows": rows[:SHOWN_COMMUNES],
        "other_rows": rows[SHOWN_COMMUNES:],
        "map": map_of(territory, contours_of(council)),
        "facts": [
            Fact("Communes", place_words(territory)),
            Fact("Population couverte", f"{number(territory.population)} habitants"),
            Fact("Intercommunalités", ", ".join(epci.name for epci in territory.epcis)),
            Fact("Échelle", council.get_scale_display()),
            Fact("Type de territoire", council.get_territory_type_display()),
            Fact("Périmètre revu le", day(council.perimeter_reviewed_on)),
        ],
        "district_headers": DISTRICT_HEADERS,
        "district_rows": [_district_row(council, one, manages) for one in districts],
        "district_population": number(sum(one.population or 0 for one in counted)),
        "districts_uncounted": len(districts) - len(counted),
        "sector_headers": SECTOR_HEADERS,
        "sector_groups": [
            (kind.label[:1].upper() + kind.label[1:], found)
            for kind in SectorKind
            if (
                found := [_sector_row(council, one, manages) for one in sectors if one.kind == kind]
            )
        ],
    }


def map_of(territory: Territory, contours: Iterable[Contour]) -> Map | None:
    """Draw the communes whose outline is known; None when none is."""
    found = list(contours)
    drawing = draw({one.commune.code: one.polygons for one in found})
    if drawing is None:
        return None
    names = {commune.code: commune.name for commune in territory.communes}
    missing = [name for code, name in names.items() if code not in drawing.paths]
    shown = sorted(names[code] for code in drawing.paths if code in names)
    return Map(
        drawing,
        [Shape(names[code], path) for code, path in drawing.paths.items() if code in names],
        f"Carte de {plural(len(shown), 'commune')} du conseil : {', '.join(shown)}. La liste, avec"
        " les populations, est sur la même page.",
        sorted(missing),
        " ; ".join(sorted({one.source for one in found})),
    )


def _commune_table(territory: Territory) -> tuple[list[str], list[list[Any]]]:
    """Give heads and rows; the intercommunality has a column when there are several."""
    is_shared = len(territory.epcis) > 1
    headers = [
        "Commune",
        "Code INSEE",
        *(["Intercommunalité"] if is_shared else []),
        "Population",
        "Couverture",
    ]
    rows = [
        [
            line.commune.name,
            Cell(line.commune.code, is_code=True),
            *([_epci(line.commune)] if is_shared else []),
            Cell(number(line.commune.population), is_number=True),
            "en partie" if line.is_partial else "entière",
        ]
        for line in territory.lines
    ]
    return headers, rows


def _epci(commune: Commune) -> str:
    return commune.epci.name if commune.epci else "—"


def _district_row(council: Council, one: PriorityDistrict, manages: bool) -> list[Any]:
    url = reverse("council:district", args=[council.slug, one.pk]) if manages else ""
    people = "non renseignée"
    if one.population is not None:
        people = f"{number(one.population)} ({one.population_year})"
    return [
        Cell(one.name, url=url),
        Cell(one.code, is_code=True),
        one.commune.name if one.commune else "—",
        Cell(people, is_number=True),
        one.source or "—",
    ]


def _sector_row(council: Council, one: PsychiatricSector, manages: bool) -> list[Any]:
    url = reverse("council:sector", args=[council.slug, one.pk]) if manages else ""
    return [
        Cell(one.code, url=url),
        one.name or "—",
        one.hospital,
        one.chief or "—",
        one.area or "—",
    ]
