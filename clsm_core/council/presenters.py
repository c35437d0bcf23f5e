"""Turn a council into what its home page shows."""

from __future__ import annotations

from typing import Any

from clsm_core.council.models import Council, CouncilStatus
from clsm_core.council.queries import territory_of
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day

STATUS_KINDS = {CouncilStatus.ACTIVE: "done", CouncilStatus.DORMANT: "attention"}
SHOWN_COMMUNES = 12


def home_page(council: Council) -> dict[str, Any]:
    """Give the page's values."""
    territory = territory_of(council)
    rows = [
        [
            commune.name,
            Cell(commune.code, is_code=True),
            Cell(number(commune.population), is_number=True),
        ]
        for commune in territory.communes
    ]
    epcis = {commune.epci.name for commune in territory.communes if commune.epci}
    return {
        "council": council,
        "status": council.get_status_display(),
        "status_kind": STATUS_KINDS.get(CouncilStatus(council.status), ""),
        "people": [
            Fact("Présidence", council.presidency),
            Fact("Co-animation", council.co_animation),
            Fact("Portage", council.get_carrier_display()),
            Fact("Création", day(council.created_on)),
        ],
        "place": [
            Fact("Échelle", council.get_scale_display()),
            Fact("Type de territoire", council.get_territory_type_display()),
            Fact("Intercommunalité", ", ".join(sorted(epcis))),
            Fact("Quartiers prioritaires", ", ".join(one.name for one in council.districts.all())),
            Fact("Secteurs de psychiatrie", ", ".join(one.code for one in council.sectors.all())),
        ],
        "population": number(territory.population),
        "territory": territory,
        "headers": ("Commune", "Code INSEE", "Population"),
        "first_rows": rows[:SHOWN_COMMUNES],
        "other_rows": rows[SHOWN_COMMUNES:],
    }


def number(value: int) -> str:
    """Write a whole number in French: thousands parted by a narrow no-break space."""
    return f"{value:,}".replace(",", "\u202f")
