"""What the page of a sheet shows, section by section, and where each is written."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.roadmap.actions.states import missing_for_validation
from clsm_core.roadmap.models import (
    ActionSheet,
    FundingStatus,
    IndicatorKind,
    IndicatorMode,
    PartnerRole,
    SheetStatus,
)
from clsm_core.roadmap.permissions import is_open, may_follow, may_manage, may_write
from clsm_core.roadmap.presenters import words
from clsm_core.roadmap.queries import budget as budgets
from clsm_core.roadmap.queries.sheets import ways_from
from clsm_core.roadmap.shape import KIND_BY_SLUG
from clsm_core.ui.components import Cell, Fact

ROLE_TITLES = (
    (PartnerRole.CARRIER, "Porteur"),
    (PartnerRole.PILOT, "Pilotes"),
    (PartnerRole.IMPLEMENTING, "Partenaires de mise en œuvre"),
    (PartnerRole.ASSOCIATED, "Partenaires à mobiliser, associés"),
)
BUDGET_HEADERS = ("Dépense", "Nature", "Exercice", "Prévu", "Réalisé")
FUNDING_HEADERS = ("Financeur", "Précision", "Exercice", "État", "Montant")


class Line(NamedTuple):
    """A line of a list: its text, a small remark, where it is changed."""

    text: str
    remark: str = ""
    url: str = ""


class Lines(NamedTuple):
    """A titled list; ``add_url`` where a line is added, if one may."""

    title: str
    entries: list[Line]
    add_url: str = ""
    add_label: str = ""


class Block(NamedTuple):
    """A titled text."""

    title: str
    text: str


class _Links:
    """Where the parts of a sheet are written, for who may write them."""

    def __init__(self, council: Council, sheet: ActionSheet, member: Member) -> None:
        self.slug, self.sheet = council.slug, sheet
        self.writes, self.follows = may_write(member, sheet), may_follow(member, sheet)

    def section(self, slug: str) -> str:
        """Return where a section is written."""
        may = self.follows if slug == "bilan" else self.writes
        return self._url("sheet_edit", slug) if may else ""

    def _may(self, slug: str) -> bool:
        return self.follows if KIND_BY_SLUG[slug].is_followed else self.writes

    def add(self, slug: str) -> str:
        """Return where a line is added."""
        return self._url("line_new", slug) if self._may(slug) else ""

    def line(self, slug: str, line: Any) -> str:
        """Return where a line is changed."""
        return self._url("line", slug, line.pk) if self._may(slug) else ""

    def _url(self, name: str, *rest: Any) -> str:
        return reverse(f"roadmap:{name}", args=[self.slug, self.sheet.pk, *rest])


def sheet_page(council: Council, member: Member, sheet: ActionSheet) -> dict[str, Any]:
    """Give the values of one sheet."""
    links = _Links(council, sheet, member)
    totals = budgets.of_sheet(sheet)
    roadmap = sheet.axis.roadmap
    missing = missing_for_validation(sheet) if sheet.status == SheetStatus.PROPOSED else []
    manages = may_manage(member)
    return {
        "council": council,
        "sheet": sheet,
        "roadmap": roadmap,
        "roadmap_url": reverse("roadmap:plan", args=[council.slug, roadmap.pk]),
        "status_kind": words.status_kind(sheet),
        "is_over": not is_open(roadmap),
        "missing": missing,
        "edit": {
            slug.replace("-", "_"): links.section(slug)
            for slug in (
                "intitule",
                "objectifs",
                "action",
                "public",
                "territoire",
                "calendrier",
                "conditions",
                "suivi",
                "politiques",
                "demarche",
                "liens",
                "bilan",
            )
        },
        "before": _present(
            Block("Objectif stratégique", words.strategic(sheet)),
            Block("Objectif spécifique", words.specific(sheet)),
        ),
        "objectives": _lines(
            links,
            "objectifs-operationnels",
            [(line, line.text, line.get_group_display()) for line in sheet.objective_lines.all()],
        ),
        "needs": [
            (need.title, reverse("observatory:need", args=[council.slug, need.pk]))
            for need in sheet.needs.all()
        ],
        "texts": _present(
            Block("Contexte et enjeux", sheet.context),
            Block("Description de l’action", sheet.description),
        ),
        "activities": _lines(
            links,
            "actions-prevues",
            [(line, *words.activity(line)) for line in sheet.activity_lines.all()],
        ),
        "calendar": words.calendar(sheet),
        "steps": _lines(
            links, "etapes", [(line, *words.step(line)) for line in sheet.step_lines.all()]
        ),
        "terms": _present(
            Block("Éléments facilitateurs", sheet.facilitators),
            Block("Freins", sheet.obstacles),
        ),
        "follow_up": _present(
            Block("Modalités de suivi", sheet.follow_up),
            Block(
                "Méthode d’évaluation", words.both(sheet, "evaluation_methods", "evaluation_method")
            ),
        ),
        "indicators": _indicators(council, sheet),
        "indicator_add": links.add("indicateurs"),
        "budget_headers": BUDGET_HEADERS,
        "budget": [
            [
                _cell(line.label, links.line("budget", line)),
                line.get_kind_display() + (f" · {line.hours} h" if line.hours else ""),
                line.year or "—",
                Cell(words.euros(line.amount), is_number=True),
                Cell(words.euros(line.spent) if line.spent is not None else "—", is_number=True),
            ]
            for line in sheet.budgetline_lines.all()
        ],
        "budget_add": links.add("budget"),
        "funding_headers": FUNDING_HEADERS,
        "fundings": [
            [
                _cell(line.get_funder_display(), links.line("financements", line)),
                line.label or "—",
                line.year or "—",
                Cell(line.get_status_display(), kind=_funding_kind(line)),
                Cell(words.euros(line.amount), is_number=True),
            ]
            for line in sheet.funding_lines.all()
        ],
        "funding_add": links.add("financements"),
        "totals": total_facts(totals),
        "uncovered": words.euros(totals.uncovered) if totals.uncovered else "",
        "reviews": [_review(council, one, links.follows) for one in sheet.reviews.all()],
        "after": _present(
            Block("Bilan annuel", sheet.yearly_review), Block("Capitalisation", sheet.lessons)
        ),
        "roles": _roles(links, sheet),
        "partner_add": links.add("partenaires"),
        "public": ", ".join(words.coded(sheet, "publics")),
        "audiences": _lines(
            links,
            "publics",
            [(line, line.text, "") for line in sheet.audience_lines.all()],
        ),
        "facts": _facts(sheet),
        "links": _linked(council, sheet),
        "decision": _decision(council, sheet),
        "may_write": links.writes,
        "may_follow": links.follows,
        "may_move": manages and bool(ways_from(sheet)),
        "may_manage": manages,
        "may_remove": links.writes and sheet.status == SheetStatus.PROPOSED,
        "papers": [
            (label, reverse("roadmap:sheet_pdf", args=[council.slug, sheet.pk, layout]))
            for layout, label in LAYOUT_LABELS
        ],
    }


LAYOUT_LABELS = (
    ("terres", "Fiche, présentation Terres des Confluences"),
    ("metz", "Fiche, présentation Metz"),
    ("cnra", "Fiche, présentation du centre national"),
)


def total_facts(totals: budgets.Totals) -> list[Fact]:
    """Write the totals of a budget; nothing when it is empty."""
    if totals.is_empty:
        return []
    facts = [
        Fact("Dépenses prévues", words.euros(totals.planned)),
        Fact("Dépenses réalisées", words.euros(totals.spent)),
        *(
            Fact(f"Financements {status.label}s", words.euros(totals.funded(status)))
            for status in FundingStatus
            if totals.funded(status)
        ),
        Fact("Reste à couvrir", words.euros(totals.uncovered)),
    ]
    if totals.time or totals.hours:
        hours = f" ({words.number(totals.hours)}\u00a0h)" if totals.hours else ""
        facts.append(Fact("Temps valorisé", f"{words.euros(totals.time)}{hours}"))
    return facts


def _indicators(council: Council, sheet: ActionSheet) -> list[Lines]:
    """Give the indicators by kind, each leading to its figures."""
    found = []
    for kind in IndicatorKind:
        entries = []
        for line in sheet.indicator_lines.all():
            if line.kind != kind:
                continue
            text, remark = words.indicator(line)
            values = sorted(line.values.all(), key=lambda one: one.year)
            if values and line.mode != IndicatorMode.COMPUTED:
                latest = values[-1]
                remark += f" · {latest.year} : {words.number(latest.value)}"
            url = reverse("roadmap:indicator", args=[council.slug, sheet.pk, line.pk])
            entries.append(Line(text, remark, url))
        found.append(Lines(f"Indicateurs de {kind.label}", entries))
    return found


def _roles(links: _Links, sheet: ActionSheet) -> list[Lines]:
    partners = list(sheet.partner_lines.all())
    return [
        Lines(
            title,
            [
                Line(line.name, "", links.line("partenaires", line))
                for line in partners
                if line.role == role
            ],
        )
        for role, title in ROLE_TITLES
    ]


def _facts(sheet: ActionSheet) -> list[Fact]:
    """Give the short fields in the order of the paper sheets."""
    return [
        Fact("Avancement", words.percent(sheet.progress)),
        Fact("Durée", sheet.get_duration_display()),
        Fact("Territoires", words.both(sheet, "extents", "territories").replace("\n", " – ")),
        Fact("Thématiques", words.both(sheet, "theme_codes", "themes").replace("\n", " – ")),
        Fact(
            "Déterminants de santé visés",
            words.both(sheet, "determinants", "health_determinants").replace("\n", " – "),
        ),
        Fact(
            "Politiques publiques concernées",
            words.both(sheet, "policies", "public_policies").replace("\n", " – "),
        ),
        Fact("Vise les inégalités sociales de santé", words.yes_no(sheet.targets_inequalities)),
        Fact("Démarche participative", words.yes_no(sheet.is_participatory)),
        Fact("Personnes concernées", sheet.people_concerned),
        Fact("Origine de la fiche", sheet.source),
    ]


def _linked(council: Council, sheet: ActionSheet) -> list[tuple[str, str, str]]:
    """Give the sheets chained with this one: what it follows, what follows it."""
    found = []
    if sheet.chained_with:
        found.append(("Fait suite à", sheet.chained_with))
    found += [("Se poursuit par", one) for one in sheet.chained.all()]
    return [
        (
            label,
            f"{one.code} {one.title} ({one.axis.roadmap.title})",
            reverse("roadmap:sheet", args=[council.slug, one.pk]),
        )
        for label, one in found
    ]


def _decision(council: Council, sheet: ActionSheet) -> tuple[str, str] | None:
    if sheet.decision is None:
        return None
    url = reverse("governance:decision", args=[council.slug, sheet.decision.pk])
    return f"Décision {sheet.decision.code}", url


def _review(council: Council, review: Any, follows: bool) -> dict[str, Any]:
    return {
        "year": review.year,
        "blocks": _present(
            Block("Réalisé", review.done),
            Block("Écarts", review.gaps),
            Block("Fréquentation", review.attendance),
            Block("Points forts", review.strong_points),
            Block("Points à améliorer", review.weak_points),
            Block("Perspectives", review.prospects),
        ),
        "url": reverse("roadmap:review", args=[council.slug, review.sheet_id, review.pk])
        if follows
        else "",
    }


def _lines(links: _Links, slug: str, entries: list[tuple[Any, str, str]]) -> Lines:
    kind = KIND_BY_SLUG[slug]
    return Lines(
        kind.title,
        [Line(text, remark, links.line(slug, line)) for line, text, remark in entries],
        links.add(slug),
        kind.add,
    )


def _cell(text: str, url: str) -> Cell:
    return Cell(text, url=url)


def _funding_kind(line: Any) -> str:
    return "done" if line.status in budgets.SECURED else ""


def _present(*blocks: Block) -> list[Block]:
    return [block for block in blocks if block.text]
