"""Seal the codes of fictitious situations in the stage's commission, as the service seals them.

``python -m tests.browser.coded_entries 2025:60 2024:5`` runs in the commission's own process and
role: so many situations examined in the second quarter of each year.
"""

from __future__ import annotations

import os
import random
import sys

from tests.browser.stage import SLUG

INSIDERS = ("bailleur_social", "psychiatrie_publique")


def seal(year: int, size: int) -> None:
    """Seal the records of one year."""
    from cases.access.directory import root_of
    from cases.disclosure.plan_file import load_plan
    from cases.models import Commission, FacetRecord
    from cases.vault import facets
    from tests.pure.disclosure.simulated import rows_for

    plan = load_plan()
    commission = Commission.objects.get(council__slug=SLUG)
    public = root_of(commission).statistics
    chance = random.Random(f"{year}-{size}")
    period = f"{year}T2"
    rows = []
    for row in rows_for(plan, "examined", size, seed=year):
        payload = {**row, plan.insider: chance.choice(INSIDERS)}
        blob = facets.seal_facets(public, period, "examined", payload)
        rows.append(
            FacetRecord(commission=commission, population="examined", period=period, blob=blob)
        )
    FacetRecord.objects.bulk_create(rows)


if __name__ == "__main__":
    import django

    django.setup()
    for asked in sys.argv[1:]:
        year, size = asked.split(":")
        seal(int(year), int(size))
    os._exit(0)
