"""A situation changes hands in one act, many in one page; rights go on before they end (C-25)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from audit import recorder
from cases.actions import (
    directory,
    extensions,
    grants,
    leads,
    reassignments,
    recusals,
)
from cases.domain.exceptions import NotAllowed
from cases.models import Grant, Mandate, Situation
from cases.permissions import Refused
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import Client, CommittingTestCase, TestCase
from tests.commission.newcomers import newcomer
from tests.commission.test_convening import OPEN, reads
from tests.commission.test_pages_conflicts import key, url

ALL = OPEN | {"health"}


def seated(cast: people.Cast, name: str, role: str, **more: Any) -> people.Person:
    """Return a member of any role whose key both officers signed."""
    person = newcomer(cast, name, role=role, **more)
    officers = [(cast.people[one].user, cast.people[one].identity) for one in ("claire", "denis")]
    directory.sign_key(commission=cast.commission, user=person.user, officers=officers, at=now())
    cast.people[name] = person
    return person


class OneLead(TestCase):
    """Luc leads an agreed situation."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("mene")
        cls.situation = people.agreed(cls.cast)

    def change(self, name: str = "sophie", **more: Any) -> list[str]:
        """Change the lead as Claire."""
        with people.as_person(self.cast.claire) as viewer:
            return leads.change_lead(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                lead=self.cast.people[name].user.pk,
                reason="charge",
                **more,
            )

    def test_a_referral_has_no_lead(self) -> None:
        """BR-07: nobody leads what is not admitted; admitted, somebody does (control)."""
        pk = people.referred(self.cast).pk
        with people.as_person(self.cast.claire) as viewer:
            referral = people.fresh(self.cast, pk)
            with self.assertRaises(NotAllowed):
                leads.change_lead(
                    viewer=viewer,
                    situation=referral,
                    lead=self.cast.sophie.user.pk,
                    reason="charge",
                )
        self.assertIsNone(referral.lead_id)
        self.change()

    def test_the_new_one_holds_the_keys_and_the_former_none(self) -> None:
        """T-24: in one act; the ledger names both and why."""
        with recorder.observe() as events:
            self.assertEqual(self.change(), [])
        self.assertEqual(reads(self.cast.sophie, self.situation.code), ALL)
        self.assertEqual(reads(self.cast.luc, self.situation.code), set())
        told = next(one for one in events if one.action == "lead.changed")
        self.assertEqual(told.purpose, "charge")
        self.assertEqual(
            told.objects,
            (self.situation.pk, self.cast.sophie.user.pk, self.cast.luc.user.pk),
        )

    def test_kept_he_contributes_within_the_agreement(self) -> None:
        """As any member: no management, no right as lead left."""
        self.change(keeps=True)
        self.assertEqual(reads(self.cast.luc, self.situation.code), ALL)
        with people.as_person(self.cast.claire):
            held = Grant.objects.filter(
                situation_id=self.situation.pk,
                recipient=self.cast.luc.user,
                revoked_at__isnull=True,
            )
            self.assertEqual(
                {(one.basis, one.level) for one in held}, {("permanent", "contribute")}
            )

    def test_what_the_vault_lacks_is_returned(self) -> None:
        """Claire lost health: the new lead lacks it, and it is said on the page."""
        with people.as_person(self.cast.luc) as viewer:
            of_claire = Grant.objects.filter(
                situation_id=self.situation.pk, recipient=self.cast.claire.user, section="health"
            )
            for pk in of_claire.values_list("pk", flat=True):
                grants.revoke(viewer=viewer, grant_id=pk)
        claire = people.client_of(self.cast.claire)
        answer = claire.post(
            url("lead", self.situation.code),
            {
                "lead": str(self.cast.sophie.user.pk),
                "reason": "absence",
                "idempotency_key": key(),
            },
            follow=True,
        )
        self.assertContains(answer, "n’a pas pu transmettre : santé")

    def test_a_guest_or_the_same_or_somebody_aside_is_refused(self) -> None:
        """Nothing changes then."""
        seated(self.cast, "gaelle", Mandate.Role.GUEST)
        with people.as_person(self.cast.claire) as viewer:
            recusals.set_aside(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                user_id=self.cast.marc.user.pk,
                reason="lien_personnel",
            )
        for name in ("gaelle", "luc"):
            with self.subTest(name=name), self.assertRaises(NotAllowed):
                self.change(name)
        with self.assertRaises(grants.SteppedAside):
            self.change("marc")
        self.assertEqual(reads(self.cast.luc, self.situation.code), ALL)

    def test_the_page_is_the_coordinators(self) -> None:
        """Style 24, and the secret (decision 23)."""
        address = url("lead", self.situation.code)
        claire = people.client_of(self.cast.claire)
        self.assertEqual(claire.get(address).status_code, 200)
        posted = {
            "lead": str(self.cast.sophie.user.pk),
            "reason": "charge",
            "idempotency_key": key(),
        }
        with people.later(minutes=11):
            self.assertContains(claire.post(address, posted), 'name="confirm_passphrase"')
        for name in ("luc", "sophie", "denis", "julie"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.get(address).status_code, 404, name)
            self.assertEqual(client.post(address, posted).status_code, 404, name)
        self.assertIn("/compte/login/", Client().get(address)["Location"])
        with people.as_person(self.cast.luc) as viewer, self.assertRaises(Refused):
            leads.change_lead(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                lead=self.cast.sophie.user.pk,
                reason="charge",
            )


class ManyAtOnce(TestCase):
    """Luc leads three situations; Marc holds the core of one."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("lots")
        cls.led = [people.agreed(cls.cast), people.agreed(cls.cast)]
        cls.held = people.shared(cls.cast, "marc", sections=("core", "housing"))

    def reassign(self, name: str, to: str, *chosen: Situation, **more: Any) -> Any:
        """Reassign as Claire."""
        with people.as_person(self.cast.claire) as viewer:
            return reassignments.reassign(
                viewer=viewer,
                former=self.cast.people[name].mandate,
                commission=self.cast.commission,
                situations=[one.pk for one in chosen],
                to=self.cast.people[to].user.pk,
                reason="depart_annonce",
                **more,
            )

    def test_led_ones_change_lead_and_the_others_stay(self) -> None:
        """Only what was chosen; the list is then shorter: it may be taken up again."""
        done = self.reassign("luc", "sophie", *self.led)
        self.assertEqual([one.refusal for one in done], ["", ""])
        for one in self.led:
            self.assertEqual(reads(self.cast.sophie, one.code), ALL)
            self.assertEqual(reads(self.cast.luc, one.code), set())
        self.assertEqual(reads(self.cast.luc, self.held.code), ALL)
        with people.as_person(self.cast.claire) as viewer:
            left = reassignments.carried(viewer, self.cast.luc.mandate)
        self.assertEqual([one.code for one in left], [self.held.code])

    def test_held_ones_are_given_within_the_agreement(self) -> None:
        """Nadia receives what Marc held, at his level; his right ends."""
        (done,) = self.reassign("marc", "nadia", self.held)
        self.assertTrue(done.is_done)
        self.assertEqual(reads(self.cast.nadia, self.held.code), {"core", "housing"})
        self.assertEqual(reads(self.cast.marc, self.held.code), set())

    def test_kept_he_reads_on(self) -> None:
        """With the box, the former holder keeps his own."""
        self.reassign("marc", "nadia", self.held, keeps=True)
        self.assertEqual(reads(self.cast.marc, self.held.code), {"core", "housing"})

    def test_what_cannot_be_done_is_said_and_left_whole(self) -> None:
        """Sophie stepped aside from one: that one stays as it was, the other changes hands."""
        first, second = self.led
        with people.as_person(self.cast.claire) as viewer:
            recusals.set_aside(
                viewer=viewer,
                situation=people.fresh(self.cast, first.pk),
                user_id=self.cast.sophie.user.pk,
                reason="lien_personnel",
            )
        done = {one.code: one for one in self.reassign("luc", "sophie", first, second)}
        self.assertFalse(done[first.code].is_done)
        self.assertTrue(done[second.code].is_done)
        self.assertEqual(reads(self.cast.luc, first.code), ALL)
        self.assertEqual(reads(self.cast.sophie, first.code), set())

    def test_by_the_page(self) -> None:
        """Chosen in a form, behind the secret; a code of elsewhere in the post is ignored."""
        claire = people.client_of(self.cast.claire)
        address = url("reassign", self.cast.luc.mandate.pk)
        self.assertContains(claire.get(address), self.led[0].code)
        posted = {
            "situations": [str(self.led[0].pk)],
            "to": str(self.cast.sophie.user.pk),
            "reason": "absence",
            "idempotency_key": key(),
        }
        with people.later(minutes=11):
            self.assertContains(claire.post(address, posted), 'name="confirm_passphrase"')
        answer = claire.post(address, posted, follow=True)
        self.assertContains(answer, f"Transmises : {self.led[0].code}")
        bad = {**posted, "situations": [str(uuid.uuid4())], "idempotency_key": key()}
        self.assertContains(claire.post(address, bad), "aria-invalid")
        for name in ("luc", "denis", "julie"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.get(address).status_code, 404)
            self.assertEqual(client.get(url("leaderless")).status_code, 404)


class GoingOn(CommittingTestCase):
    """Rights end two years after they were given; sixty days before, they may be extended."""

    def setUp(self) -> None:
        self.cast = people.commission(f"prol{uuid.uuid4().hex[:6]}")
        self.situation = people.shared(self.cast, "marc", until=now().date() + timedelta(days=40))
        with self.as_administrator() as admin:
            admin.execute("UPDATE cases_mandate SET ends_on = ends_on + 2000")

    def ending(self) -> dict[str, extensions.Ending]:
        """Return what ends soon, by first name."""
        with people.as_person(self.cast.claire) as viewer:
            return {
                one.name.split()[0]: one for one in extensions.ending(viewer, self.cast.commission)
            }

    def test_what_ends_soon_and_nothing_else(self) -> None:
        """Marc's forty days now; the lead's two years, sixty days before their end."""
        self.assertEqual(set(self.ending()), {"Marc"})
        with people.later(days=690):
            self.assertIn("Luc", self.ending())

    def test_extended_under_the_same_terms(self) -> None:
        """Same section, level, basis, reason; the former ends; the ledger says « prolongée »."""
        line = self.ending()["Marc"]
        with recorder.observe() as events, people.as_person(self.cast.claire) as viewer:
            extensions.extend(viewer=viewer, commission=self.cast.commission, keys=[line.key])
        self.assertIn("grant.extended", [one.action for one in events])
        self.assertEqual(self.ending(), {})
        with people.later(days=60):
            self.assertEqual(reads(self.cast.marc, self.situation.code), OPEN)
        with people.as_person(self.cast.claire):
            live = Grant.objects.filter(recipient=self.cast.marc.user, revoked_at__isnull=True)
            self.assertEqual(
                {(one.level, one.basis, one.reason) for one in live},
                {("contribute", "permanent", "suivi")},
            )

    def test_left_alone_it_ends(self) -> None:
        """Control of the former test."""
        with people.later(days=60):
            self.assertEqual(reads(self.cast.marc, self.situation.code), set())

    def test_the_leads_own_right_by_the_animation(self) -> None:
        """After two years less a month; then he still reads, beyond them."""
        with people.later(days=700):
            line = self.ending()["Luc"]
            with people.as_person(self.cast.claire) as viewer:
                extensions.extend(viewer=viewer, commission=self.cast.commission, keys=[line.key])
        with people.later(days=760):
            self.assertIn("core", reads(self.cast.luc, self.situation.code))

    def test_nobody_extends_her_own(self) -> None:
        """The animation's own right is extended by the lead, on his page."""
        with people.later(days=690):
            line = self.ending()["Claire"]
            self.assertIn("vos propres accès", line.refusal)

    def test_aside_or_outside_the_agreement_nothing_goes_on(self) -> None:
        """The rule that gave it must give it today."""
        line = self.ending()["Marc"]
        with people.as_person(self.cast.claire) as viewer:
            recusals.set_aside(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                user_id=self.cast.marc.user.pk,
                reason="lien_personnel",
            )
        with people.as_person(self.cast.claire) as viewer, self.assertRaises(NotAllowed):
            extensions.extend(viewer=viewer, commission=self.cast.commission, keys=[line.key])

    def test_the_page(self) -> None:
        """« Ma journée » leads to it; the lead sees his own situations, a member nothing."""
        claire = people.client_of(self.cast.claire)
        self.assertContains(claire.get("/"), "où un accès finit bientôt")
        page = claire.get(url("extend"))
        self.assertContains(page, self.situation.code)
        posted = {"lines": [self.ending()["Marc"].key], "idempotency_key": key()}
        self.assertContains(claire.post(url("extend"), posted, follow=True), "Prolongées")
        self.assertEqual(people.client_of(self.cast.luc).get(url("extend")).status_code, 200)
        for name in ("marc", "sophie", "denis", "julie"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.get(url("extend")).status_code, 404, name)
