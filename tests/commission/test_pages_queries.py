"""Lists cost the same for one line and for several; a closed door answers alike (style 24)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.access import lists, situations
from cases.actions import sittings
from cases.models import AgendaItem, Sitting
from cases.presenters import listing
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import Client, CommittingTestCase

# Session, account, what is owed, vault and frame: nine; the situation with its lists: fifteen.
SITUATION_PAGE = 24


def count(client: Any, address: str) -> int:
    """Return the number of queries of a page, once its caches are warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code}"
    return len(captured)


class ConstantQueries(CommittingTestCase):
    """One row, then three: the same number of questions to the database."""

    def setUp(self) -> None:
        self.cast = people.commission(f"q{uuid.uuid4().hex[:8]}")
        self.claire = people.client_of(self.cast.claire)
        self.luc = people.client_of(self.cast.luc)
        self.julie = people.client_of(self.cast.julie)

    def test_lists(self) -> None:
        """The situations, the day, the referrals."""
        people.agreed(self.cast)
        people.referred(self.cast)
        asked = [
            (self.claire, "/"),
            (self.luc, "/"),
            (self.julie, "/"),
            (self.claire, reverse("cases:situations")),
            (self.luc, f"{reverse('cases:situations')}?suivi=accord"),
            (self.claire, reverse("cases:referrals")),
            (self.julie, reverse("cases:my_referrals")),
        ]
        before = [count(client, address) for client, address in asked]
        for _ in range(2):
            people.agreed(self.cast)
            people.referred(self.cast)
        after = [count(client, address) for client, address in asked]
        self.assertEqual(after, before)

    def test_a_page_of_the_list(self) -> None:
        """However many pages, each costs the same; the filter follows from page to page."""
        for _ in range(3):
            people.agreed(self.cast)
        address = f"{reverse('cases:situations')}?etat=preparing"
        with mock.patch.object(lists, "LINES_A_PAGE", 2):
            whole = count(self.luc, f"{address}&page=1")
            self.assertEqual(count(self.luc, f"{address}&page=2"), whole)
            first = self.luc.get(address)
            second = self.luc.get(f"{address}&page=2")
            beyond = self.luc.get(f"{address}&page=9")
        self.assertContains(first, 'rel="next" href="?etat=preparing&amp;page=2"')
        self.assertContains(second, 'rel="prev" href="?etat=preparing&amp;page=1"')
        self.assertContains(second, 'name="etat" value="preparing"')
        self.assertEqual([len(page.context["rows"]) for page in (first, second, beyond)], [2, 1, 1])
        codes = [row[0].text for page in (first, second) for row in page.context["rows"]]
        self.assertEqual(len(set(codes)), 3)

    def test_the_page_of_a_situation(self) -> None:
        """A page costs what is written here, whatever its history and its texts hold."""
        agreed = people.agreed(self.cast)
        reviewed, _ = people.reviewed(self.cast, "marc", "nadia")
        addresses = [reverse("cases:situation", args=[one.code]) for one in (agreed, reviewed)]
        found = [count(self.luc, address) for address in addresses]
        self.assertEqual(found, [SITUATION_PAGE] * 2)

    def _inscribe(self, sitting: Sitting) -> None:
        pk = people.agreed(self.cast).pk
        with people.as_person(self.cast.claire) as viewer:
            item: AgendaItem = sittings.add_item(
                viewer=viewer, sitting=sitting, situation=people.fresh(self.cast, pk)
            )
            present = [self.cast.luc.user.pk, self.cast.marc.user.pk]
            sittings.mark_present(viewer=viewer, item=item, user_ids=present)

    def test_agenda(self) -> None:
        """A sitting with one point, then three."""
        with people.as_person(self.cast.claire) as viewer:
            sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at + timedelta(days=3),
                place="Salle",
            )
        self._inscribe(sitting)
        address = reverse("cases:sitting", args=[sitting.pk])
        listed = reverse("cases:sittings")
        before = [count(self.claire, address), count(self.claire, listed)]
        for _ in range(2):
            self._inscribe(sitting)
        self.assertEqual([count(self.claire, address), count(self.claire, listed)], before)


class Due(CommittingTestCase):
    """What the database counts as late is what the lines say is late."""

    def test_counts_and_order(self) -> None:
        """At three moments, by kind, and in the order of what is due first."""
        cast = people.commission(f"l{uuid.uuid4().hex[:8]}")
        people.agreed(cast)
        people.reviewed(cast, "marc")
        soon = (now() + timedelta(days=14)).date().isoformat()
        people.admitted(
            cast,
            identification="coded",
            person_informed="injoignable",
            information_due_on=soon,
        )
        seen = set()
        for days in (0, 40, 400):
            with people.later(days=days), people.as_person(cast.luc) as viewer:
                lines = situations.list_situations(viewer)
                found = lists.situations(viewer, lists.Kept())
                told = listing.due_counts(lines, frozenset())
                counted = {due: found.late(due) for due in lists.DUE_STATES}
                self.assertEqual(counted, {due: told[due] for due in counted})
                dates = [line.next_date for line in found.lines]
                self.assertEqual(dates, sorted(dates, key=lambda day: (day is None, day)))
                self.assertEqual({one.situation.id for one in lines}, _ids(found.lines))
                for due, number in counted.items():
                    kept = lists.situations(viewer, lists.Kept(due=due))
                    self.assertEqual((len(kept.lines), kept.number), (number, number))
                    seen |= {due} if number else set()
        self.assertEqual(seen, {"restitution", "information"})


def _ids(lines: Any) -> set[Any]:
    return {line.situation.id for line in lines}


class ClosedDoors(CommittingTestCase):
    """Style 16: anonymous, stranger, wrong method."""

    def setUp(self) -> None:
        self.cast = people.commission(f"d{uuid.uuid4().hex[:8]}")
        self.other = people.commission(f"e{uuid.uuid4().hex[:8]}")
        self.situation = people.shared(self.cast, "marc")
        self.pages = {
            name: reverse(f"cases:{name}", args=[self.situation.code])
            for name in (
                "situation",
                "readers",
                "agreement",
                "withdraw",
                "share",
                "close",
                "document_new",
            )
        }

    def test_the_right_person_enters(self) -> None:
        """Positive control: the lead opens every one of these pages."""
        luc = people.client_of(self.cast.luc)
        for name, address in self.pages.items():
            with self.subTest(page=name):
                self.assertEqual(luc.get(address).status_code, 200)

    def test_anonymous_is_sent_to_login(self) -> None:
        """Nothing opens without a login."""
        for name, address in self.pages.items():
            with self.subTest(page=name):
                response = Client().get(address)
                self.assertEqual(response.status_code, 302)
                self.assertIn("/compte/login/", response.headers["Location"])

    def test_strangers_find_nothing(self) -> None:
        """A referrer, a member without a grant, the same roles of another commission: 404."""
        strangers = [
            self.cast.julie,
            self.cast.sophie,
            self.other.claire,
            self.other.luc,
            self.other.denis,
        ]
        for person in strangers:
            client = people.client_of(person)
            for name, address in self.pages.items():
                with self.subTest(page=name, person=person.user.first_name):
                    self.assertEqual(client.get(address).status_code, 404)

    def test_acts_beyond_a_grant_find_nothing(self) -> None:
        """A member who reads is no lead: the lead's pages answer 404."""
        marc = people.client_of(self.cast.marc)
        self.assertEqual(marc.get(self.pages["situation"]).status_code, 200)
        for name in ("agreement", "withdraw", "share", "close"):
            with self.subTest(page=name):
                self.assertEqual(marc.get(self.pages[name]).status_code, 404)

    def test_identity_is_a_gesture(self) -> None:
        """A link never reveals: only a posted form does."""
        luc = people.client_of(self.cast.luc)
        address = reverse("cases:situation_identity", args=[self.situation.code])
        self.assertEqual(luc.get(address).status_code, 405)
        self.assertContains(luc.post(address), "Dupont-Fictif")
        sophie = people.client_of(self.cast.sophie)
        self.assertEqual(sophie.post(address).status_code, 404)
