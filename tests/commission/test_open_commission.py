"""The command that opens a commission: two people, two passphrases, shares printed once."""

from __future__ import annotations

import stat
import tempfile
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pypdfium2
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from audit import recorder
from cases.actions import members
from cases.models import Commission, DirectoryRoot, Mandate, MemberKey
from cases.permissions import Role
from cases.vault import recovery
from cases.vault.identity import KemPair, kem_words
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import TestCase
from tests.commission import terminal
from tests.commission.terminal import printed_shares

COMPLETE = {
    "purpose": "Examiner ensemble.",
    "dpo_contact": "dpo@exemple.invalid",
    "impact_assessment": "AIPD-1",
}
SLUG = "commission-neuve"


class CommissionToOpen(TestCase):
    """A commission that waits for its opening, its two officers enrolled."""

    def prepare(self, **missing: object) -> Commission:
        """Make it, some of its papers missing."""
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
            slug=SLUG,
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

    def assert_closed(self, commission: Commission) -> None:
        """Nothing of an opening stands."""
        commission.refresh_from_db()
        self.assertEqual(commission.state, Commission.State.PREPARING)
        self.assertFalse(MemberKey.objects.filter(commission=commission).exists())
        self.assertFalse(DirectoryRoot.objects.filter(commission=commission).exists())


class OpeningACommission(CommissionToOpen):
    """Decision 16, BR-01, C-70; each refusal is set beside an opening that succeeds."""

    def test_it_opens_and_prints_shares_that_rebuild_the_key(self) -> None:
        """Three of the five printed lines give the recovery key; the root is the pinned one."""
        commission = self.prepare()
        printed = terminal.run("open_commission", SLUG)
        commission.refresh_from_db()
        self.assertEqual(commission.state, Commission.State.ACTIVE)
        self.assertEqual(
            MemberKey.objects.filter(commission=commission, is_officer=True).count(), 2
        )
        self.assertIn(commission.root_fingerprint, printed)
        lines = printed_shares(printed)
        self.assertEqual(len(lines), 5)
        self.assertEqual((commission.recovery_threshold, commission.recovery_trustees), (3, 5))
        seed = recovery.combine([recovery.parse_share(line) for line in lines[1:4]])
        public = bytes(commission.recovery_public)
        self.assertEqual(KemPair.from_seed(seed).public, public)
        self.assertIn(" ".join(kem_words(public)), printed)
        with self.assertRaisesMessage(CommandError, "déjà ouverte"):
            terminal.run("open_commission", SLUG)

    def test_it_names_everything_that_is_missing(self) -> None:
        """BR-01, C-70: nothing is asked before the commission may open."""
        self.prepare(purpose="", impact_assessed_on=None)
        with self.assertRaises(CommandError) as refused, patch(terminal.PASSPHRASES) as asked:
            call_command("open_commission", SLUG, stdout=StringIO())
        self.assertIn("la finalité, la date de l’AIPD", str(refused.exception))
        asked.assert_not_called()

    def test_a_wrong_passphrase_opens_nothing(self) -> None:
        """Both people are needed; the control is the first test."""
        commission = self.prepare()
        with self.assertRaises(CommandError):
            terminal.run(
                "open_commission",
                SLUG,
                passphrases=(people.PASSPHRASE, "une autre phrase de passe bien longue"),
            )
        self.assert_closed(commission)

    def test_an_unknown_commission_is_named(self) -> None:
        """The command says which name it looked for."""
        with self.assertRaisesMessage(CommandError, SLUG):
            terminal.run("open_commission", SLUG)


class Trustees(CommissionToOpen):
    """Three of five by default; fewer by the DPO's decision; never fewer than two of three."""

    def test_fewer_trustees_need_the_decision_which_is_recorded(self) -> None:
        """D6: the reference of the decision stands in the ledger."""
        commission = self.prepare()
        small = ("--threshold", "2", "--trustees", "3")
        with self.assertRaisesMessage(CommandError, "décision du DPO"):
            terminal.run("open_commission", SLUG, *small)
        self.assert_closed(commission)
        with recorder.observe() as events:
            printed = terminal.run("open_commission", SLUG, *small, "--dpo-decision", "DEC-2026/4")
        self.assertEqual(len(printed_shares(printed)), 3)
        (opened,) = [event for event in events if event.action == "commission.opened"]
        self.assertEqual(opened.purpose, "dpo:dec-2026/4")

    def test_the_floor_holds_whatever_is_decided(self) -> None:
        """One share alone, or as many shares as trustees, is refused."""
        commission = self.prepare()
        for threshold, trustees in (("1", "3"), ("2", "2"), ("3", "3"), ("5", "5"), ("3", "99")):
            with self.subTest(threshold=threshold), self.assertRaises(CommandError):
                terminal.run(
                    "open_commission",
                    SLUG,
                    "--threshold",
                    threshold,
                    "--trustees",
                    trustees,
                    "--dpo-decision",
                    "D1",
                )
        self.assert_closed(commission)

    def test_a_reference_holds_no_free_text(self) -> None:
        """The ledger keeps codes only."""
        self.prepare()
        for reference in ("décision", "deux mots", "x" * 60):
            with self.subTest(reference), self.assertRaisesMessage(CommandError, "référence"):
                terminal.run("open_commission", SLUG, "--dpo-decision", reference)


class OnPaper(CommissionToOpen):
    """Nothing opens before a share was read back from paper; the sheets go where nothing serves."""

    def test_without_proof_nothing_is_opened(self) -> None:
        """A share of another ceremony, a mistyped one, then nothing: the control is above."""
        commission = self.prepare()
        other = recovery.split(b"x" * 32, 3, 5)[0].line()
        mistyped: list[str] = []

        def proof(text: str) -> str:
            mistyped.append(printed_shares(text)[0].replace("PART1 ", "PART1 Z", 1))
            return (other, mistyped[-1], "")[len(mistyped) - 1]

        with self.assertRaisesMessage(CommandError, "rien n’a été fait"):
            terminal.run("open_commission", SLUG, shares=proof)
        self.assertEqual(len(mistyped), 3)
        self.assert_closed(commission)

    def test_the_sheets_are_private_and_the_screen_shows_no_share(self) -> None:
        """One page a trustee; the proof comes from the paper alone."""
        self.prepare()
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "feuilles.pdf"

            def proof(text: str) -> str:
                assert not printed_shares(text)
                with pypdfium2.PdfDocument(place) as document:
                    assert len(document) == 5
                    words = document[2].get_textpage().get_text_range()
                return share_in(words)

            printed = terminal.run("open_commission", SLUG, "--sheets", str(place), shares=proof)
            self.assertEqual(stat.S_IMODE(place.stat().st_mode), 0o600)
        self.assertIn("est ouverte", printed)
        self.assertNotIn("PART1", printed)

    def test_the_sheets_never_lie_in_a_folder_of_the_service(self) -> None:
        """Checkout, collected files, keys, a link to them, a file that stands: all refused."""
        commission = self.prepare()
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as static:
            link = Path(folder) / "lien"
            link.symlink_to(settings.KEYS.folder)
            stands = Path(folder) / "deja.pdf"
            stands.touch()
            places = [
                settings.BASE_DIR / "feuilles.pdf",
                settings.BASE_DIR / "docs" / "feuilles.pdf",
                Path(settings.KEYS.folder) / "feuilles.pdf",
                Path(static) / "feuilles.pdf",
                link / "feuilles.pdf",
                stands,
                Path(folder) / "absent" / "feuilles.pdf",
            ]
            with override_settings(STATIC_ROOT=static):
                for place in places:
                    with self.subTest(place), self.assertRaises(CommandError):
                        terminal.run("open_commission", SLUG, "--sheets", str(place))
                    self.assertEqual(place.exists(), place == stands)
        self.assert_closed(commission)

    def test_nothing_of_the_shares_stays_on_the_server(self) -> None:
        """Neither a share, nor the seed, nor a share's bytes are in the commission's rows."""
        commission = self.prepare()
        printed = terminal.run("open_commission", SLUG)
        shares = [recovery.parse_share(line) for line in printed_shares(printed)]
        seed = recovery.combine(shares[:3])
        commission.refresh_from_db()
        kept = b"".join(
            [
                bytes(commission.recovery_public),
                bytes(commission.statistics_public),
                *(bytes(row.statement) for row in DirectoryRoot.objects.all()),
                *(bytes(row.entry) for row in MemberKey.objects.all()),
                *(bytes(row.statistics_wrap or b"") for row in MemberKey.objects.all()),
            ]
        )
        self.assertIn(bytes(commission.recovery_public)[:32], kept)  # Control.
        for secret in (seed, *(share.data for share in shares)):
            self.assertNotIn(secret, kept)
            self.assertNotIn(secret.hex().encode(), kept)


def share_in(text: str) -> str:
    """Return the share as somebody copies it from its sheet."""
    rows = text.replace("\r", "").split("\n")
    start, end = rows.index("PART1"), rows.index("Ses quatre mots de contrôle :")
    return " ".join([*rows[start:end], rows[end + 1]])
