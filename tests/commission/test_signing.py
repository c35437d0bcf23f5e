"""Officers sign a member's key on a page: two people, eight words, one key (decision 22, T-11)."""

from __future__ import annotations

import uuid
from typing import Any

from audit import recorder
from cases.actions import grants, signing
from cases.domain.exceptions import DomainError
from cases.models import Commission, MemberKey
from cases.permissions import Refused
from cases.vault.errors import BadSignature
from tests import people
from tests.cases_of import TestCase
from tests.commission.newcomers import newcomer, remade, swapped
from tests.commission.test_pages_conflicts import key, url
from tests.people import Person


class SigningTests(TestCase):
    """Paul has a vault; Claire and Denis are the officers."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")

    def setUp(self) -> None:
        self.paul = newcomer(self.cast)
        self.situation = people.agreed(self.cast)

    def post(self, officer: Person, member: Person, seen: str = "", client: Any = None) -> Any:
        """Sign a member's key on the page; return the page that follows."""
        assert member.identity is not None
        client = client or people.client_of(officer)
        return client.post(
            url("sign_keys"),
            {
                "idempotency_key": key(),
                "commission": str(self.cast.commission.pk),
                "member": str(member.user.pk),
                "key": seen or member.identity.key_id,
            },
            follow=True,
        )

    def share(self, member: Person) -> None:
        """Share the core with a member, as the lead."""
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[member.user.pk],
                sections=["core"],
                level="read",
            )

    def test_two_officers_sign(self) -> None:
        """After one signature nothing may be given; after two, a page opens."""
        page = people.client_of(self.cast.claire).get(url("sign_keys"))
        self.assertContains(page, self.paul.user.full_name)
        for word in self.paul.identity.public.words():
            self.assertContains(page, f"<li>{word}</li>")
        with recorder.observe() as events:
            self.assertContains(self.post(self.cast.claire, self.paul), "Votre signature")
        self.assertIn("member.key_signed", [event.action for event in events])
        self.assertContains(people.client_of(self.cast.claire).get(url("sign_keys")), "par vous")
        with self.assertRaises(BadSignature):
            self.share(self.paul)
        self.assertContains(self.post(self.cast.denis, self.paul), "Votre signature")
        self.share(self.paul)
        reads = people.client_of(self.paul)
        self.assertContains(
            reads.get(url("situation", self.situation.code)), "Je veux garder mon appartement."
        )
        row = MemberKey.objects.get(user=self.paul.user)
        self.assertEqual(row.signed_by_id, self.cast.claire.user.pk)
        self.assertEqual(row.countersigned_by_id, self.cast.denis.user.pk)

    def test_one_officer_never_signs_twice(self) -> None:
        """On the page, and when SQL says that the other officer signed first."""
        self.post(self.cast.claire, self.paul)
        self.assertContains(self.post(self.cast.claire, self.paul), "l’autre officier")
        MemberKey.objects.filter(user=self.paul.user).update(signed_by=self.cast.denis.user)
        self.assertContains(self.post(self.cast.claire, self.paul), "l’autre officier")
        self.assertIsNone(MemberKey.objects.get(user=self.paul.user).countersigned_by_id)
        with self.assertRaises(BadSignature):
            self.share(self.paul)
        self.assertContains(self.post(self.cast.denis, self.paul), "l’autre officier")

    def test_a_key_that_changed_meanwhile(self) -> None:
        """Between the page and the signature, and between the two signatures."""
        shown = self.paul.identity.key_id
        changed = remade(self.paul)
        page = self.post(self.cast.claire, changed, seen=shown)
        self.assertContains(page, "Cette clé a changé")
        self.assertFalse(MemberKey.objects.filter(user=self.paul.user).exists())
        self.post(self.cast.claire, changed)
        again = swapped(changed)
        page = self.post(self.cast.denis, again, seen=changed.identity.key_id)
        self.assertContains(page, "Cette clé a changé")
        # The control: both begin again with the key of today, and the unfinished entry ends.
        self.post(self.cast.denis, again)
        self.post(self.cast.claire, again)
        live = MemberKey.objects.get(user=self.paul.user, revoked_at__isnull=True)
        self.assertEqual(live.key_id, again.identity.key_id)
        self.share(again)

    def test_a_new_key_ends_the_former_one(self) -> None:
        """The former entry, when it still stands, ends with the second signature of the new."""
        former = self.cast.marc.identity.key_id
        marc = swapped(self.cast.marc)
        page = people.client_of(self.cast.claire).get(url("sign_keys"))
        self.assertContains(page, "Nouvelle clé")
        self.post(self.cast.denis, marc)
        live = MemberKey.objects.filter(user=marc.user, revoked_at__isnull=True)
        self.assertEqual(live.count(), 2)
        self.post(self.cast.claire, marc)
        self.assertEqual(live.get().key_id, marc.identity.key_id)
        self.assertIsNotNone(MemberKey.objects.get(key_id=former).revoked_at)

    def test_keys_remade_wait_again(self) -> None:
        """A member who made new keys is nobody until both officers compared the new words."""
        sophie = remade(self.cast.sophie)
        with self.assertRaises(BadSignature):
            self.share(sophie)
        self.assertContains(
            people.client_of(self.cast.claire).get(url("sign_keys")), "Nouvelle clé"
        )
        self.post(self.cast.claire, sophie)
        self.post(self.cast.denis, sophie)
        self.share(sophie)

    def test_one_signature_where_one_is_the_rule(self) -> None:
        """Decision 22: one is the floor."""
        Commission.objects.filter(pk=self.cast.commission.pk).update(officers_required=1)
        self.cast.commission.refresh_from_db()
        self.post(self.cast.claire, self.paul)
        self.share(self.paul)

    def test_who_signs(self) -> None:
        """Neither a member, nor a coordinator who is not in the root, nor one's own key."""
        luc = people.client_of(self.cast.luc)
        self.assertEqual(self.post(self.cast.luc, self.paul, client=luc).status_code, 404)
        second = newcomer(self.cast, "lea", role="coordinator", profession="none")
        client = people.client_of(second)
        self.assertEqual(client.get(url("sign_keys")).status_code, 404)
        with people.as_person(second) as viewer, self.assertRaises(Refused):
            signing.sign(
                viewer=viewer,
                commission=self.cast.commission,
                user_id=self.paul.user.pk,
                seen=self.paul.identity.key_id,
            )
        for officer in (self.cast.claire, self.cast.denis):
            with people.as_person(self.cast.claire) as viewer, self.assertRaises(DomainError):
                signing.sign(
                    viewer=viewer,
                    commission=self.cast.commission,
                    user_id=officer.user.pk,
                    seen=officer.identity.key_id,
                )
        self.assertContains(self.post(self.cast.claire, second), "Votre signature")

    def test_an_officer_by_sql_signs_nothing(self) -> None:
        """T-11: a row that says officer is not the root, which the configuration pins."""
        luc = self.cast.luc
        MemberKey.objects.filter(user=luc.user).update(is_officer=True)
        type(luc.mandate).objects.filter(pk=luc.mandate.pk).update(role="coordinator")
        self.assertEqual(people.client_of(luc).get(url("sign_keys")).status_code, 404)
        with people.as_person(luc) as viewer, self.assertRaises(Refused):
            signing.sign(
                viewer=viewer,
                commission=self.cast.commission,
                user_id=self.paul.user.pk,
                seen=self.paul.identity.key_id,
            )
