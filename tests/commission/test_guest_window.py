"""A guest's window: before it, in it, after it, in every address and by the database alone.

C-24; T-11, T-25.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from cases.access.keys import open_keys
from cases.actions import convening, sittings
from cases.domain.exceptions import NotAllowed
from cases.models import AgendaItem, Sitting, Situation
from deploy.privileges import COMMISSION
from tests import people
from tests.cases_of import CommittingTestCase, TestCase
from tests.commission.guests import accept, guest, invited
from tests.commission.raw_rows import signed_context
from tests.commission.test_convening import item_of, reads, sitting_of
from tests.commission.test_pages_conflicts import url


class ThroughItsWindow(CommittingTestCase):
    """A sitting in twelve days; the guest accepted on the first day."""

    def setUp(self) -> None:
        self.cast = people.commission(f"gf{uuid.uuid4().hex[:6]}")
        self.gaelle = guest(self.cast)
        self.situation = people.agreed(self.cast)
        self.item = item_of(self.cast, sitting_of(self.cast, self.situation, days=12))
        self.row = invited(self.cast, self.item, self.gaelle)

    def answers(self) -> set[int]:
        """Ask every address of the situation as the guest."""
        client = people.client_of(self.gaelle)
        code = self.situation.code
        found = {
            client.get(url(name, code, *more)).status_code
            for name, *more in (
                ("situation",),
                ("situation_section", "health"),
                ("situation_section", "social"),
                ("readers",),
                ("step_aside",),
            )
        }
        always = {
            client.get(url(name, code)).status_code
            for name in ("share", "agreement", "withdraw", "lead", "set_aside", "keys", "close")
        }
        self.assertEqual(always, {404})
        return found

    def test_before_during_after(self) -> None:
        """C-24, in every address; a mandate's page or a list never shows the code outside."""
        accept(self.gaelle, self.row)
        for days, expected in ((0, 404), (4, 404), (6, 200), (19, 200), (21, 404)):
            with self.subTest(days=days), people.later(days=days):
                self.assertEqual(self.answers(), {expected})
                page = people.client_of(self.gaelle).get(url("my_invitations"))
                shown = self.situation.code in page.content.decode()
                self.assertEqual(shown, expected == 200)

    def test_unanswered_it_stays_shut_and_lapses(self) -> None:
        """In the window, not one page; after it, it cannot be accepted any more."""
        with people.later(days=8):
            self.assertEqual(self.answers(), {404})
        with people.later(days=25), self.assertRaises(NotAllowed):
            accept(self.gaelle, self.row)

    def seen(self, person: people.Person, query: str) -> int:
        """Count rows by raw SQL under a signed context."""
        with self.as_role(COMMISSION) as connection, connection.transaction(force_rollback=True):
            connection.execute(
                "SELECT set_config('clsm.viewer', %s, true)", [signed_context(connection, person)]
            )
            row = connection.execute(f"SELECT count(*) FROM {query}").fetchone()
        assert row is not None
        return int(row[0])

    def test_the_database_alone_refuses_an_unanswered_guest(self) -> None:
        """T-25, raw SQL in the window: 0 row of content or metadata; accepted, they show."""
        tables = ("cases_sealeddocument", "cases_situation", "cases_agreement", "cases_agendaitem")
        with people.later(days=6):
            for table in tables:
                self.assertEqual(self.seen(self.gaelle, table), 0, table)
            accept(self.gaelle, self.row)
            for table in tables:
                self.assertGreater(self.seen(self.gaelle, table), 0, table)

    def test_dates_moved_by_sql_open_nothing(self) -> None:
        """T-11: the row of the invitation, then that of the grant, brought forward."""
        accept(self.gaelle, self.row)
        with self.as_administrator() as admin:
            admin.execute("UPDATE cases_invitation SET opens_at = now() - interval '1 day'")
        self.assertEqual(reads(self.gaelle, self.situation.code), set())
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET not_before = now() - interval '1 day' WHERE basis = 'guest'"
            )
        self.assertEqual(reads(self.gaelle, self.situation.code), set())
        with people.as_person(self.gaelle) as viewer:
            stub = Situation(pk=self.situation.pk, commission=self.cast.commission)
            self.assertEqual(open_keys(viewer, stub).deks, {})

    def test_a_basis_changed_by_sql_opens_nothing(self) -> None:
        """T-11: « permanent » instead of « guest » would skip the answer: the signature holds."""
        with self.as_administrator() as admin:
            admin.execute("UPDATE cases_grant SET basis = 'permanent' WHERE basis = 'guest'")
        with people.later(days=6):
            self.assertEqual(reads(self.gaelle, self.situation.code), set())
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET basis = 'guest' WHERE recipient_id = %s",
                [str(self.gaelle.user.pk)],
            )
        accept(self.gaelle, self.row)
        with people.later(days=6):
            self.assertTrue(reads(self.gaelle, self.situation.code))

    def test_convening_does_not_serve_guests(self) -> None:
        """She has what her invitation gave, and nothing from the convocation."""
        with people.as_person(self.cast.claire) as viewer:
            sitting = Sitting.objects.get(pk=self.item.sitting_id)
            (plan,) = convening.prepare(viewer, sitting)
        self.assertNotIn(self.gaelle.user.pk, {line.user_id for line in plan.lines})


class TwoPoints(TestCase):
    """One situation, two sittings, two invitations: each opens its own sections."""

    def test_an_answer_opens_its_own_point_alone(self) -> None:
        """The first accepted, the second not: its section stays shut; then both are read."""
        cast = people.commission("deux")
        gaelle = guest(cast)
        situation = people.agreed(cast)
        first = item_of(cast, sitting_of(cast, situation, days=2))
        with people.as_person(cast.claire) as viewer:
            later = sittings.create(
                viewer=viewer,
                commission=cast.commission,
                starts_at=viewer.at + timedelta(days=6),
                place="Salle",
            )
            # A second standing point, as after a postponement that was undone.
            second = AgendaItem(
                pk=uuid.uuid4(),
                sitting=later,
                situation=people.fresh(cast, situation.pk),
                rank=1,
                kind=AgendaItem.Kind.FIRST,
                mode=AgendaItem.Mode.NAMED,
            )
            second.save(force_insert=True)
        one = invited(cast, first, gaelle, "core")
        two = invited(cast, item_of(cast, later), gaelle, "core", "housing")
        accept(gaelle, one)
        self.assertEqual(reads(gaelle, situation.code), {"core"})
        accept(gaelle, two)
        self.assertEqual(reads(gaelle, situation.code), {"core", "housing"})
