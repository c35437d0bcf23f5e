"""The computed indicators of a council's year, by code: every one that the data allow (D.5).

Promises: a pure reading, always of one council, in a constant number of queries.
"""

from __future__ import annotations

from clsm_core.council.models import Council
from clsm_core.roadmap.queries.counts.actions import roadmap_measures
from clsm_core.roadmap.queries.counts.council import council_measures
from clsm_core.roadmap.queries.counts.measures import Figures
from clsm_core.roadmap.queries.counts.meetings import meeting_measures
from clsm_core.roadmap.queries.counts.years import Year


def computed(council: Council, year: Year) -> Figures:
    """Return the indicators of a year, in the order in which a page shows them."""
    found = [
        *meeting_measures(council, year),
        *roadmap_measures(council, year),
        *council_measures(council, year),
    ]
    return {one.code: one for one in found}
