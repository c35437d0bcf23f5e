"""The default plan answers every line of part E of the domain, and nothing that may not leave."""

from __future__ import annotations

from typing import Any

import pytest

from cases.disclosure.plan import Plan
from cases.disclosure.plan_file import load_plan
from tests.simulator.known_plans import plan_json

DATA = plan_json("default")
PLAN: Plan = load_plan()

TOTALS = {"referred", "screened", "examined", "closed"}
"""E-01: received, answered, examined for the first time, closed. The stock in work ("file
active") is left out: beside flows it would be their difference (releases.md 5.2)."""
TABLES = {
    "E-01": {"admissibility", "examinations"},
    "E-03": {"referrer_category"},
    "E-04": {"delay_to_review", "follow_up"},
    "E-05": {"age_band", "sex"},
    "E-06": {"housing_type", "landlord_type"},
    "E-07": {"household"},
    "E-08": {"problem"},
    "E-09": {"severity", "severity_factor"},
    "E-10": {"problem", "severity"},
    "E-11": {"care_status"},
    "E-12": {"agreement_status", "presence", "restitution", "agreement_end"},
    "E-13": {"proposal_type", "proposal_outcome"},
    "E-14": {"missing_offer"},
    "E-15": {"closure_reason", "outcome_housing", "outcome_care", "outcome_rights"},
    "E-16": {"zone"},
    "E-18": {"usefulness", "skills", "acquaintance"},
}
INSTITUTION = {"E-02", "E-19"}
EVOLUTION = {"E-17"}
"""Written by the engine from the one-way tables of two releases, never a table of its own."""


def facets_of(element: str) -> set[str]:
    """Return the facets of the tables of an element."""
    return {f for t in DATA["tables"] if t["element"] == element for f in t["facets"]}


def test_the_list_of_part_e_is_whole() -> None:
    """E-01 to E-19, each in one place."""
    every = {f"E-{number:02}" for number in range(1, 20)}
    assert set(TABLES) | INSTITUTION | EVOLUTION == every
    assert not set(TABLES) & INSTITUTION
    assert {p["code"] for p in DATA["populations"]} >= TOTALS


@pytest.mark.parametrize("element", sorted(TABLES))
def test_each_element_has_its_tables(element: str) -> None:
    """Each facet of an element stands in one of its tables."""
    assert facets_of(element) >= TABLES[element]


def test_no_table_is_outside_part_e() -> None:
    elements = {table["element"] for table in DATA["tables"]}
    assert elements == set(TABLES)
    assert {line["element"] for line in DATA["institution"]} == INSTITUTION


def test_every_facet_is_shown_in_a_table_of_its_own() -> None:
    """What is not shown is not asked; a crossed table needs both margins."""
    alone = [t["facets"][0] for t in DATA["tables"] if len(t["facets"]) == 1]
    assert sorted(alone) == sorted(facet["code"] for facet in DATA["facets"])


def test_gravity_and_frequency_come_first_among_those_examined() -> None:
    """S003: what the steering committee acts upon is at the head, and kept longest when masking."""
    examined = [t.id for t in PLAN.tables_of("examined")]
    assert examined[:4] == ["E-08", "E-09-niveau", "E-09-facteurs", "E-10"]


def test_evolution_has_the_same_rows_from_year_to_year() -> None:
    """E-17: every population has a one-way table with one answer, to be compared in time."""
    for population in PLAN.populations:
        tables = PLAN.tables_of(population)
        assert any(not t.is_cross and not PLAN.facets[t.facets[0]].multi for t in tables)


def test_exclusive_answers_are_declared() -> None:
    """ "None of these" with something else would be a third answer that the model ignores."""
    exclusive = {f["code"]: set(f["exclusive"]) for f in DATA["facets"] if "exclusive" in f}
    assert exclusive == {
        "severity_factor": {"aucun"},
        "proposal_outcome": {"sans_proposition"},
        "missing_offer": {"aucun", "inconnu"},
        "outcome_rights": {"aucun", "inconnu"},
    }


def test_no_facet_repeats_another_in_the_same_population() -> None:
    """Two facets of which one gives the other would make equations that the attacker alone knows.

    Each population's answers are drawn apart here: the reasons for what was not done are rows of
    the outcomes, and the delay of a restitution is a row of whether it was made.
    """
    labels = {f["code"]: {code for code, _ in f["codes"]} for f in DATA["facets"]}
    assert {"manque_offre", "delai_attente", "absence_porteur"} <= labels["proposal_outcome"]
    assert {"0-15", "non_faite"} <= labels["restitution"]
    assert not {"not_done_reason", "restitution_delay"} & set(labels)


def test_the_insider_is_the_referring_structure() -> None:
    """Decision 36, releases.md 5.3: one attacker a code, with a floor of five."""
    assert DATA["insider"] == "referrer_category"
    parameters: dict[str, Any] = DATA["parameters"]
    assert (parameters["floor"], parameters["insider_floor"]) == (11, 5)
    assert parameters["margin_percent"] == 140
    assert DATA["version"] == "2026.2"
