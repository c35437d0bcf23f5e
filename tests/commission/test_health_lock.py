"""C-22 in the database: health is shown to the professions of the list, whatever keys one holds."""

from __future__ import annotations

import uuid

from django.db import connection

from cases.access import situations as access
from cases.access.keys import open_keys
from cases.actions import rotation, situations
from cases.domain.sections import ProfessionCategory, Section
from cases.models import Mandate, SealedDocument
from cases.permissions import Refused
from tests import people
from tests.cases_of import TestCase


class HealthLockTests(TestCase):
    """Claire coordinates and holds every key, to give them; her profession is not on the list."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"h{uuid.uuid4().hex[:8]}")
        cls.pk = people.shared(cls.cast, "sophie").pk

    def sections_seen(self, person: people.Person) -> set[str]:
        """Return the sections of which the database shows texts to somebody."""
        with people.as_person(person):
            rows = SealedDocument.objects.filter(situation=self.pk)
            return set(rows.values_list("section", flat=True))

    def test_the_database_alone_keeps_health_from_who_may_not_read_it(self) -> None:
        """Policy out of the way, key in hand: nothing; the lead and the nurse see it (control)."""
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            self.assertIn(Section.HEALTH.value, open_keys(viewer, situation).sections())
        self.assertNotIn("health", self.sections_seen(self.cast.claire))
        self.assertIn("core", self.sections_seen(self.cast.claire))
        for name in ("luc", "sophie"):
            self.assertIn("health", self.sections_seen(self.cast.people[name]))

    def test_the_list_of_professions_is_the_same_in_both_locks(self) -> None:
        """Python decides with ``reads_health``; the database with the mandate's code."""
        mandate = self.cast.luc.mandate
        for profession in ProfessionCategory:
            Mandate.objects.filter(pk=mandate.pk).update(profession=profession.value)
            with people.as_person(self.cast.luc), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT %s IN (SELECT clsm_health_commissions())", [self.cast.commission.pk]
                )
                (allowed,) = cursor.fetchone()
            with self.subTest(profession):
                self.assertEqual(allowed, profession.reads_health)

    def test_a_mandate_that_ended_or_of_another_commission_gives_nothing(self) -> None:
        """The control is the mandate in force."""
        Mandate.objects.filter(pk=self.cast.sophie.mandate.pk).update(
            status=Mandate.Status.SUSPENDED
        )
        self.assertNotIn("health", self.sections_seen(self.cast.sophie))
        other = people.commission(f"o{uuid.uuid4().hex[:8]}")
        with people.as_person(other.luc), connection.cursor() as cursor:
            cursor.execute("SELECT array_agg(c) FROM clsm_health_commissions() c")
            self.assertEqual(cursor.fetchone()[0], [other.commission.pk])

    def test_the_scribe_writes_health_and_does_not_read_it_back(self) -> None:
        """What a sitting said of health enters under the key; the lead reads it."""
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            situations.write(
                viewer=viewer,
                situation=situation,
                section="health",
                category="sante_psychique",
                text="CANARI-scribe-4411",
            )
        self.assertNotIn("health", self.sections_seen(self.cast.claire))
        with people.as_person(self.cast.luc) as viewer:
            opened = access.open_situation(viewer, people.fresh(self.cast, self.pk).code)
            texts = [str(one.payload) for one in opened.section("health").documents]
            self.assertIn("CANARI-scribe-4411", "".join(texts))

    def test_keys_of_health_are_renewed_by_who_may_read_it(self) -> None:
        """She renews the other sections; the lead renews health (control)."""
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            self.assertNotIn("health", rotation.managed(viewer, situation))
            self.assertIn("core", rotation.managed(viewer, situation))
            with self.assertRaises(Refused):
                rotation.begin(viewer=viewer, situation=situation, section="health")
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            rotation.begin(viewer=viewer, situation=situation, section="health")
