"""Coming in to the commission: nobody is told apart, and the vault waits for the second factor."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.db import connection
from django.urls import reverse

from cases.models import VaultOpening
from clsm_core.accounts.hashers import PepperedArgon2idHasher
from clsm_core.accounts.models import CommissionSession
from deploy.privileges import GOVERNANCE
from tests import people
from tests.cases_of import Client, CommittingTestCase
from tests.codes import current_code
from tests.commission.test_accounts_sql import user_row

NOBODY = "personne@exemple.invalid"
OF_COUNCIL = "elise.fontaine@exemple.invalid"
WRONG = "une autre phrase que la bonne"


class LoginCase(CommittingTestCase):
    """A commission with its people, and one account of the council's realm."""

    @classmethod
    def setUpClass(cls) -> None:
        """Open the commission."""
        super().setUpClass()
        cls.cast = people.commission()
        with cls.as_role(GOVERNANCE) as other:
            user_row(other, "council", email=OF_COUNCIL)

    def setUp(self) -> None:
        """Let the fixed seed's present code serve again."""
        for authenticator in Authenticator.objects.filter(type=Authenticator.Type.TOTP):
            authenticator.data["last_step"] = 0
            authenticator.save(update_fields=["data"])

    def type_passphrase(self, client: Any, email: str, passphrase: str = people.PASSPHRASE) -> Any:
        """Post the login form."""
        return client.post(reverse("account_login"), {"login": email, "password": passphrase})

    def type_code(self, client: Any, code: str | None = None) -> Any:
        """Post the second step."""
        code = code or current_code(people.SEED)
        return client.post(reverse("mfa_authenticate"), {"code": code})

    def is_in(self, client: Any) -> bool:
        """Tell whether the session belongs to an account."""
        return "_auth_user_id" in client.session


class EnumerationTests(LoginCase):
    """Absent, of the council, and of the commission look the same from outside."""

    def names(self) -> tuple[str, ...]:
        """Return an address of each kind."""
        return (self.cast.luc.user.email, self.cast.julie.user.email, OF_COUNCIL, NOBODY)

    def test_a_wrong_login_answers_the_same(self) -> None:
        """Page, status, cookies and derivations; control: the right passphrase goes on."""
        seen = set()
        for name in self.names():
            client = Client()
            with mock.patch.object(
                PepperedArgon2idHasher, "_derive", autospec=True, return_value="x"
            ) as derive:
                answer = self.type_passphrase(client, name, WRONG)
            text = re.sub(r'value="[^"]*"', "", answer.content.decode()).replace(name, "")
            seen.add((answer.status_code, text, derive.call_count, frozenset(client.cookies)))
        self.assertEqual(len(seen), 1)
        self.assertEqual(self.type_passphrase(Client(), self.cast.luc.user.email).status_code, 302)

    def test_a_reset_answers_the_same(self) -> None:
        """Same answer; a link goes to accounts of this service only (control)."""
        pages, linked = set(), []
        for name in self.names():
            mail.outbox.clear()
            answer = Client().post(reverse("account_reset_password"), {"email": name}, follow=True)
            text = re.sub(r'value="[^"]*"', "", answer.content.decode()).replace(name, "")
            pages.add((answer.status_code, text))
            if any("/compte/password/reset/key/" in message.body for message in mail.outbox):
                linked.append(name)
        self.assertEqual(len(pages), 1)
        self.assertEqual(linked, list(self.names()[:2]))


class PendingVaultTests(LoginCase):
    """Decision 17: half in a cookie, half in the session, until the second factor."""

    def openings(self) -> int:
        """Count the open vaults."""
        return VaultOpening.objects.count()

    def test_the_second_factor_opens_both(self) -> None:
        """After the passphrase nothing is open; after the code, login and vault."""
        luc, before = self.cast.luc.user, self.openings()
        self.type_passphrase(self.client, luc.email)
        pending = self.client.cookies[settings.PENDING_VAULT_COOKIE_NAME]
        self.assertEqual((pending["samesite"], pending["max-age"]), ("Strict", 300))
        self.assertTrue(pending["httponly"])
        self.assertEqual((self.is_in(self.client), self.openings()), (False, before))
        self.type_code(self.client)
        self.assertTrue(self.is_in(self.client))
        self.assertEqual(self.openings(), before + 1)
        opened = self.client.cookies[settings.VAULT_COOKIE_NAME]
        self.assertEqual((opened["samesite"], bool(opened["httponly"])), ("Strict", True))
        self.assertEqual(self.client.cookies[settings.PENDING_VAULT_COOKIE_NAME].value, "")

    def test_a_wrong_code_opens_nothing(self) -> None:
        """Neither the login nor the vault."""
        before = self.openings()
        self.type_passphrase(self.client, self.cast.luc.user.email)
        self.type_code(self.client, "000000")
        self.assertEqual((self.is_in(self.client), self.openings()), (False, before))
        # The pending half is destroyed: the right code then opens the login alone.
        self.type_code(self.client)
        self.assertEqual((self.is_in(self.client), self.openings()), (True, before))

    def test_either_half_alone_opens_nothing(self) -> None:
        """Without the cookie, or with a false one, the login stands and the vault is locked."""
        for value in (None, "", "AAAA", "A" * 44):
            with self.subTest(value):
                self.setUp()
                before, client = self.openings(), Client()
                self.type_passphrase(client, self.cast.luc.user.email)
                if value is None:
                    del client.cookies[settings.PENDING_VAULT_COOKIE_NAME]
                else:
                    client.cookies[settings.PENDING_VAULT_COOKIE_NAME] = value
                self.type_code(client)
                self.assertTrue(self.is_in(client))
                self.assertEqual(self.openings(), before)

    def test_another_login_takes_nothing_over(self) -> None:
        """Luc's half never opens under Sophie's login, in the same browser."""
        self.type_passphrase(self.client, self.cast.luc.user.email)
        stale = self.client.cookies[settings.PENDING_VAULT_COOKIE_NAME].value
        self.type_passphrase(self.client, self.cast.sophie.user.email)
        self.assertNotEqual(self.client.cookies[settings.PENDING_VAULT_COOKIE_NAME].value, stale)
        self.type_code(self.client)
        self.assertEqual(self.client.session["_auth_user_id"], str(self.cast.sophie.user.pk))
        newest = VaultOpening.objects.latest("opened_at")
        self.assertEqual(newest.user_id, self.cast.sophie.user.pk)

    def test_leaving_closes_the_vault(self) -> None:
        """The opening is destroyed, not forgotten."""
        self.type_passphrase(self.client, self.cast.luc.user.email)
        self.type_code(self.client)
        before = self.openings()
        self.client.post(reverse("account_logout"))
        self.assertEqual((self.is_in(self.client), self.openings()), (False, before - 1))

    def test_the_tables_hold_no_half_in_clear(self) -> None:
        """Neither the passphrase, nor a readable session, nor a key, is stored."""
        self.type_passphrase(self.client, self.cast.luc.user.email)
        self.type_code(self.client)
        cookie = self.client.cookies[settings.VAULT_COOKIE_NAME].value
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_data FROM clsm_accounts_commissionsession")
            stored = " ".join(row[0] for row in cursor.fetchall())
        self.assertTrue(stored)
        for word in (people.PASSPHRASE, cookie, str(self.cast.luc.user.pk), "_auth_user"):
            self.assertNotIn(word, stored)
        self.assertTrue(CommissionSession.objects.exists())

    def test_a_referrer_has_no_vault_to_open(self) -> None:
        """She logs in with the same two steps, and nothing waits (control: the login stands)."""
        before = self.openings()
        self.type_passphrase(self.client, self.cast.julie.user.email)
        self.assertNotIn(settings.PENDING_VAULT_COOKIE_NAME, self.client.cookies)
        self.type_code(self.client)
        self.assertTrue(self.is_in(self.client))
        self.assertEqual(self.openings(), before)
