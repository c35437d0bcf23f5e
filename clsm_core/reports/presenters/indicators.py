"""What the page of a year's indicators shows, and its table (domain.md D.5)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.governance.presenters.papers import tabled
from clsm_core.reports.computed import computed
from clsm_core.reports.content import Block, chart, rates, shares, table
from clsm_core.reports.presenters.blocks import drawn
from clsm_core.reports.presenters.report import essential
from clsm_core.reports.presenters.sections import neighbours, sections
from clsm_core.roadmap.queries.counts.council import formalised, is_state_of_things_done
from clsm_core.roadmap.queries.counts.measures import Measure, rows_of, words
from clsm_core.roadmap.queries.counts.meetings import is_representative
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.components import Fact

HEADERS = ("Année", "Indicateur", "Élément", "Valeur", "Sur", "Taux (%)", "Réponse")
GROUPS = (
    (
        "Réunions et personnes",
        ("meetings", "bodies", "people", "organisations", "colleges", "functions", "groups"),
    ),
    ("Présence", ("presence", "steering", "categories_steering", "categories_plenary")),
    ("Actions", ("actions", "themes", "statuses", "steps", "indicators", "surveys", "decisions")),
    ("Moyens", ("coordination", "cofunding", "post_fundings", "fundings", "budget")),
    ("Territoire et partenaires", ("territory", "partnerships", "articulation")),
    ("Observation", ("observation", "needs")),
)
HEADS = {
    "meetings": "Type d’instance",
    "bodies": "Instance",
    "organisations": "Catégorie",
    "functions": "Fonction",
    "actions": "Axe",
    "themes": "Thématique",
    "statuses": "État",
    "decisions": "Type",
    "post_fundings": "Financeur",
    "fundings": "Financeur",
    "cofunding": "Financeur",
    "budget": "Nature",
    "partnerships": "Nature",
    "needs": "Origine",
    "groups": "Forme",
    "articulation": "Dispositif",
    "categories_steering": "Catégorie",
    "categories_plenary": "Catégorie",
    "colleges": "Collège",
    "presence": "Collège",
    "steering": "Collège",
}
AS_RATES = {"presence"}
AS_SHARES = {"cofunding", "post_fundings", "fundings"}
WITH_ANSWERS = {"categories_steering", "categories_plenary"}
WITH_UNITS = {"coordination", "indicators", "surveys"}


def indicators_page(member: Member, year: Year) -> dict[str, Any]:
    """Give the values of the page."""
    figures = computed(member.council, year)
    shown = {code: block_of(one) for code, one in figures.items()}
    groups = [
        (
            title,
            [
                drawn(asdict(shown[code]), figures[code].definition)
                for code in codes
                if not shown[code].is_empty
            ],
        )
        for title, codes in GROUPS
    ]
    return {
        "council": member.council,
        "sections": sections(member, "reports:indicators"),
        "neighbours": neighbours(member, "reports:indicators", year.number),
        "year": year,
        "essential": essential(figures),
        "answers": _answers(figures) if any(blocks for _, blocks in groups) else [],
        "groups": [(title, blocks) for title, blocks in groups if blocks],
        "missing": [one.title for code, one in figures.items() if shown[code].is_empty],
    }


def _answers(figures: Any) -> list[Fact]:
    users = figures["presence"].of_line("personnes concernées, usagers")
    carers = figures["presence"].of_line("aidants, familles")
    return [
        Fact(
            "Comité de pilotage représentatif",
            "oui" if is_representative(figures["steering"]) else "non",
        ),
        Fact("État des lieux fait", _yes(is_state_of_things_done(figures["observation"]))),
        Fact("Présence des usagers", "" if users.percent is None else f"{users.percent} %"),
        Fact("Présence des aidants", "" if carers.percent is None else f"{carers.percent} %"),
        Fact("Partenariats formalisés", words(formalised(figures["partnerships"]))),
        Fact("Thématiques actives", len(figures["themes"].lines)),
    ]


def _yes(value: bool) -> str:
    return "oui" if value else "non"


def block_of(measure: Measure) -> Block:
    """Draw an indicator as what it is: a chart, rates, shares, or a table with answers."""
    head = HEADS.get(measure.code, "Élément")
    if measure.code in AS_RATES:
        return rates(measure, head)
    if measure.code in AS_SHARES:
        return shares(measure, head)
    if measure.code in WITH_ANSWERS:
        known = any(one.text != "sans réponse" or one.of for one in measure.lines)
        return table(
            measure.title,
            (head, "Réponse", "Présences", "Attendues"),
            (3, 1.3, 1, 1),
            [(one.label, one.text, words(one.value), words(one.of)) for one in measure.lines]
            if known
            else [],
            numbers=(2, 3),
        )
    if measure.code in WITH_UNITS:
        return table(
            measure.title,
            (head, "Valeur", "Précision"),
            (3, 0.9, 1.8),
            [(one.label, words(one.value), one.text) for one in measure.lines],
            numbers=(1,),
        )
    if measure.code in {"people", "territory", "observation"}:
        return table(
            measure.title,
            (head, "Nombre"),
            (3, 1),
            [(one.label, words(one.value)) for one in measure.lines] if measure.is_filled else [],
            numbers=(1,),
        )
    return chart(measure, head)


def indicators_table(council: Council, year: Year, *, at: datetime) -> bytes:
    """Return every line of every indicator as CSV."""
    rows = [(year.number, *row) for row in rows_of(computed(council, year))]
    return tabled("Indicateurs", HEADERS, rows, extension="csv", at=at)
