"""A complement reaches who coordinates now, and is given like the first sending (decision 19)."""

from __future__ import annotations

import uuid

from cases.access.situations import open_referral
from cases.actions import directory, referrals
from cases.models import Grant, Mandate, SituationUserPermission
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import TestCase
from tests.commission.newcomers import newcomer


class ComplementTests(TestCase):
    """Julie adds something after a second coordinator came."""

    def setUp(self) -> None:
        self.cast = people.commission(f"k{uuid.uuid4().hex[:8]}")
        self.pk = people.referred(self.cast).pk
        self.paul = newcomer(self.cast, role=Mandate.Role.COORDINATOR)
        officers = [
            (self.cast.people[name].user, self.cast.people[name].identity)
            for name in ("claire", "denis")
        ]
        directory.sign_key(
            commission=self.cast.commission, user=self.paul.user, officers=officers, at=now()
        )

    def test_a_coordinator_who_came_since_reads_it(self) -> None:
        """Her right is projected with her key; the former one's is not written twice (control)."""
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            referrals.ask_information(
                viewer=viewer,
                situation=situation,
                reason="information_insuffisante",
                message="Qui d’autre intervient ?",
            )
        with people.as_person(self.cast.julie) as viewer:
            referrals.complete(viewer=viewer, situation_id=self.pk, text="CANARI-aide-2207")
        with people.as_person(self.cast.claire):
            held = set(
                Grant.objects.filter(
                    situation=self.pk, key_version=2, is_dormant=False
                ).values_list("recipient_id", flat=True)
            )
            rows = list(
                SituationUserPermission.objects.filter(
                    content_object=self.pk, permission__codename="manage_social"
                ).values_list("user_id", flat=True)
            )
        self.assertEqual(held, {self.cast.claire.user.pk, self.paul.user.pk})
        self.assertEqual(sorted(rows), sorted(held))
        for person in (self.paul, self.cast.claire):
            with people.as_person(person) as viewer:
                opened = open_referral(viewer, situation.code)
                texts = [one.payload.get("text") for one in opened.documents("complement")]
                self.assertEqual(texts, ["CANARI-aide-2207"])
