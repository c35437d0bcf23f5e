"""The demonstration's releases: frozen by the coordinator, approved with the DPO, published.

Metz: the two last whole years, population by population. Terres des Confluences: one block of
three years, and notes by hand, as a small council does (decisions 35, 39).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from cases.actions import releases
from cases.actions.releases import NotPublishable
from clsm_core.observatory import interface
from deploy.demo.agendas import PARIS
from deploy.demo.commissions import Stage
from deploy.demo.schedule import Schedule

POPULATIONS = ("referred", "examined", "closed")
NOTES = (
    (
        "Un interlocuteur unique",
        "Les structures disent la même chose : une personne qui refuse dix rendez-vous en accepte "
        "un, chez elle, avec quelqu’un qu’elle connaît. Il manque ici une équipe qui aille vers.",
    ),
    (
        "Se loger après l’hôpital",
        "Les sorties d’hospitalisation sans solution de logement reviennent. Les bailleurs "
        "demandent un accompagnement avant la signature du bail, pas après le premier impayé.",
    ),
)


class Publisher:
    """Plans the releases of one commission in the schedule."""

    def __init__(self, stage: Stage, schedule: Schedule) -> None:
        self.stage = stage
        self.schedule = schedule
        self.refused: list[str] = []

    def plan(self, when: datetime, start: date, end: date) -> None:
        """Release every population of a period, each approved by two persons."""
        for rank, population in enumerate(POPULATIONS):
            self._release(when + timedelta(hours=rank), population, start, end)

    def _release(self, when: datetime, population: str, start: date, end: date) -> None:
        coordinator, dpo = self.stage.coordinator, self.stage.dpo

        def freeze(viewer) -> None:
            try:
                with transaction.atomic():
                    draft = releases.freeze(
                        viewer=viewer,
                        commission=self.stage.commission,
                        population=population,
                        start=start,
                        end=end,
                    )
            except NotPublishable as refused:
                self.refused.append(f"{self.stage.opening.slug} {population}: {refused.message}")
                return
            seen = releases.digest(draft)
            for minutes, who in ((10, coordinator), (30, dpo)):
                self.schedule.at(
                    viewer.at + timedelta(minutes=minutes),
                    who,
                    lambda v: releases.approve(viewer=v, draft_id=draft.pk, seen=seen),
                )

        self.schedule.at(when, coordinator, freeze)

    def note(self, when: datetime) -> None:
        """Publish the notes written by hand."""
        for title, text in NOTES:
            self.schedule.at(
                when,
                self.stage.coordinator,
                lambda viewer, title=title, text=text: interface.publish_note(
                    council=self.stage.commission.council,
                    commission_label=self.stage.commission.name,
                    title=title,
                    text=text,
                    basis="structures",
                    approved_by="l’animation et le délégué à la protection des données",
                    at=viewer.at,
                ),
            )


def january(year: int, day: int, last: datetime) -> datetime:
    """Return a working hour of January, or the last moment when it is not there yet."""
    return min(datetime.combine(date(year, 1, day), time(9, 0), PARIS), last - timedelta(hours=6))


def plan_all(metz: Stage, terres: Stage, schedule: Schedule) -> list[Publisher]:
    """Plan both councils' releases."""
    last = schedule.last
    year = last.astimezone(PARIS).year
    large, small = Publisher(metz, schedule), Publisher(terres, schedule)
    for covered in (year - 2, year - 1):
        when = january(covered + 1, 20, last)
        large.plan(when, date(covered, 1, 1), date(covered + 1, 1, 1))
    small.plan(january(year, 27, last), date(year - 3, 1, 1), date(year, 1, 1))
    small.note(january(year, 28, last))
    return [large, small]
