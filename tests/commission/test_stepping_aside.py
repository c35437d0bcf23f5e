"""A declaration of interest closes everything at once, and nobody undoes her own (product.md)."""

from __future__ import annotations

import uuid
from typing import Any

from audit import recorder
from cases import queries
from cases.actions import grants, leads, recusals, sittings
from cases.actions.situations import write
from cases.domain.exceptions import DomainError, NotAllowed
from cases.models import Grant, ItemAttendance, Recusal, Situation, SituationUserPermission, Wrap
from cases.permissions import Refused
from tests import people
from tests.cases_of import Client, TestCase
from tests.commission.test_convening import reads
from tests.commission.test_pages_conflicts import key, url

REASON = "lien_personnel"


def aside(person: people.Person, situation: Situation, cast: people.Cast) -> Recusal:
    """Step aside as somebody, vault closed."""
    locked = people.Person(person.user, person.mandate)
    with people.as_person(locked) as viewer:
        return recusals.declare(
            viewer=viewer, situation=people.fresh(cast, situation.pk), reason=REASON
        )


class AMember(TestCase):
    """Marc reads a situation that was shared with him and with Sophie."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("deport")
        cls.situation = people.shared(cls.cast, "marc", "sophie")

    def test_every_right_ends_at_once_without_a_vault(self) -> None:
        """T-24: grants, wraps, projections; control: Sophie, who declared nothing, still reads."""
        code = self.situation.code
        self.assertIn("core", reads(self.cast.marc, code))
        aside(self.cast.marc, self.situation, self.cast)
        self.assertEqual(reads(self.cast.marc, code), set())
        self.assertIn("core", reads(self.cast.sophie, code))
        with people.as_person(self.cast.claire):
            of_marc = {"situation_id": self.situation.pk, "recipient_id": self.cast.marc.user.pk}
            self.assertFalse(Grant.objects.filter(**of_marc, revoked_at__isnull=True).exists())
            self.assertFalse(
                Wrap.objects.filter(
                    situation_id=self.situation.pk, grant__recipient=self.cast.marc.user
                ).exists()
            )
            self.assertFalse(
                SituationUserPermission.objects.filter(
                    content_object_id=self.situation.pk, user=self.cast.marc.user
                ).exists()
            )

    def test_the_page_says_who_carries_on_and_the_ledger_why(self) -> None:
        """The form names Claire; the event has the code, the situation and the member."""
        marc = people.client_of(self.cast.marc, vault=False)
        address = url("step_aside", self.situation.code)
        self.assertContains(marc.get(address), "Claire Morel")
        with recorder.observe() as events:
            answer = marc.post(
                address, {"reason": REASON, "sure": "on", "idempotency_key": key()}, follow=True
            )
        self.assertContains(answer, "La suite revient à Claire Morel")
        told = next(one for one in events if one.action == "interest.declared")
        self.assertEqual(told.purpose, REASON)
        self.assertEqual(told.objects, (self.situation.pk, self.cast.marc.user.pk))
        self.assertEqual(marc.get(url("situation", self.situation.code)).status_code, 404)
        self.assertEqual(marc.get(address).status_code, 404)

    def test_open_pages_are_404_at_the_next_request(self) -> None:
        """T-24: in the window where the situation was open, whatever the page."""
        client = people.client_of(self.cast.marc)
        code = self.situation.code
        pages = [
            url("situation", code),
            url("situation_section", code, "housing"),
            url("readers", code),
            url("document_new", code),
        ]
        for address in pages:
            self.assertEqual(client.get(address).status_code, 200, address)
        aside(self.cast.marc, self.situation, self.cast)
        for address in pages:
            self.assertEqual(client.get(address).status_code, 404, address)
        self.assertEqual(client.post(url("situation_identity", code)).status_code, 404)

    def test_nothing_can_be_given_to_her(self) -> None:
        """Sharing, leading, convening, presence: refused with one code; control: Nadia receives."""
        aside(self.cast.marc, self.situation, self.cast)
        marc = self.cast.marc.user.pk

        def share(who: uuid.UUID) -> Any:
            with people.as_person(self.cast.luc) as viewer:
                return grants.share(
                    viewer=viewer,
                    situation=people.fresh(self.cast, self.situation.pk),
                    recipients=[who],
                    sections=["core"],
                    level="read",
                )

        with self.assertRaises(grants.SteppedAside):
            share(marc)
        self.assertEqual(share(self.cast.nadia.user.pk), {self.cast.nadia.user.pk: ["core"]})
        with people.as_person(self.cast.claire) as viewer, self.assertRaises(grants.SteppedAside):
            leads.change_lead(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                lead=marc,
                reason="charge",
            )

    def test_twice_is_said(self) -> None:
        """A second declaration changes nothing, with the row of the page that she kept."""
        aside(self.cast.marc, self.situation, self.cast)
        kept = Situation(pk=self.situation.pk, commission=self.cast.commission)
        with people.as_person(self.cast.marc) as viewer, self.assertRaises(NotAllowed):
            recusals.declare(viewer=viewer, situation=kept, reason=REASON)

    def test_only_the_animation_lifts_it_and_nothing_comes_back(self) -> None:
        """Never the person herself, nor the lead; lifted, she may be given rights again."""
        row = aside(self.cast.marc, self.situation, self.cast)
        for name in ("marc", "luc", "sophie", "denis"):
            with self.subTest(who=name), people.as_person(self.cast.people[name]) as viewer:
                found = Recusal(pk=row.pk, user_id=row.user_id, situation=self.situation)
                with self.assertRaises(Refused):
                    recusals.lift(viewer=viewer, recusal=found)
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.post(url("recusal_lift", row.pk)).status_code, 404)
        claire = people.client_of(self.cast.claire)
        self.assertContains(claire.get(url("readers", self.situation.code)), "Lever le déport")
        answer = claire.post(url("recusal_lift", row.pk), {"idempotency_key": key()})
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(reads(self.cast.marc, self.situation.code), set())
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[self.cast.marc.user.pk],
                sections=["core"],
                level="read",
            )
        self.assertEqual(reads(self.cast.marc, self.situation.code), {"core"})

    def test_strangers_and_methods(self) -> None:
        """Style 24: a referrer, another commission, an unknown code: 404; anonymous logs in."""
        other = people.commission("autre-deport")
        address = url("step_aside", self.situation.code)
        for person in (self.cast.julie, other.claire, other.luc):
            client = people.client_of(person)
            self.assertEqual(client.get(address).status_code, 404)
            posted = {"reason": REASON, "sure": "on", "idempotency_key": key()}
            self.assertEqual(client.post(address, posted).status_code, 404)
        self.assertIn("/compte/login/", Client().get(address)["Location"])
        self.assertEqual(people.client_of(self.cast.marc).put(address).status_code, 405)
        with people.as_person(self.cast.claire):
            self.assertFalse(Recusal.objects.filter(situation_id=self.situation.pk).exists())

    def test_an_unknown_reason_is_refused(self) -> None:
        """The list is closed: nothing free reaches a column."""
        with people.as_person(self.cast.marc) as viewer, self.assertRaises(DomainError):
            recusals.declare(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                reason="une histoire",
            )

    def test_she_is_not_present_any_more(self) -> None:
        """BR-04: taken off the list of those present, and not put back on it."""
        situation, item = people.inscribed(self.cast, "marc")
        marc = self.cast.marc.user.pk
        with people.as_person(self.cast.claire) as viewer:
            sittings.mark_present(viewer=viewer, item=item, user_ids=[marc])
            self.assertTrue(ItemAttendance.objects.filter(item=item, user_id=marc).exists())
        aside(self.cast.marc, situation, self.cast)
        with people.as_person(self.cast.claire) as viewer:
            self.assertFalse(ItemAttendance.objects.filter(item=item, user_id=marc).exists())
            sittings.mark_present(viewer=viewer, item=item, user_ids=[marc, self.cast.luc.user.pk])
            present = ItemAttendance.objects.filter(item=item)
            self.assertEqual([one.user_id for one in present], [self.cast.luc.user.pk])


class ALead(TestCase):
    """Luc leads; he steps aside, or Claire sets him aside with a successor."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("deport-lead")
        cls.situation = people.shared(cls.cast, "marc", "sophie")

    def test_the_situation_is_flagged_to_the_animation(self) -> None:
        """No lead any more; « Ma journée » counts it, and its page offers to name one."""
        claire = people.client_of(self.cast.claire)
        self.assertNotContains(claire.get("/"), "sans référent")
        aside(self.cast.luc, self.situation, self.cast)
        self.assertEqual(reads(self.cast.luc, self.situation.code), set())
        with people.as_person(self.cast.claire):
            self.assertIsNone(people.fresh(self.cast, self.situation.pk).lead_id)
        self.assertContains(claire.get("/"), "situation sans référent")
        self.assertContains(claire.get(url("leaderless")), self.situation.code)
        page = claire.get(url("situation", self.situation.code))
        self.assertContains(page, "Sans référent")

    def test_in_one_act_with_a_successor(self) -> None:
        """Claire sets Luc aside and names Sophie: she holds the keys before the act ends."""
        claire = people.client_of(self.cast.claire)
        posted = {
            "member": str(self.cast.luc.user.pk),
            "reason": REASON,
            "successor": str(self.cast.sophie.user.pk),
            "idempotency_key": key(),
        }
        address = url("set_aside", self.situation.code)
        with people.later(minutes=11):
            asked = claire.post(address, posted)
            self.assertContains(asked, 'name="confirm_passphrase"')
        self.assertEqual(claire.post(address, posted).status_code, 302)
        with people.as_person(self.cast.claire):
            self.assertEqual(
                people.fresh(self.cast, self.situation.pk).lead_id, self.cast.sophie.user.pk
            )
        self.assertEqual(reads(self.cast.luc, self.situation.code), set())
        with people.as_person(self.cast.sophie) as viewer:
            write(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                section="health",
                category="sante_psychique",
                text="Je reprends.",
            )

    def test_without_a_successor_no_secret_is_asked(self) -> None:
        """Ending is never delayed: eleven minutes later, the post goes through."""
        claire = people.client_of(self.cast.claire)
        posted = {
            "member": str(self.cast.luc.user.pk),
            "reason": REASON,
            "idempotency_key": key(),
        }
        with people.later(minutes=11):
            answer = claire.post(url("set_aside", self.situation.code), posted)
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(reads(self.cast.luc, self.situation.code), set())

    def test_nobody_but_the_animation_sets_aside(self) -> None:
        """The lead and the members find no such page."""
        for name in ("luc", "marc", "denis", "julie"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(
                client.get(url("set_aside", self.situation.code)).status_code, 404, name
            )
        with people.as_person(self.cast.luc) as viewer, self.assertRaises(Refused):
            recusals.set_aside(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                user_id=self.cast.marc.user.pk,
                reason=REASON,
            )

    def test_withdrawn_it_goes_to_the_animation(self) -> None:
        """C-04: a lead alone may close it; Claire becomes that lead, without a key."""
        from cases.actions import agreements, situations

        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )
        aside(self.cast.luc, self.situation, self.cast)
        with people.as_person(self.cast.claire) as viewer:
            row = queries.situations(viewer).get(pk=self.situation.pk)
            self.assertEqual(row.lead_id, self.cast.claire.user.pk)
            situations.close(
                viewer=viewer,
                situation=row,
                reason="refus_ou_retrait_de_la_personne",
                outcome_housing="inconnu",
                outcome_care="inconnu",
            )


class TheAnimation(TestCase):
    """A coordinator who steps aside sees nothing of the situation any more."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("deport-anim")
        cls.situation = people.shared(cls.cast, "marc")
        cls.referral = people.referred(cls.cast)

    def test_she_sees_nothing_of_it_and_the_page_says_who_carries_on(self) -> None:
        """Her only colleague is the depositary: she is named; the lists are empty of it."""
        claire = people.client_of(self.cast.claire)
        code = self.situation.code
        self.assertContains(claire.get(url("step_aside", code)), "Nadia Benali")
        aside(self.cast.claire, self.situation, self.cast)
        for name in ("situation", "readers", "share", "set_aside", "lead", "inscribe"):
            self.assertEqual(claire.get(url(name, code)).status_code, 404, name)
        self.assertNotContains(claire.get(url("situations")), code)
        self.assertIn("core", reads(self.cast.luc, code))

    def test_a_referral_as_well(self) -> None:
        """Before admission: it leaves her desk."""
        claire = people.client_of(self.cast.claire)
        code = self.referral.code
        self.assertEqual(claire.get(url("referral", code)).status_code, 200)
        posted = {"reason": REASON, "sure": "on", "idempotency_key": key()}
        self.assertEqual(claire.post(url("step_aside", code), posted).status_code, 302)
        self.assertEqual(claire.get(url("referral", code)).status_code, 404)

    def test_the_dpo_too(self) -> None:
        """He sees the clear metadata of every situation, until he steps aside from one."""
        denis = people.client_of(self.cast.denis)
        self.assertEqual(denis.get(url("situation", self.situation.code)).status_code, 200)
        aside(self.cast.denis, self.situation, self.cast)
        self.assertEqual(denis.get(url("situation", self.situation.code)).status_code, 404)
