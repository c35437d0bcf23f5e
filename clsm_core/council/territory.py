"""Load the official communes and intercommunalities; run again, it changes what changed.

Source: data/README.md (Etalab, INSEE); the version is stored beside every row and shown.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from clsm_core.council.models import Commune, Council, CouncilCommune, Epci
from clsm_core.ui.plain import plain

DATA = Path(__file__).parent / "data"
SOURCE = "decoupage-administratif 6.0.0"
# The data set's release notes: populations of 2023 (5.3.0, 19 January 2026), map of 2026 (6.0.0).
POPULATION_YEAR = 2023
SOURCE_LINE = (
    f"Source : INSEE, populations municipales légales {POPULATION_YEAR}, découpage 2026, jeu"
    " decoupage-administratif 6.0.0 (Etalab)"
)
LICENCE_LINE = "Licence Ouverte 2.0"
BATCH = 2000


class Loaded(NamedTuple):
    """How many rows a loading wrote."""

    communes: int
    epcis: int


def load(*, using: str, folder: Path = DATA) -> Loaded:
    """Write every commune and intercommunality, keeping the ids of those already there.

    Raises:
        KeyError: a column is missing from a file.
    """
    groups = list(_rows(folder / "epci.csv"))
    communes = list(_rows(folder / "communes.csv"))
    with transaction.atomic(using=using):
        Epci.objects.using(using).bulk_create(
            (
                Epci(
                    siren=row["siren"],
                    name=row["nom"],
                    search_key=search_key(row["nom"]),
                    kind=row["type"],
                    population=int(row["population_municipale"] or 0),
                    source=SOURCE,
                )
                for row in groups
            ),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["siren"],
            update_fields=["name", "search_key", "kind", "population", "source"],
        )
        ids = dict(Epci.objects.using(using).values_list("siren", "id"))
        owners = {code: ids[row["siren"]] for row in groups for code in row["communes"].split()}
        Commune.objects.using(using).bulk_create(
            (
                Commune(
                    code=row["code_insee"],
                    name=row["nom"],
                    search_key=search_key(row["nom"]),
                    kind=row["type"],
                    department=row["departement"],
                    region=row["region"],
                    population=int(row["population"] or 0),
                    postcodes=row["codes_postaux"],
                    epci_id=owners.get(row["code_insee"]),
                    source=SOURCE,
                )
                for row in communes
            ),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[
                "name",
                "search_key",
                "kind",
                "department",
                "region",
                "population",
                "postcodes",
                "epci",
                "source",
            ],
        )
    return Loaded(len(communes), len(groups))


def set_perimeter(council: Council, codes: Iterable[str], *, using: str = "default") -> int:
    """Make a council cover exactly these communes; return how many.

    Raises:
        Commune.DoesNotExist: a code is not in the official data.
    """
    wanted = set(codes)
    found = list(Commune.objects.using(using).filter(code__in=wanted))
    if len(found) != len(wanted):
        raise Commune.DoesNotExist("un code INSEE du périmètre est inconnu")
    with transaction.atomic(using=using):
        kept = CouncilCommune.objects.using(using).filter(council=council)
        kept.exclude(commune__in=found).delete()
        CouncilCommune.objects.using(using).bulk_create(
            (CouncilCommune(council=council, commune=commune) for commune in found),
            ignore_conflicts=True,
        )
    return len(found)


def search_key(words: str) -> str:
    """Return what a name is searched by: no accent, no case, no hyphen, no apostrophe."""
    return " ".join(plain(words).replace("-", " ").replace("'", " ").split())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Read a file of the data folder row by row."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
