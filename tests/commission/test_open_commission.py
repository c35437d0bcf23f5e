"""The command that opens a commission: two people, two passphrases, shares printed once."""

from __future__ import annotations

from io import StringIO
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.db import transaction

from cases.actions import members
from cases.models import Commission, Mandate, MemberKey
from cases.permissions import Role
from cases.vault import recovery
from cases.vault.identity import KemPair
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import TestCase

COMPLETE = {
    "purpose": "Examiner ensemble.",
    "dpo_contact": "dpo@exemple.invalid",
    "impact_assessment": "AIPD-1",
}
ASKED = "deploy.management.officers.getpass"


class OpeningACommission(TestCase):
    """Decision 16, BR-01, C-70; each refusal is set beside an opening that succeeds."""

    def prepare(self, **missing: object) -> Commission:
        """Make a commission that waits for its opening, its two officers enrolled."""
        at = now()
        people.charter(at)
        values = {
            **COMPLETE,
            "steering_validated_on": at.date(),
            "impact_assessed_on": at.date(),
            **missing,
        }
        commission = Commission.objects.create(
            council_id=people.council_row("neuf"),
            slug="commission-neuve",
            name="Commission neuve",
            created_at=at,
            **values,
        )
        for first, last, role in (
            ("aline", "Neuve", Role.COORDINATOR),
            ("basile", "Neuf", Role.DPO),
        ):
            user = people.account(first, last, suffix=".neuf")
            Mandate.objects.create(
                commission=commission,
                user=user,
                role=role,
                organisation="Ville",
                organisation_kind="autre",
                starts_on=at.date(),
                ends_on=at.date().replace(year=at.year + 1, day=1),
            )
            with transaction.atomic():
                members.enrol(user=user, passphrase=people.PASSPHRASE, at=at)
        return commission

    def run_command(self, *typed: str) -> str:
        """Run the command, the passphrases typed in order."""
        out = StringIO()
        with patch(ASKED, side_effect=typed or (people.PASSPHRASE,) * 2):
            call_command("open_commission", "commission-neuve", stdout=out)
        return out.getvalue()

    def test_it_opens_and_prints_shares_that_rebuild_the_key(self) -> None:
        """Three of the five printed lines give the recovery key; the root is the pinned one."""
        commission = self.prepare()
        printed = self.run_command()
        commission.refresh_from_db()
        self.assertEqual(commission.state, Commission.State.ACTIVE)
        self.assertEqual(
            MemberKey.objects.filter(commission=commission, is_officer=True).count(), 2
        )
        self.assertIn(commission.root_fingerprint, printed)
        lines = [line.split(". ", 1)[1] for line in printed.splitlines() if ". PART" in line]
        self.assertEqual(len(lines), 5)
        seed = recovery.combine([recovery.parse_share(line) for line in lines[1:4]])
        self.assertEqual(KemPair.from_seed(seed).public, bytes(commission.recovery_public))
        with self.assertRaisesMessage(CommandError, "déjà ouverte"):
            self.run_command()

    def test_it_names_everything_that_is_missing(self) -> None:
        """BR-01, C-70: nothing is asked before the commission may open."""
        self.prepare(purpose="", impact_assessed_on=None)
        with self.assertRaises(CommandError) as refused, patch(ASKED) as asked:
            call_command("open_commission", "commission-neuve", stdout=StringIO())
        self.assertIn("la finalité, la date de l’AIPD", str(refused.exception))
        asked.assert_not_called()

    def test_a_wrong_passphrase_opens_nothing(self) -> None:
        """Both people are needed; the control is the first test."""
        commission = self.prepare()
        with self.assertRaises(CommandError):
            self.run_command(people.PASSPHRASE, "une autre phrase de passe bien longue")
        commission.refresh_from_db()
        self.assertEqual(commission.state, Commission.State.PREPARING)

    def test_an_unknown_commission_is_named(self) -> None:
        """The command says which name it looked for."""
        with self.assertRaisesMessage(CommandError, "commission-neuve"):
            self.run_command()
