"""A commission's plan asks only what the product captures, and says it in the product's codes.

A facet that no form captures would make every count of its population impossible; a code that is
missing from the plan would make one situation uncountable. Nothing here reads a count.

Source: releases.md 5.1; decision 36.
"""

from __future__ import annotations

import json
from typing import Any, Final

from cases.disclosure.errors import PlanInvalid
from cases.disclosure.plan import Facet, Plan
from cases.disclosure.plan_file import load_plan
from cases.domain.facets import FACETS

ZONE: Final = "zone"
SMALLEST_TERRITORY: Final = 10_000
SMALLEST_ZONE: Final = 5_000
_WORDS: Final = frozenset({"version", "label", "title", "sentence", "entry"})


def require_captured(plan: Plan) -> None:
    """Demand facets that the product captures, in its populations and codes.

    Raises:
        PlanInvalid: one is not; the message names its place in the file.
    """
    installed = load_plan().facets
    for index, facet in enumerate(plan.facets.values()):
        place = f"facets[{index}]"
        known = FACETS.get(facet.code)
        if known is None:
            if not _is_same(facet, installed.get(facet.code)):
                _refuse(place, f"« {facet.code} » n’est pas recueillie par le logiciel.")
            continue
        if facet.population != known.population.value:
            _refuse(f"{place}.population", "cette facette appartient à une autre population.")
        if facet.multi != known.multi:
            _refuse(f"{place}.multi", "le nombre de réponses n’est pas celui des formulaires.")
        odd = sorted(set(facet.codes) ^ set(known.codes))
        if odd:
            _refuse(
                f"{place}.codes",
                "les codes ne sont pas ceux des formulaires : " + ", ".join(odd) + ".",
            )
    missing = [code for code in FACETS if code not in plan.facets]
    if missing:
        _refuse("facets", "ces facettes manquent : " + ", ".join(missing) + ".")


def _is_same(facet: Facet, installed: Facet | None) -> bool:
    """Tell whether a facet without a form is the installed plan's own (professionals, E-18)."""
    return (
        installed is not None
        and facet.population == installed.population
        and facet.multi == installed.multi
        and set(facet.codes) == set(installed.codes)
    )


def require_territory(plan: Plan, *, inhabitants: int, largest_commune: int) -> None:
    """Demand a territory large enough for its zones, when a table shows them (releases.md 5.3).

    Args:
        inhabitants: of all the council's communes; 0 when they are not known.
        largest_commune: inhabitants of the most populated one.

    Raises:
        PlanInvalid: a zone would be smaller than 5,000 inhabitants, or the territory than 10,000.
    """
    for index, table in enumerate(plan.tables):
        if ZONE not in table.facets:
            continue
        place = f"tables[{index}].facets"
        if inhabitants < SMALLEST_TERRITORY:
            _refuse(
                place,
                "aucun tableau par zone dans un territoire de moins de 10 000 habitants, ou dont "
                "les communes ne sont pas renseignées au conseil.",
            )
        if min(largest_commune, inhabitants - largest_commune) < SMALLEST_ZONE:
            _refuse(place, "une zone aurait moins de 5 000 habitants.")


def skeleton(plan: Plan) -> str:
    """Return what a plan counts, its words left out: equal when labels alone differ."""
    data = plan.data
    for facet in data["facets"]:
        facet["codes"] = [code for code, _ in facet["codes"]]
    return json.dumps(_without_words(data), sort_keys=True)


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if key not in _WORDS}
        return {key: _without_words(inner) for key, inner in kept.items()}
    if isinstance(value, list):
        return [_without_words(one) for one in value]
    return value


def _refuse(place: str, why: str) -> None:
    raise PlanInvalid(f"plan, champ {place} : {why}")
