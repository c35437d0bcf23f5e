"""A substitute reads what her titular reads, between two days (domain.md B.3)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from cases.actions import (
    sittings,
    substitutions,
)
from cases.domain.exceptions import NotAllowed
from cases.models import Grant, Mandate, Sitting
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.test_convening import OPEN, reads, sitting_of
from tests.commission.test_leads import seated
from tests.commission.test_pages_conflicts import key, url


class StandingIn(CommittingTestCase):
    """Sacha stands in for Marc for ten days."""

    def setUp(self) -> None:
        self.cast = people.commission(f"sup{uuid.uuid4().hex[:6]}")
        self.sacha = seated(
            self.cast, "sacha", Mandate.Role.SUBSTITUTE, profession="assistant_service_social"
        )
        self.situation = people.shared(self.cast, "marc", sections=("core", "housing"))

    def start(self, first: int = 0, last: int = 10) -> Any:
        """Set the substitution as Claire, between two days from now."""
        with people.as_person(self.cast.claire) as viewer:
            today = viewer.at.date()
            assert self.sacha.mandate is not None
            return substitutions.start(
                viewer=viewer,
                mandate=Mandate.objects.get(pk=self.sacha.mandate.pk),
                titular=self.cast.marc.mandate,
                first=today + timedelta(days=first),
                last=today + timedelta(days=last),
            )

    def test_she_reads_what_he_holds_until_the_last_day(self) -> None:
        """Basis, reason, level and end; nothing more than his sections, nothing after."""
        (done,) = self.start()
        self.assertEqual(done.given, ("core", "housing"))
        self.assertEqual(reads(self.sacha, self.situation.code), {"core", "housing"})
        with people.as_person(self.cast.claire):
            rows = Grant.objects.filter(recipient=self.sacha.user)
            self.assertEqual(
                {(one.basis, one.reason, one.level) for one in rows},
                {("substitute", "remplacement", "read")},
            )
        with people.later(days=11):
            self.assertEqual(reads(self.sacha, self.situation.code), set())

    def test_it_begins_with_its_first_day(self) -> None:
        """Three days from now: nothing before."""
        self.start(first=3)
        self.assertEqual(reads(self.sacha, self.situation.code), set())
        with people.later(days=4):
            self.assertEqual(reads(self.sacha, self.situation.code), {"core", "housing"})

    def test_ended_it_ends_at_once(self) -> None:
        """T-24, without a vault."""
        self.start()
        claire = people.client_of(self.cast.claire, vault=False)
        assert self.sacha.mandate is not None
        answer = claire.post(
            url("substitution", self.sacha.mandate.pk), {"action": "end", "idempotency_key": key()}
        )
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(reads(self.sacha, self.situation.code), set())

    def test_a_sitting_calls_her_beside_her_titular(self) -> None:
        """Convened while she stands in: what he receives and her profession reads."""
        other = people.agreed(self.cast)
        self.start()
        sitting = sitting_of(self.cast, other, days=5)
        with people.as_person(self.cast.claire) as viewer:
            sittings.convene(viewer=viewer, sitting=Sitting.objects.get(pk=sitting.pk))
        # He does not read health, hence neither does she in his place.
        self.assertEqual(reads(self.sacha, other.code), OPEN)

    def test_days_that_do_not_fit_are_refused(self) -> None:
        """Past, or beyond a mandate."""
        for first, last in ((-5, -1), (0, 900)):
            with self.subTest(last=last), self.assertRaises(NotAllowed):
                self.start(first, last)

    def test_the_page(self) -> None:
        """Set, completed, ended; the coordinator's only."""
        assert self.sacha.mandate is not None
        address = url("substitution", self.sacha.mandate.pk)
        claire = people.client_of(self.cast.claire)
        today = now().date()
        assert self.cast.marc.mandate is not None
        posted = {
            "titular": str(self.cast.marc.mandate.pk),
            "first": today.isoformat(),
            "last": (today + timedelta(days=10)).isoformat(),
            "idempotency_key": key(),
        }
        answer = claire.post(address, posted, follow=True)
        self.assertContains(answer, "Accès donnés")
        self.assertContains(answer, "Marc Didier")
        more = claire.post(address, {"action": "complete", "idempotency_key": key()}, follow=True)
        self.assertContains(more, self.situation.code)
        for name in ("luc", "denis", "julie", "sacha"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.get(address).status_code, 404, name)
        assert self.cast.sophie.mandate is not None
        other = claire.get(url("substitution", self.cast.sophie.mandate.pk))
        self.assertEqual(other.status_code, 404)
