"""The provider's keys renewed under a service at work: nothing lost, nothing left behind (T-31)."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command

from cases import queries
from cases.access import situations as access
from cases.access import vaults
from cases.access.keys import open_keys
from cases.actions import referrals, rotation
from cases.keystore.models import SituationKey
from cases.models import Situation, VaultSlot
from deploy import server_keys
from deploy.keys.file import FileKeys
from deploy.keys.provider import ANSWERS, INTAKE, PEPPER, VIEWER, WRAPPING
from tests import owner, people
from tests.cases_of import CommittingTestCase


@contextmanager
def own_keys() -> Iterator[FileKeys]:
    """Give the test a copy of the keys, and the database their pads again after."""
    former = settings.KEYS
    with tempfile.TemporaryDirectory(prefix="clsm-keys-") as folder:
        for path in former.folder.glob("*.key"):
            shutil.copy2(path, folder)
        settings.KEYS = FileKeys(folder)
        try:
            yield settings.KEYS
        finally:
            settings.KEYS = former
            server_keys._provision_pads()


class _Signer:
    """A service that still signs with one version."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def hmac(self, purpose: str, data: bytes, version: int | None = None) -> bytes:
        """Return the signature of a viewer context."""
        return hmac.new(self.key, data, hashlib.sha256).digest()


class RotateTests(CommittingTestCase):
    """Each with its own copy of the provider's keys."""

    def setUp(self) -> None:
        self.enterContext(owner.connected(type(self)))
        self.enterContext(own_keys())
        self.cast = people.commission(f"k{uuid.uuid4().hex[:8]}")
        self.situation = people.shared(self.cast, "marc")

    def run_command(self, *args: str) -> str:
        """Return what the command printed."""
        told = io.StringIO()
        call_command("rotate_keys", *args, stdout=told, stderr=told)
        return told.getvalue()

    def reads(self) -> bool:
        """Tell whether Marc reads the situation."""
        with people.as_person(self.cast.marc) as viewer:
            opened = access.open_situation(viewer, self.situation.code)
            return "appartement" in str([one.payload for one in opened.section("core").documents])

    def opened(self, name: str) -> int:
        """Return how many sections a member's keys open."""
        with people.as_person(self.cast.people[name]) as viewer:
            return len(open_keys(viewer, people.fresh(self.cast, self.situation.pk)).sections())

    def versions(self) -> set[int]:
        """Return the versions under which situation keys are."""
        with people.as_person(self.cast.luc):
            return set(SituationKey.objects.values_list("provider_version", flat=True))

    def test_situation_keys(self) -> None:
        """Every row moves; new ones follow; the former version goes once nothing needs it."""
        keys = settings.KEYS
        self.assertIn("version 2 en service", self.run_command(WRAPPING))
        self.assertEqual(self.versions(), {2})
        self.assertTrue(self.reads())
        self.assertEqual(keys.versions(WRAPPING), (1, 2))
        self.assertIn("version 1 détruite", self.run_command(WRAPPING, "--retire"))
        self.assertEqual(keys.versions(WRAPPING), (2,))
        self.assertTrue(self.reads())
        people.referred(self.cast)
        self.assertEqual(self.versions(), {2})
        self.assertIn("aucune ancienne version", self.run_command(WRAPPING, "--retire"))

    def test_a_version_in_use_is_not_destroyed(self) -> None:
        """A row under it, or a transaction that could still write one."""
        settings.KEYS.new_version(WRAPPING)
        with self.assertRaises(CommandError):
            self.run_command(WRAPPING, "--retire")
        self.assertEqual(settings.KEYS.versions(WRAPPING), (1, 2))
        self.assertIn("version 2 en service", self.run_command(WRAPPING))  # Goes on: no third.
        with self.as_role("clsm_commission") as other:
            other.autocommit = False
            other.execute("SELECT 1")
            former = server_keys.LONGEST_WAIT_SECONDS
            server_keys.LONGEST_WAIT_SECONDS = 0.3
            try:
                with self.assertRaises(CommandError):
                    self.run_command(WRAPPING, "--retire")
            finally:
                server_keys.LONGEST_WAIT_SECONDS = former
            self.assertEqual(settings.KEYS.versions(WRAPPING), (1, 2))
        self.run_command(WRAPPING, "--retire")  # Control.
        self.assertEqual(settings.KEYS.versions(WRAPPING), (2,))

    def test_answers(self) -> None:
        """The referrer still reads what was answered."""
        pk = people.referred(self.cast).pk
        with people.as_person(self.cast.claire) as viewer:
            referrals.refuse(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                reason="droit_commun_non_epuise",
                message="Voyez le CCAS.",
            )
        self.run_command(ANSWERS)
        self.run_command(ANSWERS, "--retire")
        self.assertEqual(settings.KEYS.versions(ANSWERS), (2,))
        with people.as_person(self.cast.julie) as viewer:
            (answer,) = [row for row in queries.answers(viewer) if row.id == pk]
            self.assertEqual(answer.answer_version, 2)
            self.assertEqual(
                referrals.opened_answer(viewer=viewer, answer=answer), "Voyez le CCAS."
            )

    def test_pepper(self) -> None:
        """A slot moves when it opens; its former pepper stays as long as one slot needs it."""
        self.run_command(PEPPER)
        luc = self.cast.luc
        vaults.identity_from_secret(luc.user, "passphrase", people.PASSPHRASE)
        found = dict(VaultSlot.objects.filter(user=luc.user).values_list("kind", "pepper_version"))
        self.assertEqual(found, {"passphrase": 2, "recovery": 1})
        with self.assertRaises(CommandError):
            self.run_command(PEPPER, "--retire")
        self.assertEqual(settings.KEYS.versions(PEPPER), (1, 2))
        from cases.vault.recovery_code import parse_recovery_code

        for person in self.cast.people.values():
            if person.identity is None:
                continue
            vaults.identity_from_secret(person.user, "passphrase", people.PASSPHRASE)
            vaults.identity_from_secret(person.user, "recovery", parse_recovery_code(person.kit))
        left = VaultSlot.objects.exclude(pepper_version=2)
        left.delete()  # Other tests' casts, whose slots nobody opens here.
        self.run_command(PEPPER, "--retire")
        self.assertEqual(settings.KEYS.versions(PEPPER), (2,))
        vaults.identity_from_secret(luc.user, "passphrase", people.PASSPHRASE)

    def test_intake_signing(self) -> None:
        """The server's signature stays verifiable until members signed in its place."""
        self.run_command(INTAKE)
        self.assertEqual(self.opened("claire"), 7)
        with self.assertRaises(CommandError):
            self.run_command(INTAKE, "--retire")
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET revoked_at = now(), revoked_by_id = recipient_id"
                " WHERE revoked_at IS NULL AND situation_id <> %s",
                [self.situation.pk],
            )
        with people.as_person(self.cast.luc) as viewer:
            rotation.renew(viewer=viewer, situation=people.fresh(self.cast, self.situation.pk))
        self.run_command(INTAKE, "--retire")
        self.assertEqual(settings.KEYS.versions(INTAKE), (2,))
        self.assertEqual(self.opened("claire"), 7)

    def test_viewer_context(self) -> None:
        """Both versions count meanwhile; the former one counts for nothing once retired."""
        former = _Signer(settings.KEYS.raw(VIEWER, 1))
        self.run_command(VIEWER)
        self.assertTrue(self.reads())
        self.assertEqual(self.rows_seen(former), 1)
        self.run_command(VIEWER, "--retire")
        self.assertEqual(settings.KEYS.versions(VIEWER), (2,))
        self.assertTrue(self.reads())
        self.assertEqual(self.rows_seen(former), 0)

    def rows_seen(self, keys: Any) -> int:
        """Return how many rows a context signed by these keys shows to Luc."""
        with self.settings(KEYS=keys), people.as_person(self.cast.luc):
            return Situation.objects.filter(pk=self.situation.pk).count()

    def test_keys_that_the_council_knows_are_refused(self) -> None:
        """They say why, and what to do; an unknown one lists those that exist."""
        for purpose, word in (
            ("release-signing", "RELEASE_PUBLIC_KEY"),
            ("ticket-signing", "TICKET_PUBLIC_KEY"),
            ("autre", "situation-keys"),
        ):
            with self.subTest(purpose), self.assertRaises(CommandError) as refused:
                self.run_command(purpose)
            self.assertIn(word, str(refused.exception))

    def test_a_provider_that_is_down(self) -> None:
        """Nothing is half done."""
        os.chmod(Path(settings.KEYS.folder) / "situation-keys.1.key", 0o444)
        with self.assertRaises(CommandError):
            self.run_command(WRAPPING)
        self.assertEqual(self.versions(), {1})
        os.chmod(Path(settings.KEYS.folder) / "situation-keys.1.key", 0o400)
        self.run_command(WRAPPING)
        self.assertEqual(self.versions(), {2})
