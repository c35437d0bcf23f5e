"""A guest in the room: a paper commitment, a presence by point, no access (BR-04, decision 22)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

from cases.actions import agreements, invitations, sittings
from cases.domain.agreement import Perimeter
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import NotAllowed
from cases.models import Commission, Grant, Invitation, SealedDocument, Sitting
from tests import people
from tests.cases_of import Client, TestCase
from tests.commission import unnamed
from tests.commission.test_convening import item_of, sitting_of
from tests.commission.test_pages_conflicts import key, url

NAME = "CANARI-Gaëlle-Lefort"


class InTheRoom(TestCase):
    """A guest without an account, for one point."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("salle")
        cls.situation = people.agreed(cls.cast)
        cls.sitting = sitting_of(cls.cast, cls.situation)
        with people.as_person(cls.cast.claire) as viewer:
            sittings.convene(viewer=viewer, sitting=Sitting.objects.get(pk=cls.sitting.pk))
        cls.item = item_of(cls.cast, cls.sitting)

    def invite(self, **changes: Any) -> Invitation:
        """Invite Gaëlle, of public psychiatry, into the room."""
        said = {
            "name": NAME,
            "function": "Infirmière",
            "organisation": "Centre hospitalier",
            "kind": "psychiatrie_publique",
            "profession": "professionnel_sante",
            **changes,
        }
        with people.as_person(self.cast.claire) as viewer:
            return invitations.invite_in_room(viewer=viewer, item=self.item, **said)

    def test_her_name_is_sealed_and_read_by_whoever_reads_the_core(self) -> None:
        """In no column; Marc reads the core and her name, Nadia neither."""
        row = self.invite()
        with people.as_person(self.cast.claire):
            document = SealedDocument.objects.get(pk=row.document_id)
            self.assertEqual((document.section, document.kind), ("core", "guest"))
            self.assertNotIn(NAME.encode(), bytes(document.blob))
        address = url("readers", self.situation.code)
        self.assertContains(people.client_of(self.cast.marc).get(address), NAME)
        self.assertEqual(people.client_of(self.cast.nadia).get(address).status_code, 404)
        denis = people.client_of(self.cast.denis).get(address)
        self.assertContains(denis, "nom scellé dans le socle")
        self.assertNotContains(denis, NAME)

    def test_the_commitment_comes_before_the_presence(self) -> None:
        """No presence without a dated paper commitment; then both are on the list."""
        row = self.invite()
        with people.as_person(self.cast.claire) as viewer:
            found = Invitation.objects.select_related("item__sitting", "situation").get(pk=row.pk)
            with self.assertRaises(NotAllowed):
                invitations.note_presence(viewer=viewer, invitation=found, is_present=True)
            with self.assertRaises(NotAllowed):
                invitations.note_commitment(
                    viewer=viewer, invitation=found, on=viewer.at.date() + timedelta(days=1)
                )
        claire = people.client_of(self.cast.claire)
        on = {"on": self.sitting.created_by.created_at.date().isoformat()}
        answer = claire.post(url("invitation_commitment", row.pk), {**on, "idempotency_key": key()})
        self.assertEqual(answer.status_code, 302)
        noted = url("invitation_note", row.pk)
        for action in ("accepted", "present"):
            claire.post(noted, {"action": action, "idempotency_key": key()})
        with people.as_person(self.cast.claire):
            found = Invitation.objects.get(pk=row.pk)
        self.assertIsNotNone(found.attended_at)
        self.assertEqual(found.state, "accepted")
        self.assertContains(claire.get(url("invitations", self.item.pk)), "présent")

    def test_nobody_outside_the_agreement_is_invited(self) -> None:
        """C-07; control: the landlords are in it."""
        with self.assertRaises(invitations.OutsideAgreement):
            self.invite(kind="police_gendarmerie", profession="none", organisation="Police")
        self.invite(kind="bailleur_social", profession="none", organisation="Autre bailleur")

    def test_whom_a_person_refused_hears_nothing_even_without_a_name(self) -> None:
        """C-03, C-07: no agreement counts the guests of a coded evocation; a refusal still does."""
        cast = people.commission("codee", mode=Commission.AgreementMode.ANONYMOUS)
        situation = people.admitted(cast, identification="coded")
        refused = frozenset({"Centre hospitalier"})
        # What she refuses is told by an agreement that opens nothing, recorded without a name.
        unnamed.agree(cast, situation.pk, excluded_organisations=refused)
        with people.as_person(cast.claire) as viewer:
            row = people.fresh(cast, situation.pk)
            self.assertTrue(row.is_anonymous)
            sitting = sittings.create(
                viewer=viewer,
                commission=cast.commission,
                starts_at=viewer.at + timedelta(days=3),
                place="Mairie",
            )
            item = sittings.add_item(viewer=viewer, sitting=sitting, situation=row, attested=True)
        said = {"name": NAME, "function": "Infirmière", "kind": "psychiatrie_publique"}

        def invite(organisation: str) -> Invitation:
            with people.as_person(cast.claire) as viewer:
                return invitations.invite_in_room(
                    viewer=viewer, item=item, organisation=organisation, **said
                )

        with self.assertRaises(invitations.OutsideAgreement):
            invite("Centre hospitalier")
        # Written otherwise, it is the same structure.
        with self.assertRaises(invitations.OutsideAgreement):
            invite(" centre HOSPITALIER ")
        self.assertEqual(invite("Clinique privée").state, Invitation.State.PROPOSED)
        # Control: a build that forgets her refusal lets the refused one in.
        with mock.patch.object(Perimeter, "excludes", return_value=False):
            self.assertTrue(invite("Centre hospitalier"))

    def test_the_form_keeps_what_was_typed(self) -> None:
        """Decision 50: a refusal of the rule, everything still there."""
        claire = people.client_of(self.cast.claire)
        page = claire.post(
            url("invite_in_room", self.item.pk),
            {
                "name": NAME,
                "function": "Agente",
                "organisation": "Police",
                "kind": "police_gendarmerie",
                "profession": "none",
                "idempotency_key": key(),
            },
        )
        self.assertContains(page, NAME)
        self.assertContains(page, "ne compte pas cet invité")

    def test_no_access_comes_with_it(self) -> None:
        """BR-04: not one grant more."""
        with people.as_person(self.cast.claire):
            before = Grant.objects.count()
        self.invite()
        with people.as_person(self.cast.claire):
            self.assertEqual(Grant.objects.count(), before)

    def test_the_pages_are_the_coordinators(self) -> None:
        """Style 24: members, lead, DPO and strangers find none of them."""
        row = self.invite()
        addresses = [
            url("invitations", self.item.pk),
            url("invite_in_room", self.item.pk),
            url("invite", self.item.pk),
            url("invitation_commitment", row.pk),
        ]
        posts = [url("invitation_cancel", row.pk), url("invitation_note", row.pk)]
        claire = people.client_of(self.cast.claire)
        for address in addresses:
            self.assertEqual(claire.get(address).status_code, 200, address)
        for name in ("luc", "marc", "denis", "nadia", "julie"):
            client = people.client_of(self.cast.people[name])
            for address in addresses:
                self.assertEqual(client.get(address).status_code, 404, (name, address))
            for address in posts:
                answer = client.post(address, {"action": "present", "idempotency_key": key()})
                self.assertEqual(answer.status_code, 404, (name, address))
        self.assertIn("/compte/login/", Client().get(addresses[0])["Location"])
        self.assertEqual(claire.get(posts[0]).status_code, 405)

    def test_the_projector_counts_her(self) -> None:
        """Decision 54, C-07: present and in the agreement, the question stays; outside it, gone."""
        row = self.invite(commitment_on=self.sitting.starts_at.date() - timedelta(days=30))
        with people.as_person(self.cast.claire) as viewer:
            sittings.open_sitting(viewer=viewer, sitting=Sitting.objects.get(pk=self.sitting.pk))
            sittings.mark_present(viewer=viewer, item=self.item, user_ids=[self.cast.luc.user.pk])
            found = Invitation.objects.select_related("item__sitting", "situation").get(pk=row.pk)
            invitations.note_presence(viewer=viewer, invitation=found, is_present=True)
        claire = people.client_of(self.cast.claire)
        address = url("sitting_live", self.sitting.pk)
        self.assertContains(claire.get(address), "Comment renouer le lien ?")
        self.assertNotContains(claire.get(address), NAME)
        with people.as_person(self.cast.luc) as viewer:
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                expression=people.expression(
                    viewer,
                    professions=frozenset({"professionnel_sante"}),
                    excluded_organisations=frozenset({"Centre hospitalier"}),
                    members=frozenset({self.cast.luc.user.pk}),
                ),
                person=PersonFacts(age=58),
            )
        page = claire.get(address)
        self.assertNotContains(page, "Comment renouer le lien ?")
        self.assertContains(page, "Une personne invitée est hors de l’accord")
