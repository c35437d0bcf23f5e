"""Change what a council covers: communes, districts imported, outlines.

Source: domain.md D.1 (périmètre), 002-04, 003-08, 003-12.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.actions import rows
from clsm_core.council.districts_csv import DistrictLine
from clsm_core.council.geojson import Outlines
from clsm_core.council.models import (
    Commune,
    Contour,
    Council,
    CouncilCommune,
    PriorityDistrict,
)

# The three cities whose arrondissements have codes of their own (INSEE).
CITIES = {"75056": ("751",), "69123": ("6938",), "13055": ("132",)}


@transaction.atomic
def add_communes(*, council: Council, communes: Iterable[Commune]) -> int:
    """Add communes to the perimeter; return how many were not there yet.

    Raises:
        Refusal: a city and one of its arrondissements would be counted twice.
    """
    present = set(council.communes.values_list("code", flat=True))
    added = [commune for commune in communes if commune.code not in present]
    require_counted_once(present | {commune.code for commune in added})
    for commune in added:
        rows.add(row=CouncilCommune(council=council, commune=commune))
    rows.change(row=council)
    return len(added)


@transaction.atomic
def change_communes(
    *, council: Council, partial: Collection[object], removed: Collection[object]
) -> None:
    """Say which communes are covered in part only, and take others out.

    Args:
        partial: keys of the lines of the perimeter that are partial; the others are whole.
        removed: keys of the lines to take out.
    """
    for line in CouncilCommune.objects.select_for_update().filter(council=council):
        if line.pk in removed:
            line.delete()
        elif line.is_partial != (line.pk in partial):
            line.is_partial = line.pk in partial
            line.save(update_fields=["is_partial"])
    rows.change(row=council)


def require_counted_once(codes: Collection[str]) -> None:
    """Refuse a perimeter that holds a city and one of its own arrondissements.

    Raises:
        Refusal: its people would be counted twice.
    """
    for city, prefixes in CITIES.items():
        if city in codes and any(c.startswith(prefixes) and c != city for c in codes):
            raise Refusal(
                "Une ville entière et un de ses arrondissements ne peuvent pas être ensemble dans"
                " le périmètre : leurs habitants seraient comptés deux fois.",
                code="counted_twice",
            )


@transaction.atomic
def import_districts(*, council: Council, lines: Iterable[DistrictLine], source: str) -> None:
    """Write every district of a file, new or already there; all of them or none.

    Raises:
        ValidationError: a line is refused; nothing is written.
    """
    communes = {commune.code: commune for commune in council.communes.all()}
    present = {
        one.code: one
        for one in PriorityDistrict.objects.select_for_update().filter(council=council)
    }
    for line in lines:
        row = present.get(line.code) or PriorityDistrict(council=council, code=line.code)
        wanted = {
            "name": line.name,
            "commune": communes.get(line.insee),
            "population": line.population,
            "population_year": line.year,
            "source": source or row.source,
        }
        is_known = line.code in present
        if is_known and all(getattr(row, name) == value for name, value in wanted.items()):
            continue
        for name, value in wanted.items():
            setattr(row, name, value)
        if is_known:
            rows.change(row=row)
        else:
            rows.add(row=row)


@transaction.atomic
def import_contours(*, council: Council, outlines: Outlines, source: str) -> None:
    """Keep the outlines of communes of the perimeter; a new one replaces the former."""
    communes = {one.code: one for one in council.communes.filter(code__in=outlines.kept)}
    present = {one.commune_id: one for one in Contour.objects.filter(council=council)}
    for code, polygons in outlines.kept.items():
        commune = communes.get(code)
        if commune is None:
            continue  # It left the perimeter meanwhile.
        row = present.get(commune.pk) or Contour(council=council, commune=commune)
        row.polygons, row.source = polygons, source
        row.full_clean()
        row.save()
    rows.change(row=council)


@transaction.atomic
def remove_contours(*, council: Council) -> None:
    """Forget the outlines of a council."""
    for contour in Contour.objects.filter(council=council):
        contour.delete()
    rows.change(row=council)
