"""The reference simulator draws the same commissions everywhere, and says where its numbers come
from (decision 41)."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from pathlib import Path
from unittest import mock

import pytest

from tests.simulator import commission as drawn
from tests.simulator import parameters
from tests.simulator.commission import Row, commission, facets_csv, rows_of
from tests.simulator.draws import Draws
from tests.simulator.known_plans import PATHS, plan_json

SIMULATOR = Path(drawn.__file__).parent
DRAWING = ("commission.py", "draws.py", "parameters.py", "situation.py", "known_plans.py")
PLANS = tuple(PATHS)


def entries(rows: list[Row], population: str, year: str) -> int:
    """Count the entries of a population that a year counts."""
    return sum(row.population == population and row.period[:4] == year for row in rows)


def test_same_seed_gives_the_same_rows_on_every_machine() -> None:
    """The fingerprint was written once; another seed has another one (control)."""
    texts = [
        facets_csv(plan_json("wide"), rows_of(plan_json("wide"), seed=seed, size=50))
        for seed in (7, 7, 8)
    ]
    assert texts[0] == texts[1] != texts[2]
    assert hashlib.sha256(texts[0].encode()).hexdigest() == FINGERPRINT


FINGERPRINT = "b06493a8c883548d3bef4a6b4e2eb3717b944bd6bf5a83f3349aeef809f921f8"


def test_the_source_of_chance_is_the_one_that_python_keeps() -> None:
    """Documented sequence of `Random.random` under a text seed."""
    draws = Draws("fixed")
    assert [draws.below(1000) for _ in range(5)] == [914, 525, 968, 755, 802]


@pytest.mark.parametrize("size", [*parameters.SIZES, parameters.BENCH_SIZE])
def test_the_last_year_counts_exactly_the_size(size: int) -> None:
    rows = commission(seed=1, size=size)
    assert entries(rows, "examined", "2026") == size
    near = size * parameters.YEAR_VARIATION.value / 100
    assert abs(entries(rows, "examined", "2025") - size) <= near
    assert entries(rows, "referred", "2026") > 0


def test_there_are_twenty_seeds_and_they_differ() -> None:
    assert len(set(parameters.SEEDS)) == 20
    assert len({str(commission(seed=seed, size=12)) for seed in parameters.SEEDS}) == 20


@pytest.mark.parametrize("name", PLANS)
def test_every_row_answers_its_population_with_the_plan_s_codes(name: str) -> None:
    """Every facet of the plan is drawn, the insider's on every row; nothing else is."""
    plan = plan_json(name)
    facets = {facet["code"]: facet for facet in plan["facets"]}
    rows = [row for size in (30, 200) for row in rows_of(plan, seed=3, size=size)]
    assert {row.population for row in rows} == {p["code"] for p in plan["populations"]}
    for row in rows:
        asked = {c for c, facet in facets.items() if facet["population"] == row.population}
        assert set(row.answers) == asked | {plan["insider"]}
        for code, answer in row.answers.items():
            facet = facets[code]
            codes = {pair[0] for pair in facet["codes"]}
            given = {answer} if isinstance(answer, str) else set(answer)
            assert given
            assert given <= codes
            assert facet["multi"] or len(given) == 1
            assert len(given) == 1 or not given & set(facet.get("exclusive", ()))


@pytest.mark.parametrize("name", PLANS)
def test_the_csv_has_the_columns_of_the_contract(name: str) -> None:
    plan = plan_json(name)
    rows = rows_of(plan, seed=2, size=20)
    read = list(csv.DictReader(io.StringIO(facets_csv(plan, rows))))
    assert list(read[0]) == ["population", "period", *(f["code"] for f in plan["facets"])]
    assert len(read) == len(rows)
    assert any("|" in line["problem"] for line in read)
    for row, line in zip(rows, read, strict=True):
        for code, answer in row.answers.items():
            assert line[code] == (answer if isinstance(answer, str) else "|".join(answer))
        assert all(line[c] == "" for c in line if c not in {"population", "period", *row.answers})


def test_plans_see_the_same_commission() -> None:
    """What two plans both ask has the same answers."""
    ages = [
        [
            str(row.answers["age_band"])
            for row in rows_of(plan_json(name), seed=4, size=100)
            if row.population == "examined"
        ]
        for name in PLANS
    ]
    assert ages[0] == ages[1] == ages[2]


def test_late_entries_are_counted_in_the_next_semester() -> None:
    """Without lateness fewer entries move; nothing is ever lost or counted twice."""
    years = (2024, 2025, 2026)
    usual = Counter(row.period for row in commission(seed=5, size=300, years=years))
    with mock.patch.object(parameters, "LATE", parameters.Parameter(100, parameters.INVENTED)):
        late = commission(seed=5, size=300, years=years)
    assert set(usual) == {f"{year}S{half}" for year in years for half in (1, 2)}
    assert entries(late, "examined", "2026") == 300
    assert drawn._counted(Draws("a"), drawn.date(2026, 6, 1)) == "2026S1"
    with mock.patch.object(Draws, "happens", return_value=True):
        assert drawn._counted(Draws("a"), drawn.date(2026, 6, 29)) == "2026S2"
        assert drawn._counted(Draws("a"), drawn.date(2025, 12, 29)) == "2026S1"
    with mock.patch.object(Draws, "happens", return_value=False):
        assert drawn._counted(Draws("a"), drawn.date(2026, 6, 29)) == "2026S1"


def test_the_first_semester_is_larger() -> None:
    """Seasonal sizes, over the twenty seeds."""
    found: Counter[str] = Counter()
    for seed in parameters.SEEDS:
        found.update(r.period for r in commission(seed=seed, size=50) if r.population == "examined")
    assert found["2026S1"] > found["2026S2"]


def test_shares_are_those_of_the_parameters() -> None:
    """Large draws come near the published figures; answers depend on each other, mildly."""
    rows = [r.answers for r in commission(seed=1, size=2000) if r.population == "examined"]
    men = 100 * sum(r["sex"] == "homme" for r in rows) / len(rows)
    assert abs(men - parameters.MEN.value) < 7
    arrears = sum("logement_menace_expulsion_impayes" in r["problem"] for r in rows)
    assert abs(100 * arrears / len(rows) - parameters.SIGNALS.value["arrears"]) < 4
    hoarders = [r for r in rows if "logement_incurie_diogene" in r["problem"]]
    old = [sum(r["age_band"] == "76+" for r in part) / len(part) for part in (hoarders, rows)]
    assert old[0] > 2 * old[1]


def test_every_parameter_says_its_source_or_that_it_is_invented() -> None:
    assert len(parameters.PARAMETERS) > 30
    for name, parameter in parameters.PARAMETERS.items():
        assert parameter.status in (parameters.PUBLISHED, parameters.PARTLY, parameters.INVENTED)
        if parameter.status != parameters.INVENTED:
            assert parameter.source.startswith("3."), name
    whole = ("REFERRERS", "CARE", "SEVERITY", "HOUSING", "DELAYS", "AGREEMENT", "SATISFACTION")
    for name in whole:
        assert sum(parameters.PARAMETERS[name].value.values()) == 100, name


def test_the_priority_area_cuts_across_neighbourhoods() -> None:
    """R6: neither layout of the wide plan is made of whole groups of the other."""
    facet = next(f for f in plan_json("wide")["facets"] if f["code"] == "area")
    layouts = {layout["name"]: layout for layout in facet["layouts"]}
    assert layouts["prioritaire"]["apart"] is True
    inside = set(layouts["prioritaire"]["groups"][0]["codes"])
    for layout in ("quartiers", "secteurs"):
        groups = [set(g["codes"]) for g in layouts[layout]["groups"] if not isinstance(g, str)]
        assert any(group & inside and group - inside for group in groups)


def test_the_simulator_knows_nothing_of_the_engine() -> None:
    """Decision 41: what draws imports nothing that publishes."""
    for name in DRAWING:
        lines = (SIMULATOR / name).read_text("utf-8").splitlines()
        imports = [line for line in lines if line.startswith(("from ", "import "))]
        assert imports
        assert not [line for line in imports if "cases" in line or "deploy" in line]
