"""An erasure: two people, nothing left, and not even a name for it (promise 8; C-50…C-57, T-34)."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit import recorder
from cases.access.keys import open_keys
from cases.actions import agreements, erasure, referrals, rotation
from cases.actions import situations as acts
from cases.domain.agreement import AgreementKind
from cases.domain.exceptions import FactMissing, NotAllowed
from cases.models import Erasure, JointAct, Mandate, Situation
from cases.permissions import Refused
from tests import database, people
from tests.cases_of import CommittingTestCase, TestCase
from tests.commission.test_pages_conflicts import key
from tests.commission.test_policies import situation_columns

KEPT = {"id", "commission_id", "code", "referral_state", "created_by_id", "created_at", "version"}


def administrator() -> Any:
    """Return a connection that sees everything."""
    place = database.installation()
    return psycopg.connect(place.server.url(connection.settings_dict["NAME"]), autocommit=True)


def asked(
    cast: people.Cast, pk: uuid.UUID, *, by: str = "luc", reason: str = "accepted_request"
) -> JointAct:
    """Ask for an erasure."""
    with people.as_person(cast.people[by]) as viewer:
        return erasure.ask(viewer=viewer, situation=people.fresh(cast, pk), reason=reason)


def erased(cast: people.Cast, pk: uuid.UUID, **how: Any) -> None:
    """Ask and confirm."""
    act = asked(cast, pk, **how)
    with people.as_person(cast.denis) as viewer:
        erasure.confirm(viewer=viewer, act=act)


class NothingLeftTests(CommittingTestCase):
    """What stands in the tables once it is done."""

    def setUp(self) -> None:
        self.cast = people.commission(f"e{uuid.uuid4().hex[:8]}")

    def left(self, pk: uuid.UUID) -> dict[str, int]:
        """Return how many rows of a situation stand, by table; every table that has its column."""
        with self.as_administrator() as admin:
            counts = {}
            for table, column in situation_columns(admin).items():
                where = f"{column} = %s"
                if column == "item_id":
                    where = "item_id IN (SELECT id FROM cases_agendaitem WHERE situation_id = %s)"
                row = admin.execute(f"SELECT count(*) FROM {table} WHERE {where}", [pk]).fetchone()
                assert row is not None
                counts[table] = row[0]
        return {table: number for table, number in counts.items() if number}

    def test_every_row_goes_but_the_tombstone(self) -> None:
        """Every table of a situation; control: they were full before."""
        situation, _ = people.reviewed(self.cast, "marc")
        before = self.left(situation.pk)
        self.assertGreaterEqual(len(before), 12)
        with recorder.observe() as events:
            erased(self.cast, situation.pk)
        self.assertEqual(self.left(situation.pk), {"cases_situation": 1, "cases_erasure": 1})
        with self.as_administrator() as admin:
            cursor = admin.execute("SELECT * FROM cases_situation WHERE id = %s", [situation.pk])
            row = dict(
                zip([one.name for one in cursor.description], cursor.fetchone(), strict=True)
            )
        self.assertEqual(row["code"], situation.code)
        self.assertEqual(row["created_by_id"], self.cast.denis.user.pk)
        told = {name: value for name, value in row.items() if name not in KEPT and value}
        self.assertEqual(told.pop("state"), "erased")
        self.assertEqual(set(told), {"changed_at"})
        self.assertEqual(
            [
                (e.action, e.purpose)
                for e in events
                if e.action.startswith(("erasure", "situation.erased"))
            ],
            [("erasure.asked", "accepted_request"), ("situation.erased", "accepted_request")],
        )

    def test_no_key_opens_it(self) -> None:
        """Whoever held it holds nothing; the referrer finds no trace of it."""
        situation = people.shared(self.cast, "marc")
        with people.as_person(self.cast.julie) as viewer:
            from cases import queries

            self.assertEqual(queries.answers(viewer).count(), 1)  # Control.
        erased(self.cast, situation.pk)
        for name in ("luc", "claire", "marc", "nadia"):
            with people.as_person(self.cast.people[name]) as viewer:
                row = Situation(pk=situation.pk, commission=self.cast.commission)
                self.assertEqual(open_keys(viewer, row).deks, {})
        with people.as_person(self.cast.julie) as viewer:
            self.assertEqual(queries.answers(viewer).count(), 0)

    def test_nothing_is_written_after(self) -> None:
        """A text sealed meanwhile by another request is refused at its commit."""
        situation = people.shared(self.cast)
        with self.assertRaises(DatabaseError), people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            acts.write(viewer=viewer, situation=row, section="core", category="", text="Trop tard")
            self.elsewhere(situation.pk)
        with self.assertRaises(psycopg.errors.RaiseException), self.as_administrator() as admin:
            admin.execute(
                "INSERT INTO cases_milestone (id, situation_id, act, at, by_id, reason)"
                " VALUES (gen_random_uuid(), %s, 'shared', now(), %s, '')",
                [situation.pk, self.cast.luc.user.pk],
            )

    def elsewhere(self, pk: uuid.UUID) -> None:
        """Mark the situation erased in another session, as a concurrent erasure would."""
        with self.as_administrator() as admin:
            admin.execute("UPDATE cases_situation SET state = 'erased' WHERE id = %s", [pk])
            admin.execute("DELETE FROM cases_sealeddocument WHERE situation_id = %s", [pk])

    def test_the_database_refuses_by_itself(self) -> None:
        """Not the DPO, the DPO who asked, another commission's DPO, a stranger's request."""
        situation = people.shared(self.cast)
        other = people.commission(f"f{uuid.uuid4().hex[:8]}")
        act = asked(self.cast, situation.pk)
        for person in (self.cast.claire, self.cast.luc, self.cast.marc, other.denis):
            with (
                self.subTest(person.user.first_name),
                people.as_person(person),
                self.assertRaises(DatabaseError),
                transaction.atomic(),
            ):
                self.shred(act.pk)
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_jointact SET asked_by_id = %s WHERE id = %s",
                [self.cast.denis.user.pk, act.pk],
            )
        with (
            people.as_person(self.cast.denis),
            self.assertRaises(DatabaseError),
            transaction.atomic(),
        ):
            self.shred(act.pk)
        with self.as_administrator() as admin, self.assertRaises(psycopg.errors.CheckViolation):
            admin.execute(
                "UPDATE cases_jointact SET decided_by_id = asked_by_id, decided_at = now(),"
                " is_confirmed = true WHERE id = %s",
                [act.pk],
            )
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_jointact SET asked_by_id = %s WHERE id = %s",
                [self.cast.marc.user.pk, act.pk],
            )
        with (
            people.as_person(self.cast.denis),
            self.assertRaises(DatabaseError),
            transaction.atomic(),
        ):
            self.shred(act.pk)
        self.assertIn("cases_sealeddocument", self.left(situation.pk))
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_jointact SET asked_by_id = %s WHERE id = %s",
                [self.cast.luc.user.pk, act.pk],
            )
        with people.as_person(self.cast.denis):
            self.assertTrue(self.shred(act.pk))  # Control.
        self.assertNotIn("cases_sealeddocument", self.left(situation.pk))

    def shred(self, act: uuid.UUID) -> bool:
        """Call the database's function as the viewer."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clsm_shred(%s)", [act])
            return bool(cursor.fetchone()[0])


class RulesTests(TestCase):
    """Who may ask, for which reason, and who decides."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("effacement")

    def test_reasons_follow_the_life_cycle(self) -> None:
        """Asked at any state; at its term only when reached; after a refusal while preparing."""
        pk = people.agreed(self.cast).pk
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, pk)
            self.assertEqual(
                [code for code, _ in erasure.reasons(situation, viewer.at)], ["accepted_request"]
            )
            for reason in ("term_reached", "refused_agreement"):
                with self.assertRaises((FactMissing, NotAllowed)):
                    erasure.ask(viewer=viewer, situation=situation, reason=reason)

    def test_the_term_is_two_years_after_the_closure(self) -> None:
        """C-50; and six months after a referral that was not admitted (C-56)."""
        closed = Situation(state="closed", referral_state="admitted")
        with people.as_person(self.cast.claire) as viewer:
            from datetime import timedelta

            closed.closed_on = viewer.at.date() - timedelta(days=732)
            self.assertIn("term_reached", dict(erasure.reasons(closed, viewer.at)))
            refused = Situation(state=None, referral_state="not_admitted")
            refused.answered_at = viewer.at - timedelta(days=180)
            self.assertNotIn("term_reached", dict(erasure.reasons(refused, viewer.at)))
            refused.answered_at = viewer.at - timedelta(days=186)
            self.assertIn("term_reached", dict(erasure.reasons(refused, viewer.at)))

    def test_a_referral_that_was_refused_is_erased_too(self) -> None:
        """By the coordinator's request: no lead yet."""
        pk = people.referred(self.cast).pk
        with people.as_person(self.cast.claire) as viewer:
            referrals.refuse(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                reason="hors_territoire",
                message="Non.",
            )
        erased(self.cast, pk, by="claire", reason="refused_agreement")
        with people.as_person(self.cast.denis):
            self.assertEqual(Erasure.objects.filter(situation=pk).count(), 1)

    def test_a_withdrawn_situation_is_its_leads(self) -> None:
        """The coordinator no longer sees it, until its lead has left."""
        pk = people.agreed(self.cast).pk
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, pk)
            code = situation.code
            agreements.withdraw(
                viewer=viewer, situation=situation, kind=AgreementKind.WITHDRAWAL.value
            )
        with people.as_person(self.cast.claire) as viewer, self.assertRaises(Refused):
            erasure.candidate(viewer, code)
        with people.as_person(self.cast.luc) as viewer:
            self.assertIn(
                "refused_agreement",
                dict(erasure.reasons(erasure.candidate(viewer, code), viewer.at)),
            )
        Mandate.objects.filter(pk=self.cast.luc.mandate.pk).update(status="ended")
        with people.as_person(self.cast.claire) as viewer:
            self.assertEqual(erasure.candidate(viewer, code).pk, pk)

    def test_asked_once_and_declined(self) -> None:
        """A second request is told; once declined, the situation is as it was."""
        pk = people.shared(self.cast, "marc").pk
        act = asked(self.cast, pk)
        with self.assertRaises(erasure.AlreadyAsked):
            asked(self.cast, pk, by="claire")
        for name in ("luc", "claire", "marc"):
            with people.as_person(self.cast.people[name]) as viewer, self.assertRaises(Refused):
                erasure.decline(viewer=viewer, act=act)
        with people.as_person(self.cast.denis) as viewer:
            erasure.decline(viewer=viewer, act=act)
            with self.assertRaises(Refused):
                erasure.confirm(viewer=viewer, act=act)
        with people.as_person(self.cast.marc) as viewer:
            self.assertTrue(open_keys(viewer, people.fresh(self.cast, pk)).deks)
        asked(self.cast, pk)


class PagesTests(TestCase):
    """Through the pages: asked by the lead, confirmed by the DPO, gone for everybody."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("pages-effacement")
        cls.situation = people.shared(cls.cast, "marc")

    def post(self, client: Any, address: str, **fields: str) -> Any:
        """Post a form, its secret presented when it is asked for."""
        fields = {"idempotency_key": key(), **fields}
        return client.post(address, {**fields, "passphrase": people.PASSPHRASE})

    def test_a_withdrawn_situation_is_named_to_who_decides_alone(self) -> None:
        """Promise 5: its code is gone from the coordinator's screens; the DPO must know it."""
        situation = people.agreed(self.cast)
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal")
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            erasure.ask(viewer=viewer, situation=row, reason="accepted_request")
        address = reverse("cases:erasures")
        coordinator = people.client_of(self.cast.claire).get(address)
        self.assertNotContains(coordinator, situation.code)
        self.assertContains(coordinator, "Situation dont l’accord est retiré")
        self.assertContains(people.client_of(self.cast.denis).get(address), situation.code)

    def test_from_the_request_to_the_absence(self) -> None:
        """Each says what is about to happen; afterwards the code is an absent one."""
        code = self.situation.code
        address = reverse("cases:erase", args=[code])
        lead, dpo = people.client_of(self.cast.luc), people.client_of(self.cast.denis)
        self.assertContains(lead.get(address), "Les sauvegardes oublient")
        self.assertEqual(people.client_of(self.cast.marc).get(address).status_code, 404)
        self.assertEqual(self.post(lead, address, reason="accepted_request").status_code, 302)
        listed = dpo.get(reverse("cases:erasures"))
        self.assertContains(listed, code)
        act = JointAct.objects.none()
        with people.as_person(self.cast.denis):
            act = JointAct.objects.get(subject=self.situation.pk)
        decide = reverse("cases:erasure", args=[act.pk])
        self.assertEqual(lead.get(decide).status_code, 404)
        self.assertEqual(people.client_of(self.cast.claire).get(decide).status_code, 404)
        self.assertContains(dpo.get(decide), "Effacer définitivement")
        self.assertEqual(self.post(dpo, decide, action="confirm").status_code, 302)
        for name in ("luc", "claire", "marc", "denis"):
            client = people.client_of(self.cast.people[name])
            with recorder.observe() as events:
                for view in ("situation", "readers", "erase", "keys"):
                    self.assertEqual(
                        client.get(reverse(f"cases:{view}", args=[code])).status_code, 404, view
                    )
            self.assertFalse([e for e in events if e.action == "integrity.alert"], name)
        absent = lead.get(reverse("cases:situation", args=["SIT-0000"]))
        gone = lead.get(reverse("cases:situation", args=[code]))
        self.assertEqual(absent.content, gone.content)
        self.assertNotContains(
            people.client_of(self.cast.claire).get(reverse("cases:situations")), code
        )
        self.assertNotContains(
            people.client_of(self.cast.julie).get(reverse("cases:my_referrals")), code
        )
        self.assertContains(dpo.get(reverse("cases:erasures")), "La personne l’a demandé")
        self.assertNotContains(dpo.get(reverse("cases:erasures")), code)

    def test_the_keys_page(self) -> None:
        """Renewed from the page, by whoever manages."""
        address = reverse("cases:keys", args=[self.situation.code])
        client = people.client_of(self.cast.luc)
        self.assertContains(client.get(address), "Renouveler les clés")
        self.assertEqual(self.post(client, address).status_code, 302)
        self.assertContains(client.get(address), "Les clés sont renouvelées.")
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            found = rotation.standing(row, rotation.managed(viewer, row))
            self.assertEqual({one.versions for one in found}, {(2,)})
