"""What the DPO's desk shows with the commission's own describer: codes, names, rights (C-73)."""

from __future__ import annotations

import uuid

from django.conf import settings

from cases.access.situations import open_situation
from cases.describer import Describer
from cases.models import Situation
from tests import people
from tests.cases_of import TestCase

ADDRESS = "/journal/acces/"


class TheDeskOfACommission(TestCase):
    """The DPO reads metadata of her commissions only, and nobody else reads the ledger."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission()
        cls.other = people.commission("ailleurs")
        cls.situation = people.shared(cls.cast, "marc")
        with people.as_person(cls.cast.claire):
            cls.code = Situation.objects.get(pk=cls.situation.pk).code

    def ask(self, person: people.Person, code: str) -> object:
        """Ask who saw a situation, as somebody."""
        return people.client_of(person).get(ADDRESS, {"situation": code})

    def test_the_desk_names_who_saw_with_what_right(self) -> None:
        """C-73: code, person, section and right; the health section is not Marc's."""
        with people.as_person(self.cast.marc) as viewer:
            open_situation(viewer, self.code)
        response = self.ask(self.cast.denis, self.code)
        self.assertContains(response, "Didier")
        self.assertContains(response, "identité, socle, social, logement, juridique")
        self.assertContains(response, "contribution, membre permanent du")

    def test_only_a_dpo_has_a_desk(self) -> None:
        """Style 16: 404 for the coordinator and for a member; the control is the DPO."""
        self.assertEqual(self.ask(self.cast.denis, self.code).status_code, 200)
        for name in ("claire", "luc", "marc", "nadia"):
            with self.subTest(name):
                person = self.cast.people[name]
                self.assertEqual(self.ask(person, self.code).status_code, 404)

    def test_another_commission_is_unknown(self) -> None:
        """A DPO finds no situation of a commission that is not hers."""
        found = self.ask(self.cast.denis, self.code)
        self.assertNotContains(found, "Aucune situation ne porte le code")
        self.assertContains(
            self.ask(self.other.denis, self.code), "Aucune situation ne porte le code"
        )

    def test_codes_have_words(self) -> None:
        """Roles, sections and reasons in French; an unknown code stays as it is."""
        describer = Describer()
        self.assertEqual(describer.describe_code("health"), "santé")
        self.assertEqual(describer.describe_code("coordinator"), "animation")
        self.assertEqual(describer.describe_code("objectifs_atteints"), "Objectifs atteints")
        self.assertEqual(describer.describe_code("inconnu-ici"), "inconnu-ici")

    def test_without_a_gate_nothing_is_told(self) -> None:
        """Deny by default: a describer that let nobody in names no object and no right."""
        describer = Describer()
        self.assertEqual(describer.describe_objects([self.situation.pk]), {})
        self.assertEqual(describer.rights(self.situation.pk, [uuid.uuid4()]), {})
        self.assertEqual(settings.AUDIT_DESCRIBER, "cases.describer.Describer")
