"""Actions, themes, indicators and money of the roadmap in a year.

An action is counted in a year when its roadmap, and its own dates when it has some, run in that
year, and when a decision of the steering committee validates it, whatever became of it since.

Source: domain.md D.5; 000-22, 000-23, 002-07, 003-18, 004-20, 004-21.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import Q, QuerySet

from clsm_core.council.models import Council, PostFunding
from clsm_core.roadmap.models import (
    ActionSheet,
    BudgetKind,
    BudgetLine,
    Funder,
    Funding,
    FundingStatus,
    IndicatorMode,
    IndicatorValue,
    SheetStatus,
    Step,
    YearReview,
)
from clsm_core.roadmap.queries.counts.measures import Line, Measure, lines_of
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.roadmap.vocabulary import Theme

OBTAINED = (FundingStatus.GRANTED, FundingStatus.PAID)


def sheets_of(council: Council, year: Year) -> QuerySet[ActionSheet]:
    """Return the actions planned in the year, with their axis."""
    own = (Q(starts_on__isnull=True) | Q(starts_on__lte=year.last)) & (
        Q(ends_on__isnull=True) | Q(ends_on__gte=year.first)
    )
    roadmap = Q(
        axis__roadmap__starts_on__lte=year.last,
        axis__roadmap__ends_on__gte=year.first,
    )
    return (
        ActionSheet.objects.filter(own, roadmap, axis__council=council, decision__isnull=False)
        .exclude(status=SheetStatus.PROPOSED)
        .select_related("axis__roadmap")
        .order_by("axis__roadmap__starts_on", "axis__number", "number")
    )


def reviews_of(council: Council, year: Year) -> QuerySet[YearReview]:
    """Return what was written of actions for the year, in the order of the sheets."""
    found = YearReview.objects.filter(sheet__axis__council=council, year=year.number)
    return found.select_related("sheet__axis__roadmap").order_by(
        "sheet__axis__roadmap__starts_on", "sheet__axis__number", "sheet__number"
    )


def roadmap_measures(council: Council, year: Year) -> list[Measure]:
    """Return every indicator of the year's actions, in a constant number of queries."""
    sheets = list(sheets_of(council, year))
    return [
        by_axis(sheets),
        by_theme(sheets),
        _by_status(sheets),
        _steps(council, year),
        _values(council, year, is_survey=False),
        _values(council, year, is_survey=True),
        _fundings(council, year),
        cofunding(council, year),
        _budget(council, year),
    ]


def axis_name(sheet: ActionSheet) -> str:
    """Name an axis as people say it."""
    return f"Axe {sheet.axis.number}. {sheet.axis.title}"


def by_axis(sheets: list[ActionSheet]) -> Measure:
    """Count actions done and planned, by axis (004-20)."""
    planned, done = Counter[str](), Counter[str]()
    for one in sheets:
        planned[axis_name(one)] += 1
        done[axis_name(one)] += one.status == SheetStatus.DONE
    return Measure(
        "actions",
        "Actions réalisées et prévues, par axe",
        "actions",
        "Prévues : validées en comité de pilotage et dont la période couvre l’année, quoi qu’elles"
        " soient devenues. Réalisées : celles qui portent ce statut.",
        "004-20",
        lines_of({name: done[name] for name in planned}, of=planned),
        "Prévues",
        "Réalisées",
    )


def by_theme(sheets: list[ActionSheet]) -> Measure:
    """Count the actions of each theme that is not left aside (003-18, 000-22)."""
    planned, done = Counter[str](), Counter[str]()
    for one in sheets:
        if one.status in (SheetStatus.ABANDONED, SheetStatus.POSTPONED):
            continue
        for code in set(one.theme_codes):
            planned[code] += 1
            done[code] += one.status == SheetStatus.DONE
    known = [one for one in Theme if planned[one]]
    return Measure(
        "themes",
        "Thématiques actives",
        "actions",
        "Les 23 thématiques de l’enquête nationale qui ont une action ni reportée ni abandonnée ;"
        " une action peut en croiser plusieurs.",
        "003-18, 000-22",
        lines_of(
            {one.label: done[one] for one in known}, of={one.label: planned[one] for one in known}
        ),
        "Actions",
        "Réalisées",
    )


def _by_status(sheets: list[ActionSheet]) -> Measure:
    counts = Counter(one.status for one in sheets)
    return Measure(
        "statuses",
        "Où en sont les actions",
        "actions",
        "Les actions prévues dans l’année, selon leur statut.",
        "004-20, 000-23",
        lines_of({one.label: counts[one] for one in SheetStatus if counts[one]}),
    )


def _steps(council: Council, year: Year) -> Measure:
    due = list(
        Step.objects.filter(sheet__axis__council=council, due_on__year=year.number).values_list(
            "done_on", flat=True
        )
    )
    done = sum(one is not None and one <= year.on for one in due)
    return Measure(
        "steps",
        "Étapes du calendrier",
        "étapes",
        "Étapes dont l’échéance est dans l’année, et celles qui sont faites.",
        "004-20, D.1",
        [Line("étapes des actions", Decimal(done), Decimal(len(due)))] if due else [],
        "À échéance",
        "Faites",
    )


def _values(council: Council, year: Year, *, is_survey: bool) -> Measure:
    found = IndicatorValue.objects.filter(
        indicator__sheet__axis__council=council, year=year.number
    ).select_related("indicator__sheet__axis")
    surveys = Q(indicator__mode=IndicatorMode.SURVEY)
    found = found.filter(surveys) if is_survey else found.exclude(surveys)
    ordered = found.order_by(
        "indicator__sheet__axis__number", "indicator__sheet__number", "indicator__rank"
    )
    lines = [
        Line(
            f"{one.indicator.sheet.code} {one.indicator.label}",
            one.value,
            None,
            ", ".join(
                part
                for part in (
                    one.indicator.unit,
                    f"cible {one.indicator.target}" if one.indicator.target else "",
                    one.comment,
                )
                if part
            ),
        )
        for one in ordered
    ]
    if is_survey:
        return Measure(
            "surveys",
            "Ce que disent les questionnaires",
            "",
            "Indicateurs suivis par questionnaire, avec leur valeur de l’année : collaborations"
            " développées, meilleure connaissance de l’offre.",
            "004-21",
            lines,
            "",
            "Valeur",
        )
    return Measure(
        "indicators",
        "Indicateurs suivis",
        "",
        "Indicateurs des fiches-action qui ont une valeur pour l’année.",
        "000-18, 002-08",
        lines,
        "",
        "Valeur",
    )


def _fundings(council: Council, year: Year) -> Measure:
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    found = Funding.objects.filter(
        sheet__axis__council=council, year=year.number, status__in=OBTAINED
    )
    for funder, amount in found.values_list("funder", "amount"):
        amounts[funder] += amount or Decimal(0)
    total = sum(amounts.values(), Decimal(0))
    return Measure(
        "fundings",
        "Financements des actions par financeur",
        "€",
        "Montants notifiés ou versés de l’exercice, toutes fiches-action.",
        "002-07, 000-27",
        [Line(one.label, amounts[one], total) for one in Funder if amounts.get(one)],
        "Total",
        "Montant",
    )


def cofunding(council: Council, year: Year) -> Measure:
    """Add up what each funder gives to the post and to the actions (002-07)."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    post = PostFunding.objects.filter(post__council=council, year=year.number)
    actions = Funding.objects.filter(
        sheet__axis__council=council, year=year.number, status__in=OBTAINED
    )
    for found in (post, actions):
        for funder, amount in found.values_list("funder", "amount"):
            amounts[funder] += amount or Decimal(0)
    total = sum(amounts.values(), Decimal(0))
    return Measure(
        "cofunding",
        "Cofinancement par financeur, poste et actions",
        "€",
        "Ce que chaque financeur apporte au poste de coordination, et ce qui est notifié ou versé"
        " pour les actions : le plan de financement d’ensemble de l’exercice.",
        "002-07, D.5",
        [Line(one.label, amounts[one], total) for one in Funder if amounts.get(one)],
        "Total",
        "Montant",
    )


def _budget(council: Council, year: Year) -> Measure:
    planned: dict[str, Decimal] = defaultdict(Decimal)
    spent: dict[str, Decimal] = defaultdict(Decimal)
    found = BudgetLine.objects.filter(sheet__axis__council=council, year=year.number)
    for kind, amount, real in found.values_list("kind", "amount", "spent"):
        planned[kind] += amount or Decimal(0)
        spent[kind] += real or Decimal(0)
    return Measure(
        "budget",
        "Dépenses réalisées et prévues",
        "€",
        "Lignes de budget de l’exercice, toutes fiches-action.",
        "000-26, 004-17",
        [
            Line(one.label, spent[one], planned[one])
            for one in BudgetKind
            if planned[one] or spent[one]
        ],
        "Prévu",
        "Réalisé",
    )
