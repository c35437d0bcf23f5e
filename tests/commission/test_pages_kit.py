"""The emergency kit: wrong codes are counted, a lost kit is made again."""

from __future__ import annotations

from unittest import mock

from django.urls import reverse

from audit import recorder
from cases.access import vaults
from cases.models import (
    VaultSlot,
)
from cases.vault.errors import VaultError
from cases.vault.recovery_code import parse_recovery_code
from tests import people
from tests.cases_of import TestCase
from tests.commission.test_pages_conflicts import url


class KitTests(TestCase):
    """The kit's code and the passphrase are tried under one limit, and each failure is recorded."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("kit")

    def setUp(self) -> None:
        self.luc = people.client_of(self.cast.luc)

    def refused(self, address: str, data: dict[str, str]) -> list[str]:
        """Return the events of a wrong secret."""
        with recorder.observe() as events:
            self.assertContains(self.luc.post(address, data), 'id="erreurs"')
        return [event.action for event in events]

    def test_wrong_codes_are_counted(self) -> None:
        """Ten tries in ten minutes, then not even the right code."""
        for _ in range(10):
            self.assertEqual(self.refused(url("vault_kit"), {"code": "faux"}), ["vault.refused"])
        self.assertEqual(self.refused(url("vault_kit"), {"code": self.cast.luc.kit}), [])
        right = {"passphrase": people.PASSPHRASE}
        self.assertContains(self.luc.post(url("vault_kit_new"), right), "Trop d’essais")

    def test_the_right_code(self) -> None:
        """The control: the kit that was shown is confirmed."""
        done = self.luc.post(url("vault_kit"), {"code": self.cast.luc.kit})
        self.assertRedirects(done, reverse("home"))

    def test_a_new_vault_counts_its_passphrase(self) -> None:
        """The login's passphrase is not guessed there either."""
        with mock.patch("cases.views.vault.vaults.has_vault", return_value=False):
            for _ in range(10):
                self.assertEqual(
                    self.refused(url("vault_new"), {"passphrase": "pas la bonne phrase"}),
                    ["vault.refused"],
                )
            page = self.luc.post(url("vault_new"), {"passphrase": people.PASSPHRASE})
        self.assertContains(page, "Trop d’essais")

    def test_a_new_kit(self) -> None:
        """T-30: the new code opens, the former no longer does, the passphrase still does."""
        address = url("vault_kit_new")
        self.assertEqual(self.refused(address, {"passphrase": "autre"}), ["vault.refused"])
        user, kind = self.cast.luc.user, VaultSlot.Kind
        before = parse_recovery_code(self.cast.luc.kit)
        vaults.identity_from_secret(user, kind.RECOVERY, before)
        with recorder.observe() as events:
            page = self.luc.post(address, {"passphrase": people.PASSPHRASE})
        self.assertEqual([event.action for event in events], ["vault.slot_added"])
        with self.assertRaises(VaultError):
            vaults.identity_from_secret(user, kind.RECOVERY, before)
        self.assertEqual(VaultSlot.objects.filter(user=user).count(), 2)
        done = self.luc.post(url("vault_kit"), {"code": page.context["code"]})
        self.assertRedirects(done, reverse("home"))
        vaults.identity_from_secret(user, kind.PASSPHRASE, people.PASSPHRASE)
