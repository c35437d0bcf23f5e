"""The sittings of a commission: made at a first inscription, convened, held, closed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from cases.actions import sittings
from cases.domain.exceptions import DomainError
from cases.models import AgendaItem, Sitting, Situation
from cases.permissions import Viewer
from deploy.demo import texts
from deploy.demo.commissions import Stage
from deploy.demo.schedule import Schedule

if TYPE_CHECKING:
    from cases.models import Commission

PARIS = ZoneInfo("Europe/Paris")
WEDNESDAY = 2
# Days off that may fall on a Wednesday, and two evenings: the sitting is then held the day before.
DAYS_OFF = {
    (1, 1),
    (5, 1),
    (5, 8),
    (7, 14),
    (8, 15),
    (11, 1),
    (11, 11),
    (12, 24),
    (12, 25),
    (12, 31),
}
CONVENED_BEFORE = timedelta(days=12)
LAST_INSCRIPTION = timedelta(days=4)
HOUR = time(14, 0)


class Examined(Protocol):
    """What the calendar asks of a situation on its agenda."""

    def examine(self, viewer: Viewer, item: AgendaItem) -> bool:
        """Record the examination; False when the point is postponed."""

    def postponed(self, viewer: Viewer) -> None:
        """Go to a later sitting."""


def dates(first: date, last: date, weeks: int) -> list[datetime]:
    """Return the sittings' times: every so many weeks, one in the week to come, one after it."""
    coming = last + timedelta(days=5)
    coming += timedelta(days=(WEDNESDAY - coming.weekday()) % 7)
    step = timedelta(weeks=weeks)
    found = [coming + step, coming]
    while (day := found[-1] - step) >= first + timedelta(days=20):
        found.append(day)
    return [datetime.combine(_worked(day), HOUR, PARIS) for day in reversed(found)]


def _worked(day: date) -> date:
    while (day.month, day.day) in DAYS_OFF:
        day -= timedelta(days=1)
    return day


class Calendar:
    """The sittings of one commission and who is on their agendas."""

    def __init__(
        self, stage: Stage, schedule: Schedule, moments: list[datetime], rng: Random
    ) -> None:
        self.stage = stage
        self.schedule = schedule
        self.moments = moments
        self.rng = rng
        self._made: dict[datetime, uuid.UUID] = {}
        self._waiting: dict[uuid.UUID, Examined] = {}

    def slot(self, after: datetime) -> datetime | None:
        """Return the first sitting that still takes points at a time."""
        return next((one for one in self.moments if one - LAST_INSCRIPTION >= after), None)

    def inscribe(
        self,
        viewer: Viewer,
        situation: Situation,
        path: Examined,
        slot: datetime,
        *,
        attested: bool = False,
    ) -> None:
        """Put a situation on the agenda of a sitting, which is made when it is the first one."""
        sitting = self._sitting(viewer, situation.commission, slot)
        mode = AgendaItem.Mode.ANONYMOUS if situation.is_anonymous else AgendaItem.Mode.NAMED
        sittings.add_item(
            viewer=viewer, sitting=sitting, situation=situation, mode=mode, attested=attested
        )
        self._waiting[situation.pk] = path

    def _sitting(self, viewer: Viewer, commission: Commission, slot: datetime) -> Sitting:
        made = self._made.get(slot)
        if made is not None:
            return Sitting.objects.get(pk=made)
        sitting = sittings.create(
            viewer=viewer,
            commission=commission,
            starts_at=slot,
            place=self.rng.choice(texts.PLACES),
        )
        self._made[slot] = sitting.pk
        coordinator = self.stage.coordinator
        moment = max(slot - CONVENED_BEFORE, viewer.at + timedelta(hours=1))
        self.schedule.at(moment, coordinator, self._with(slot, self._convene))
        self.schedule.at(slot, coordinator, self._with(slot, self._hold))
        return sitting

    def _with(
        self, slot: datetime, act: Callable[[Viewer, Sitting], None]
    ) -> Callable[[Viewer], None]:
        return lambda viewer: act(viewer, Sitting.objects.get(pk=self._made[slot]))

    def _items(self, sitting: Sitting) -> list[AgendaItem]:
        rows = AgendaItem.objects.filter(sitting=sitting, removed_at__isnull=True)
        return list(rows.select_related("sitting", "situation__commission").order_by("rank"))

    def _drop_lapsed(self, viewer: Viewer, sitting: Sitting) -> None:
        """Take off the points whose agreement came to its end since the inscription."""
        for item in self._items(sitting):
            try:
                sittings.require_still_evocable(viewer, item)
            except DomainError:
                sittings.remove_item(viewer=viewer, item=item, reason=LAPSED)

    def _convene(self, viewer: Viewer, sitting: Sitting) -> None:
        self._drop_lapsed(viewer, sitting)
        if self._items(sitting):
            sittings.convene(viewer=viewer, sitting=sitting)

    def _hold(self, viewer: Viewer, sitting: Sitting) -> None:
        """Examine or postpone every point, then close."""
        self._drop_lapsed(viewer, sitting)
        items = self._items(sitting)
        if sitting.state == Sitting.State.DRAFT:
            if not items:
                return
            sittings.convene(viewer=viewer, sitting=sitting)
        sittings.open_sitting(viewer=viewer, sitting=sitting)
        for item in items:
            item.sitting = sitting
            path = self._waiting.pop(item.situation_id)
            if not path.examine(viewer, item):
                sittings.remove_item(
                    viewer=viewer, item=item, reason=self.rng.choice(POSTPONEMENTS)
                )
                path.postponed(viewer)
        sittings.close_sitting(viewer=viewer, sitting=sitting)


LAPSED = "accord_a_recueillir"
POSTPONEMENTS = ("personne_indisponible", "membre_necessaire_absent", "ordre_du_jour_complet")
