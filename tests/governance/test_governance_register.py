"""The register as a list: filters, search, papers; who reads and who writes it."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases_of import Client
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member
from tests.governance.test_governance_decisions import COUNTS, LIST, TODAY, Register


class Listing(Register):
    """Counted tiles, filters, search, pages, years."""

    def listed(self, query: str, browser: object = None) -> list[str]:
        page = (browser or self.claire).get(LIST + query)
        return [row[0].text.split(" · ")[1] for row in page.context["rows"]]

    def test_filters(self) -> None:
        """By body, kind, year, owner, state; together; a wrong value narrows nothing."""
        plenary = rows.meeting(rows.body(self.council, "plenary"), dt.date(2025, 5, 2))
        owner = rows.contact(self.council, "Nora")
        rows.decision(self.meeting, "A", kind="budget", owner=owner)
        rows.decision(self.meeting, "B", state="done")
        rows.decision(plenary, "C", kind="budget", due_on=dt.date(2025, 6, 1))
        self.assertEqual(self.listed(""), ["B", "A", "C"])
        for query, expected in (
            (f"?instance={plenary.body_id}", ["C"]),
            ("?type=budget", ["A", "C"]),
            ("?annee=2025", ["C"]),
            (f"?responsable={owner.pk}", ["A"]),
            ("?etat=done", ["B"]),
            ("?etat=retard", ["C"]),
            (f"?type=budget&annee=2026&instance={self.body.pk}", ["A"]),
            ("?type=inconnu", ["B", "A", "C"]),
            ("?etat=inconnu", ["B", "A", "C"]),
            ("?annee=deux&page=9", ["B", "A", "C"]),
            ("?instance=rien&responsable=rien&q=%00", ["B", "A", "C"]),
            ("?etat=dropped", []),
        ):
            self.assertEqual(self.listed(query), expected, query)
        tiles = {one.label: one.number for one in self.claire.get(LIST).context["tiles"]}
        self.assertEqual(
            tiles,
            {
                "toutes": 3,
                "à faire": 2,
                "en cours": 0,
                "fait": 1,
                "abandonné": 0,
                "en retard": 1,
            },
        )
        tiles = self.claire.get(f"{LIST}?annee=2025&etat=to_do").context["tiles"]
        self.assertEqual((tiles[0].number, tiles[1].current), (1, True))
        self.assertIn("annee=2025", tiles[2].url)

    def test_search_forgets_accents(self) -> None:
        """Title, text and number; every word asked for."""
        rows.decision(self.meeting, "Hébergement d’été", text="Cœur de ville")
        rows.decision(self.meeting, "Autre chose")
        for words in ("hebergement", "HÉBERGEMENT ete", "coeur", "2026-01", "heberg ville"):
            self.assertEqual(self.listed(f"?q={words}"), ["Hébergement d’été"], words)
        self.assertEqual(self.listed("?q=hebergement+autre"), [])

    def test_an_empty_register_teaches(self) -> None:
        self.assertContains(self.claire.get(LIST), "Le registre est vide")
        reader = member(self.council, "reader", "rita")
        self.assertContains(reader.get(LIST), "Aucune décision à lire")

    def test_pages_and_queries(self) -> None:
        """One decision or thirty, with votes and owners: as many queries; 25 a page."""
        owner = rows.contact(self.council, "Nora")
        rows.decision(self.meeting, owner=owner, voices={"rule": "simple", **COUNTS})
        self.claire.get(LIST)
        with CaptureQueriesContext(connection) as one:
            self.claire.get(LIST)
        for number in range(29):
            other = rows.contact(self.council, f"Nom{number}")
            rows.decision(self.meeting, f"Décision {number}", owner=other)
        with CaptureQueriesContext(connection) as thirty:
            page = self.claire.get(LIST)
        self.assertEqual(len(thirty), len(one))
        self.assertEqual(len(page.context["rows"]), 25)
        self.assertContains(page, "Page 1 sur 2")
        self.assertEqual(len(self.listed("?page=2")), 5)

    def test_the_register_of_a_year(self) -> None:
        """PDF, CSV and ODS of the year asked; a year without decision does not exist."""
        rows.decision(self.meeting, "canari-2026")
        rows.decision(rows.meeting(self.body, dt.date(2025, 1, 2)), "canari-2025")
        for extension in ("pdf", "csv", "ods"):
            answer = self.claire.get(f"{LIST}2026.{extension}")
            self.assertEqual(answer.status_code, 200, extension)
            self.assertIn(f"decisions-2026.{extension}", answer.headers["Content-Disposition"])
            self.assertEqual(self.claire.get(f"{LIST}2020.{extension}").status_code, 404)
        text = self.claire.get(f"{LIST}2026.csv").content.decode("utf-8-sig")
        self.assertIn("canari-2026", text)
        self.assertNotIn("canari-2025", text)
        for absurd in ("0", "99999", "1000000000000"):
            self.assertEqual(self.claire.get(f"{LIST}{absurd}.pdf").status_code, 404)
        pdf = self.claire.get(f"{LIST}2026.pdf").content
        self.assertIn(b"/StructTreeRoot", pdf)


class Doors(Register):
    """Who reads, who writes."""

    def test_siblings(self) -> None:
        made = rows.decision(self.meeting)
        stranger = member(council("autre", "Autre"), "coordinator", "denise")
        for url in (LIST, self.url(made), f"{LIST}2026.pdf"):
            self.assertEqual(self.claire.get(url).status_code, 200)
            self.assertEqual(Client().get(url).status_code, 302)
            self.assertEqual(stranger.get(url).status_code, 404)
            self.assertEqual(self.claire.post(url).status_code, 405)

    def test_only_the_coordination_records(self) -> None:
        made = rows.decision(self.meeting)
        pages = [self.new, f"{LIST}inscrire/", self.url(made, "modifier/")]
        for role in ("president", "co_animator", "steering_member", "contributor", "reader"):
            browser = member(self.council, role, role)
            for page in pages:
                self.assertEqual(browser.get(page).status_code, 404, (role, page))
                self.assertIn(browser.post(page).status_code, (404, 405), (role, page))
        for page in pages:
            self.assertEqual(self.claire.get(page).status_code, 200)

    def test_a_reader_reads_her_bodies_and_what_is_published(self) -> None:
        """D.3: by mandate today, or published minutes; register and tiles count no more."""
        plenary = rows.body(self.council, "plenary")
        hers = rows.decision(rows.meeting(plenary, dt.date(2026, 2, 2)), "La sienne")
        hidden = rows.decision(self.meeting, "Cachée")
        open_meeting = rows.meeting(self.body, dt.date(2026, 5, 5))
        public = rows.decision(open_meeting, "Publiée")
        rows.validated(open_meeting, rows.user_of(self.claire))
        open_meeting.is_published = True
        open_meeting.save()
        rita = member(self.council, "reader", "rita")
        seat = rows.mandate(plenary, rows.linked(rita, rows.contact(self.council, "Rita")))
        for one, expected in ((hers, 200), (hidden, 404), (public, 200)):
            self.assertEqual(rita.get(self.url(one)).status_code, expected, one.title)
        page = rita.get(LIST)
        self.assertEqual(page.context["tiles"][0].number, 2)
        self.assertNotContains(page, "Cachée")
        self.assertNotIn("Cachée", rita.get(f"{LIST}2026.csv").content.decode("utf-8-sig"))
        seat.ends_on = TODAY - dt.timedelta(days=1)
        seat.save()
        self.assertEqual(rita.get(self.url(hers)).status_code, 404)
        self.assertEqual(rita.get(self.url(public)).status_code, 200)
