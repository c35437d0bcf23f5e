"""« Qui peut voir, pourquoi, jusqu’à quand »: the screen says what the one rule says, of everybody.

C-21, C-24; security.md §5.2. Each answer is compared with what the member's own pages do.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import recorder
from cases.access import agreements, readers
from cases.actions import grants, recusals, sittings
from cases.domain.reading import Decision, readable
from cases.models import Mandate, Sitting
from cases.permissions import Refused
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import Client, CommittingTestCase, TestCase
from tests.commission.test_convening import reads, sitting_of
from tests.commission.test_pages_conflicts import key, url


def screen(cast: people.Cast, pk: uuid.UUID, name: str = "claire") -> dict[str, readers.Reader]:
    """Return the readers of a situation, by first name, as somebody sees them."""
    with people.as_person(cast.people[name]) as viewer:
        situation = people.fresh(cast, pk)
        agreed = agreements.standing(situation, viewer.at)
        held = readers.seats(situation.commission, viewer.at)
        found = readers.readers(viewer, situation, agreed, held)
    return {one.name.split()[0]: one for one in found}


class TheScreen(TestCase):
    """Shared with Marc and Sophie; convened; Luc leads; Nadia is the depositary."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("ecran")
        cls.situation = people.shared(cls.cast, "marc", sections=("core", "housing"))

    def test_everybody_with_a_right_is_there_and_nobody_else(self) -> None:
        """The lead, the reception, the depositary asleep, and Marc."""
        found = screen(self.cast, self.situation.pk)
        self.assertEqual(set(found), {"Luc", "Claire", "Nadia", "Marc"})
        self.assertTrue(found["Luc"].is_lead)
        self.assertEqual({one.status for one in found["Nadia"].rights}, {"dormant"})

    def test_each_right_says_why_since_when_by_whom(self) -> None:
        """Basis, coded reason, rules, giver."""
        (right,) = screen(self.cast, self.situation.pk)["Marc"].rights
        self.assertEqual(right.sections, ("core", "housing"))
        self.assertEqual(
            (right.status, right.basis, right.why),
            ("live", "membre permanent", "suivi des actions"),
        )
        self.assertEqual(right.given_by, "Luc Perrin")
        self.assertIn("C-07", right.rules)
        self.assertGreater(right.until, right.since)

    def test_the_screen_agrees_with_each_members_own_pages(self) -> None:
        """One rule: what is live on the screen is what she reads, for each of the cast."""
        found = screen(self.cast, self.situation.pk)
        for name, person in self.cast.people.items():
            if person.mandate is None:
                continue
            told = {
                section
                for reader in found.values()
                if reader.user_id == person.user.pk
                for right in reader.rights
                if right.status == "live"
                for section in right.sections
            }
            with self.subTest(who=name):
                self.assertEqual(told, reads(person, self.situation.code))

    def test_it_is_the_rule_that_answers(self) -> None:
        """With the rule refusing all, nothing is live; control: with the true one, Marc is."""
        refusal = Decision(allow=False, rules=("C-04",), reason="withdrawn")
        with mock.patch("cases.access.readers.readable", return_value=refusal):
            found = screen(self.cast, self.situation.pk)
        self.assertEqual(
            {right.status for one in found.values() for right in one.rights}, {"refused"}
        )
        with mock.patch("cases.access.readers.readable", side_effect=readable):
            found = screen(self.cast, self.situation.pk)
        self.assertEqual({one.status for one in found["Marc"].rights}, {"live"})

    def test_a_right_to_come_and_one_that_the_rule_refuses(self) -> None:
        """Sophie's begins next week; Marc's mandate is suspended: both are on it, said so."""
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[self.cast.sophie.user.pk],
                sections=["core"],
                level="read",
                reason="avis_technique",
                start=viewer.at.date() + timedelta(days=7),
                until=viewer.at.date() + timedelta(days=30),
            )
        Mandate.objects.filter(pk=self.cast.marc.mandate.pk).update(status="suspended")
        found = screen(self.cast, self.situation.pk)
        self.assertEqual([one.status for one in found["Sophie"].rights], ["coming"])
        self.assertEqual(
            [(one.status, one.reason) for one in found["Marc"].rights],
            [("refused", "mandate_inactive")],
        )
        self.assertEqual(reads(self.cast.sophie, self.situation.code), set())
        self.assertEqual(reads(self.cast.marc, self.situation.code), set())
        page = people.client_of(self.cast.claire).get(url("readers", self.situation.code))
        self.assertContains(page, "à venir")
        self.assertContains(page, "avis technique")
        self.assertContains(page, "fermé par la règle : mandat non en cours")

    def test_the_page_whole(self) -> None:
        """Aside, trustees, outside the agreement, « personne d’autre »; no identity in it."""
        with people.as_person(self.cast.claire) as viewer:
            recusals.set_aside(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                user_id=self.cast.sophie.user.pk,
                reason="interet_structure",
            )
        address = url("readers", self.situation.code)
        with recorder.observe() as events:
            page = people.client_of(self.cast.claire).get(address)
        for words in (
            "Personne d’autre",
            "clé de secours est partagée en 5 parts",
            "Sophie Petit",
            "structure partie prenante",
            "en veille",
            "Nadia Benali",
            "le service, à la saisine",
        ):
            self.assertContains(page, words)
        self.assertNotContains(page, "Dupont-Fictif")
        shown = [one for one in events if one.action == "situation.shown"]
        self.assertEqual([one.sections for one in shown], [("core",)])
        # A member sees who stands aside, never why.
        seen = people.client_of(self.cast.marc).get(address)
        self.assertContains(seen, "Sophie Petit")
        self.assertNotContains(seen, "structure partie prenante")

    def test_ending_one_right_or_all_of_somebody(self) -> None:
        """T-24 from the screen; the DPO may, a member may not; a replay changes nothing."""
        sitting = sitting_of(self.cast, self.situation, days=3)
        with people.as_person(self.cast.claire) as viewer:
            sittings.convene(viewer=viewer, sitting=Sitting.objects.get(pk=sitting.pk))
        code = self.situation.code
        rights = screen(self.cast, self.situation.pk)["Marc"].rights
        self.assertEqual(len(rights), 2)
        one, other = rights
        address = url("grant_revoke", code)

        def posted(ids: Any) -> dict[str, Any]:
            return {"grant": [str(pk) for pk in ids], "idempotency_key": key()}

        marc = people.client_of(self.cast.marc)
        self.assertEqual(marc.post(address, posted(one.grants)).status_code, 404)
        before = reads(self.cast.marc, code)
        denis = people.client_of(self.cast.denis, vault=False)
        self.assertEqual(denis.post(address, posted(one.grants)).status_code, 302)
        after = reads(self.cast.marc, code)
        self.assertEqual(after, set(other.sections))
        self.assertNotEqual(before, after)
        claire = people.client_of(self.cast.claire, vault=False)
        every = posted([*one.grants, *other.grants])
        for _ in range(2):
            self.assertEqual(claire.post(address, every).status_code, 302)
        self.assertEqual(reads(self.cast.marc, code), set())

    def test_as_many_questions_whoever_is_on_it(self) -> None:
        """Style 24: two readers more cost nothing."""
        client = people.client_of(self.cast.claire)
        address = url("readers", self.situation.code)
        client.get(address)

        def count() -> int:
            with CaptureQueriesContext(connection) as asked:
                self.assertEqual(client.get(address).status_code, 200)
            return len(asked)

        first = count()
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[self.cast.sophie.user.pk, self.cast.nadia.user.pk],
                sections=["core"],
                level="read",
            )
        self.assertEqual(count(), first)

    def test_doors(self) -> None:
        """Style 24: strangers 404, anonymous to the login, no other method."""
        address = url("readers", self.situation.code)
        for name in ("sophie", "nadia", "julie"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.get(address).status_code, 404, name)
        self.assertIn("/compte/login/", Client().get(address)["Location"])
        self.assertEqual(people.client_of(self.cast.claire).post(address).status_code, 405)


class WrittenBySql(CommittingTestCase):
    """A row that nobody signed opens nothing; one that ended is nobody's."""

    def test_a_forged_row(self) -> None:
        """T-11: a copied grant row for Sophie: no key, no page, whatever the screen says."""
        cast = people.commission(f"faux{uuid.uuid4().hex[:6]}")
        situation = people.shared(cast, "marc", sections=("core",))
        columns = (
            "situation_id, section, key_version, level, basis, reason, item_id, is_dormant,"
            " not_before, not_after, statement, granted_by_id, granted_at"
        )
        with self.as_administrator() as admin:
            admin.execute(
                f"INSERT INTO cases_grant (id, recipient_id, {columns})"
                f" SELECT gen_random_uuid(), %s, {columns} FROM cases_grant"
                " WHERE recipient_id = %s",
                [str(cast.sophie.user.pk), str(cast.marc.user.pk)],
            )
            admin.execute(
                "INSERT INTO cases_situationuserpermission (id, content_object_id, user_id,"
                " permission_id) SELECT gen_random_uuid(), content_object_id, %s, permission_id"
                " FROM cases_situationuserpermission WHERE user_id = %s",
                [str(cast.sophie.user.pk), str(cast.marc.user.pk)],
            )
        with recorder.observe() as events:
            self.assertEqual(reads(cast.sophie, situation.code), set())
        self.assertIn("integrity.alert", [one.action for one in events])
        self.assertEqual(reads(cast.marc, situation.code), {"core"})
        found = screen(cast, situation.pk)
        self.assertEqual([one.reason for one in found["Sophie"].rights], ["grant_not_verified"])
        self.assertEqual([one.status for one in found["Marc"].rights], ["live"])

    def test_an_expired_right_leaves_the_screen(self) -> None:
        """C-24: ended by its date, it is nobody's any more."""
        cast = people.commission(f"exp{uuid.uuid4().hex[:6]}")
        situation = people.shared(
            cast, "marc", sections=("core",), until=now().date() + timedelta(days=3)
        )
        self.assertIn("Marc", screen(cast, situation.pk))
        with people.later(days=5):
            self.assertNotIn("Marc", screen(cast, situation.pk))
            with people.as_person(cast.marc) as viewer, self.assertRaises(Refused):
                from cases.access import situations

                situations.open_situation(viewer, situation.code)
