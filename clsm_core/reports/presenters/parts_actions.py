"""Parts of a report on the actions: progress, reviews, events, surveys, money, prospects."""

from __future__ import annotations

from typing import Any

from clsm_core.reports.content import Block, chart, shares, table
from clsm_core.roadmap.models import ActionSheet, YearReview
from clsm_core.roadmap.queries.counts.actions import reviews_of, sheets_of
from clsm_core.roadmap.queries.counts.measures import words
from clsm_core.roadmap.vocabulary import Theme

EVENTS = {Theme.SISM, Theme.CROSS_TRAINING}
SHEET_HEADERS = ("Fiche", "Action", "État", "Avancement")
SHEET_WIDTHS = (0.6, 3.6, 1.4, 1.0)


def progress(source: Any) -> list[Block]:
    """4: what was done of what was planned, by axis and by theme."""
    figures = source.figures
    sheets = list(sheets_of(source.council, source.year))
    actions, steps = figures["actions"], figures["steps"]
    facts = []
    if actions.whole:
        facts.append(("actions réalisées", f"{words(actions.total)} sur {words(actions.whole)}"))
    if figures["themes"].lines:
        facts.append(("thématiques actives", f"{len(figures['themes'].lines)} sur {len(Theme)}"))
    if steps.whole:
        facts.append(("étapes faites", f"{words(steps.total)} sur {words(steps.whole)}"))
    return [
        Block(facts=facts),
        chart(actions, "Axe", note="La barre pâle compte les actions prévues."),
        chart(figures["statuses"], "État"),
        chart(figures["themes"], "Thématique", note="Une action peut croiser des thématiques."),
        table(
            "Les fiches-action",
            SHEET_HEADERS,
            SHEET_WIDTHS,
            [_sheet(one) for one in sheets],
            numbers=(3,),
        ),
        table(
            "Indicateurs suivis",
            ("Indicateur", "Valeur", "Précision"),
            (3.2, 0.8, 1.8),
            [(one.label, words(one.value), one.text) for one in figures["indicators"].lines],
            numbers=(1,),
        ),
    ]


def highlights(source: Any) -> list[Block]:
    """5: what the sheets tell of the year."""
    return [
        Block(
            title=f"{one.sheet.code} {one.sheet.title}",
            text=[one.done] if one.done else [],
            facts=[
                (label, value)
                for label, value in (
                    ("État", str(one.sheet.get_status_display())),
                    ("Fréquentation", one.attendance),
                    ("Points forts", one.strong_points),
                    ("À améliorer", one.weak_points),
                    ("Écarts", one.gaps),
                )
                if value
            ],
        )
        for one in reviews_of(source.council, source.year)
        if _says_something(one)
    ]


def _says_something(one: YearReview) -> bool:
    return any((one.done, one.attendance, one.strong_points, one.weak_points, one.gaps))


def events(source: Any) -> list[Block]:
    """6: actions on the information weeks and on cross trainings."""
    sheets = [
        one for one in sheets_of(source.council, source.year) if EVENTS & set(one.theme_codes)
    ]
    told = {one.sheet_id: one.attendance for one in reviews_of(source.council, source.year)}
    return [
        table(
            "Actions d’information et de formation",
            ("Fiche", "Action", "Thématique", "État", "Fréquentation"),
            (0.6, 2.6, 1.7, 1.0, 1.2),
            [
                (
                    one.code,
                    one.title,
                    ", ".join(
                        theme.label for theme in Theme if theme in EVENTS & set(one.theme_codes)
                    ),
                    one.get_status_display(),
                    told.get(one.pk, ""),
                )
                for one in sheets
            ],
        )
    ]


def surveys(source: Any) -> list[Block]:
    """10: values that come from questionnaires (004-21)."""
    measure = source.figures["surveys"]
    return [
        table(
            measure.title,
            ("Indicateur", "Valeur", "Précision"),
            (3.2, 0.8, 1.8),
            [(one.label, words(one.value), one.text) for one in measure.lines],
            numbers=(1,),
        )
    ]


def budget(source: Any) -> list[Block]:
    """11: who pays for the post and the actions, what was spent."""
    figures = source.figures
    return [
        shares(figures["cofunding"], "Financeur", note=figures["cofunding"].definition),
        shares(figures["post_fundings"], "Financeur"),
        shares(figures["fundings"], "Financeur", note=figures["fundings"].definition),
        chart(figures["budget"], "Nature", note="La barre pâle est la dépense prévue."),
    ]


def prospects(source: Any) -> list[Block]:
    """13: what the sheets announce, and the actions that go on."""
    return [
        table(
            "Ce que les actions annoncent",
            ("Fiche", "Action", "Perspectives"),
            (0.6, 2.0, 3.6),
            [
                (one.sheet.code, one.sheet.title, one.prospects)
                for one in reviews_of(source.council, source.year)
                if one.prospects
            ],
        )
    ]


def _sheet(one: ActionSheet) -> tuple[str, ...]:
    return (one.code, one.title, one.get_status_display(), f"{one.progress}\u00a0%")
