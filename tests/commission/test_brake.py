"""A stolen session reads slowly: beyond so many situations an hour, a reason (decision 23)."""

from __future__ import annotations

import uuid
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from django.urls import reverse

from audit import recorder
from cases.domain import openings
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.test_pages_conflicts import key

WORDS = "Je veux garder mon appartement."


class BrakeTests(CommittingTestCase):
    """Two situations an hour for Luc in these tests, who leads four."""

    def setUp(self) -> None:
        self.cast = people.commission(f"b{uuid.uuid4().hex[:8]}")
        self.codes = [people.agreed(self.cast).code for _ in range(4)]
        self.enterContext(mock.patch.object(openings, "MEMBER", 2))
        self.luc = people.client_of(self.cast.luc)

    def open(self, code: str, name: str = "situation", *more: str) -> Any:
        """Ask for a page of a situation."""
        return self.luc.get(reverse(f"cases:{name}", args=[code, *more]))

    def open_two(self) -> None:
        """Open what needs no word."""
        for code in self.codes[:2]:
            self.assertContains(self.open(code), WORDS)

    def test_the_third_asks_and_the_same_ones_do_not(self) -> None:
        """Control: what was opened within the hour opens again, its sections too."""
        self.open_two()
        for code in self.codes[:2]:
            self.assertEqual(self.open(code).status_code, 200)
            self.assertEqual(self.open(code, "situation_section", "housing").status_code, 200)
        with recorder.observe() as events:
            for name, more in (("situation", ()), ("situation_section", ("housing",))):
                answer = self.open(self.codes[2], name, *more)
                self.assertEqual(answer.status_code, 302)
                self.assertIn(reverse("cases:why"), answer["Location"])
                self.assertNotIn(WORDS, answer.content.decode())
            hidden = self.luc.post(reverse("cases:situation_identity", args=[self.codes[2]]))
        self.assertEqual(hidden.status_code, 302)
        shown = [one.action for one in events if one.action.endswith((".shown", ".revealed"))]
        self.assertEqual(shown, [])

    def test_a_reason_goes_to_the_ledger_and_opens_the_hour(self) -> None:
        """Nothing is blocked: a closed list, one word for an hour, then asked again."""
        self.open_two()
        asked = self.open(self.codes[2])["Location"]
        self.assertEqual(
            parse_qs(urlsplit(asked).query)["suite"],
            [reverse("cases:situation", args=[self.codes[2]])],
        )
        refused = self.luc.post(asked, {"idempotency_key": key(), "reason": "un texte libre"})
        self.assertContains(refused, "Beaucoup de situations ouvertes")
        with recorder.observe() as events:
            answer = self.luc.post(asked, {"idempotency_key": key(), "reason": "relais"})
        self.assertRedirects(answer, reverse("cases:situation", args=[self.codes[2]]))
        told = [one for one in events if one.action == "vault.many_opened"]
        self.assertEqual([one.purpose for one in told], ["relais"])
        self.assertContains(self.open(self.codes[3]), WORDS)

    def test_another_site_is_never_the_next_page(self) -> None:
        """The address to go on to is one of ours."""
        answer = self.luc.post(
            reverse("cases:why") + "?suite=https://exemple.invalid/",
            {"idempotency_key": key(), "reason": "relais"},
        )
        self.assertEqual(answer["Location"], "/")

    def test_an_hour_later(self) -> None:
        """The count is of the last hour."""
        self.open_two()
        self.assertEqual(self.open(self.codes[2]).status_code, 302)
        with people.later(minutes=61):
            luc = people.client_of(self.cast.luc)
            session = luc.session
            session["opened_situations"] = self.luc.session["opened_situations"]
            session.save()
            self.luc = luc
            self.assertContains(self.open(self.codes[2]), WORDS)

    def test_a_coordinator_has_her_own_number(self) -> None:
        """She screens for everybody: two hundred, not sixty."""
        self.luc = people.client_of(self.cast.claire)
        for code in self.codes:
            self.assertEqual(self.open(code).status_code, 200)
        self.assertEqual(openings.COORDINATOR, 200)
