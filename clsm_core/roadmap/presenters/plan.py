"""What the pages of a roadmap show: by axis, filtered, on a calendar, in euros."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council, PostFunding
from clsm_core.roadmap.models import (
    ActionSheet,
    Axis,
    BudgetKind,
    Funder,
    FundingStatus,
    Roadmap,
    RoadmapState,
    SheetStatus,
)
from clsm_core.roadmap.permissions import is_open, may_manage, may_propose
from clsm_core.roadmap.presenters import words
from clsm_core.roadmap.presenters.charts import Span, span_of
from clsm_core.roadmap.presenters.sheet import total_facts
from clsm_core.roadmap.queries import budget as budgets
from clsm_core.roadmap.queries.sheets import Filters
from clsm_core.ui.components import Cell, Fact, Moment, Tab, Tile
from clsm_core.ui.templatetags.ui import day

HEADERS = ("Fiche", "Pilote", "État", "Avancement")
STATE_KINDS = {RoadmapState.CURRENT: "done"}
VIEWS = (
    ("Par axe", "roadmap:plan"),
    ("Toutes les fiches", "roadmap:sheets"),
    ("Calendrier", "roadmap:calendar"),
    ("Budget", "roadmap:budget"),
)


class Objectives(NamedTuple):
    """A strategic objective and those below it, each with where it is changed."""

    text: str
    url: str
    add_url: str
    specifics: list[tuple[str, str]]


class AxisBlock(NamedTuple):
    """An axis: its objectives and the rows of its table."""

    title: str
    objectives: list[Objectives]
    rows: list[list[Any]]
    edit_url: str
    add_url: str
    new_url: str


def frame(council: Council, member: Member, roadmap: Roadmap, current: str) -> dict[str, Any]:
    """Give what every page of a roadmap shows."""
    address = [council.slug, roadmap.pk]
    return {
        "council": council,
        "roadmap": roadmap,
        "state": roadmap.get_state_display(),
        "state_kind": STATE_KINDS.get(RoadmapState(roadmap.state), ""),
        "period": f"du {day(roadmap.starts_on)} au {day(roadmap.ends_on)}",
        "tabs": [Tab(label, reverse(name, args=address), name == current) for label, name in VIEWS],
        "may_manage": may_manage(member),
        "may_change": may_manage(member) and is_open(roadmap),
        "may_propose": may_propose(member, roadmap),
    }


def plan_page(
    council: Council,
    member: Member,
    roadmap: Roadmap,
    axes: list[Axis],
    roadmaps: list[Roadmap],
) -> dict[str, Any]:
    """Give the values of a roadmap, axis by axis."""
    page = frame(council, member, roadmap, "roadmap:plan")
    changes = page["may_change"]
    sheets = [sheet for axis in axes for sheet in axis.sheets.all()]
    counts = Counter(sheet.status for sheet in sheets)
    renewing = [one for one in roadmaps if one.renews_id == roadmap.pk]
    return page | {
        "axes": [_axis(council, axis, changes, page["may_propose"]) for axis in axes],
        "headers": HEADERS,
        "tiles": _tiles(council, roadmap, counts, len(sheets), Filters(), {}),
        "has_sheets": bool(sheets),
        "facts": _facts(roadmap, sheets),
        "decision": _decision(council, roadmap),
        "others": [
            (
                one.title,
                one.get_state_display(),
                reverse("roadmap:plan", args=[council.slug, one.pk]),
            )
            for one in roadmaps
            if one.pk != roadmap.pk
        ],
        "may_put": changes and roadmap.state == RoadmapState.DRAFT,
        "may_close": changes and roadmap.state == RoadmapState.CURRENT,
        "may_renew": page["may_manage"]
        and roadmap.state != RoadmapState.DRAFT
        and not any(one.state == RoadmapState.DRAFT for one in renewing),
    }


def empty_page(council: Council, member: Member) -> dict[str, Any]:
    """Give the values of the page of a council that has no roadmap yet."""
    return {"council": council, "may_manage": may_manage(member)}


def list_page(
    council: Council,
    member: Member,
    roadmap: Roadmap,
    *,
    found: list[ActionSheet],
    filters: Filters,
    form: Any,
) -> dict[str, Any]:
    """Give the values of the list of sheets, filtered and counted."""
    asked = {
        name: value
        for name, value in (
            ("q", filters.words),
            ("theme", filters.theme),
            ("territoire", filters.extent),
            ("pilote", filters.pilot),
        )
        if value
    }
    counts = Counter(sheet.status for sheet in found)
    shown = [sheet for sheet in found if not filters.status or sheet.status == filters.status]
    return frame(council, member, roadmap, "roadmap:sheets") | {
        "tiles": _tiles(council, roadmap, counts, len(found), filters, asked),
        "headers": HEADERS,
        "rows": [sheet_row(council, sheet) for sheet in shown],
        "form": form,
        "status": filters.status,
        "is_narrowed": bool(asked or filters.status),
        "list_url": reverse("roadmap:sheets", args=[council.slug, roadmap.pk]),
    }


class Row(NamedTuple):
    """A sheet on the calendar: its bar over the period, and its days in words."""

    label: str
    url: str
    span: Span | None
    words: str
    state: str
    kind: str


def calendar_page(
    council: Council, member: Member, roadmap: Roadmap, sheets: list[ActionSheet]
) -> dict[str, Any]:
    """Give the values of the calendar: bars over the period, then the steps by day."""
    first, last = roadmap.starts_on, roadmap.ends_on
    rows, dated, undated = [], [], 0
    for sheet in sheets:
        has_days = bool(sheet.starts_on or sheet.ends_on)
        rows.append(
            Row(
                f"{sheet.code} {sheet.title}",
                reverse("roadmap:sheet", args=[council.slug, sheet.pk]),
                span_of(first, last, sheet.starts_on, sheet.ends_on) if has_days else None,
                words.calendar(sheet).replace("\n", " · ") or "sans date",
                sheet.get_status_display(),
                words.status_kind(sheet),
            )
        )
        for line in sheet.step_lines.all():
            if line.done_on or line.due_on:
                dated.append((sheet, line))
            else:
                undated += 1
    dated.sort(key=lambda pair: (pair[1].done_on or pair[1].due_on, pair[0].code))
    to_come = [
        _step(s, line) for s, line in dated if not line.done_on and line.due_on >= member.today
    ]
    late = [_step(s, line) for s, line in dated if not line.done_on and line.due_on < member.today]
    done = [_step(s, line) for s, line in reversed(dated) if line.done_on]
    return frame(council, member, roadmap, "roadmap:calendar") | {
        "rows": rows,
        "years": _years(first, last),
        "now": span_of(first, last, member.today, member.today).x
        if first <= member.today <= last
        else "",
        "late": late,
        "to_come": to_come,
        "done": done,
        "undated": undated,
    }


BUDGET_HEADERS = ("Nature", "Prévu", "Réalisé")
FUNDING_HEADERS = ("Financeur", *(status.label.capitalize() for status in FundingStatus))
UNCOVERED_HEADERS = ("Fiche", "Prévu", "Notifié ou versé", "Reste à couvrir")


def budget_page(
    council: Council, member: Member, roadmap: Roadmap, funders: dict[int, list[PostFunding]]
) -> dict[str, Any]:
    """Give the values of the budget: totals by year, what is not covered, the three funders."""
    years = []
    for year, totals in budgets.by_year(roadmap):
        check = budgets.tripartite(council, year) if year else None
        years.append(
            {
                "title": str(year) if year else "Sans exercice",
                "facts": total_facts(totals),
                "unpriced": totals.unpriced,
                "spending": [
                    [
                        BudgetKind(kind).label.capitalize(),
                        Cell(words.euros(planned), is_number=True),
                        Cell(words.euros(spent), is_number=True),
                    ]
                    for kind, (planned, spent) in totals.by_kind.items()
                ],
                "funding": [
                    [
                        Funder(funder).label,
                        *(
                            Cell(words.euros(states[s]) if s in states else "—", is_number=True)
                            for s in FundingStatus
                        ),
                    ]
                    for funder, states in totals.by_funder.items()
                ],
                "post": [
                    (one.get_funder_display(), words.euros(one.amount))
                    for one in funders.get(year or 0, [])
                ],
                "uncovered": words.euros(totals.uncovered) if totals.uncovered else "",
                "tripartite": _tripartite(check) if check else None,
            }
        )
    return frame(council, member, roadmap, "roadmap:budget") | {
        "years": years,
        "budget_headers": BUDGET_HEADERS,
        "funding_headers": FUNDING_HEADERS,
        "uncovered_headers": UNCOVERED_HEADERS,
        "uncovered": [
            [
                Cell(
                    f"{sheet.code} {sheet.title}",
                    url=reverse("roadmap:sheet", args=[council.slug, sheet.pk]),
                ),
                Cell(words.euros(totals.planned), is_number=True),
                Cell(words.euros(totals.secured), is_number=True),
                Cell(words.euros(totals.uncovered), is_number=True),
            ]
            for sheet, totals in budgets.uncovered_sheets(roadmap)
        ],
    }


def sheet_row(council: Council, sheet: ActionSheet) -> list[Any]:
    """Show a sheet as a line of a list."""
    names = list(dict.fromkeys(line.name for line in sheet.leaders))
    return [
        Cell(
            f"{sheet.code} {sheet.title}",
            url=reverse("roadmap:sheet", args=[council.slug, sheet.pk]),
        ),
        ", ".join(names) or "à désigner",
        Cell(sheet.get_status_display(), kind=words.status_kind(sheet)),
        Cell(words.percent(sheet.progress), is_number=True),
    ]


def _axis(council: Council, axis: Axis, changes: bool, proposes: bool) -> AxisBlock:
    def url(name: str, pk: Any) -> str:
        return reverse(f"roadmap:{name}", args=[council.slug, pk]) if changes else ""

    return AxisBlock(
        f"Axe {axis.number} — {axis.title}",
        [
            Objectives(
                one.text,
                url("strategic", one.pk),
                url("specific_new", one.pk),
                [(below.text, url("specific", below.pk)) for below in one.specifics.all()],
            )
            for one in axis.objectives.all()
        ],
        [sheet_row(council, sheet) for sheet in axis.sheets.all()],
        url("axis", axis.pk),
        url("strategic_new", axis.pk),
        f"{reverse('roadmap:sheet_new', args=[council.slug])}?axe={axis.pk}" if proposes else "",
    )


def _tiles(
    council: Council,
    roadmap: Roadmap,
    counts: Counter[str],
    total: int,
    filters: Filters,
    asked: dict[str, str],
) -> list[Tile]:
    base = reverse("roadmap:sheets", args=[council.slug, roadmap.pk])

    def tile(label: str, number: int, status: str, kind: str = "") -> Tile:
        kept = urlencode({**asked, **({"etat": status} if status else {})})
        return Tile(
            label, number, f"{base}?{kept}" if kept else base, filters.status == status, kind
        )

    tiles = [tile("toutes", total, "")]
    for status in SheetStatus:
        label = "validée" if status == SheetStatus.VALIDATED else str(status.label)
        kind = words.STATUS_KINDS.get(status, "") if counts[status.value] else ""
        tiles.append(tile(label, counts[status.value], status.value, kind))
    return tiles


def _facts(roadmap: Roadmap, sheets: list[ActionSheet]) -> list[Fact]:
    going = [sheet for sheet in sheets if sheet.status in (SheetStatus.ONGOING, SheetStatus.DONE)]
    mean = round(sum(sheet.progress for sheet in going) / len(going)) if going else None
    years = roadmap.ends_on.year - roadmap.starts_on.year + 1
    return [
        Fact("Période", f"du {day(roadmap.starts_on)} au {day(roadmap.ends_on)}"),
        Fact("Durée", "annuelle" if years == 1 else f"pluriannuelle, {years} ans"),
        Fact("Fiches-action", len(sheets)),
        Fact("Avancement moyen", "aucune action engagée" if mean is None else words.percent(mean)),
        *([Fact("Fait suite à", roadmap.renews.title)] if roadmap.renews else []),
    ]


def _decision(council: Council, roadmap: Roadmap) -> tuple[str, str] | None:
    if roadmap.decision is None:
        return None
    url = reverse("governance:decision", args=[council.slug, roadmap.decision.pk])
    return f"Mise en vigueur par la décision {roadmap.decision.code}", url


def _step(sheet: ActionSheet, line: Any) -> Moment:
    on = line.done_on or line.due_on
    return Moment(on, line.text, f"{sheet.code} {sheet.title}")


def _years(first: date, last: date) -> list[tuple[str, str]]:
    """Return each year of a period, with where it begins on the calendar."""
    return [
        (str(year), span_of(first, last, max(date(year, 1, 1), first), None).x)
        for year in range(first.year, last.year + 1)
    ]


def _tripartite(check: budgets.Tripartite) -> dict[str, Any]:
    return {
        "is_met": check.is_met,
        "missing": ", ".join([*check.missing, *([] if check.beyond else ["un autre financement"])]),
    }
