"""What a sheet is made of: its sections of fields and its lists, in the order of the pages.

Promise: every field that a person may write stands in one section, every list in one kind (a test
compares them with the models).

Source: domain.md D.1 (fiche-action: the union of both founding sheets).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clsm_core.roadmap.models import (
    Activity,
    Audience,
    BudgetLine,
    Funding,
    Indicator,
    Objective,
    Partner,
    Step,
)


@dataclass(frozen=True)
class Section:
    """A part of a sheet that is written on one page."""

    slug: str
    title: str
    fields: tuple[str, ...]


SECTIONS = (
    Section("intitule", "Numéro, titre et origine", ("number", "title", "source")),
    Section(
        "objectifs",
        "Objectifs stratégique et spécifique",
        ("objective", "strategic_objective", "specific_objective", "needs"),
    ),
    Section("action", "Contexte et description", ("context", "description")),
    Section("public", "Public visé", ("publics", "people_concerned")),
    Section("territoire", "Territoires", ("extents", "territories")),
    Section("calendrier", "Calendrier", ("duration", "schedule", "starts_on", "ends_on")),
    Section("conditions", "Éléments facilitateurs et freins", ("facilitators", "obstacles")),
    Section(
        "suivi",
        "Modalités de suivi et d’évaluation",
        ("follow_up", "evaluation_methods", "evaluation_method"),
    ),
    Section(
        "politiques",
        "Thématiques, déterminants, politiques publiques",
        (
            "theme_codes",
            "themes",
            "determinants",
            "health_determinants",
            "policies",
            "public_policies",
        ),
    ),
    Section(
        "demarche", "Inégalités et participation", ("targets_inequalities", "is_participatory")
    ),
    Section("liens", "Articulation et action chaînée", ("articulation", "chained_with")),
    Section(
        "bilan", "Avancement, bilan et capitalisation", ("progress", "yearly_review", "lessons")
    ),
)
BY_SLUG = {section.slug: section for section in SECTIONS}
# Written while the action goes on, even once the roadmap is over.
FOLLOWED_SECTIONS = frozenset({"bilan"})


@dataclass(frozen=True)
class Kind:
    """A list of a sheet.

    ``related`` is the name of its rows on a sheet, ``fields`` what is written of a line.
    """

    slug: str
    model: type[Any]
    related: str
    title: str
    one: str
    add: str
    fields: tuple[str, ...]
    is_followed: bool = False


KINDS = (
    Kind(
        "objectifs-operationnels",
        Objective,
        "objective_lines",
        "Objectifs opérationnels",
        "objectif opérationnel",
        "Ajouter un objectif",
        ("text", "group"),
    ),
    Kind(
        "actions-prevues",
        Activity,
        "activity_lines",
        "Ce qui est prévu",
        "action prévue",
        "Ajouter une action",
        ("text", "nature", "group"),
    ),
    Kind(
        "partenaires",
        Partner,
        "partner_lines",
        "Pilotage et partenaires",
        "partenaire",
        "Ajouter un partenaire",
        ("role", "organisation", "name"),
    ),
    Kind(
        "publics",
        Audience,
        "audience_lines",
        "Public visé, en toutes lettres",
        "public visé",
        "Ajouter un public",
        ("text",),
    ),
    Kind(
        "etapes",
        Step,
        "step_lines",
        "Étapes",
        "étape",
        "Ajouter une étape",
        ("text", "due_on", "done_on"),
        is_followed=True,
    ),
    Kind(
        "indicateurs",
        Indicator,
        "indicator_lines",
        "Indicateurs",
        "indicateur",
        "Ajouter un indicateur",
        ("kind", "label", "mode", "computed", "unit", "target"),
    ),
    Kind(
        "budget",
        BudgetLine,
        "budgetline_lines",
        "Budget",
        "dépense",
        "Ajouter une dépense",
        ("kind", "label", "year", "amount", "spent", "hours"),
        is_followed=True,
    ),
    Kind(
        "financements",
        Funding,
        "funding_lines",
        "Financements",
        "financement",
        "Ajouter un financement",
        ("funder", "label", "year", "amount", "status"),
        is_followed=True,
    ),
)
KIND_BY_SLUG = {kind.slug: kind for kind in KINDS}
