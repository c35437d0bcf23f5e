"""Bodies: their list, one of them, opening, changing, closing, and who reads them."""

from __future__ import annotations

import datetime as dt
import uuid
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.models import Body
from tests.cases_of import Client, TestCase
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member

LIST = "/conseils/metz/instances/"
TODAY = dt.date(2026, 6, 15)
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=rows.PARIS)


class Bodies(TestCase):
    """A council, its coordinator, and a day on which to look."""

    def setUp(self) -> None:
        for name in (
            "clsm_core.council.access.now",
            "clsm_core.governance.views.bodies.now",
            "clsm_core.governance.views.mandates.now",
        ):
            self.enterContext(mock.patch(name, return_value=NOW))
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def url(self, body: Body, more: str = "") -> str:
        return f"{LIST}{body.pk}/{more}"


class Listing(Bodies):
    """The list, and who reads it."""

    def test_an_empty_list_teaches_its_first_act(self) -> None:
        """002-05: the usual bodies are one act away; who may not open them is not offered it."""
        self.assertContains(self.claire.get(LIST), "Ouvrir les instances habituelles")
        page = member(self.council, "steering_member", "sam").get(LIST)
        self.assertNotContains(page, "habituelles")
        self.assertContains(page, "La coordination ouvrira ici")

    def test_the_usual_bodies_open_in_one_act(self) -> None:
        """001-04, 001-06, 002-05: committee and assembly; the commission by name only."""
        answer = rows.submit(
            self.claire,
            f"{LIST}habituelles/",
            kinds=["steering", "plenary", "commission"],
            starts_on="2015-03-01",
        )
        self.assertRedirects(answer, LIST)
        kinds = set(Body.objects.values_list("kind", "name"))
        self.assertEqual(
            kinds,
            {
                ("steering", "Comité de pilotage"),
                ("plenary", "Assemblée plénière"),
                ("commission", "Commission"),
            },
        )
        page = self.claire.get(LIST)
        self.assertContains(page, "Comité de pilotage")
        self.assertContains(page, "0 sur 4")
        again = rows.submit(
            self.claire, f"{LIST}habituelles/", kinds=["steering"], starts_on="2015-03-01"
        )
        self.assertContains(again, "qui n’est pas encore ouverte")

    def test_the_commission_is_a_name(self) -> None:
        """D.1: neither members, nor meetings, nor categories of it are kept here."""
        commission = rows.body(self.council, "commission")
        page = self.claire.get(self.url(commission))
        self.assertContains(page, "n’est ici que par son nom")
        for more in ("membres/ajouter/", "membres/plusieurs/", "categories/", "composition.pdf"):
            self.assertEqual(self.claire.get(self.url(commission, more)).status_code, 404, more)
        with self.assertRaises(Refusal):
            rows.mandate(commission)

    def test_anonymous_stranger_and_method(self) -> None:
        """Siblings of every page: login, 404, 405."""
        steering = rows.body(self.council)
        stranger = member(council("autre", "Autre"), "coordinator", "denise")
        for url in (LIST, self.url(steering), self.url(steering, "composition.pdf")):
            self.assertEqual(Client().get(url).status_code, 302)
            self.assertEqual(stranger.get(url).status_code, 404)
            self.assertEqual(self.claire.post(url).status_code, 405)
            self.assertEqual(self.claire.get(url).status_code, 200)

    def test_only_the_coordination_writes(self) -> None:
        """Each page that writes is absent for every other role."""
        steering = rows.body(self.council)
        pages = ["habituelles/", "ouvrir/", "groupe/"]
        pages += [f"{steering.pk}/{more}" for more in ("modifier/", "fermer/", "categories/")]
        for role in ("president", "co_animator", "steering_member", "contributor", "reader"):
            browser = member(self.council, role, role)
            for page in pages:
                for method in (browser.get, browser.post):
                    self.assertEqual(method(LIST + page).status_code, 404, (role, page))
        for page in pages:
            self.assertEqual(self.claire.get(LIST + page).status_code, 200, page)

    def test_groups_are_counted(self) -> None:
        """000-25: how many thematic groups are open."""
        rows.group(self.council, "Logement")
        rows.group(self.council, "Précarité")
        self.assertContains(self.claire.get(LIST), "Groupes de travail (2)")

    def test_a_list_costs_the_same_for_twenty(self) -> None:
        """One body or twenty, each with a seat and a meeting: as many queries."""
        committee = rows.body(self.council, "technical")
        rows.mandate(committee)
        rows.meeting(committee)
        self.claire.get(LIST)
        with CaptureQueriesContext(connection) as one:
            self.claire.get(LIST)
        for number in range(19):
            other = rows.body(self.council, "technical", name=f"Comité {number}")
            rows.mandate(other, rows.contact(self.council, f"Nom {number}"))
            rows.meeting(other)
        with CaptureQueriesContext(connection) as twenty:
            page = self.claire.get(LIST)
        self.assertContains(page, "Comité 18")
        self.assertEqual(len(twenty), len(one))


class OneBody(Bodies):
    """Opening, reading, changing, closing one."""

    def test_a_body_shows_all_that_was_typed(self) -> None:
        """Canaries: each field comes back on the page."""
        answer = rows.submit(
            self.claire,
            f"{LIST}ouvrir/",
            kind="technical",
            name="Comité canari-nom",
            purpose="canari-missions",
            meetings_per_year=7,
            quorum_percent=43,
            starts_on="2024-02-29",
        )
        made = Body.objects.get()
        self.assertRedirects(answer, self.url(made))
        page = self.claire.get(self.url(made))
        for shown in ("comité technique", "Comité canari-nom", "canari-missions", "sur 7 prévues"):
            self.assertContains(page, shown)
        self.assertContains(page, "43\u00a0% des membres votants")
        self.assertContains(page, "29 février 2024")

    def test_a_name_is_taken_once(self) -> None:
        """The table's own rule comes back in words, and nothing typed is lost."""
        rows.body(self.council)
        answer = rows.submit(
            self.claire,
            f"{LIST}ouvrir/",
            kind="technical",
            name="Comité de pilotage",
            purpose="gardez-moi",
            meetings_per_year=1,
            quorum_percent=0,
            starts_on="2024-01-01",
        )
        self.assertContains(answer, "gardez-moi")
        self.assertContains(answer, "Quelque chose est à corriger")
        self.assertEqual(Body.objects.count(), 1)

    def test_posted_twice_makes_one(self) -> None:
        """Decision 50: the second post leads to the first one's body."""
        typed = {
            "kind": "technical",
            "name": "Comité technique",
            "meetings_per_year": 1,
            "quorum_percent": 0,
            "starts_on": "2024-01-01",
            "idempotency_key": str(uuid.uuid4()),
        }
        first = rows.submit(self.claire, f"{LIST}ouvrir/", **typed)
        second = rows.submit(self.claire, f"{LIST}ouvrir/", **typed)
        self.assertEqual((first.status_code, first.url), (second.status_code, second.url))
        self.assertEqual(Body.objects.count(), 1)

    def test_a_role_that_ended_writes_no_longer(self) -> None:
        """The form was opened while she coordinated; the post comes the day after."""
        steering = rows.body(self.council)
        typed = {"name": "Autre nom", "meetings_per_year": 4, "quorum_percent": 0}
        url = self.url(steering, "modifier/")
        self.assertEqual(self.claire.get(url).status_code, 200)
        rows.end_role(self.claire, TODAY - dt.timedelta(days=1))
        self.assertEqual(rows.submit(self.claire, url, steering, **typed).status_code, 404)
        steering.refresh_from_db()
        self.assertEqual(steering.name, "Comité de pilotage")

    def test_two_tabs(self) -> None:
        """A stale edit is refused, both texts are shown."""
        steering = rows.body(self.council, purpose="texte de départ")
        typed = {"name": steering.name, "meetings_per_year": 4, "quorum_percent": 0}
        url = self.url(steering, "modifier/")
        done = rows.submit(self.claire, url, steering, purpose="premier onglet", **typed)
        self.assertEqual(done.status_code, 302)
        stale = rows.submit(self.claire, url, steering, purpose="second onglet", **typed)
        self.assertContains(stale, "premier onglet")
        self.assertContains(stale, "second onglet")
        steering.refresh_from_db()
        self.assertEqual(steering.purpose, "premier onglet")

    def test_individual_stories_are_questioned(self) -> None:
        """D-10: a purpose that names somebody is asked to be read again."""
        steering = rows.body(self.council)
        answer = rows.submit(
            self.claire,
            self.url(steering, "modifier/"),
            steering,
            name=steering.name,
            purpose="Suivre Mme Martin dans son logement",
            meetings_per_year=4,
            quorum_percent=0,
        )
        self.assertContains(answer, "semble désigner quelqu’un")

    def test_another_council_s_body_is_absent(self) -> None:
        """Her slug with the other's id."""
        other = rows.body(council("autre", "Autre"))
        for more in ("", "modifier/", "fermer/", "categories/", "membres/ajouter/"):
            self.assertEqual(self.claire.get(self.url(other, more)).status_code, 404, more)

    def test_closing_keeps_the_history(self) -> None:
        """Mandates end the same day; a meeting planned later forbids it."""
        steering = rows.body(self.council)
        seat = rows.mandate(steering)
        late = rows.meeting(steering, dt.date(2026, 9, 1), "planned")
        url = self.url(steering, "fermer/")
        refused = rows.submit(self.claire, url, steering, ends_on="2026-06-10")
        self.assertContains(refused, "Une réunion est inscrite après ce jour")
        late.state = "cancelled"
        late.save()
        done = rows.submit(self.claire, url, steering, ends_on="2026-06-10")
        self.assertRedirects(done, self.url(steering))
        seat.refresh_from_db()
        self.assertEqual(seat.ends_on, dt.date(2026, 6, 10))
        self.assertContains(self.claire.get(LIST), "1 instance fermée")
        page = self.claire.get(self.url(steering))
        self.assertContains(page, "Lambert")
        self.assertNotContains(page, "Ajouter un membre")

    def test_the_committee_reads_what_the_assembly_asks(self) -> None:
        """001-04, 001-08: orientations of the plenary on the committee's page."""
        steering, plenary = rows.body(self.council), rows.body(self.council, "plenary")
        rows.decision(rows.meeting(plenary), "canari-orientation")
        rows.decision(rows.meeting(plenary), "canari-budget", kind="budget")
        page = self.claire.get(self.url(steering))
        self.assertContains(page, "canari-orientation")
        self.assertNotContains(page, "canari-budget")
        self.assertContains(page, "/observation")


class Visibility(Bodies):
    """Who reads a body: by role, or by a mandate held today."""

    def test_roles_of_the_council(self) -> None:
        """Those who steer read every body; contributors and readers none by their role."""
        steering = rows.body(self.council)
        for role, expected in (
            ("president", 200),
            ("co_animator", 200),
            ("steering_member", 200),
            ("contributor", 404),
            ("reader", 404),
        ):
            browser = member(self.council, role, role)
            self.assertEqual(browser.get(self.url(steering)).status_code, expected, role)
            self.assertEqual(b"pilotage" in browser.get(LIST).content, expected == 200, role)

    def test_a_mandate_opens_its_body_and_no_other(self) -> None:
        """D.3: linked contact, running today; ended yesterday, it opens nothing."""
        steering, plenary = rows.body(self.council), rows.body(self.council, "plenary")
        reader = member(self.council, "reader", "rita")
        seat = rows.mandate(plenary, rows.linked(reader, rows.contact(self.council, "Rita")))
        self.assertEqual(reader.get(self.url(plenary)).status_code, 200)
        self.assertEqual(reader.get(self.url(plenary, "composition.pdf")).status_code, 200)
        self.assertEqual(reader.get(self.url(steering)).status_code, 404)
        seat.ends_on = TODAY - dt.timedelta(days=1)
        seat.save()
        self.assertEqual(reader.get(self.url(plenary)).status_code, 404)
        seat.ends_on = TODAY
        seat.save()
        self.assertEqual(reader.get(self.url(plenary)).status_code, 200)

    def test_a_mandate_without_a_role_opens_nothing(self) -> None:
        """The right ended meanwhile: the door is closed, mandate or not."""
        plenary = rows.body(self.council, "plenary")
        reader = member(self.council, "reader", "rita")
        rows.mandate(plenary, rows.linked(reader, rows.contact(self.council, "Rita")))
        self.assertEqual(reader.get(self.url(plenary)).status_code, 200)
        rows.end_role(reader, TODAY - dt.timedelta(days=1))
        self.assertEqual(reader.get(self.url(plenary)).status_code, 404)

    def test_published_bodies_show_no_name(self) -> None:
        """The public page tells what a body is for, never who sits."""
        rows.mandate(rows.body(self.council, purpose="canari-missions", is_published=True))
        self.council.is_published = True
        self.council.save()
        page = Client().get("/public/metz/documents/")
        self.assertContains(page, "canari-missions")
        self.assertNotContains(page, "Lambert")
