"""An act that gives something away asks for the secret again, once in ten minutes (decision 23).

Each refusal is followed by its control: the same post goes through with the right secret.
"""

from __future__ import annotations

import uuid
from typing import Any
from unittest import mock

from django.conf import settings
from django.urls import get_resolver

from audit import recorder
from cases.access import vaults
from cases.models import Grant, ReleaseApproval, Situation, VaultOpening, VaultSlot
from cases.vault.errors import VaultError
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import TestCase
from tests.commission.test_pages_conflicts import key, url

ASKED = 'name="confirm_passphrase"'
WRONG = "une autre phrase que la bonne"
# Every page whose posts give something away. A new one is written here by hand.
FRESH = {
    "note_approve",
    "note_withdraw",
    "plan_approve",
    "share",
    "emergency_ask",
    "control_ask",
    "exceptional_access",
    "sitting_convene",
    "inscribe",
    "invite",
    "lead",
    "set_aside",
    "reassign",
    "leaderless",
    "extend",
    "substitution",
    "screen",
    "release_approve",
    "release_withdraw",
    "sign_keys",
    "regrant",
    "depart",
    "factor_reset",
    "factor_reset_decide",
    "erase",
    "erasure",
    "export",
    "keys",
}


class FreshUnlock(TestCase):
    """Luc shares a situation; his vault was opened some time ago."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("frais")
        cls.situation = people.agreed(cls.cast)

    def setUp(self) -> None:
        self.luc = people.client_of(self.cast.luc)
        self.address = url("share", self.situation.code)
        self.fields: dict[str, Any] = {
            "idempotency_key": key(),
            "recipients": [str(self.cast.marc.user.pk), str(self.cast.sophie.user.pk)],
            "sections": ["core", "housing"],
            "level": "read",
            "reason": "suivi",
            "until": now().date().replace(year=now().date().year + 1).isoformat(),
        }

    def grants(self) -> int:
        """Return how many grants Marc and Sophie hold."""
        with people.as_person(self.cast.luc):
            members = [self.cast.marc.user, self.cast.sophie.user]
            return Grant.objects.filter(recipient__in=members).count()

    def post(self, client: Any = None, **more: Any) -> Any:
        """Post the sharing form."""
        return (client or self.luc).post(self.address, {**self.fields, **more})

    def test_an_opening_of_now_is_not_asked(self) -> None:
        """Control: within ten minutes the act runs at once."""
        with people.later(minutes=9):
            self.assertEqual(self.post().status_code, 302)
        self.assertEqual(self.grants(), 4)

    def test_a_stale_opening_does_nothing_and_keeps_everything(self) -> None:
        """A direct post: no row, no event of the act, every field in the page again."""
        with people.later(minutes=11), recorder.observe() as events:
            page = self.post()
        self.assertContains(page, ASKED)
        self.assertContains(page, "Donner des accès")
        for name in ("idempotency_key", "level", "until"):
            self.assertContains(page, f'name="{name}" value="{self.fields[name]}"')
        for pk in self.fields["recipients"]:
            self.assertContains(page, f'name="recipients" value="{pk}"')
        self.assertEqual(self.grants(), 0)
        self.assertEqual([event.action for event in events], [])

    def test_the_secret_lets_the_act_run(self) -> None:
        """By the passphrase or the kit; then ten minutes are open, and the secret is nowhere."""
        kit = {"confirm_passphrase": "", "confirm_kit": self.cast.luc.kit}
        for secret, first, second in (
            ({"confirm_passphrase": people.PASSPHRASE}, "core", "social"),
            (kit, "housing", "legal"),
        ):
            with self.subTest(secret=list(secret)):
                luc = people.client_of(self.cast.luc)
                with people.later(minutes=11):
                    self.fields |= {"idempotency_key": key(), "sections": [first]}
                    with recorder.observe() as events:
                        self.assertEqual(self.post(luc, **secret).status_code, 302)
                    self.assertEqual(events[0].action, "vault.confirmed")
                with people.later(minutes=20):
                    self.fields |= {"idempotency_key": key(), "sections": [second]}
                    self.assertEqual(self.post(luc).status_code, 302)
        self.assertEqual(self.grants(), 8)

    def test_a_passkey_confirms_as_well(self) -> None:
        """What its form posts beside the kept fields never reaches the page that acts."""
        kind = VaultSlot.Kind.PASSPHRASE
        right = vaults.vault_key_from_secret(self.cast.luc.user, kind, people.PASSPHRASE)
        by = "cases.views.freshness.opening.key_by_passkey"
        posted = {"confirm_passkey": "1", "credential": "{}", "prf": "c2VjcmV0"}
        with people.later(minutes=11):
            refusal = VaultError("passkey_unknown", "Cette clé d’accès n’est pas reconnue.")
            with mock.patch(by, side_effect=refusal):
                page = self.post(**posted)
            self.assertContains(page, "n’est pas reconnue")
            self.assertNotContains(page, "c2VjcmV0")
            self.assertContains(page, f'name="until" value="{self.fields["until"]}"')
            self.assertEqual(self.grants(), 0)
            with mock.patch(by, return_value=right):
                self.assertEqual(self.post(**posted).status_code, 302)
        self.assertEqual(self.grants(), 4)

    def test_a_wrong_secret_does_nothing(self) -> None:
        """Ten tries in ten minutes, each recorded; then not even the right one."""
        with people.later(minutes=11):
            proved = VaultOpening.objects.get(user=self.cast.luc.user).proved_at
            for _ in range(10):
                with recorder.observe() as events:
                    page = self.post(confirm_passphrase=WRONG)
                self.assertContains(page, 'id="erreurs"')
                self.assertNotContains(page, WRONG)
                self.assertContains(page, f'value="{self.fields["until"]}"')
                self.assertEqual([event.action for event in events], ["vault.refused"])
            self.assertContains(self.post(confirm_passphrase=people.PASSPHRASE), "Trop d’essais")
            stands = VaultOpening.objects.get(user=self.cast.luc.user).proved_at
        self.assertEqual(stands, proved)
        self.assertEqual(self.grants(), 0)

    def test_a_closed_vault_is_opened_by_the_same_page(self) -> None:
        """Nothing typed is lost when the vault closed meanwhile."""
        client = people.client_of(self.cast.luc, vault=False)
        self.assertContains(self.post(client), ASKED)
        self.assertEqual(self.grants(), 0)
        done = self.post(client, confirm_passphrase=people.PASSPHRASE)
        self.assertEqual(done.status_code, 302)
        self.assertEqual(self.grants(), 4)
        self.assertTrue(client.cookies[settings.VAULT_COOKIE_NAME].value)

    def test_an_invalid_form_comes_back_filled(self) -> None:
        """Confirmed, then refused by the form: the page of the form, with what was typed."""
        with people.later(minutes=11):
            page = self.post(level="", confirm_passphrase=people.PASSPHRASE)
        self.assertContains(page, 'id="erreurs"')
        self.assertContains(page, str(self.fields["until"]))
        self.assertNotContains(page, people.PASSPHRASE)
        self.assertEqual(self.grants(), 0)

    def test_a_stranger_learns_nothing(self) -> None:
        """The page says nothing of the situation, which need not exist; the answer is 404."""
        sophie = people.client_of(self.cast.sophie)
        with people.later(minutes=11):
            for code in (self.situation.code, "SIT-0000"):
                self.assertContains(sophie.post(url("share", code), self.fields), ASKED)
            secret = {**self.fields, "confirm_passphrase": people.PASSPHRASE}
            self.assertEqual(sophie.post(self.address, secret).status_code, 404)
        julie = people.client_of(self.cast.julie)
        self.assertEqual(julie.post(self.address, self.fields).status_code, 404)

    def test_a_revocation_never_asks(self) -> None:
        """Ending a right waits for nothing: not even for a vault."""
        self.post()
        with people.as_person(self.cast.luc):
            grant = Grant.objects.filter(recipient=self.cast.marc.user).first()
        assert grant is not None
        client = people.client_of(self.cast.luc, vault=False)
        answer = client.post(
            url("grant_revoke", self.situation.code),
            {"idempotency_key": key(), "grant": str(grant.pk)},
        )
        self.assertEqual(answer.status_code, 302)
        with people.as_person(self.cast.luc):
            self.assertIsNotNone(Grant.objects.get(pk=grant.pk).revoked_at)

    def test_admitting_asks_and_refusing_does_not(self) -> None:
        """Of the four answers to a referral, one gives keys."""
        situation = people.referred(self.cast)
        claire = people.client_of(self.cast.claire)
        with people.later(minutes=11):
            fields = {"idempotency_key": key(), "lead": str(self.cast.luc.user.pk)}
            self.assertContains(
                claire.post(url("screen", situation.code, "admettre"), fields), ASKED
            )
            with people.as_person(self.cast.claire):
                self.assertIsNone(Situation.objects.get(pk=situation.pk).state)
            refusal = {"idempotency_key": key(), "reason": "", "message": ""}
            page = claire.post(url("screen", situation.code, "refuser"), refusal)
            self.assertNotContains(page, ASKED)
            fields["confirm_passphrase"] = people.PASSPHRASE
            done = claire.post(url("screen", situation.code, "admettre"), fields)
            self.assertEqual(done.status_code, 302)
            with people.as_person(self.cast.claire):
                self.assertEqual(Situation.objects.get(pk=situation.pk).state, "preparing")

    def test_approving_asks(self) -> None:
        """A release is approved by somebody who is really there."""
        claire = people.client_of(self.cast.claire)
        with people.later(minutes=11):
            page = claire.post(url("release_approve", uuid.uuid4()), {"idempotency_key": key()})
        self.assertContains(page, ASKED)
        self.assertContains(page, "Approuver ces chiffres")
        self.assertFalse(ReleaseApproval.objects.exists())


class WhichPagesAsk(TestCase):
    """The list is written by hand: a page that stops asking fails here."""

    def test_the_list(self) -> None:
        """Every view of the commission, by its door."""
        found = {
            pattern.name
            for part in get_resolver().url_patterns
            if getattr(part, "namespace", None) == "cases"
            for pattern in part.url_patterns
            if getattr(pattern.callback, "clsm_fresh", "")
        }
        self.assertEqual(found, FRESH)
