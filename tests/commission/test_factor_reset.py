"""A lost telephone: two people, one mail, a login to begin again, and a vault still shut.

Decision 17. A request that SQL wrote or changed resets nothing.
"""

from __future__ import annotations

import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit import recorder
from cases.actions import factor_resets
from cases.domain.exceptions import DomainError
from cases.models import JointAct, VaultOpening, VaultSlot
from cases.permissions import Refused
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import CommissionSession
from tests import people
from tests.cases_of import Client, CommittingTestCase, TestCase
from tests.commission.test_pages_conflicts import key, url
from tests.people import Person

REASON = "telephone_perdu"


class ResetCase:
    """Ask and decide on the pages."""

    cast: people.Cast

    def ask(self, officer: Person, member: Person) -> Any:
        """Ask for a reset."""
        assert member.mandate is not None
        return people.client_of(officer).post(
            url("factor_reset", member.mandate.pk), {"idempotency_key": key(), "reason": REASON}
        )

    def pending(self) -> JointAct:
        """Return the request that waits."""
        with people.as_person(self.cast.claire):
            return JointAct.objects.select_related("commission").get(decided_at__isnull=True)

    def decide(self, person: Person, action: str = "confirm", client: Any = None) -> Any:
        """Answer the request that waits."""
        return (client or people.client_of(person)).post(
            url("factor_reset_decide", self.pending().pk),
            {"idempotency_key": key(), "action": action},
            follow=True,
        )

    def factors(self, person: Person) -> int:
        """Return how many second factors somebody has."""
        return Authenticator.objects.filter(user=person.user).count()


class ResetTests(ResetCase, CommittingTestCase):
    """Marc lost his telephone; the officers are Claire and Denis."""

    def setUp(self) -> None:
        self.cast = people.commission(f"t{uuid.uuid4().hex[:8]}")
        mail.outbox.clear()

    def test_two_officers_reset(self) -> None:
        """Factors, passkeys, sessions and open vaults end; his passphrase and his kit do not."""
        marc = self.cast.marc
        Authenticator.objects.create(
            user=marc.user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"}
        )
        VaultSlot.objects.create(
            user=marc.user,
            kind=VaultSlot.Kind.PASSKEY,
            credential="c1",
            blob=b"x",
            created_at=now(),
        )
        open_window = people.client_of(marc)
        self.assertEqual(open_window.get(url("members")).status_code, 200)
        self.assertEqual(self.ask(self.cast.claire, marc).status_code, 302)
        self.assertEqual(self.factors(marc), 2)
        self.assertEqual(mail.outbox, [])
        page = people.client_of(self.cast.denis).get(url("members"))
        self.assertContains(page, "Second facteur à réinitialiser")
        with recorder.observe() as events:
            self.assertContains(self.decide(self.cast.denis), "Second facteur réinitialisé")
        self.assertIn("member.reset", [event.action for event in events])
        self.assertEqual(self.factors(marc), 0)
        kinds = VaultSlot.objects.filter(user=marc.user).values_list("kind", flat=True)
        self.assertEqual(set(kinds), {"passphrase", "recovery"})
        self.assertFalse(VaultOpening.objects.filter(user=marc.user).exists())
        key_now = open_window.session.session_key
        self.assertFalse(CommissionSession.objects.filter(session_key=key_now).exists())
        self.assertIn("/compte/login/", open_window.get(url("members")).headers["Location"])
        (sent,) = mail.outbox
        self.assertEqual(sent.to, [marc.user.email])
        for word in ("Marc", "Didier", "Claire", "Denis", "situation"):
            self.assertNotIn(word, sent.subject + sent.body)

    def test_the_next_login_owes_a_factor_and_opens_nothing(self) -> None:
        """It opens the login: no page stands before a new factor is enrolled."""
        marc = self.cast.marc
        self.ask(self.cast.claire, marc)
        self.decide(self.cast.denis)
        client = Client()
        client.post(
            reverse("account_login"), {"login": marc.user.email, "password": people.PASSPHRASE}
        )
        self.assertIn("_auth_user_id", client.session)
        self.assertFalse(VaultOpening.objects.filter(user=marc.user).exists())
        for page in (url("situations"), url("members"), url("vault")):
            answer = client.get(page)
            self.assertEqual(answer.status_code, 302)
            self.assertEqual(answer.headers["Location"], reverse("mfa_activate_totp"))


class TwoPeopleTests(ResetCase, TestCase):
    """Who may ask, who may confirm, and what a row of SQL is worth."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"u{uuid.uuid4().hex[:8]}")

    def confirm(self, person: Person, act: JointAct | None = None) -> None:
        """Confirm through the action."""
        act = act or self.pending()
        with people.as_person(person) as viewer:
            factor_resets.confirm(viewer=viewer, act=act)

    def test_the_same_person_twice(self) -> None:
        """Refused by the page, the action, and the database's own constraint."""
        self.ask(self.cast.claire, self.cast.marc)
        self.assertContains(self.decide(self.cast.claire), "une autre personne")
        with self.assertRaises(factor_resets.SamePerson):
            self.confirm(self.cast.claire)
        with (
            people.as_person(self.cast.claire),
            self.assertRaises(IntegrityError),
            transaction.atomic(),
        ):
            JointAct.objects.filter(decided_at__isnull=True).update(
                decided_by=self.cast.claire.user, decided_at=now(), is_confirmed=True
            )
        self.assertEqual(self.factors(self.cast.marc), 1)
        self.confirm(self.cast.denis)
        self.assertEqual(self.factors(self.cast.marc), 0)

    def test_a_row_that_sql_changed(self) -> None:
        """Another subject, another asker, or a whole row of SQL: an alert, and nothing else."""
        self.ask(self.cast.claire, self.cast.marc)
        genuine = self.pending()
        changes = (
            {"subject": self.cast.luc.user.pk},
            {"asked_by": self.cast.sophie.user},
            {"reason": "telephone_change"},
        )
        for change in changes:
            act = self.pending()
            for name, value in change.items():
                setattr(act, name, value)
            with recorder.observe() as events, self.assertRaises(factor_resets.Altered):
                self.confirm(self.cast.denis, act)
            self.assertIn("integrity.alert", [event.action for event in events])
        forged = JointAct(
            pk=uuid.uuid4(),
            commission=self.cast.commission,
            kind=JointAct.Kind.FACTOR_RESET,
            subject=self.cast.sophie.user.pk,
            reason=REASON,
            asked_by=self.cast.claire.user,
            asked_at=now(),
        )
        with people.as_person(self.cast.claire):
            forged.save(force_insert=True)
        with self.assertRaises(factor_resets.Altered):
            self.confirm(self.cast.denis, forged)
        for person in (self.cast.marc, self.cast.luc, self.cast.sophie):
            self.assertEqual(self.factors(person), 1)
        self.confirm(self.cast.denis, genuine)
        self.assertEqual(self.factors(self.cast.marc), 0)

    def test_a_decided_request_is_spent(self) -> None:
        """Confirmed once; a declined one resets nothing, and another may be asked."""
        self.ask(self.cast.claire, self.cast.marc)
        act = self.pending()
        self.assertContains(self.decide(self.cast.denis, "decline"), "rien n’a changé")
        self.assertEqual(self.factors(self.cast.marc), 1)
        with self.assertRaises(DomainError):
            self.confirm(self.cast.denis, act)
        # One transaction is one instant: each request is of its own.
        with people.later(minutes=1):
            self.ask(self.cast.denis, self.cast.marc)
            self.assertContains(self.decide(self.cast.denis, "decline"), "rien n’a changé")
        with people.later(minutes=2):
            self.ask(self.cast.denis, self.cast.marc)
            self.assertContains(self.ask(self.cast.claire, self.cast.marc), "attend déjà")

    def test_an_officers_own_telephone(self) -> None:
        """The other officer asks, the depositary confirms; nobody else sees the request."""
        claire = self.cast.claire
        self.assertEqual(self.ask(claire, claire).status_code, 404)
        self.assertEqual(self.ask(self.cast.denis, claire).status_code, 302)
        luc = people.client_of(self.cast.luc)
        self.assertNotContains(luc.get(url("members")), "Second facteur")
        self.assertEqual(self.decide(self.cast.luc).status_code, 404)
        with self.assertRaises(Refused):
            self.confirm(claire)
        nadia = people.client_of(self.cast.nadia)
        self.assertContains(nadia.get(url("members")), "Second facteur")
        self.assertContains(self.decide(self.cast.nadia), "Second facteur réinitialisé")
        self.assertEqual(self.factors(claire), 0)

    def test_who_asks(self) -> None:
        """Officers of the root only; the depositary confirms nothing of a member's."""
        self.assertEqual(self.ask(self.cast.luc, self.cast.marc).status_code, 404)
        self.assertEqual(self.ask(self.cast.nadia, self.cast.marc).status_code, 404)
        self.ask(self.cast.claire, self.cast.marc)
        self.assertEqual(self.decide(self.cast.nadia).status_code, 404)
        with self.assertRaises(Refused):
            self.confirm(self.cast.nadia)
        self.assertEqual(self.factors(self.cast.marc), 1)

    def test_both_steps_ask_for_the_secret(self) -> None:
        """Ten minutes later, neither acts without it; declining never asks."""
        denis, mandate = people.client_of(self.cast.denis), self.cast.marc.mandate
        fields = {"idempotency_key": key(), "reason": REASON}
        with people.later(minutes=11):
            page = denis.post(url("factor_reset", mandate.pk), fields)
            self.assertContains(page, "confirm_passphrase")
        with people.as_person(self.cast.claire):
            self.assertFalse(JointAct.objects.exists())
        self.ask(self.cast.claire, self.cast.marc)
        with people.later(minutes=11):
            page = self.decide(self.cast.denis, client=denis)
            self.assertContains(page, "confirm_passphrase")
            self.assertEqual(self.factors(self.cast.marc), 1)
            page = self.decide(self.cast.denis, "decline", client=denis)
            self.assertContains(page, "rien n’a changé")
