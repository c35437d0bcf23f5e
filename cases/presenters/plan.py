"""The plan of figures in plain French: who is counted, in which tables, under which thresholds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cases.disclosure.plan import DETAIL, Facet, Layout, Parameters, Plan, Rung, Table
from cases.models import ReleasePlan
from cases.presenters.dates import on
from clsm_core.ui.components import Cell, Fact

VERSION_HEADERS = ("Version", "Ce qui change", "Préparée le", "État")
KINDS = {"active": "done", "draft": "attention"}


@dataclass(frozen=True)
class TableLine:
    """A declared table and its steps, finest first."""

    title: str
    about: str
    steps: tuple[str, ...]
    is_cross: bool


@dataclass(frozen=True)
class PopulationPart:
    """A population and the tables that may show it."""

    label: str
    entry: str
    tables: tuple[TableLine, ...]


@dataclass(frozen=True)
class PlanPage:
    """A plan as it is read."""

    version: str
    parts: tuple[PopulationPart, ...]
    parameters: tuple[Fact, ...]
    institution: tuple[str, ...]


@dataclass(frozen=True)
class VersionPage:
    """Where a version stands, and who acted on it."""

    id: uuid.UUID
    version: str
    note: str
    state: str
    state_label: str
    kind: str
    is_correction: bool
    sha256: str
    created_by: str
    created_at: datetime
    approvals: tuple[tuple[str, datetime], ...]


def page(plan: Plan) -> PlanPage:
    """Return a plan to be read."""
    parts = [
        PopulationPart(
            population.label,
            population.entry,
            tuple(_table(plan, table) for table in plan.tables_of(code)),
        )
        for code, population in plan.populations.items()
    ]
    return PlanPage(
        version=plan.version,
        parts=tuple(parts),
        parameters=tuple(facts(plan.parameters)),
        institution=tuple(line.label for line in plan.institution),
    )


def _table(plan: Plan, table: Table) -> TableLine:
    facets = [plan.facets[code] for code in table.facets]
    about = table.element
    if any(facet.multi for facet in facets):
        about += ", plusieurs réponses possibles"
    return TableLine(
        table.title,
        about,
        tuple(step(facets, rung) for rung in table.ladder),
        table.is_cross,
    )


def step(facets: Iterable[Facet], rung: Rung) -> str:
    """Say a step of a ladder in words."""
    said = " ; ".join(
        layout(facet, facet.layouts[name]) for facet, name in zip(facets, rung.layouts, strict=True)
    )
    return f"{said}, à partir de {rung.minimum} situations" if rung.minimum else said


def layout(facet: Facet, one: Layout) -> str:
    """Say a grouping in words: every answer, or its groups."""
    if one.name == DETAIL:
        return f"{len(facet.codes)} réponses, chacune à part"
    return ", ".join(f"« {group.label} »" for group in one.groups)


def facts(numbers: Parameters) -> list[Fact]:
    """Explain the thresholds."""
    return [
        Fact("Plancher", f"{numbers.floor} : en dessous, rien n’est dit, seulement « n.d. »."),
        Fact(
            "Fourchettes",
            f"{numbers.band_width} de large : {numbers.floor} à "
            f"{numbers.floor + numbers.band_width - 1}, et ainsi de suite. Jamais un nombre exact.",
        ),
        Fact(
            "Doute laissé",
            f"D’un petit nombre caché, personne ne peut écarter qu’il vaille 0, ni "
            f"{numbers.required_upper}.",
        ),
        Fact(
            "Structures qui saisissent",
            "La même épreuve est faite avec ce que chacune sait de ses propres situations ; son "
            f"seuil est {numbers.insider_floor}.",
        ),
        Fact(
            "Part la plus haute",
            f"Une réponse donnée par plus de {numbers.max_share_percent} % des situations ne "
            "paraît pas.",
        ),
        Fact(
            "Tableaux", f"À partir de {numbers.minimum_tables} situations ; avant, le total seul."
        ),
        Fact("Croisements", f"À partir de {numbers.minimum_crosses} situations."),
        Fact("Semestres", f"À partir de {numbers.minimum_semester} situations dans le semestre."),
    ]


def version(row: ReleasePlan) -> VersionPage:
    """Return where a version stands."""
    pairs = ((row.approved_by, row.approved_at), (row.activated_by, row.activated_at))
    return VersionPage(
        id=row.pk,
        version=row.version,
        note=row.note,
        state=row.state,
        state_label=ReleasePlan.State(row.state).label,
        kind=KINDS.get(row.state, ""),
        is_correction=row.is_correction,
        sha256=row.sha256,
        created_by=row.created_by.full_name,
        created_at=row.created_at,
        approvals=tuple((who.full_name, at) for who, at in pairs if who is not None),
    )


def version_rows(rows: Iterable[ReleasePlan]) -> list[list[Cell | str]]:
    """Return the lines of the list of versions."""
    return [
        [
            Cell(row.version, url=reverse("cases:plan_version", args=[row.pk])),
            row.note,
            on(row.created_at),
            Cell(ReleasePlan.State(row.state).label, kind=KINDS.get(row.state, "")),
        ]
        for row in rows
    ]
