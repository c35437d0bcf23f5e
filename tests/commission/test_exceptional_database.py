"""The database keeps the two halves of an exceptional access apart, whatever the service says."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import Error, connection, transaction

from cases.access import exceptional_register
from cases.domain.exceptional import LASTS, AccessKind
from cases.models import ExceptionalAccess, Situation
from cases.permissions import Refused
from clsm_core.accounts.clock import now
from tests import people
from tests.commission import exceptionals as made
from tests.commission.test_exceptional_locks import Locked


class FaultyService(Locked):
    """The service's own role, its rules patched away: the database keeps the two halves apart."""

    def attempt(self, name: str, pk: uuid.UUID, **changes: Any) -> None:
        """Update a row in somebody's context, past every action."""
        with people.as_person(self.cast.people[name]) as viewer, transaction.atomic():
            values = {
                "decided_by_id": viewer.user_id,
                "decided_at": viewer.at,
                "is_confirmed": True,
                "ends_at": viewer.at + LASTS[AccessKind.EMERGENCY],
                **changes,
            }
            changed = ExceptionalAccess.objects.filter(pk=pk).update(**values)
            if changed == 0:
                raise Refused("unseen")

    def test_the_confirmation_is_somebody_elses(self) -> None:
        """Herself, in another's name, the DPO, a referrer, too long, twice: a trigger refuses."""
        row = made.ask(self.cast, self.code)
        claire = self.cast.claire.user.pk
        far = now().replace(year=2099)
        for name, changes in (
            ("nadia", {}),
            ("nadia", {"decided_by_id": claire}),
            ("denis", {}),
            ("julie", {}),
            ("claire", {"decided_by_id": self.cast.luc.user.pk}),
            ("claire", {"ends_at": far}),
            ("claire", {"sections": ["health"]}),
            ("claire", {"asked_by_id": claire}),
            ("claire", {"ended_at": now()}),
        ):
            with self.subTest(name, **changes), self.assertRaises((Error, Refused)):
                self.attempt(name, row.pk, **changes)
        self.attempt("claire", row.pk)  # Control.
        for name in ("luc", "claire"):
            with self.subTest("again", name=name), self.assertRaises((Error, Refused)):
                self.attempt(name, row.pk)

    def test_an_end_is_never_taken_back(self) -> None:
        """Nor the follow-up, nor the dates, by anybody."""
        row = made.opened(self.cast, self.code)
        made.end(self.cast, row.pk, "nadia")
        later = now().replace(year=2099)
        for name, changes in (
            ("nadia", {"ended_at": None}),
            ("claire", {"ended_at": None}),
            ("denis", {"ends_at": later}),
            ("denis", {"ended_at": later}),
        ):
            with (
                self.subTest(name, **changes),
                self.assertRaises(Error),
                people.as_person(self.cast.people[name]),
                transaction.atomic(),
            ):
                ExceptionalAccess.objects.filter(pk=row.pk).update(**changes)

    def test_the_dpo_alone_follows_up(self) -> None:
        """Not the coordinator, nor who asked or confirmed."""
        row = made.opened(self.cast, self.code)
        for name in ("claire", "nadia", "luc", "denis"):
            with people.as_person(self.cast.people[name]) as viewer:
                values = {
                    "followed_up_by_id": viewer.user_id,
                    "followed_up_at": viewer.at,
                    "conclusion": "justifie",
                }
                try:
                    with transaction.atomic():
                        rows = ExceptionalAccess.objects.filter(pk=row.pk)
                        done = rows.update(**values) == 1
                except Error:
                    done = False
            with self.subTest(name):
                self.assertEqual(done, name == "denis")

    def test_nobody_asks_in_anothers_place(self) -> None:
        """An emergency is a depositary's, where her right sleeps; a control is the DPO's."""

        def insert(name: str, **changes: Any) -> None:
            with people.as_person(self.cast.people[name]) as viewer, transaction.atomic():
                values = {
                    "pk": uuid.uuid4(),
                    "situation_id": self.situation.pk,
                    "kind": "break_glass",
                    "reason": "vie_en_danger",
                    "asked_by_id": viewer.user_id,
                    "asked_at": viewer.at,
                    **changes,
                }
                ExceptionalAccess(**values).save(force_insert=True)

        nadia, claire = self.cast.nadia.user.pk, self.cast.claire.user.pk
        whole = {
            "decided_by_id": claire,
            "decided_at": now(),
            "is_confirmed": True,
            "ends_at": now().replace(year=2099),
        }
        for name, changes in (
            ("marc", {}),
            ("claire", {}),
            ("claire", {"kind": "dpo"}),
            ("nadia", {"kind": "dpo"}),
            ("claire", {"asked_by_id": nadia}),
            ("nadia", whole),
            ("denis", {}),
        ):
            with self.subTest(name, **changes), self.assertRaises(Error):
                insert(name, **changes)
        insert("nadia")  # Control.
        insert("denis", kind="dpo")  # Control.

    def test_what_the_depositary_is_told_of_a_situation(self) -> None:
        """Its code, state and lead, through one function; of its row, nothing."""
        with people.as_person(self.cast.nadia), connection.cursor() as cursor:
            cursor.execute("SELECT code, lead_id FROM clsm_sleeping_situations()")
            self.assertEqual(cursor.fetchall(), [(self.code, self.cast.luc.user.pk)])
            self.assertEqual(list(Situation.objects.values_list("code", flat=True)), [])
        for name in ("marc", "sophie", "julie", "denis"):
            with (
                self.subTest(name),
                people.as_person(self.cast.people[name]),
                connection.cursor() as cursor,
            ):
                cursor.execute("SELECT count(*) FROM clsm_sleeping_situations()")
                self.assertEqual(cursor.fetchone()[0], 0)
                cursor.execute(
                    "SELECT count(*) FROM clsm_sleeping_expressions(%s)", [self.situation.pk]
                )
                self.assertEqual(cursor.fetchone()[0], 0)

    def test_who_sees_the_register(self) -> None:
        """While it waits, whoever may confirm; then the two, the desk and the lead."""
        row = made.ask(self.cast, self.code)

        def seen() -> set[str]:
            found = set()
            for name, person in self.cast.people.items():
                with people.as_person(person):
                    if ExceptionalAccess.objects.filter(pk=row.pk).exists():
                        found.add(name)
            return found

        desk = {"nadia", "claire", "denis", "luc"}
        self.assertEqual(seen(), desk | {"marc", "sophie"})
        made.confirm(self.cast, row.pk, "sophie")
        self.assertEqual(seen(), desk | {"sophie"})
        with people.as_person(self.cast.marc) as viewer, self.assertRaises(Refused):
            exceptional_register.find(viewer, row.pk)
