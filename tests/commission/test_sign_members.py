"""A new member's key enters the directory by two officers' hands, and by no other way."""

from __future__ import annotations

import uuid
from datetime import timedelta
from io import StringIO
from unittest import mock

from django.core.management import CommandError, call_command

from cases.access.statistics import statistics_key
from cases.actions import grants, members
from cases.models import Mandate, MemberKey
from cases.vault.errors import BadSignature, Expired
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import CharterAcceptance
from tests import people
from tests.cases_of import TestCase

OFFICERS = "deploy.management.officers.getpass"


class SignMembers(TestCase):
    """Paul has a vault and a mandate; his key is not signed yet."""

    def setUp(self) -> None:
        self.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")
        user = people.account("paul", "Vidal", suffix=f".{uuid.uuid4().hex[:6]}")
        today = now().date()
        mandate = Mandate.objects.create(
            commission=self.cast.commission,
            user=user,
            role=Mandate.Role.PERMANENT,
            profession="professionnel_sante",
            organisation="Centre hospitalier",
            organisation_kind="psychiatrie_publique",
            starts_on=today,
            ends_on=today + timedelta(days=300),
        )
        CharterAcceptance.objects.create(
            user=user, charter=people.charter(now()), accepted_at=now()
        )
        identity, kit = members.enrol(user=user, passphrase=people.PASSPHRASE, at=now())
        self.paul = people.Person(user, mandate, identity, kit)

    def sign(self, answer: str, *passphrases: str) -> str:
        """Run the command with what is typed."""
        told = StringIO()
        with (
            mock.patch(OFFICERS, side_effect=passphrases or [people.PASSPHRASE] * 2),
            mock.patch("builtins.input", return_value=answer),
        ):
            call_command("sign_members", self.cast.commission.slug, stdout=told)
        return told.getvalue()

    def share(self) -> None:
        """Share a situation with Paul, as its lead."""
        situation = people.agreed(self.cast)
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                recipients=[self.paul.user.pk],
                sections=["core"],
                level="read",
            )

    def test_no_key_is_wrapped_before_the_signatures(self) -> None:
        """T-11: refused before, given after."""
        with self.assertRaises(BadSignature):
            self.share()
        told = self.sign("oui")
        self.assertIn(" · ".join(self.paul.identity.public.words()), told)
        self.share()
        self.assertIn("signées", self.sign("oui"))

    def test_words_that_differ_sign_nothing(self) -> None:
        """The member's « non » leaves the key out of the directory."""
        self.sign("non")
        self.assertFalse(MemberKey.objects.filter(user=self.paul.user).exists())

    def test_a_wrong_passphrase_signs_nothing(self) -> None:
        """Both officers open their own vault."""
        with self.assertRaises(CommandError):
            self.sign("oui", people.PASSPHRASE, "une phrase qui n’ouvre rien")
        self.assertFalse(MemberKey.objects.filter(user=self.paul.user).exists())

    def test_a_mandate_renewed_is_signed_again(self) -> None:
        """The entry ended with the former mandate: it is asked for again, and given."""
        self.sign("oui")
        with people.later(days=301):
            self.prolong(self.paul)
            with self.assertRaises(Expired):
                self.share()
            told = self.sign("oui")
            self.assertIn(self.paul.user.full_name, told)
            self.assertIn("1 clé(s) signée(s)", told)
            self.share()
        live = MemberKey.objects.filter(user=self.paul.user, revoked_at__isnull=True)
        self.assertEqual(live.count(), 1)

    def test_an_officer_whose_mandate_is_renewed_stays_one(self) -> None:
        """Signed by the other officer, her statistics key kept (decision 16)."""
        claire = self.cast.claire
        with people.later(days=701):
            for person in (claire, self.cast.denis):
                self.prolong(person)
            self.assertIn(claire.user.full_name, self.sign("oui"))
            with people.as_person(claire) as viewer:
                pair = statistics_key(viewer, self.cast.commission)
        row = MemberKey.objects.get(user=claire.user, revoked_at__isnull=True)
        self.assertTrue(row.is_officer)
        self.assertEqual(row.signed_by, self.cast.denis.user)
        self.assertEqual(pair.public, bytes(self.cast.commission.statistics_public))

    def prolong(self, person: people.Person) -> None:
        """Give a mandate another year."""
        Mandate.objects.filter(pk=person.mandate.pk).update(
            ends_on=now().date() + timedelta(days=365)
        )
