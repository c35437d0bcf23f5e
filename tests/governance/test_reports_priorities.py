"""The annual report tells the priorities that ran in its year (D-05, 003-17)."""

from __future__ import annotations

import datetime as dt

from clsm_core.reports.content import Block
from clsm_core.reports.presenters.parts_observation import priorities
from clsm_core.roadmap.queries.counts.years import Year
from tests.cases_of import TestCase
from tests.governance import observatory_rows as observatory
from tests.governance import roadmap_rows as roadmap
from tests.governance.council_people import council


def told(of: object, year: int) -> Block:
    """Give the block of a year that is over."""
    return priorities(of, Year(year, dt.date(year, 12, 31)))


class Told(TestCase):
    """One priority from March 2025 to June 2026."""

    def setUp(self) -> None:
        """Retain it, with a need that two sheets answer, one of them only proposed."""
        self.council = council()
        self.need = observatory.need(self.council, title="Aller vers les isolés")
        self.priority = observatory.priority(
            self.council, self.need, title="Sortir de chez soi", starts_on=dt.date(2025, 3, 1)
        )
        axis = roadmap.axis(roadmap.roadmap(self.council))
        decided = roadmap.sheet(axis, 1, decision=roadmap.decision(self.council))
        proposed = roadmap.sheet(axis, 2, title="Encore une idée")
        for one in (decided, proposed):
            one.needs.add(self.need)
        self.priority.ends_on, self.priority.end_reason = dt.date(2026, 6, 1), "Tenue."
        self.priority.save()

    def test_with_its_needs_and_its_decided_actions(self) -> None:
        """An end to come is not told yet; an idea that nobody decided is no answer."""
        (row,) = told(self.council, 2025).rows
        self.assertEqual(
            row,
            ["Sortir de chez soi", "accès et continuité des soins", "Aller vers les isolés", "5.1"],
        )

    def test_its_end_in_its_last_year_then_nothing(self) -> None:
        (row,) = told(self.council, 2026).rows
        self.assertIn("1 juin 2026", row[-1].replace("er", ""))
        self.assertEqual(told(self.council, 2024).rows, [])
        self.assertEqual(told(self.council, 2027).rows, [])

    def test_another_council_tells_its_own(self) -> None:
        self.assertEqual(told(council("ailleurs"), 2025).rows, [])
