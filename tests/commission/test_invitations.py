"""An invitation with an access waits for its answer, and ends with its point.

BR-04, C-24; decision 22. Controls: the same guest, once she accepted.
"""

from __future__ import annotations

from typing import Any

from django.core import mail

from audit import recorder
from cases.actions import (
    agreements,
    grants,
    invitations,
    recusals,
    rotation,
    sittings,
)
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import DomainError, NotAllowed
from cases.models import (
    AgendaItem,
    Grant,
    Invitation,
    Mandate,
    Sitting,
    Wrap,
)
from cases.permissions import Refused
from cases.vault.errors import VaultError
from tests import people
from tests.cases_of import TestCase
from tests.commission.guests import accept, guest, invited, sign_once
from tests.commission.newcomers import newcomer
from tests.commission.test_convening import item_of, reads, sitting_of
from tests.commission.test_pages_conflicts import key, url


class WithAnAccess(TestCase):
    """Gaëlle has a guest's mandate; she is invited to a sitting in five days."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("invitee")
        guest(cls.cast)
        cls.situation = people.agreed(cls.cast)
        cls.sitting = sitting_of(cls.cast, cls.situation, days=5)
        with people.as_person(cls.cast.claire) as viewer:
            sittings.convene(viewer=viewer, sitting=Sitting.objects.get(pk=cls.sitting.pk))
        cls.item = item_of(cls.cast, cls.sitting)

    @property
    def gaelle(self) -> people.Person:
        """Return the guest; private keys refuse to be copied with the class."""
        return self.cast.people["gaelle"]

    def test_one_signature_is_enough_for_a_guest_alone(self) -> None:
        """Decision 22: Gaëlle's is; Paul's, a permanent member, still waits for the second."""
        paul = newcomer(self.cast, "paul")
        self.assertFalse(sign_once(self.cast, paul))
        with people.as_person(self.cast.luc) as viewer, self.assertRaises(VaultError):
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[paul.user.pk],
                sections=["core"],
                level="read",
            )
        row = invited(self.cast, self.item, self.gaelle)
        accept(self.gaelle, row)
        self.assertEqual(reads(self.gaelle, self.situation.code), {"core", "housing", "health"})
        waiting = people.client_of(self.cast.denis).get(url("sign_keys"))
        self.assertNotContains(waiting, "Gaelle")
        self.assertContains(waiting, "Paul")

    def test_an_unsigned_key_receives_nothing(self) -> None:
        """No officer compared its words."""
        other = guest(self.cast, "gilles", signed=False)
        with self.assertRaises(VaultError):
            invited(self.cast, self.item, other)

    def test_nothing_opens_before_she_accepts(self) -> None:
        """The key is wrapped, the window is open: every address is 404 until the answer."""
        row = invited(self.cast, self.item, self.gaelle)
        client = people.client_of(self.gaelle)
        code = self.situation.code
        addresses = [
            url("situation", code),
            url("situation_section", code, "health"),
            url("readers", code),
            url("step_aside", code),
        ]
        with people.as_person(self.cast.claire):
            self.assertTrue(Wrap.objects.filter(grant__recipient=self.gaelle.user).exists())
        for address in addresses:
            self.assertEqual(client.get(address).status_code, 404, address)
        self.assertNotContains(client.get(url("situations")), code)
        accept(self.gaelle, row)
        for address in addresses:
            self.assertEqual(client.get(address).status_code, 200, address)

    def test_her_page_says_when_where_and_nothing_else(self) -> None:
        """No code, no content before; the mail neither; afterwards the code is a link."""
        code = self.situation.code
        client = people.client_of(self.gaelle, vault=False)
        with self.captureOnCommitCallbacks(execute=True):
            row = invited(self.cast, self.item, self.gaelle)
        (sent,) = mail.outbox
        self.assertEqual(sent.to, [self.gaelle.user.email])
        for word in (code, "Salle", "Cellule", "Dupont", "Camille"):
            self.assertNotIn(word, sent.subject + sent.body)
        address = url("my_invitations")
        page = client.get(address)
        self.assertContains(page, "Salle")
        self.assertNotContains(page, code)
        self.assertNotContains(client.get(url("sitting", self.sitting.pk)), code)
        self.assertContains(client.get("/"), "attend votre réponse")
        posted = {"idempotency_key": key()}
        self.assertEqual(client.post(url("invitation_accept", row.pk), posted).status_code, 302)
        self.assertContains(client.get(address), code)

    def test_declining_leaves_no_key(self) -> None:
        """At once, vault closed, by the guest herself; the code of the reason is in the ledger."""
        row = invited(self.cast, self.item, self.gaelle)
        client = people.client_of(self.gaelle, vault=False)
        with recorder.observe() as events:
            answer = client.post(
                url("invitation_decline", row.pk),
                {"reason": "lien_interet", "idempotency_key": key()},
            )
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(
            [one.purpose for one in events if one.action == "invitation.answered"],
            ["lien_interet"],
        )
        with people.as_person(self.cast.claire):
            self.assertFalse(Wrap.objects.filter(grant__recipient=self.gaelle.user).exists())
            self.assertFalse(
                Grant.objects.filter(recipient=self.gaelle.user, revoked_at__isnull=True).exists()
            )
        with self.assertRaises(NotAllowed):
            accept(self.gaelle, row)

    def test_an_accepted_one_is_declined_as_well(self) -> None:
        """T-24: what was open is 404 at the next request."""
        row = invited(self.cast, self.item, self.gaelle)
        accept(self.gaelle, row)
        self.assertTrue(reads(self.gaelle, self.situation.code))
        with people.as_person(self.gaelle) as viewer:
            invitations.decline(viewer=viewer, invitation_id=row.pk, reason="indisponible")
        self.assertEqual(reads(self.gaelle, self.situation.code), set())

    def test_cancelling_ends_it_at_once(self) -> None:
        """By the animation, without a vault; the guest finds « annulée »."""
        row = invited(self.cast, self.item, self.gaelle)
        accept(self.gaelle, row)
        claire = people.client_of(self.cast.claire, vault=False)
        answer = claire.post(url("invitation_cancel", row.pk), {"idempotency_key": key()})
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(reads(self.gaelle, self.situation.code), set())
        page = people.client_of(self.gaelle).get(url("my_invitations"))
        self.assertContains(page, "annulée")
        self.assertNotContains(page, self.situation.code)

    def test_what_ends_the_point_ends_the_invitation(self) -> None:
        """The point postponed, the agreement withdrawn, her rights ended from the screen."""

        def postponed(viewer: Any, item: AgendaItem) -> None:
            sittings.remove_item(viewer=viewer, item=item, reason="ordre_du_jour_complet")

        def withdrawn(viewer: Any, item: AgendaItem) -> None:
            agreements.withdraw(viewer=viewer, situation=item.situation, kind="withdrawal")

        def ended(viewer: Any, item: AgendaItem) -> None:
            held = Grant.objects.filter(
                item=item, recipient=self.gaelle.user, revoked_at__isnull=True
            )
            for pk in held.values_list("pk", flat=True):
                grants.revoke(viewer=viewer, grant_id=pk)

        for act in (postponed, withdrawn, ended):
            with self.subTest(act=act.__name__):
                other = people.agreed(self.cast)
                item = item_of(self.cast, sitting_of(self.cast, other))
                row = invited(self.cast, item, self.gaelle)
                accept(self.gaelle, row)
                self.assertTrue(reads(self.gaelle, other.code))
                with people.as_person(self.cast.claire) as viewer:
                    act(viewer, item)
                self.assertEqual(reads(self.gaelle, other.code), set())
                with people.as_person(self.gaelle):
                    self.assertEqual(Invitation.objects.get(pk=row.pk).state, "cancelled")

    def test_a_guest_is_shared_nothing_else(self) -> None:
        """A guest has rights by invitation alone, and a permanent member is no guest."""
        with people.as_person(self.cast.luc) as viewer, self.assertRaises(grants.NotShareable):
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[self.gaelle.user.pk],
                sections=["core"],
                level="read",
            )
        page = people.client_of(self.cast.luc).get(url("share", self.situation.code))
        self.assertNotContains(page, "Gaelle")
        with self.assertRaises(NotAllowed):
            invited(self.cast, self.item, self.cast.sophie)

    def test_the_rule_limits_what_is_prepared(self) -> None:
        """C-22 and C-08: only what agreement and profession open, whatever is ticked."""
        other = newcomer(self.cast, "gina", role=Mandate.Role.GUEST, profession="none")
        sign_once(self.cast, other)
        with people.as_person(self.cast.luc) as viewer:
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                expression=people.expression(
                    viewer, professions=frozenset({"professionnel_sante", "psychiatrie_publique"})
                ),
                person=PersonFacts(age=58),
            )
        row = invited(self.cast, self.item, other, "core", "health")
        self.assertEqual(row.sections, ["core"])

    def test_aside_she_is_not_invited(self) -> None:
        """Set aside: SteppedAside or outside; an accepted one ends with her own declaration."""
        row = invited(self.cast, self.item, self.gaelle)
        accept(self.gaelle, row)
        with people.as_person(people.Person(self.gaelle.user, self.gaelle.mandate)) as viewer:
            recusals.declare(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                reason="lien_personnel",
            )
        self.assertEqual(reads(self.gaelle, self.situation.code), set())
        with people.as_person(self.gaelle):
            self.assertEqual(Invitation.objects.get(pk=row.pk).state, "declined")
        with self.assertRaises(DomainError):
            invited(self.cast, self.item, self.gaelle)

    def test_somebody_elses_invitation_is_absent(self) -> None:
        """The id in the URL, the replay, a second answer."""
        other = guest(self.cast, "gaston")
        row = invited(self.cast, self.item, self.gaelle)
        for person in (other, self.cast.sophie, self.cast.claire, self.cast.julie):
            client = people.client_of(person)
            for name in ("invitation_accept", "invitation_decline"):
                answer = client.post(
                    url(name, row.pk), {"reason": "indisponible", "idempotency_key": key()}
                )
                self.assertEqual(answer.status_code, 404)
        for person in (self.cast.sophie, self.cast.julie):
            self.assertEqual(people.client_of(person).get(url("my_invitations")).status_code, 404)
        with people.as_person(other) as viewer, self.assertRaises(Refused):
            invitations.accept(viewer=viewer, invitation_id=row.pk)
        client = people.client_of(self.gaelle)
        posted = {"idempotency_key": key()}
        for _ in range(2):
            self.assertEqual(client.post(url("invitation_accept", row.pk), posted).status_code, 302)
        self.assertTrue(reads(self.gaelle, self.situation.code))

    def test_a_renewal_keeps_her_right_and_its_end(self) -> None:
        """T-31: a guest signed once receives the next version, for her point only."""
        row = invited(self.cast, self.item, self.gaelle)
        accept(self.gaelle, row)
        with people.as_person(self.cast.luc) as viewer:
            rotation.renew(viewer=viewer, situation=people.fresh(self.cast, self.situation.pk))
        self.assertEqual(reads(self.gaelle, self.situation.code), {"core", "housing", "health"})
        with people.as_person(self.cast.claire):
            again = Grant.objects.filter(recipient=self.gaelle.user, key_version=2)
            self.assertEqual({one.item_id for one in again}, {self.item.pk})

    def test_the_form_invites(self) -> None:
        """The page, its secret, its event; the guest is on the readers' screen."""
        claire = people.client_of(self.cast.claire)
        posted = {
            "guest": str(self.gaelle.user.pk),
            "sections": ["core"],
            "reason": "avis_technique",
            "idempotency_key": key(),
        }
        with people.later(minutes=11):
            self.assertContains(
                claire.post(url("invite", self.item.pk), posted), 'name="confirm_passphrase"'
            )
        with recorder.observe() as events:
            self.assertEqual(claire.post(url("invite", self.item.pk), posted).status_code, 302)
        self.assertIn("invitation.sent", [one.action for one in events])
        page = claire.get(url("readers", self.situation.code))
        self.assertContains(page, "n’a pas répondu à l’invitation")
        self.assertContains(page, "avis technique")
