"""« Ma journée » says what awaits a second person, a signature, a colleague."""

from __future__ import annotations

import uuid

from django.urls import reverse

from cases.actions import erasure, factor_resets
from cases.models import Mandate
from tests import people
from tests.cases_of import TestCase
from tests.commission.newcomers import newcomer
from tests.commission.planning import approved, note_approved, noted, prepared, without


class PairTests(TestCase):
    """Counts for the desks; nothing for the others, nothing when nothing waits."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"p{uuid.uuid4().hex[:8]}")

    def home(self, name: str) -> str:
        """Return the first page of somebody."""
        client = people.client_of(self.cast.people[name])
        return client.get(reverse("home")).content.decode()

    def test_nothing_waits(self) -> None:
        """The control of the next one."""
        for name in ("claire", "denis", "luc"):
            page = self.home(name)
            for words in ("à confirmer", "à réinitialiser", "à signer", "à redonner"):
                self.assertNotIn(words, page)

    def test_what_waits_is_counted_for_whom_it_concerns(self) -> None:
        """The one who asked is not asked to confirm."""
        pk = people.shared(self.cast, "sophie").pk
        newcomer(self.cast)
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, pk)
            reason = erasure.reasons(situation, viewer.at)[0][0]
            erasure.ask(viewer=viewer, situation=situation, reason=reason)
        with people.as_person(self.cast.claire) as viewer:
            factor_resets.ask(
                viewer=viewer,
                mandate=Mandate.objects.get(pk=self.cast.marc.mandate.pk),
                reason=factor_resets.ResetReason.codes()[0],
            )
        denis, claire, luc = self.home("denis"), self.home("claire"), self.home("luc")
        self.assertIn("effacement à confirmer", denis)
        self.assertIn("second facteur à réinitialiser", denis)
        self.assertNotIn("à réinitialiser", claire)
        self.assertNotIn("à confirmer", claire)
        for page in (denis, claire):
            self.assertIn("clé de membre à signer", page)
        self.assertNotIn("à signer", luc)

    def test_a_plan_and_a_note_wait_for_who_has_not_approved(self) -> None:
        """Each stands as a link on the first page of the two approvers, without a word of it."""
        plan = prepared(self.cast, "2027.1", without("E-07"))
        note = noted(self.cast, title="Canari jaune")
        lines = {
            reverse("cases:plan_version", args=[plan.pk]): plan,
            reverse("cases:note", args=[note.pk]): note,
        }
        for name, expected in (("claire", True), ("denis", True), ("luc", False)):
            page = self.home(name)
            self.assertNotIn("Canari", page)
            for address in lines:
                self.assertEqual(address in page, expected, f"{name} {address}")
        approved(self.cast, plan, "claire")
        note_approved(self.cast, note, "claire")
        for name, expected in (("claire", False), ("denis", True)):
            page = self.home(name)
            for address in lines:
                self.assertEqual(address in page, expected, f"{name} {address}")
