"""Who receives what for each point of a sitting, as one list read before it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cases.actions.convening import ItemPlan, Line
from cases.presenters.rights import grouped, section_words, why_not
from clsm_core.ui.components import Cell
from clsm_core.ui.templatetags.ui import moment

HEADERS = ("Membre", "Fonction, structure", "Reçoit", "Laissé de côté")


@dataclass(frozen=True)
class PlanSheet:
    """One point: its window, its lines, and what cannot be handed on."""

    code: str
    window: str
    rows: list[list[Cell | str]]
    shut: str
    gives: bool


def sheets(plans: Iterable[ItemPlan]) -> list[PlanSheet]:
    """Return the points of a sitting, in order."""
    return [
        PlanSheet(
            code=plan.code,
            window=f"du {moment(plan.opens)} au {moment(plan.closes)}",
            rows=[_row(line) for line in plan.lines],
            shut=section_words(plan.shut),
            gives=plan.gives,
        )
        for plan in plans
    ]


def _row(line: Line) -> list[Cell | str]:
    name = line.name
    if line.stands_in_for:
        name = f"{name}, à la place de {line.stands_in_for}"
    return [
        name,
        ", ".join(filter(None, (line.function, line.organisation))) or "—",
        _received(line),
        why_not(line.refusal) if line.refusal else grouped(line.left_out) or "—",
    ]


def _received(line: Line) -> Cell | str:
    if line.refusal:
        return Cell("rien", kind="")
    held = section_words(line.already)
    given = section_words(line.given)
    if not given:
        return f"a déjà accès : {held}" if held else Cell("rien", kind="")
    return f"{given} (a déjà : {held})" if held else given


def told(plans: Iterable[ItemPlan]) -> list[tuple[bool, str]]:
    """Say what was done, point by point: whether it is whole, and a sentence."""
    found = []
    for plan in plans:
        number = sum(bool(line.given) for line in plan.lines)
        who = "1 membre" if number == 1 else f"{number} membres"
        words = f"{plan.code} : accès donnés à {who}."
        if plan.shut:
            words = f"{words} Votre coffre n’a pas pu ouvrir : {section_words(plan.shut)}."
        found.append((not plan.shut, words))
    return found
