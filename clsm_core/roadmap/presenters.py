"""Turn axes and sheets into what the pages show, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse

from clsm_core.council.models import Council
from clsm_core.roadmap.models import ActionSheet, Axis, IndicatorKind, PartnerRole, SheetStatus
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day

STATUS_KINDS = {
    SheetStatus.DONE: "done",
    SheetStatus.POSTPONED: "attention",
    SheetStatus.ABANDONED: "attention",
}


class Block(NamedTuple):
    """A titled text of a sheet; an empty one is not shown."""

    title: str
    text: str


class Lines(NamedTuple):
    """A titled list of a sheet; each line may carry a small remark."""

    title: str
    entries: list[tuple[str, str]]


class AxisBlock(NamedTuple):
    """An axis and the rows of its table."""

    title: str
    rows: list[list[Any]]


HEADERS = ("Fiche", "Pilote", "Statut", "Avancement")


def list_page(council: Council, axes: Iterable[Axis]) -> dict[str, Any]:
    """Give the values of the list of sheets."""
    blocks = [
        AxisBlock(
            f"Axe {axis.number} — {axis.title}", [_row(council, s) for s in axis.sheets.all()]
        )
        for axis in axes
    ]
    return {"council": council, "axes": blocks, "headers": HEADERS}


def sheet_page(council: Council, sheet: ActionSheet) -> dict[str, Any]:
    """Give the values of one sheet."""
    partners = list(sheet.partner_lines.all())
    return {
        "council": council,
        "sheet": sheet,
        "status_kind": _status_kind(sheet),
        "before": _present(
            Block("Objectif stratégique", sheet.strategic_objective),
            Block("Objectif spécifique", sheet.specific_objective),
        ),
        "objectives": _remarked("Objectifs opérationnels", sheet.objective_lines.all(), "group"),
        "texts": _present(
            Block("Contexte et enjeux", sheet.context),
            Block("Description de l’action", sheet.description),
        ),
        "activities": Lines(
            "Ce qui est prévu",
            [
                (line.text, " · ".join(filter(None, _labels(line, "nature", "group"))))
                for line in sheet.activity_lines.all()
            ],
        ),
        "terms": _present(
            Block("Éléments facilitateurs", sheet.facilitators),
            Block("Freins", sheet.obstacles),
        ),
        "follow_up": _present(
            Block("Modalités de suivi", sheet.follow_up),
            Block("Méthode d’évaluation", sheet.evaluation_method),
        ),
        "indicators": [
            Lines(
                f"Indicateurs de {kind.label}",
                [
                    (line.label, " · ".join(filter(None, [line.get_mode_display(), line.target])))
                    for line in sheet.indicator_lines.all()
                    if line.kind == kind
                ],
            )
            for kind in IndicatorKind
        ],
        "budget": [
            [line.label, line.get_kind_display(), Cell(euros(line.amount), is_number=True)]
            for line in sheet.budgetline_lines.all()
        ],
        "fundings": [
            [
                line.get_funder_display(),
                line.label or "—",
                line.get_status_display(),
                Cell(euros(line.amount), is_number=True),
            ]
            for line in sheet.funding_lines.all()
        ],
        "budget_headers": ("Dépense", "Nature", "Montant"),
        "funding_headers": ("Financeur", "Précision", "État", "Montant"),
        "after": _present(
            Block("Bilan annuel", sheet.yearly_review), Block("Capitalisation", sheet.lessons)
        ),
        "roles": [
            Lines(label, [(line.name, "") for line in partners if line.role == role])
            for role, label in (
                (PartnerRole.CARRIER, "Porteur"),
                (PartnerRole.PILOT, "Pilotes"),
                (PartnerRole.IMPLEMENTING, "Partenaires de mise en œuvre"),
                (PartnerRole.ASSOCIATED, "Partenaires à mobiliser, associés"),
            )
        ],
        "audiences": Lines("Public visé", [(line.text, "") for line in sheet.audience_lines.all()]),
        "facts": _facts(sheet),
    }


def euros(amount: Decimal | None) -> str:
    """Write an amount in French, "non chiffré" when there is none."""
    if amount is None:
        return "non chiffré"
    return f"{amount:,.0f}\u00a0€".replace(",", "\u202f")


def yes_no(value: bool | None) -> str:
    """Write a yes, a no, or nothing."""
    return {True: "oui", False: "non"}.get(value, "") if value is not None else ""


def _facts(sheet: ActionSheet) -> list[Fact]:
    """Give the short fields in the order of the paper sheet."""
    return [
        Fact("Avancement", f"{sheet.progress}\u00a0%"),
        Fact("Calendrier", sheet.schedule),
        Fact("Début", day(sheet.starts_on)),
        Fact("Fin", day(sheet.ends_on)),
        Fact("Durée", sheet.get_duration_display()),
        Fact("Territoires", sheet.territories),
        Fact("Thématiques", sheet.themes),
        Fact("Déterminants de santé visés", sheet.health_determinants),
        Fact("Politiques publiques concernées", sheet.public_policies),
        Fact("Vise les inégalités sociales de santé", yes_no(sheet.targets_inequalities)),
        Fact("Démarche participative", yes_no(sheet.is_participatory)),
        Fact("Origine de la fiche", sheet.source),
    ]


def _row(council: Council, sheet: ActionSheet) -> list[Any]:
    url = reverse("roadmap:sheet", args=[council.slug, sheet.pk])
    pilots = ", ".join(pilot.name for pilot in sheet.pilots)
    return [
        Cell(f"{sheet.code} {sheet.title}", url=url),
        pilots or "à désigner",
        Cell(sheet.get_status_display(), kind=_status_kind(sheet)),
        Cell(f"{sheet.progress}\u00a0%", is_number=True),
    ]


def _status_kind(sheet: ActionSheet) -> str:
    return STATUS_KINDS.get(SheetStatus(sheet.status), "")


def _present(*blocks: Block) -> list[Block]:
    return [block for block in blocks if block.text]


def _labels(line: Any, *fields: str) -> list[str]:
    return [getattr(line, f"get_{field}_display")() for field in fields]


def _remarked(title: str, lines: Iterable[Any], *fields: str) -> Lines:
    return Lines(
        title, [(line.text, " · ".join(filter(None, _labels(line, *fields)))) for line in lines]
    )
