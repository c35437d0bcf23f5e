"""Needs: proposed, found again, corrected; nobody else's, nothing of anybody (D.1, D-10)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from clsm_core.accounts.posting import Refusal
from clsm_core.observatory.field.actions import needs as actions
from clsm_core.observatory.models import Need
from clsm_core.observatory.vocabulary import Public, Theme
from clsm_core.roadmap import vocabulary as roadmap
from tests.cases_of import TestCase
from tests.governance import governance_rows as rows
from tests.governance import observatory_rows as made
from tests.governance import roadmap_rows as plans
from tests.governance.council_people import council, member

LIST = "/conseils/metz/observation/besoins/"
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=rows.PARIS)


class Needs(TestCase):
    """A council on a day of June 2026, its coordinator and a member of its committee."""

    def setUp(self) -> None:
        self.enterContext(mock.patch("clsm_core.council.access.now", return_value=NOW))
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.elise = member(self.council, "steering_member", "elise")

    def typed(self, **values: object) -> dict[str, object]:
        return {
            "title": "Pas d’équipe mobile",
            "description": "",
            "origin": "inhabitant",
            "diagnosis": "",
            "meeting": "",
            "decision": "",
            "partner": "",
            "theme": "",
            "territory": "",
            "urgency": "2",
            "seen_on": "2026-06-01",
            **values,
        }

    def url(self, one: Need, more: str = "") -> str:
        return f"{LIST}{one.pk}/{more}"


class Proposing(Needs):
    """Whoever proposes says where she learnt of it."""

    def test_all_that_is_typed_is_read_again(self) -> None:
        """D.1 besoin repéré: origin, theme, publics, territory, urgency; 003-24."""
        partner = rows.organisation(self.council, "Canari-partenaire")
        answer = rows.submit(
            self.elise,
            f"{LIST}nouveau/",
            **self.typed(
                title="canari-intitulé",
                description="canari-description",
                origin="partner",
                partner="canari-PARTENAIRE",
                theme="older",
                publics=["over_65", "carers"],
                territory="canari-territoire",
                urgency="1",
            ),
        )
        one = Need.objects.get()
        self.assertRedirects(answer, self.url(one))
        self.assertEqual((one.partner, one.council), (partner, self.council))
        page = self.elise.get(self.url(one))
        for shown in (
            "canari-intitulé",
            "canari-description",
            "Canari-partenaire",
            "personnes âgées",
            "plus de 65 ans, aidants",
            "canari-territoire",
            "urgence forte",
            "1er juin 2026",
            "Elise",
            "Partenaire",
        ):
            self.assertContains(page, shown)
        listed = self.elise.get(LIST)
        for shown in ("canari-intitulé", "personnes âgées", "partenaire", "forte", "repéré"):
            self.assertContains(listed, shown)

    def test_each_origin_asks_for_its_own(self) -> None:
        """A diagnosis is named; a plenary is no group; what is not asked is emptied."""
        plenary = rows.meeting(rows.body(self.council, "plenary"))
        url = f"{LIST}nouveau/"
        wrong = rows.submit(self.elise, url, **self.typed(origin="diagnosis"))
        self.assertContains(wrong, "Choisissez le diagnostic")
        wrong = rows.submit(self.elise, url, **self.typed(origin="group", meeting=plenary.pk))
        self.assertContains(wrong, "est celle d’une autre instance")
        self.assertFalse(Need.objects.exists())
        rows.submit(self.elise, url, **self.typed(origin="plenary", meeting=plenary.pk))
        self.assertEqual(Need.objects.get().meeting, plenary)
        diagnosis = made.diagnosis(self.council)
        typed = self.typed(title="autre", meeting=plenary.pk, diagnosis=diagnosis.pk)
        rows.submit(self.elise, url, **typed)
        other = Need.objects.get(title="autre")
        self.assertEqual((other.meeting, other.diagnosis), (None, None))

    def test_the_figures_cannot_be_told_by_hand(self) -> None:
        """What comes from the commission has acts of its own, that read its proof."""
        for origin in ("release", "note"):
            answer = rows.submit(self.claire, f"{LIST}nouveau/", **self.typed(origin=origin))
            self.assertContains(answer, "Sélectionnez un choix valide")
        self.assertFalse(Need.objects.exists())

    def test_an_orientation_becomes_a_need(self) -> None:
        """001-08: the form comes filled; the link is kept and shown."""
        orientation = made.orientation(self.council, "canari-orientation")
        page = self.elise.get(f"{LIST}nouveau/?orientation={orientation.pk}")
        self.assertContains(page, 'value="canari-orientation"')
        self.assertContains(page, f'<option value="{orientation.pk}" selected>')
        typed = self.typed(origin="plenary", decision=orientation.pk)
        rows.submit(self.elise, f"{LIST}nouveau/", **typed)
        one = Need.objects.get()
        self.assertEqual((one.decision, one.meeting), (orientation, orientation.meeting))
        self.assertContains(self.elise.get(self.url(one)), orientation.code)
        elsewhere = made.orientation(council("autre", "Autre"), "canari-ailleurs")
        page = self.elise.get(f"{LIST}nouveau/?orientation={elsewhere.pk}")
        self.assertNotContains(page, "canari-ailleurs")
        self.assertEqual(self.elise.get(f"{LIST}nouveau/?orientation=x").status_code, 200)

    def test_ids_of_another_council_are_refused(self) -> None:
        """Tenancy: in each choice of the form; control: one's own."""
        there = council("autre", "Autre")
        plenary = rows.meeting(rows.body(there, "plenary"))
        rows.organisation(there, "Ailleurs")
        for wrong in (
            {"origin": "diagnosis", "diagnosis": made.diagnosis(there).pk},
            {"origin": "plenary", "meeting": plenary.pk},
            {"origin": "plenary", "decision": made.orientation(there).pk},
            {"origin": "partner", "partner": "Ailleurs"},
        ):
            answer = rows.submit(self.claire, f"{LIST}nouveau/", **self.typed(**wrong))
            self.assertEqual(answer.status_code, 200, wrong)
        self.assertFalse(Need.objects.exists())
        own = self.typed(origin="diagnosis", diagnosis=made.diagnosis(self.council).pk)
        self.assertEqual(rows.submit(self.claire, f"{LIST}nouveau/", **own).status_code, 302)

    def test_posted_twice_makes_one(self) -> None:
        typed = self.typed(idempotency_key=str(uuid.uuid4()))
        for _ in range(2):
            self.assertEqual(rows.submit(self.elise, f"{LIST}nouveau/", **typed).status_code, 302)
        self.assertEqual(Need.objects.count(), 1)

    def test_individual_stories_are_questioned(self) -> None:
        """D-10: a reminder, then a question asked once."""
        self.assertContains(self.elise.get(f"{LIST}nouveau/"), "aucune situation individuelle")
        typed = self.typed(description="Mme Martin attend depuis mars")
        self.assertContains(rows.submit(self.elise, f"{LIST}nouveau/", **typed), "semble désigner")
        typed["is_general"] = "on"
        self.assertEqual(rows.submit(self.elise, f"{LIST}nouveau/", **typed).status_code, 302)

    def test_who_may_what(self) -> None:
        """READ reads, PROPOSE proposes, MANAGE does the rest; strangers and no one: nothing."""
        one = made.need(self.council)
        reader = member(self.council, "reader", "rene")
        contributor = member(self.council, "contributor", "cora")
        stranger = member(council("autre", "Autre"), "coordinator", "sam")
        for url in (LIST, self.url(one)):
            for browser, status in ((reader, 200), (contributor, 200), (stranger, 404)):
                self.assertEqual(browser.get(url).status_code, status, url)
            self.assertEqual(self.client.get(url).status_code, 302)
            self.assertEqual(self.claire.post(url).status_code, 405)
        for browser, status in ((reader, 404), (contributor, 200), (stranger, 404)):
            self.assertEqual(browser.get(f"{LIST}nouveau/").status_code, status)
        for browser, status in ((reader, 404), (self.elise, 404), (self.claire, 200)):
            self.assertEqual(browser.get(self.url(one, "modifier/")).status_code, status)
        self.assertEqual(self.claire.get(f"{LIST}{uuid.uuid4()}/").status_code, 404)

    def test_a_right_ended_meanwhile(self) -> None:
        page = self.elise.get(f"{LIST}nouveau/")
        self.assertEqual(page.status_code, 200)
        rows.end_role(self.elise, dt.date(2026, 6, 14))
        answer = rows.submit(self.elise, f"{LIST}nouveau/", **self.typed())
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(Need.objects.exists())


class Answered(Needs):
    """A need names the action sheets that answer it, and leads to a new one."""

    def test_its_sheets_and_the_way_to_one_more(self) -> None:
        """003-24: from what is missing to what is done; nothing of a sheet of another need."""
        one, other = made.need(self.council, "un"), made.need(self.council, "autre")
        axis = plans.axis(plans.roadmap(self.council))
        for title, of in (("canari-fiche", one), ("canari-autre", other)):
            plans.sheet(axis, title=title).needs.add(of)
        page = self.claire.get(self.url(one))
        self.assertContains(page, "canari-fiche")
        self.assertContains(page, f"/feuille-de-route/fiches/nouvelle/?besoin={one.pk}")
        self.assertNotContains(page, "canari-autre")
        self.assertNotContains(self.elise.get(self.url(one)), "fiches/nouvelle/")
        sheet = one.sheets.get()
        self.assertEqual(self.claire.get(self.sheet_url(page, sheet.pk)).status_code, 200)

    @staticmethod
    def sheet_url(page: Any, sheet_id: uuid.UUID) -> str:
        """Return the link of the page that leads to a sheet."""
        links = html.fromstring(page.content.decode()).xpath("//a/@href")
        return next(one for one in links if str(sheet_id) in one)


class Correcting(Needs):
    """Its author corrects it early on; the coordination says what became of it."""

    def test_its_author_until_it_is_taken_up(self) -> None:
        one = made.need(self.council, by=rows.user_of(self.elise))
        url = self.url(one, "modifier/")
        page = self.elise.get(url)
        self.assertEqual(page.status_code, 200)
        self.assertNotContains(page, 'name="state"')
        answer = rows.submit(
            self.elise, url, one, **self.typed(title="mieux dit", state="answered")
        )
        self.assertEqual(answer.status_code, 302)
        one.refresh_from_db()
        self.assertEqual((one.title, one.state), ("mieux dit", "seen"))
        actions.correct(need=one, values={"state": "kept"})
        self.assertEqual(self.elise.get(url).status_code, 404)

    def test_the_coordination_sets_aside_but_not_under_a_priority(self) -> None:
        """003-17: a priority that runs keeps its needs."""
        one = made.need(self.council)
        url = self.url(one, "modifier/")
        done = rows.submit(self.claire, url, one, **self.typed(state="set_aside"))
        self.assertEqual(done.status_code, 302)
        self.assertContains(self.claire.get(self.url(one)), "écarté")
        kept = made.need(self.council, "Autre besoin")
        made.priority(self.council, kept)
        kept.refresh_from_db()
        refused = rows.submit(
            self.claire, self.url(kept, "modifier/"), kept, **self.typed(state="set_aside")
        )
        self.assertContains(refused, "terminez-la d’abord")
        with self.assertRaises(Refusal):
            actions.correct(need=kept, values={"state": "set_aside"})

    def test_two_tabs(self) -> None:
        one = made.need(self.council)
        url = self.url(one, "modifier/")
        first = self.typed(title="premier onglet", state="seen")
        self.assertEqual(rows.submit(self.claire, url, one, **first).status_code, 302)
        second = self.typed(title="second onglet", state="seen")
        stale = rows.submit(self.claire, url, one, **second)
        self.assertContains(stale, "premier onglet")
        self.assertContains(stale, "second onglet")
        one.refresh_from_db()
        self.assertEqual(one.title, "premier onglet")


class Listing(Needs):
    """Counted tiles, filters, words without accents, constant queries."""

    def test_words_without_accents_and_counted_tiles(self) -> None:
        made.need(self.council, "Équipe mobile de gériatrie", theme="older", urgency=1)
        made.need(self.council, "Logement adapté", origin="inhabitant", state="set_aside")
        made.need(self.council, "Répit des aidants", publics=["carers"], territory="Borny")
        for asked, found in (
            ("q=equipe", "Équipe mobile"),
            ("q=GERIATRIE", "Équipe mobile"),
            ("q=personnes+agees", "Équipe mobile"),
            ("q=borny", "Répit des aidants"),
            ("q=aidants", "Répit des aidants"),
            ("theme=older", "Équipe mobile"),
            ("public=carers", "Répit des aidants"),
            ("urgence=1", "Équipe mobile"),
            ("etat=set_aside", "Logement adapté"),
        ):
            page = self.claire.get(f"{LIST}?{asked}")
            self.assertContains(page, found)
            self.assertEqual(len(page.context["rows"]), 1, asked)
        tiles = {one.label: one.number for one in self.claire.get(LIST).context["tiles"]}
        self.assertEqual(
            tiles,
            {
                "tous": 3,
                "repéré": 2,
                "retenu comme priorité": 0,
                "une action y répond": 0,
                "écarté": 1,
            },
        )
        self.assertContains(self.claire.get(f"{LIST}?q=introuvable"), "Aucun besoin ne répond")

    def test_the_most_pressing_first(self) -> None:
        for title, urgency in (("faible", 3), ("forte", 1), ("moyenne", 2)):
            made.need(self.council, title, urgency=urgency)
        found = [row[0].text for row in self.claire.get(LIST).context["rows"]]
        self.assertEqual(found, ["forte", "moyenne", "faible"])

    def test_the_empty_list_teaches(self) -> None:
        self.assertContains(self.claire.get(LIST), "Aucun besoin n’est encore repéré")
        self.assertContains(self.claire.get(LIST), f"{LIST}nouveau/")
        reader = member(self.council, "reader", "rene")
        self.assertNotContains(reader.get(LIST), "nouveau/")

    def test_twenty_lines_ask_what_one_asks(self) -> None:
        made.need(self.council)
        self.claire.get(LIST)
        with CaptureQueriesContext(connection) as one:
            self.claire.get(LIST)
        for rank in range(19):
            made.need(self.council, f"Besoin {rank}")
        with CaptureQueriesContext(connection) as twenty:
            self.claire.get(LIST)
        self.assertEqual(len(twenty), len(one))

    def test_the_lists_are_those_of_the_roadmap(self) -> None:
        """003-18, 004-16: one list of themes, one of publics."""
        self.assertEqual(Theme.choices, roadmap.Theme.choices)
        self.assertEqual(Public.choices, roadmap.Public.choices)
