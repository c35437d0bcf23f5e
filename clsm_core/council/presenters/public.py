"""What a council says of itself to anybody."""

from __future__ import annotations

from typing import Any

from clsm_core.council.models import Council
from clsm_core.council.presenters.home import objectives_of, place_words
from clsm_core.council.presenters.territory import SHOWN_COMMUNES, map_of
from clsm_core.council.queries.territory import contours_of, territory_of
from clsm_core.council.words import number
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day


def public_page(council: Council) -> dict[str, Any]:
    """Give the values of the public page; an empty field is left out, not shown as missing."""
    territory = territory_of(council)
    facts = [
        Fact("Présidence", council.presidency),
        Fact("Co-animation", council.co_animation),
        Fact("Création", day(council.created_on)),
        Fact("Statut", council.get_status_display()),
        Fact("Échelle", council.get_scale_display()),
        Fact("Territoire couvert", place_words(territory)),
        Fact(
            "Population couverte",
            f"{number(territory.population)} habitants" if territory.lines else "",
        ),
    ]
    rows = [
        [
            line.commune.name,
            Cell(number(line.commune.population), is_number=True),
            "en partie" if line.is_partial else "entière",
        ]
        for line in territory.lines
    ]
    return {
        "council": council,
        "objectives": objectives_of(council),
        "facts": [fact for fact in facts if fact.value],
        "territory": territory,
        "map": map_of(territory, contours_of(council)),
        "headers": ("Commune", "Population", "Couverture"),
        "first_rows": rows[:SHOWN_COMMUNES],
        "other_rows": rows[SHOWN_COMMUNES:],
    }
