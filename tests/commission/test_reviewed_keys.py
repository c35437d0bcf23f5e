"""A right that ends while its key is renewed, and what an erasure leaves outside its own tables.

A renewal repeats a grant under a new version: whoever ends the right from an older page, or at the
same instant, ends both (T-24, T-31).
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any
from unittest import mock

from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from cases.access.keys import open_keys
from cases.actions import agreements, departures, grants, recipients, rotation
from cases.domain.agreement import AgreementKind
from cases.models import Grant, JointAct, Mandate, Situation
from cases.permissions import Viewer
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.test_pages_conflicts import key
from tests.commission.test_rotation import notes


class EndedWhileRenewedTests(CommittingTestCase):
    """Luc leads and renews; Claire ends Marc's rights."""

    def setUp(self) -> None:
        self.cast = people.commission(f"v{uuid.uuid4().hex[:8]}")
        self.pk = people.shared(
            self.cast, "marc", "claire", sections=("core", "housing", "social")
        ).pk
        self.shown = self.rights("marc")

    def situation(self) -> Situation:
        """Read the situation again."""
        return people.fresh(self.cast, self.pk)

    def rights(self, name: str) -> set[uuid.UUID]:
        """Return the grants of a member that nobody revoked."""
        with people.as_person(self.cast.luc):
            rows = Grant.objects.filter(
                situation=self.pk, recipient=self.cast.people[name].user, revoked_at__isnull=True
            )
            return set(rows.values_list("pk", flat=True))

    def opens(self, name: str) -> set[str]:
        """Return the sections that a member's own keys open."""
        with people.as_person(self.cast.people[name]) as viewer:
            row = Situation(pk=self.pk, commission=self.cast.commission)
            return open_keys(viewer, row).sections()

    def end(self, viewer: Viewer) -> None:
        """End the rights that a page showed before the renewal."""
        for pk in self.shown:
            grants.revoke(viewer=viewer, grant_id=pk)

    def assertEnded(self) -> None:
        """Nothing is left to Marc; control: Luc still reads."""
        self.assertEqual(self.rights("marc"), set())
        self.assertEqual(self.opens("marc"), set())
        self.assertEqual(len(self.opens("luc")), 7)

    def test_from_a_page_older_than_the_renewal(self) -> None:
        """Every key renewed meanwhile; control: Marc read under the new ones."""
        with people.as_person(self.cast.luc) as viewer:
            rotation.renew(viewer=viewer, situation=self.situation())
        self.assertFalse(self.rights("marc") & self.shown)
        self.assertEqual(self.opens("marc"), {"core", "housing", "social"})
        with people.as_person(self.cast.claire) as viewer:
            self.end(viewer)
        self.assertEnded()

    def test_from_a_page_older_than_a_renewal_under_way(self) -> None:
        """Both versions end, and going on with the renewal gives nothing again."""
        with people.as_person(self.cast.luc) as viewer:
            notes(viewer, self.situation(), 25)
        with people.as_person(self.cast.luc) as viewer:
            rotation.begin(viewer=viewer, situation=self.situation(), section="housing")
        with people.as_person(self.cast.claire) as viewer:
            self.end(viewer)
        self.assertEnded()
        for _ in range(3):
            with people.as_person(self.cast.luc) as viewer:
                rotation.renew(viewer=viewer, situation=self.situation())
        self.assertEnded()

    def beside_a_renewal(self, act: Callable[[Viewer], Any]) -> None:
        """Renew a key while another session, once the readers are listed, acts as Claire."""
        failed: list[BaseException] = []

        def other() -> None:
            try:
                with people.as_person(self.cast.claire) as viewer:
                    act(viewer)
            except BaseException as error:
                failed.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=other)
        listed = recipients.of_version

        def of_version(*args: Any) -> Any:
            found = listed(*args)
            if thread.ident is None:
                thread.start()
                thread.join(0.5)  # It waits for this transaction, or has ended.
            return found

        with (
            mock.patch.object(recipients, "of_version", of_version),
            people.as_person(self.cast.luc) as viewer,
        ):
            rotation.begin(viewer=viewer, situation=self.situation(), section="housing")
            rotation.advance(viewer=viewer, situation=self.situation(), section="housing")
        thread.join()
        self.assertEqual(failed, [])

    def test_at_the_same_instant(self) -> None:
        """The revocation waits for the renewal, and ends what it gave."""
        self.beside_a_renewal(self.end)
        self.assertEnded()

    def test_a_departure_at_the_same_instant(self) -> None:
        """The same, through the member's mandate."""
        mandate = self.cast.marc.mandate
        assert mandate is not None
        self.beside_a_renewal(
            lambda viewer: departures.depart(
                viewer=viewer, mandate=Mandate.objects.get(pk=mandate.pk), successors={}
            )
        )
        self.assertEnded()

    def test_a_withdrawal_at_the_same_instant(self) -> None:
        """Nobody but the lead keeps a right."""
        self.beside_a_renewal(
            lambda viewer: agreements.withdraw(
                viewer=viewer, situation=self.situation(), kind=AgreementKind.WITHDRAWAL.value
            )
        )
        self.assertEnded()
        self.assertEqual(self.rights("claire"), set())

    def test_a_right_that_is_ending_is_not_renewed(self) -> None:
        """The renewal never waits for a revocation; control: it goes on after it."""
        with self.as_administrator() as admin:
            admin.autocommit = False
            admin.execute(
                "UPDATE cases_grant SET revoked_at = now(), revoked_by_id = recipient_id"
                " WHERE id = ANY (%s)",
                [list(self.shown)],
            )
            with (
                people.as_person(self.cast.luc) as viewer,
                self.assertRaises(rotation.RotationBusy),
                transaction.atomic(),
            ):
                rotation.begin(viewer=viewer, situation=self.situation(), section="housing")
            admin.rollback()
        with people.as_person(self.cast.luc) as viewer:
            rotation.begin(viewer=viewer, situation=self.situation(), section="housing")


class ErasedOutsideTests(CommittingTestCase):
    """What an erasure takes away beside a situation's own tables, and who may ask for one."""

    def setUp(self) -> None:
        self.cast = people.commission(f"w{uuid.uuid4().hex[:8]}")
        self.situation = people.shared(self.cast, "marc")

    def naming(self, *words: str) -> set[str]:
        """Return the tables in which one of these words stands, the ledger left out."""
        found = set()
        with self.as_administrator() as admin:
            tables = admin.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind = 'r' AND relname NOT LIKE 'audit%'"
            ).fetchall()
            for (table,) in tables:
                for word in words:
                    query = f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1'
                    if admin.execute(query, [f"%{word}%"]).fetchone():
                        found.add(table)
        return found

    def test_no_receipt_leads_back_to_it(self) -> None:
        """Every table of the database; control: a posted form had left one."""
        words = (str(self.situation.pk), self.situation.code)
        lead = people.client_of(self.cast.luc)
        posted = {"idempotency_key": key(), "passphrase": people.PASSPHRASE}
        lead.post(reverse("cases:keys", args=[self.situation.code]), posted)
        self.assertIn("clsm_accounts_formreceipt", self.naming(*words))
        act = self.asked(self.cast.luc)
        with people.as_person(self.cast.denis):
            self.assertTrue(self.shred(act))
        self.assertEqual(
            self.naming(*words), {"cases_situation", "cases_erasure", "cases_jointact"}
        )

    def test_a_former_coordinator_asks_for_nothing(self) -> None:
        """Her mandate had ended when she asked; control: while it lasts."""
        today = self.cast.marc.mandate.starts_on
        former = Mandate.objects.create(
            commission=self.cast.commission,
            user=self.cast.marc.user,
            role="coordinator",
            profession="none",
            organisation="CLSM",
            organisation_kind="autre",
            starts_on=today,
            ends_on=today,
            status="ended",
        )
        act = self.asked(self.cast.marc)
        with people.as_person(self.cast.denis), self.assertRaises(DatabaseError):
            self.shred(act)
        Mandate.objects.filter(pk=former.pk).update(ends_on=self.cast.marc.mandate.ends_on)
        with people.as_person(self.cast.denis):
            self.assertTrue(self.shred(act))

    def asked(self, person: people.Person) -> uuid.UUID:
        """Write an act as this member's own request would, whoever she is."""
        with people.as_person(person) as viewer:
            act = JointAct(
                pk=uuid.uuid4(),
                commission=self.cast.commission,
                kind=JointAct.Kind.ERASURE,
                subject=self.situation.pk,
                reason="accepted_request",
                asked_by_id=viewer.user_id,
                asked_at=viewer.at,
            )
            act.save(force_insert=True)
        return act.pk

    def shred(self, act: uuid.UUID) -> bool:
        """Call the database's function."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT clsm_shred(%s)", [act])
            return bool(cursor.fetchone()[0])
