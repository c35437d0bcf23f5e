"""« Continuité »: who is missing for the keys to last, counted as the database counts (§2.5)."""

from __future__ import annotations

import uuid

from audit import recorder
from cases.access import continuity
from cases.actions import signing
from cases.models import DirectoryRoot, Grant, KeyShortage, Mandate, VaultSlot
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.newcomers import newcomer, remade
from tests.commission.test_pages_conflicts import key, url
from tests.commission.test_pages_queries import count


class Continuity(CommittingTestCase):
    """Claire holds everything, Nadia sleeps on everything, Luc leads, Marc reads one section."""

    def setUp(self) -> None:
        self.cast = people.commission(f"k{uuid.uuid4().hex[:8]}")
        self.situation = people.shared(self.cast, "marc", sections=("core",))
        self.claire = people.client_of(self.cast.claire)

    def leaves(self, *names: str) -> None:
        """Record departures."""
        for name in names:
            mandate = self.cast.people[name].mandate
            assert mandate is not None
            answer = self.claire.post(
                url("depart", mandate.pk), {"idempotency_key": key(), "urgent": "on"}
            )
            self.assertEqual(answer.status_code, 302)

    def short(self) -> set[tuple[uuid.UUID, str]]:
        """Return the sections that the page counts as short."""
        with people.as_person(self.cast.claire) as viewer:
            held = continuity.holdings(self.cast.commission, viewer.at)
            return {
                (pk, section)
                for (pk, section, _), users in held.holders.items()
                if len(users) < held.needed[pk]
            }

    def flagged(self) -> set[tuple[uuid.UUID, str]]:
        """Return the sections that the database flagged."""
        with people.as_person(self.cast.claire):
            rows = KeyShortage.objects.values_list("situation_id", "section")
            return set(rows)

    def test_the_count_is_the_databases(self) -> None:
        """Nobody, one by one: what the page counts is what the database flags."""
        self.assertEqual(self.short(), set())
        self.assertEqual(self.flagged(), set())
        for leaver in ("luc", "marc", "nadia"):
            self.leaves(leaver)
            self.assertEqual(self.short(), self.flagged(), leaver)
        self.assertEqual(len(self.short()), 7)

    def test_whose_departure_would_break(self) -> None:
        """With three holders nobody's; with two, each one's; the page says it."""
        with people.as_person(self.cast.claire) as viewer:
            held = continuity.holdings(self.cast.commission, viewer.at)
        for person in (self.cast.claire, self.cast.nadia, self.cast.luc):
            self.assertEqual(held.lost_by(person.user.pk), {})
        self.leaves("luc")
        with people.as_person(self.cast.claire) as viewer:
            held = continuity.holdings(self.cast.commission, viewer.at)
        lost = held.lost_by(self.cast.nadia.user.pk)
        self.assertEqual(set(lost), {self.situation.pk})
        self.assertNotIn("core", lost[self.situation.pk])
        page = self.claire.get(url("continuity"))
        self.assertContains(page, "1 situation")
        self.assertContains(page, "Aucune situation ne manque de clés")

    def test_the_page(self) -> None:
        """Short situations with who still holds, and members who are not ready."""
        self.leaves("luc", "marc", "nadia")
        newcomer(self.cast, "paul")
        newcomer(self.cast, "lea", has_vault=False)
        VaultSlot.objects.filter(user=self.cast.sophie.user, kind="recovery").delete()
        with recorder.observe() as events:
            page = self.claire.get(url("continuity"))
        self.assertContains(page, self.situation.code)
        self.assertContains(page, "Claire Morel")
        self.assertContains(page, url("share", self.situation.code))
        self.assertContains(page, "Clé en attente de signature&nbsp;: Paul Vidal")
        self.assertContains(page, "Sans coffre&nbsp;: Lea Vidal")
        self.assertContains(page, "Sans kit de secours complet&nbsp;: Sophie Petit")
        self.assertEqual([event.action for event in events], ["list.shown"])
        dpo = people.client_of(self.cast.denis).get(url("continuity"))
        self.assertNotContains(dpo, url("share", self.situation.code))

    def test_sharing_mends(self) -> None:
        """The act that the page leads to clears the flag."""
        self.leaves("marc", "nadia")
        with people.as_person(self.cast.claire):
            situation = people.fresh(self.cast, self.situation.pk)
        self.assertEqual(self.flagged(), set())
        self.leaves("luc")
        self.assertEqual(len(self.flagged()), 7)
        answer = self.claire.post(
            url("share", situation.code),
            {
                "idempotency_key": key(),
                "recipients": [str(self.cast.sophie.user.pk)],
                "sections": ["core", "housing"],
                "level": "read",
                "reason": "suivi",
                "until": self.cast.sophie.mandate.ends_on.isoformat(),
            },
        )
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(len(self.flagged()), 5)

    def test_a_mandate_that_ends_by_itself(self) -> None:
        """Its holder counts no more, on the page as in the database's rule."""
        self.leaves("luc")
        Mandate.objects.filter(pk=self.cast.nadia.mandate.pk).update(status="suspended")
        self.assertEqual(self.short(), self.flagged())
        self.assertEqual(len(self.short()), 6)

    def test_rights_to_give_again(self) -> None:
        """A member with new signed keys is listed for whoever may give, and for nobody else."""
        sophie = remade(self.cast.luc)
        for officer in (self.cast.claire, self.cast.denis):
            with people.as_person(officer) as viewer:
                signing.sign(
                    viewer=viewer,
                    commission=self.cast.commission,
                    user_id=sophie.user.pk,
                    seen=sophie.identity.key_id,
                )
        address = url("regrant", sophie.mandate.pk)
        self.assertContains(self.claire.get(url("continuity")), address)
        self.assertContains(self.claire.get(url("members")), address)
        for name in ("marc", "nadia"):
            page = people.client_of(self.cast.people[name]).get(url("members"))
            self.assertNotContains(page, address)
        denis = people.client_of(self.cast.denis)
        self.assertNotContains(denis.get(url("continuity")), address)

    def test_a_changed_root_is_said(self) -> None:
        """T-11: the page stands, says it, and offers no signature."""
        row = DirectoryRoot.objects.get(commission=self.cast.commission)
        blob = bytearray(row.statement)
        blob[-1] ^= 1
        with self.as_administrator() as owner:
            owner.execute(
                "UPDATE cases_directoryroot SET statement = %s WHERE id = %s", [bytes(blob), row.pk]
            )
        with recorder.observe() as events:
            page = self.claire.get(url("continuity"))
        self.assertContains(page, "annuaire a été altéré")
        self.assertIn("integrity.alert", [event.action for event in events])
        self.assertEqual(self.claire.get(url("sign_keys")).status_code, 404)
        self.leaves("marc")

    def test_constant_queries(self) -> None:
        """One situation, then three: the same number of questions."""
        address = url("continuity")
        before = count(self.claire, address)
        for _ in range(2):
            people.shared(self.cast, "marc", sections=("core",))
        self.assertEqual(count(self.claire, address), before)
        with people.as_person(self.cast.claire):
            self.assertGreater(Grant.objects.count(), 20)
