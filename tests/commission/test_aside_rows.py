"""Who stands aside, by raw SQL: no row, no right, no lifting of her own (T-25)."""

from __future__ import annotations

import threading
import uuid

import psycopg
from django.db import connections

from cases.actions import grants
from cases.models import Grant, Wrap
from deploy.privileges import COMMISSION
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.raw_rows import signed_context
from tests.commission.test_convening import reads
from tests.commission.test_stepping_aside import aside


class TheDatabaseAlone(CommittingTestCase):
    """T-25: raw SQL with a signed context, whatever rows say otherwise."""

    def setUp(self) -> None:
        self.cast = people.commission(f"rls{uuid.uuid4().hex[:6]}")
        self.situation = people.shared(self.cast, "marc", "sophie")

    def seen(self, name: str, query: str) -> int:
        """Count rows as the application's role in somebody's name."""
        with self.as_role(COMMISSION) as connection, connection.transaction(force_rollback=True):
            person = self.cast.people[name]
            connection.execute(
                "SELECT set_config('clsm.viewer', %s, true)", [signed_context(connection, person)]
            )
            row = connection.execute(f"SELECT count(*) FROM {query}").fetchone()
        assert row is not None
        return int(row[0])

    def test_a_member_aside_sees_no_row_even_with_her_grants_revived(self) -> None:
        """The recusal alone closes; control: Sophie, whose rows are alike, sees them."""
        with self.as_administrator() as admin:
            admin.execute(
                "INSERT INTO cases_recusal (id, situation_id, user_id, kind, reason,"
                " declared_by_id, declared_at) VALUES (gen_random_uuid(), %s, %s, 'declared',"
                " 'lien_personnel', %s, now())",
                [str(self.situation.pk), *[str(self.cast.marc.user.pk)] * 2],
            )
        for table in ("cases_sealeddocument", "cases_agreement", "cases_situation"):
            with self.subTest(table=table):
                self.assertEqual(self.seen("marc", table), 0)
                self.assertGreater(self.seen("sophie", table), 0)
        self.assertEqual(reads(self.cast.marc, self.situation.code), set())
        self.assertIn("core", reads(self.cast.sophie, self.situation.code))

    def test_a_coordinator_aside_sees_no_metadata(self) -> None:
        """Her desk shows her every other situation (control)."""
        other = people.shared(self.cast, "marc")
        aside(self.cast.claire, self.situation, self.cast)
        where = f"cases_situation WHERE id = '{self.situation.pk}'"
        self.assertEqual(self.seen("claire", where), 0)
        self.assertEqual(self.seen("claire", f"cases_situation WHERE id = '{other.pk}'"), 1)

    def test_no_grant_can_be_inserted_for_her(self) -> None:
        """Whoever gives, lead included; control: the same row for Sophie goes in."""
        aside(self.cast.marc, self.situation, self.cast)
        luc = self.cast.luc

        def insert(recipient: uuid.UUID) -> None:
            with (
                self.as_role(COMMISSION) as connection,
                connection.transaction(force_rollback=True),
            ):
                connection.execute(
                    "SELECT set_config('clsm.viewer', %s, true)", [signed_context(connection, luc)]
                )
                connection.execute(
                    "INSERT INTO cases_grant (id, situation_id, recipient_id, section, level,"
                    " key_version, basis, reason, is_dormant, not_before, not_after, statement,"
                    " granted_by_id, granted_at) VALUES (gen_random_uuid(), %s, %s, 'core',"
                    " 'read', 1, 'permanent', '', false, now(), now() + interval '1 day', '',"
                    " %s, now())",
                    [str(self.situation.pk), str(recipient), str(luc.user.pk)],
                )

        insert(self.cast.sophie.user.pk)
        with self.assertRaises(psycopg.errors.InsufficientPrivilege):
            insert(self.cast.marc.user.pk)

    def test_she_cannot_lift_it_by_sql(self) -> None:
        """Not even a coordinator her own; control: Claire lifts Marc's."""
        row = aside(self.cast.marc, self.situation, self.cast)
        own = aside(self.cast.claire, people.shared(self.cast, "marc"), self.cast)
        lift = "UPDATE cases_recusal SET lifted_at = now(), lifted_by_id = %s WHERE id = %s"

        def lifted(person: people.Person, pk: uuid.UUID) -> int:
            with (
                self.as_role(COMMISSION) as connection,
                connection.transaction(force_rollback=True),
            ):
                connection.execute(
                    "SELECT set_config('clsm.viewer', %s, true)",
                    [signed_context(connection, person)],
                )
                return connection.execute(lift, [str(person.user.pk), str(pk)]).rowcount

        self.assertEqual(lifted(self.cast.claire, row.pk), 1)
        self.assertEqual(lifted(self.cast.marc, row.pk), 0)
        with self.assertRaises(psycopg.errors.InsufficientPrivilege):
            lifted(self.cast.claire, own.pk)

    def test_she_may_end_her_own_rights_and_nothing_more(self) -> None:
        """The policy that lets her end them lengthens nothing and touches nobody else's."""
        marc = self.cast.marc

        def changed(statement: str) -> int:
            with (
                self.as_role(COMMISSION) as connection,
                connection.transaction(force_rollback=True),
            ):
                connection.execute(
                    "SELECT set_config('clsm.viewer', %s, true)", [signed_context(connection, marc)]
                )
                return connection.execute(statement).rowcount

        mine = f"recipient_id = '{marc.user.pk}'"
        ended = f"SET revoked_at = now(), revoked_by_id = '{marc.user.pk}'"
        self.assertGreater(changed(f"UPDATE cases_grant {ended} WHERE {mine}"), 0)
        self.assertEqual(changed(f"UPDATE cases_grant {ended} WHERE NOT ({mine})"), 0)
        with self.assertRaises(psycopg.errors.InsufficientPrivilege):
            changed(f"UPDATE cases_grant SET not_after = not_after + interval '1y' WHERE {mine}")
        self.assertEqual(
            changed(
                "DELETE FROM cases_wrap WHERE grant_id IS NULL OR grant_id NOT IN"
                f" (SELECT id FROM cases_grant WHERE {mine})"
            ),
            0,
        )


class BesideAGift(CommittingTestCase):
    """She declares while somebody gives her a right: nothing of it is left."""

    def test_what_is_given_meanwhile_is_ended(self) -> None:
        """The giver holds her mandates until it is written; the declaration waits, then finds it.

        Control: without the wait, the wrap that was being given would still be there.
        """
        cast = people.commission(f"cote{uuid.uuid4().hex[:6]}")
        situation = people.shared(cast, "marc", sections=("core",))
        given, declared = threading.Event(), threading.Event()

        def give() -> None:
            try:
                with people.as_person(cast.luc) as viewer:
                    grants.share(
                        viewer=viewer,
                        situation=people.fresh(cast, situation.pk),
                        recipients=[cast.marc.user.pk],
                        sections=["housing"],
                        level="read",
                    )
                    given.set()
                    # Not written yet: the declaration must not go through before it is.
                    self.assertFalse(declared.wait(1))
            finally:
                given.set()
                connections.close_all()

        def declare() -> None:
            try:
                given.wait(20)
                aside(cast.marc, situation, cast)
                declared.set()
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one) for one in (give, declare)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        self.assertTrue(declared.is_set())
        with people.as_person(cast.claire):
            of_marc = Grant.objects.filter(situation_id=situation.pk, recipient=cast.marc.user)
            self.assertEqual({one.section for one in of_marc}, {"core", "housing"})
            self.assertFalse(of_marc.filter(revoked_at__isnull=True).exists())
            self.assertFalse(Wrap.objects.filter(grant__in=of_marc).exists())
