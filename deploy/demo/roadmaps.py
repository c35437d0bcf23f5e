"""The roadmaps of the demonstration: proposed with the councils, decided in their meetings."""

from __future__ import annotations

from datetime import date
from typing import Any

from deploy.demo.founding_sheet import FOUNDING_SHEET
from deploy.demo.metz_sheet import METZ_SHEET


def propose(council: Any, *, is_metz: bool) -> Any:
    """Prepare the roadmap of a council over three years, with its founding sheet."""
    from clsm_core.accounts.clock import now
    from clsm_core.roadmap.actions import plans
    from clsm_core.roadmap.actions.writing import write_sheet

    year = now().year
    roadmap = plans.create(
        council=council,
        values={
            "title": f"Feuille de route {year - 1}-{year + 1}",
            "starts_on": date(year - 1, 1, 1),
            "ends_on": date(year + 1, 12, 31),
        },
    )
    content = METZ_SHEET if is_metz else FOUNDING_SHEET
    sheet = write_sheet(council=council, roadmap=roadmap, content=content)
    for line in (*sheet.budgetline_lines.all(), *sheet.funding_lines.all()):
        line.year = year
        line.save()
    return sheet


def decide(council: Any, decision: Any) -> None:
    """Put the roadmap in force, and tell how far its action went."""
    from clsm_core.roadmap.actions import plans, sheets, states
    from clsm_core.roadmap.models import ActionSheet, Roadmap, YearReview
    from clsm_core.roadmap.shape import BY_SLUG, KIND_BY_SLUG

    roadmap = Roadmap.objects.get(council=council)
    (axis,) = roadmap.axes.all()
    strategic = plans.add_strategic(
        axis=axis, values={"text": "Améliorer les parcours en santé mentale."}
    )
    plans.add_specific(strategic=strategic, values={"text": "Donner un cadre commun aux acteurs."})
    sheet = ActionSheet.objects.get(axis=axis)
    if not sheet.evaluation_methods:
        methods = {"evaluation_methods": ["dashboard", "yearly"]}
        sheets.edit(sheet=sheet, section=BY_SLUG["suivi"], values=methods)
    plans.put_in_force(roadmap=roadmap, decision=decision, validates_sheets=True)
    sheet = ActionSheet.objects.get(axis=axis)
    states.move(sheet=sheet, to="ongoing", progress=45)
    first, last = roadmap.starts_on, roadmap.ends_on
    for text, due_on, done_on in (
        ("Réunir le comité de pilotage", date(first.year, 3, 15), date(first.year, 3, 20)),
        ("Partager l’état des lieux", date(last.year, 2, 1), None),
    ):
        sheets.add_line(
            sheet=sheet,
            kind=KIND_BY_SLUG["etapes"],
            values={"text": text, "due_on": due_on, "done_on": done_on},
        )
    for indicator in sheet.indicator_lines.filter(mode="survey"):
        for year, value in ((first.year, 38), (first.year + 1, 46)):
            sheets.write_value(indicator=indicator, year=year, value=value)
    sheets.write_review(
        review=YearReview(sheet=sheet),
        values={
            "year": first.year,
            "done": "Le comité de pilotage s’est réuni, un groupe de travail est ouvert.",
            "prospects": "Partager l’état des lieux avec l’assemblée plénière.",
        },
    )
