"""The demonstration's releases: counted by the coordinator, proved, approved with the DPO.

Metz: one release a year, the two last whole years. Terres des Confluences: one block of three
years, and notes by hand, as a small council does (decisions 35, 39). A period that ended before
the commission opened has nobody to publish it, and is left out.

The proof is run by the same code as in the background, in the act of who froze the figures: the
story has no worker.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

from django.db import transaction

from cases.access import note_texts
from cases.access.note_texts import NoteText
from cases.actions import audits, notes, releases
from cases.actions.releases import NotPublishable
from cases.models import ReleaseDraft
from cases.permissions import Viewer
from deploy.demo.agendas import PARIS
from deploy.demo.commissions import Stage
from deploy.demo.schedule import Schedule

NOTES = (
    (
        "Aller vers les personnes isolées",
        "Les structures disent la même chose : qui refuse tous les rendez-vous accepte souvent une "
        "rencontre chez soi, avec quelqu’un de connu. Il manque ici une équipe qui aille vers.",
        "missing_offer",
        "equipe_mobile",
    ),
    (
        "Se loger après l’hôpital",
        "Les sorties d’hospitalisation sans solution de logement reviennent. Les bailleurs "
        "demandent un accompagnement dès la signature du bail, avant tout impayé.",
        "frequent",
        "",
    ),
)


class Publisher:
    """Plans the releases of one commission in the schedule."""

    def __init__(self, stage: Stage, schedule: Schedule) -> None:
        self.stage = stage
        self.schedule = schedule
        self.refused: list[str] = []

    def plan(self, when: datetime, start: date, end: date) -> None:
        """Release a period, all populations at once, approved by two persons.

        Nobody has a mandate before the commission opens: such a period is left out.
        """
        if when > self.stage.opening.on:
            self.schedule.at(when, self.stage.coordinator, lambda v: self._freeze(v, start, end))

    def _freeze(self, viewer: Viewer, start: date, end: date) -> None:
        place = self.stage.opening.slug
        try:
            with transaction.atomic():
                draft = releases.freeze(
                    viewer=viewer,
                    commission=self.stage.commission,
                    start=start,
                    end=end,
                    then=audits.run,
                )
        except NotPublishable as refused:
            self.refused.append(f"{place} {start.year}-{end.year - 1} : {refused.message}")
            return
        draft.refresh_from_db()
        if draft.state != ReleaseDraft.State.AUDITED:
            self.refused.append(f"{place} {start.year}-{end.year - 1} : {draft.refusal_words}")
            return
        for minutes, who in ((10, self.stage.coordinator), (30, self.stage.dpo)):
            self.schedule.at(
                viewer.at + timedelta(minutes=minutes), who, lambda v: _approve(v, draft.pk)
            )

    def note(self, when: datetime) -> None:
        """Write the notes by hand, and have them approved like the figures."""
        for title, text, category, missing in NOTES:
            self.schedule.at(
                when,
                self.stage.coordinator,
                lambda viewer, words=(title, text), codes=(category, missing): self._write(
                    viewer, NoteText(*words), *codes
                ),
            )

    def _write(self, viewer: Viewer, said: NoteText, category: str, missing: str) -> None:
        row = notes.write(
            viewer=viewer,
            commission=self.stage.commission,
            title=said.title,
            text=said.text,
            basis="structures",
            category=category,
            missing_offer=missing,
            is_confirmed=True,
        )
        seen = note_texts.digest(row, said)
        for minutes, who in ((10, self.stage.coordinator), (30, self.stage.dpo)):
            self.schedule.at(
                viewer.at + timedelta(minutes=minutes),
                who,
                lambda v: notes.approve(viewer=v, note_id=row.pk, seen=seen),
            )


def _approve(viewer: Viewer, draft_id: uuid.UUID) -> None:
    """Approve what the page shows."""
    draft = releases.find(viewer, draft_id)
    report = releases.report_of(viewer, draft)
    if report is None:
        raise RuntimeError("a release of the story was altered")
    seen = releases.digest(draft, report)
    releases.approve(viewer=viewer, draft_id=draft_id, seen=seen)


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
    # Words need no count: a commission that is just opened may already say what is lacking.
    small.note(max(january(year, 28, last), small.stage.opening.on + timedelta(days=1)))
    return [large, small]
