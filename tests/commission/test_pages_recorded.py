"""Pages that show something leave their event: lists, a draft, figures not yet published."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from audit import recorder
from tests import people
from tests.cases_of import TestCase
from tests.commission.test_pages_conflicts import key, url
from tests.commission.test_pages_releases import frozen


class RecordedTests(TestCase):
    """Decisions 31 and 32: what is shown is in the ledger before it is."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("journal")

    def shown(self, client: Any, address: str) -> list[Any]:
        """Return the events of a page that opens."""
        with recorder.observe() as events:
            self.assertEqual(client.get(address).status_code, 200)
        return events

    def test_lists(self) -> None:
        """The members, and one's own referrals on the first page."""
        claire = people.client_of(self.cast.claire)
        names = [event.action for event in self.shown(claire, url("members"))]
        self.assertEqual(names, ["list.shown"])
        julie = people.client_of(self.cast.julie)
        self.assertEqual(self.shown(julie, reverse("home")), [])
        people.referred(self.cast)
        names = [event.action for event in self.shown(julie, reverse("home"))]
        self.assertEqual(names, ["list.shown"])

    def test_a_release_not_yet_published(self) -> None:
        """Its figures are shown to two persons only, each time in the ledger."""
        row = frozen(self.cast)
        events = self.shown(people.client_of(self.cast.claire), url("release", row.pk))
        self.assertEqual([event.action for event in events], ["release.shown"])
        self.assertEqual(events[0].objects, (row.pk,))
        self.assertEqual(events[0].commission, self.cast.commission.pk)

    def test_a_draft(self) -> None:
        """A draft is a referral opened again."""
        julie = people.client_of(self.cast.julie)
        julie.post(url("referral_new"), {"urgency": "non", "idempotency_key": key()})
        events = self.shown(julie, url("referral_step", "personne"))
        self.assertEqual(
            [(event.action, event.purpose) for event in events], [("referral.shown", "draft")]
        )
