"""Rights given again under a new key: what she held and no more (security.md §2.4)."""

from __future__ import annotations

import uuid
from typing import Any

from audit import recorder
from cases.access import continuity
from cases.actions import regrants, signing
from cases.domain.exceptions import NotAllowed
from cases.models import Grant, Mandate, Wrap
from cases.permissions import VaultLocked
from cases.vault import grants as signed
from tests import people
from tests.cases_of import TestCase
from tests.commission.newcomers import remade
from tests.commission.test_pages_conflicts import key, url
from tests.people import Person

WORDS = "Je veux garder mon appartement."


class Regrants(TestCase):
    """Sophie reads a situation led by Luc; she made new keys, which the officers signed."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"r{uuid.uuid4().hex[:8]}")
        cls.situation = people.shared(cls.cast, "sophie", sections=("core", "health"), level="read")
        cls.page = url("situation", cls.situation.code)

    def setUp(self) -> None:
        self.before = {row.section: row for row in self.grants(self.cast.sophie)}
        self.sophie = self.signed(remade(self.cast.sophie))

    def signed(self, person: Person) -> Person:
        """Let both officers sign a member's new key."""
        for officer in (self.cast.claire, self.cast.denis):
            with people.as_person(officer) as viewer:
                signing.sign(
                    viewer=viewer,
                    commission=self.cast.commission,
                    user_id=person.user.pk,
                    seen=person.identity.key_id,
                )
        return person

    def grants(self, person: Person) -> list[Grant]:
        """Return somebody's live grants."""
        with people.as_person(self.cast.claire):
            return list(Grant.objects.filter(recipient=person.user, revoked_at__isnull=True))

    def post(self, giver: Person, person: Person | None = None, **fields: Any) -> Any:
        """Give back on the page, what it shows."""
        mandate = (person or self.sophie).mandate
        assert mandate is not None
        return people.client_of(giver).post(
            url("regrant", mandate.pk),
            {"idempotency_key": key(), "situation": [str(self.situation.pk)], **fields},
            follow=True,
        )

    def test_the_same_rights_come_back(self) -> None:
        """Before, nothing opens; after, the same sections, level, basis and end."""
        self.assertNotContains(people.client_of(self.sophie).get(self.page), WORDS, status_code=404)
        shown = people.client_of(self.cast.luc).get(url("regrant", self.sophie.mandate.pk))
        self.assertContains(shown, self.situation.code)
        with recorder.observe() as events:
            self.assertContains(self.post(self.cast.luc), "Accès redonnés dans 1 situation")
        self.assertContains(people.client_of(self.sophie).get(self.page), WORDS)
        after = {row.section: row for row in self.grants(self.sophie)}
        self.assertEqual(set(after), {"core", "health"})
        for section, row in after.items():
            former = self.before[section]
            same = ("level", "basis", "not_after", "key_version", "is_dormant")
            for name in same:
                self.assertEqual(getattr(row, name), getattr(former, name), name)
            statement = signed.verify_grant(self.cast.luc.identity.public, bytes(row.statement))
            self.assertEqual(statement.previous, former.pk)
            with people.as_person(self.cast.claire):
                self.assertIsNotNone(Grant.objects.get(pk=former.pk).revoked_at)
                self.assertFalse(Wrap.objects.filter(grant=former).exists())
        actions = [event.action for event in events]
        self.assertIn("member.rekeyed", actions)
        self.assertIn("grant.given", actions)
        self.assertContains(
            people.client_of(self.cast.luc).get(url("regrant", self.sophie.mandate.pk)),
            "Rien à redonner",
        )

    def test_an_unsigned_key_receives_nothing(self) -> None:
        """New keys again, not signed: the list is empty until the officers signed."""
        again = remade(self.sophie)
        # Her attested key is still the one before: what she holds waits for the new one.
        self.post(self.cast.luc, again)
        people_page = people.client_of(again).get(self.page)
        self.assertNotContains(people_page, WORDS, status_code=404)
        self.signed(again)
        self.assertContains(self.post(self.cast.luc, again), "Accès redonnés")
        self.assertContains(people.client_of(again).get(self.page), WORDS)

    def test_what_the_rules_no_longer_give(self) -> None:
        """C-22: she is no health professional any more; health stays shut and is said."""
        Mandate.objects.filter(pk=self.sophie.mandate.pk).update(profession="none")
        shown = people.client_of(self.cast.luc).get(url("regrant", self.sophie.mandate.pk))
        self.assertContains(shown, "ne le permet plus")
        with people.as_person(self.cast.luc) as viewer:
            mandate = Mandate.objects.select_related("commission").get(pk=self.sophie.mandate.pk)
            (line,) = regrants.prepare(viewer=viewer, mandate=mandate)
        self.assertEqual(line.given, ())
        self.assertEqual(line.forbidden, ("core", "health"))
        self.assertContains(self.post(self.cast.luc), "Aucun accès")

    def test_who_does_not_manage_is_told_whom_to_ask(self) -> None:
        """Marc gives nothing; the DPO has no such page; Luc's closed vault gives nothing."""
        with people.as_person(self.cast.marc) as viewer:
            mandate = Mandate.objects.select_related("commission").get(pk=self.sophie.mandate.pk)
            self.assertEqual(regrants.prepare(viewer=viewer, mandate=mandate), [])
        self.assertContains(self.post(self.cast.marc), "Aucun accès")
        denis = people.client_of(self.cast.denis)
        self.assertEqual(denis.get(url("regrant", self.sophie.mandate.pk)).status_code, 404)
        closed = Person(self.cast.luc.user, self.cast.luc.mandate)
        with self.assertRaises(VaultLocked), people.as_person(closed) as viewer:
            regrants.give_back(viewer=viewer, mandate=mandate, situations=[self.situation.pk])
        self.assertEqual(len(self.grants(self.sophie)), 2)
        self.assertNotContains(people.client_of(self.sophie).get(self.page), WORDS, status_code=404)

    def test_only_what_was_shown(self) -> None:
        """A situation that the page did not list is left alone."""
        self.assertContains(self.post(self.cast.luc, situation=[str(uuid.uuid4())]), "Aucun accès")

    def test_a_right_revived_by_sql_gives_nothing(self) -> None:
        """T-11: a revoked grant, its date erased and a wrap put back, raises an alert."""
        core = self.before["core"]
        with people.as_person(self.cast.luc) as viewer:
            wrap = Wrap.objects.get(grant=core)
            blob = bytes(wrap.blob)
            forged = blob[:-1] + bytes([blob[-1] ^ 1])
            Wrap.objects.filter(pk=wrap.pk).delete()
            Wrap(
                situation=self.situation,
                section="core",
                grant=core,
                key_version=1,
                recipient_key_id=wrap.recipient_key_id,
                blob=forged,
            ).save(force_insert=True)
            assert viewer.identity
        with recorder.observe() as events:
            self.post(self.cast.luc)
        self.assertIn("integrity.alert", [event.action for event in events])
        self.assertEqual({row.section for row in self.grants(self.sophie)}, {"core", "health"})
        with people.as_person(self.cast.claire):
            self.assertIsNone(Grant.objects.get(pk=core.pk).revoked_at)
            given = Grant.objects.filter(recipient=self.sophie.user, section="core")
            self.assertEqual(given.count(), 1)

    def test_the_depositary_sleeps_again(self) -> None:
        """A dormant right comes back dormant, from the coordinator."""
        nadia = self.signed(remade(self.cast.nadia))
        self.post(self.cast.claire, nadia)
        rows = [row for row in self.grants(nadia) if row.situation_id == self.situation.pk]
        self.assertEqual(len(rows), 7)
        self.assertTrue(all(row.is_dormant and row.basis == "depositary" for row in rows))
        with people.as_person(self.cast.claire) as viewer:
            held = continuity.holdings(self.cast.commission, viewer.at)
        self.assertIn(nadia.user.pk, held.holders_of(self.situation.pk, ["legal"]))

    def test_oneself(self) -> None:
        """Nobody gives back to herself."""
        luc = self.signed(remade(self.cast.luc))
        self.assertEqual(self.post(luc, luc).status_code, 404)
        with people.as_person(self.cast.claire) as viewer:
            mandate = Mandate.objects.select_related("commission").get(pk=luc.mandate.pk)
            done = regrants.give_back(
                viewer=viewer, mandate=mandate, situations=[self.situation.pk]
            )
        self.assertEqual(len(done[0].given), 7)
        with people.as_person(luc) as viewer, self.assertRaises(NotAllowed):
            regrants.give_back(
                viewer=viewer,
                mandate=Mandate.objects.select_related("commission").get(
                    pk=self.cast.nadia.mandate.pk
                ),
                situations=[self.situation.pk],
            )
