"""Renewals beside other requests: no two in parallel, no key retired under a writer (T-31)."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import psycopg
from django.db import connections, transaction

from audit import recorder
from cases.access.keys import open_keys
from cases.actions import grants, rotation, wrapping
from cases.actions.milestones import StaleSituation
from cases.models import Grant, Wrap
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.test_rotation import notes, texts, versions


class TwoAtOnceTests(CommittingTestCase):
    """Real transactions, side by side."""

    def setUp(self) -> None:
        self.cast = people.commission(f"r{uuid.uuid4().hex[:8]}")
        self.pk = people.shared(self.cast, "marc", "claire", sections=("core", "housing")).pk

    def beside(self) -> psycopg.Connection[Any]:
        """Return another session of the service, in a transaction."""
        return psycopg.connect(self.place.url(self.database_name, "clsm_commission"))

    def lock(self, session: Any, function: str) -> None:
        """Take a section's lock as another request would."""
        session.execute(f"SELECT {function}(%s)", [wrapping._lock_key(self.pk, "housing")])

    def test_two_renewals_never_run_in_parallel(self) -> None:
        """The second is told to wait; nothing is made; control: it works once the first ended."""
        with self.beside() as other:
            self.lock(other, "pg_advisory_xact_lock")
            with people.as_person(self.cast.luc) as viewer:
                situation = people.fresh(self.cast, self.pk)
                with self.assertRaises(rotation.RotationBusy):
                    rotation.begin(viewer=viewer, situation=situation, section="housing")
                self.assertEqual(versions(situation, "housing"), [1])
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            first = rotation.begin(viewer=viewer, situation=situation, section="housing")
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            again = rotation.begin(viewer=viewer, situation=situation, section="housing")
            self.assertEqual((first, again), (2, 2))
            self.assertEqual(versions(situation, "housing"), [1, 2])

    def test_a_key_is_not_retired_under_a_writer(self) -> None:
        """A write not yet committed under the former key holds it; control: retired after it."""
        with people.as_person(self.cast.luc) as viewer:
            rotation.begin(
                viewer=viewer, situation=people.fresh(self.cast, self.pk), section="housing"
            )
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            rotation.reseal(viewer=viewer, situation=situation, section="housing")
        with self.beside() as other:
            self.lock(other, "pg_advisory_xact_lock_shared")
            with people.as_person(self.cast.luc) as viewer:
                situation = people.fresh(self.cast, self.pk)
                with self.assertRaises(rotation.RotationBusy):
                    rotation.retire(viewer=viewer, situation=situation, section="housing")
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            self.assertTrue(rotation.retire(viewer=viewer, situation=situation, section="housing"))

    def test_a_writer_who_opened_the_former_key_takes_the_new_one(self) -> None:
        """Keys opened before a renewal that ended meanwhile are opened again before sealing."""
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            self.assertEqual(open_keys(viewer, situation).latest("housing")[0], 1)
            self.renewed_elsewhere()
            notes(viewer, situation, 1)
            self.assertEqual(len(texts(viewer, situation, "housing")), 2)

    def test_a_right_given_under_a_retired_key_is_refused(self) -> None:
        """A share prepared before the renewal is refused, to be done again."""
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            open_keys(viewer, situation)
            self.renewed_elsewhere()
            with self.assertRaises(StaleSituation), transaction.atomic():
                grants.share(
                    viewer=viewer,
                    situation=situation,
                    recipients=[self.cast.sophie.user.pk],
                    sections=["housing"],
                    level="read",
                )

    def renewed_elsewhere(self) -> None:
        """Renew the housing section in another thread's transaction."""
        failed: list[BaseException] = []

        def run() -> None:
            try:
                with people.as_person(self.cast.luc) as viewer:
                    situation = people.fresh(self.cast, self.pk)
                    rotation.begin(viewer=viewer, situation=situation, section="housing")
                    assert rotation.advance(viewer=viewer, situation=situation, section="housing")
            except BaseException as error:
                failed.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        self.assertEqual(failed, [])

    def test_what_sql_wrote_is_not_renewed(self) -> None:
        """T-11: a revoked grant revived by SQL, a wrap readdressed: nothing is signed for them."""
        with people.as_person(self.cast.luc) as viewer:
            rows = list(Grant.objects.filter(situation=self.pk, recipient=self.cast.marc.user))
            kept = {row.pk: bytes(Wrap.objects.get(grant=row).blob) for row in rows}
            situation = people.fresh(self.cast, self.pk)
            grants.revoke_all(viewer=viewer, situation=situation, grants=rows)
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET revoked_at = NULL, revoked_by_id = NULL"
                " WHERE id = ANY (%s)",
                [list(kept)],
            )
            admin.execute(
                "UPDATE cases_grant SET not_after = not_after + interval '1 year'"
                " WHERE situation_id = %s AND recipient_id = %s AND section = 'core'",
                [self.pk, self.cast.claire.user.pk],
            )
        with people.as_person(self.cast.luc) as viewer, recorder.observe() as events:
            situation = people.fresh(self.cast, self.pk)
            for section in ("core", "housing"):
                rotation.begin(viewer=viewer, situation=situation, section=section)
                rotation.advance(viewer=viewer, situation=situation, section=section)
            rows = Grant.objects.filter(situation=self.pk, key_version=2)
            given = {(row.recipient_id, row.section) for row in rows}
        self.assertNotIn(self.cast.marc.user.pk, {user for user, _ in given})
        self.assertNotIn((self.cast.claire.user.pk, "core"), given)
        self.assertIn((self.cast.claire.user.pk, "housing"), given)  # Control.
        alerts = {event.purpose for event in events if event.action == "integrity.alert"}
        self.assertEqual(alerts, {"grant_not_verified"})
