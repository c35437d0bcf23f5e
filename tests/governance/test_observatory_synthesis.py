"""The steering committee's one screen: what it needs to keep its priorities (001-08)."""

from __future__ import annotations

import datetime as dt
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases_of import TestCase
from tests.governance import governance_rows as rows
from tests.governance import observatory_rows as made
from tests.governance.council_people import council, member

BASE = "/conseils/metz/observation/"
PRIORITIES = f"{BASE}priorites/"
SENT = f"{BASE}transmissions/"
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=rows.PARIS)


class OneScreen(TestCase):
    """What the committee needs to keep its priorities, each line leading to the next."""

    url = f"{BASE}synthese/"

    def setUp(self) -> None:
        for name in (
            "clsm_core.council.access.now",
            "clsm_core.observatory.field.views.steering.now",
        ):
            self.enterContext(mock.patch(name, return_value=NOW))
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.elise = member(self.council, "steering_member", "elise")

    def test_each_thing_leads_to_the_next(self) -> None:
        """001-08: orientations, needs by urgency, priorities, open decisions."""
        orientation = made.orientation(self.council, "canari-orientation")
        need = made.need(self.council, "canari-besoin", urgency=1)
        kept = made.need(self.council, "canari-retenu")
        made.priority(self.council, kept, title="canari-priorité")
        made.need(self.council, "canari-écarté", state="set_aside")
        made.decision(self.council, "budget", title="canari-ouverte", due_on=dt.date(2026, 6, 1))
        made.decision(self.council, "budget", title="canari-faite", state="done")
        page = self.claire.get(self.url)
        for shown in (
            "canari-orientation",
            f"besoins/nouveau/?orientation={orientation.pk}",
            "canari-besoin",
            f"priorites/retenir/?besoin={need.pk}",
            "canari-retenu",
            "canari-priorité",
            f"feuille-de-route/fiches/nouvelle/?besoin={kept.pk}",
            "canari-ouverte",
            "à faire, en retard",
        ):
            self.assertContains(page, shown)
        self.assertNotContains(page, "canari-écarté")
        self.assertNotContains(page, "canari-faite")
        self.assertEqual([one.number for one in page.context["tiles"]], [1, 0, 0])
        elise = self.elise.get(self.url)
        self.assertNotContains(elise, "priorites/retenir/")
        self.assertContains(elise, "besoins/nouveau/")

    def test_a_need_drawn_from_an_orientation_is_named_beside_it(self) -> None:
        orientation = made.orientation(self.council)
        made.need(self.council, "canari-tiré", origin="plenary", decision=orientation)
        self.assertContains(self.elise.get(self.url), "Besoin&nbsp;: canari-tiré")

    def test_the_last_year_that_has_orientations(self) -> None:
        plenary = rows.body(self.council, "plenary")
        for year in (2023, 2024):
            meeting = rows.meeting(plenary, dt.date(year, 5, 1))
            rows.decision(meeting, f"canari-{year}", kind="orientation")
        page = self.elise.get(self.url)
        self.assertContains(page, "canari-2024")
        self.assertNotContains(page, "canari-2023")

    def test_another_council_shows_nothing(self) -> None:
        there = council("autre", "Autre")
        made.priority(there, made.need(there, "canari-ailleurs"), title="canari-ailleurs")
        made.orientation(there, "canari-ailleurs")
        self.assertNotContains(self.claire.get(self.url), "canari-ailleurs")
        stranger = member(there, "coordinator", "sam")
        self.assertContains(stranger.get("/conseils/autre/observation/synthese/"), "ailleurs")
        self.assertEqual(stranger.get(self.url).status_code, 404)
        self.assertEqual(self.client.get(self.url).status_code, 302)
        self.assertEqual(self.claire.post(self.url).status_code, 405)

    def test_twenty_lines_ask_what_one_asks(self) -> None:
        pages = (self.url, PRIORITIES, SENT)

        def asked(url: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.claire.get(url).status_code, 200)
            return len(queries)

        decision = made.decision(self.council)

        def add(rank: int) -> None:
            need = made.need(self.council, f"besoin {rank}")
            made.need(self.council, f"attend {rank}")
            made.priority(self.council, need, title=f"priorité {rank}", decision=decision)
            made.transmission(self.council, need)
            made.need(
                self.council,
                f"tiré {rank}",
                origin="plenary",
                decision=made.orientation(self.council, f"orientation {rank}"),
            )

        add(0)
        for url in pages:
            self.claire.get(url)
        before = [asked(url) for url in pages]
        for rank in range(1, 8):
            add(rank)
        self.assertEqual([asked(url) for url in pages], before)
