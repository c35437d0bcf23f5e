"""« Ma journée » says what awaits a second person, a signature, a colleague."""

from __future__ import annotations

import uuid

from django.urls import reverse

from cases.actions import erasure, factor_resets
from cases.models import Mandate
from tests import people
from tests.cases_of import TestCase
from tests.commission.newcomers import newcomer


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
