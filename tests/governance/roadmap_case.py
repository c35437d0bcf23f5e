"""A council with a roadmap in force, one axis and one sheet: where most tests of it begin."""

from __future__ import annotations

from clsm_core.roadmap.models import ActionSheet, Partner, Roadmap
from tests.cases_of import TestCase
from tests.governance import roadmap_rows as rows
from tests.governance.council_people import council, member

BASE = "/conseils/metz/feuille-de-route/"


class RoadmapCase(TestCase):
    """A council with a roadmap in force, one axis and one sheet."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.roadmap = rows.roadmap(self.council, state="current")
        self.axis = rows.axis(self.roadmap)
        self.sheet = rows.sheet(self.axis)
        self.line = rows.line(self.sheet, Partner, role="pilot", name="Centre social")
        self.indicator = rows.indicator(self.sheet)
        self.sheet.refresh_from_db()

    def plan(self, more: str = "", of: Roadmap | None = None) -> str:
        return f"{BASE}feuilles/{(of or self.roadmap).pk}/{more}"

    def url(self, more: str = "", of: ActionSheet | None = None) -> str:
        return f"{BASE}{(of or self.sheet).pk}/{more}"
