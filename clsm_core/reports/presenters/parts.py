"""The thirteen parts of an annual report, each made from the year's data (domain.md D.4).

Promises: a part without data says why it is left out; nothing is written that the data do not say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from clsm_core.council.models import Council
from clsm_core.observatory.models import Note
from clsm_core.observatory.queries import Reading
from clsm_core.reports.content import Block, Part
from clsm_core.reports.criteria import Criterion
from clsm_core.reports.models import ReportPart
from clsm_core.reports.presenters import parts_actions, parts_council, parts_observation
from clsm_core.roadmap.queries.counts.measures import Figures
from clsm_core.roadmap.queries.counts.years import Year


class Source(NamedTuple):
    """What the parts are made from."""

    council: Council
    year: Year
    figures: Figures
    criteria: list[Criterion]
    readings: list[Reading]
    notes: list[Note]


class Kind(NamedTuple):
    """A part: which one, who makes it, and why it may be left out."""

    part: ReportPart
    make: Callable[[Source], list[Block]]
    why_empty: str


KINDS = (
    Kind(
        ReportPart.TERRITORY,
        parts_council.territory,
        "la fiche du conseil et son territoire ne sont pas remplis",
    ),
    Kind(
        ReportPart.GOVERNANCE,
        parts_council.governance,
        "aucune instance n’était ouverte et aucune réunion ne s’est tenue",
    ),
    Kind(
        ReportPart.COORDINATION,
        parts_council.coordination,
        "aucun poste de coordination n’est enregistré",
    ),
    Kind(
        ReportPart.PROGRESS,
        parts_actions.progress,
        "aucune action validée ne couvre l’année",
    ),
    Kind(
        ReportPart.HIGHLIGHTS,
        parts_actions.highlights,
        "aucune fiche-action n’a son bilan de l’année",
    ),
    Kind(
        ReportPart.EVENTS,
        parts_actions.events,
        "aucune action ne porte sur les semaines d’information ou les formations croisées",
    ),
    Kind(
        ReportPart.NEEDS,
        parts_observation.needs,
        "aucun besoin ni diagnostic n’est enregistré pour l’année",
    ),
    Kind(
        ReportPart.COMMISSION,
        parts_observation.commission,
        "la commission n’a rien publié pour l’année",
    ),
    Kind(
        ReportPart.PARTNERSHIPS,
        parts_council.partnerships,
        "aucun partenariat n’était en cours",
    ),
    Kind(
        ReportPart.SURVEYS,
        parts_actions.surveys,
        "aucun indicateur suivi par questionnaire n’a de valeur pour l’année",
    ),
    Kind(
        ReportPart.BUDGET,
        parts_actions.budget,
        "aucun financement ni dépense n’est enregistré pour l’exercice",
    ),
    Kind(
        ReportPart.CONFORMITY,
        parts_observation.conformity,
        "les critères n’ont pas été calculés",
    ),
    Kind(
        ReportPart.PROSPECTS,
        parts_actions.prospects,
        "aucune perspective n’est écrite",
    ),
)


def parts_of(source: Source, comments: Mapping[str, str]) -> list[Part]:
    """Return the thirteen parts, empty ones included, each with its comment."""
    return [
        Part(
            kind.part.value,
            kind.part.label,
            [one for one in kind.make(source) if not one.is_empty],
            comments.get(kind.part, ""),
        )
        for kind in KINDS
    ]


def left_out(parts: list[Part]) -> list[list[str]]:
    """Name the empty parts, each with its reason."""
    reasons = {one.part.value: one.why_empty for one in KINDS}
    return [[one.title, reasons[one.code]] for one in parts if one.is_empty]
