"""What no browser posts to the vault and to the logins, and keys or ledger that do not answer."""

from __future__ import annotations

import json
from unittest import mock

from django.urls import reverse

from audit.recorder import LedgerUnavailable
from clsm_core.accounts import passkeys
from deploy.keys.provider import ProviderDown
from tests import people
from tests.cases_of import Client, TestCase
from tests.codes import current_code
from tests.commission.soft_key import text_of
from tests.commission.test_pages_conflicts import url


class OddPosts(TestCase):
    """Luc at the doors of his account."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("bizarre")

    def test_an_answer_nested_without_end(self) -> None:
        """A passkey's answer that cannot be read is a refusal, never a failure of the page."""
        deep = "[" * 200_000
        response = {
            "clientDataJSON": text_of(deep.encode()),
            "authenticatorData": text_of(bytes(37)),
        }
        inside = {"id": "AA", "rawId": "AA", "type": "public-key", "clientExtensionResults": {}}
        luc = people.client_of(self.cast.luc, vault=False)
        for posted in (deep, json.dumps({**inside, "response": {**response, "signature": "AA"}})):
            page = luc.post(url("vault"), {"credential": posted, "prf": "é"})
            self.assertContains(page, "n’est pas reconnue")
        answer = Client().post(reverse("mfa_login_webauthn"), {"credential": deep})
        self.assertRedirects(answer, reverse("account_login"))

    def test_a_passkey_that_says_nothing_readable(self) -> None:
        """What a browser said at creation is kept as it came: the lists read it whatever it is."""
        for said in (None, "x", [], {"prf": None}, {"prf": []}, {"prf": {"enabled": 1}}):
            kept = mock.Mock(data={"credential": {"clientExtensionResults": said}})
            self.assertFalse(passkeys.gives_secret(kept))
        enabled = {"clientExtensionResults": {"prf": {"enabled": True}}}
        self.assertTrue(passkeys.gives_secret(mock.Mock(data={"credential": enabled})))

    def test_a_login_waits_for_the_keys(self) -> None:
        """T-33: 503 on the account's pages too; nobody is half logged in."""
        down = {
            "cases.access.vaults.pepper": ProviderDown,
            "cases.views.opening.account_event": LedgerUnavailable,
        }
        for place, error in down.items():
            client = Client()
            client.post(
                reverse("account_login"),
                {"login": self.cast.luc.user.email, "password": people.PASSPHRASE},
            )
            code = {"code": current_code(people.SEED)}
            with mock.patch(place, side_effect=error("down")):
                answer = client.post(reverse("mfa_authenticate"), code)
            self.assertEqual(answer.status_code, 503)
            self.assertNotIn("_auth_user_id", client.session)
            self.assertEqual(client.get(url("members")).status_code, 302)
        self.assertEqual(client.post(reverse("mfa_authenticate"), code).status_code, 302)
        self.assertEqual(client.session["_auth_user_id"], str(self.cast.luc.user.pk))

    def test_a_change_of_passphrase_waits_for_the_keys(self) -> None:
        """T-33: both stay old."""
        luc = people.client_of(self.cast.luc)
        new = "girafe tonneau moutarde soleil bleu"
        posted = {"oldpassword": people.PASSPHRASE, "password1": new, "password2": new}
        with mock.patch("cases.access.vaults.pepper", side_effect=ProviderDown("down")):
            answer = luc.post(reverse("account_change_password"), posted)
        self.assertEqual(answer.status_code, 503)
        self.cast.luc.user.refresh_from_db()
        self.assertTrue(self.cast.luc.user.check_password(people.PASSPHRASE))
