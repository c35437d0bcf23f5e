"""While something rests on a decision, it keeps its kind and is not dropped (D-03, D-04, D-05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.governance.actions import decisions
from clsm_core.governance.models import Decision
from clsm_core.observatory.field.actions import priorities
from clsm_core.roadmap.actions import plans, states
from tests.cases_of import CommittingTestCase, TestCase
from tests.governance import observatory_rows as observatory
from tests.governance import roadmap_rows as roadmap
from tests.governance.at_once import during
from tests.governance.council_people import account_of, council, member

DAY = dt.date(2026, 11, 20)


def ready_sheet(here: Council) -> Any:
    """Give a sheet that a committee may validate."""
    sheet = roadmap.sheet(roadmap.axis(roadmap.roadmap(here)), 1, evaluation_method="Tableau")
    roadmap.indicator(sheet)
    return sheet


class Resting(TestCase):
    """An action, a roadmap, a priority, a diagnosis, each on a decision of its own."""

    def setUp(self) -> None:
        """Open a council."""
        self.council = council()
        self.author = account_of(member(self.council, "coordinator", "camille"))

    def carriers(self) -> dict[str, Callable[[], Decision]]:
        """Give what rests on a decision, by the words that say so."""
        return {
            "une fiche-action": self.action,
            "une feuille de route": self.roadmap,
            "une priorité": lambda: observatory.priority(self.council).decision,
            "un diagnostic": self.diagnosis,
        }

    def action(self) -> Decision:
        decision = roadmap.decision(self.council)
        states.move(sheet=ready_sheet(self.council), to="validated", decision=decision)
        return decision

    def roadmap(self) -> Decision:
        decision = roadmap.decision(self.council)
        plans.put_in_force(roadmap=roadmap.roadmap(self.council), decision=decision)
        return decision

    def diagnosis(self) -> Decision:
        decision = observatory.decision(self.council, "orientation")
        observatory.diagnosis(self.council, decision=decision)
        return decision

    def attempts(self, decision: Decision) -> tuple[Callable[[], Any], ...]:
        """Give the two acts that would leave something without its ground."""
        return (
            lambda: decisions.edit(
                council=self.council, decision=decision, values={"kind": "other"}
            ),
            lambda: decisions.follow(
                decision=decision, on=DAY, state="dropped", text="", by=self.author, today=DAY
            ),
        )

    def test_it_keeps_its_kind_and_is_not_dropped(self) -> None:
        for words, made in self.carriers().items():
            decision = made()
            for attempt in self.attempts(decision):
                with self.subTest(words), self.assertRaises(Refusal) as refused:
                    attempt()
                self.assertIn(words, refused.exception.message)

    def test_control_what_carries_nothing_changes(self) -> None:
        for n in range(2):
            decision = roadmap.decision(self.council)
            self.attempts(decision)[n]()
            decision.refresh_from_db()
            self.assertIn(["other", "dropped"][n], (decision.kind, decision.state))

    def test_what_ended_weighs_no_longer(self) -> None:
        """A priority that is over, an action that is abandoned: their decision may be dropped."""
        priority = observatory.priority(self.council)
        priorities.end(priority=priority, on=DAY, reason="Tenue.", today=DAY)
        self.attempts(priority.decision)[1]()
        sheet, decision = ready_sheet(self.council), roadmap.decision(self.council)
        sheet = states.move(sheet=sheet, to="validated", decision=decision)
        states.move(sheet=sheet, to="abandoned")
        self.attempts(decision)[1]()
        self.assertEqual(Decision.objects.filter(state="dropped").count(), 2)


class AtOnce(CommittingTestCase):
    """One drops the decision while another founds an action on it."""

    def test_what_is_being_dropped_founds_nothing(self) -> None:
        with transaction.atomic():
            here = council(f"repose-{self._testMethodName[-6:]}")
            author = account_of(member(here, "coordinator", "camille-repose"))
            decision, sheet = roadmap.decision(here), ready_sheet(here)

        def drop() -> None:
            row = Decision.objects.select_for_update().get(pk=decision.pk)
            decisions.follow(decision=row, on=DAY, state="dropped", text="", by=author, today=DAY)

        def found() -> None:
            with self.assertRaises(Refusal), transaction.atomic():
                states.move(sheet=sheet, to="validated", decision=decision)

        during(drop, found)
        sheet.refresh_from_db()
        self.assertEqual(sheet.status, "proposed")
