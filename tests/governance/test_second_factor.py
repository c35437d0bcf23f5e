"""Second factors and sessions: sealed, bound to their account, each code accepted once (T-50)."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection, connections
from django.urls import reverse

from clsm_core.accounts import second_factor
from clsm_core.accounts.adapters import owner_of_second_factor
from clsm_core.accounts.models import CouncilSession, User
from clsm_core.accounts.sealing import SealBroken, open_sealed, seal
from clsm_core.accounts.second_factor import STEP_SECONDS
from clsm_core.accounts.sessions import SessionStore
from tests.cases_of import Client, CommittingTestCase, TestCase
from tests.codes import current_code
from tests.governance import cast


def stored(user: User, kind: str = Authenticator.Type.TOTP) -> Authenticator:
    """Return a stored authenticator, read again."""
    return Authenticator.objects.get(user=user, type=kind)


class SealTests(TestCase):
    """A dump of the tables gives no seed, no code and no session."""

    def setUp(self) -> None:
        """Give two people a one-time-code application."""
        self.elise = cast.member()
        self.other = cast.member("autre@exemple.invalid")
        self.seed = cast.give_code(self.elise)
        self.other_seed = cast.give_code(self.other)

    def test_the_seed_is_not_in_the_table(self) -> None:
        """Sealed under the accounts key; control: it opens for its account."""
        sealed = stored(self.elise).data["secret"]
        self.assertNotIn(self.seed, json.dumps(stored(self.elise).data))
        with owner_of_second_factor(self.elise):
            from allauth.mfa.utils import decrypt

            self.assertEqual(decrypt(sealed), self.seed)

    def test_a_seed_copied_under_another_account_opens_nothing(self) -> None:
        """An SQL writer who copies her own sealed seed to a victim cannot come in as her."""
        Authenticator.objects.filter(user=self.elise, type="totp").update(
            data=stored(self.other).data
        )
        cast.type_passphrase(self.client, self.elise.email)
        with self.assertRaises(SealBroken):
            cast.type_code(self.client, current_code(self.other_seed))
        self.assertFalse(cast.is_in(self.client))
        control = Client()
        cast.type_passphrase(control, self.other.email)
        cast.type_code(control, current_code(self.other_seed))
        self.assertTrue(cast.is_in(control))

    def test_a_session_row_tells_nothing(self) -> None:
        """Its data is sealed, and bound to its key: copied to another row it is empty."""
        cast.come_in(self.client, self.elise, self.seed)
        key = self.client.session.session_key
        row = CouncilSession.objects.get(session_key=key)
        for word in (str(self.elise.pk), "_auth_user_id", "eyJ", "{"):
            self.assertNotIn(word, row.session_data)
        self.assertEqual(SessionStore(key)["_auth_user_id"], str(self.elise.pk))  # Control.
        CouncilSession.objects.create(
            session_key="a" * 32, session_data=row.session_data, expire_date=row.expire_date
        )
        with self.assertLogs("clsm_core.accounts.sessions", "WARNING"):
            self.assertEqual(SessionStore("a" * 32).load(), {})

    def test_a_pending_login_is_no_login(self) -> None:
        """After the passphrase alone, no page opens and the row tells nothing."""
        cast.type_passphrase(self.client, self.elise.email)
        self.assertFalse(cast.is_in(self.client))
        answer = self.client.get(reverse("home"))
        self.assertEqual(answer.status_code, 302)
        self.assertIn(reverse("account_login"), answer.headers["Location"])

    def test_recovery_codes_are_sealed_and_bound(self) -> None:
        """Their seed stands sealed as well."""
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        with owner_of_second_factor(self.elise):
            codes = RecoveryCodes.activate(self.elise)
            words = codes.generate_codes()
        kept = json.dumps(stored(self.elise, "recovery_codes").data)
        self.assertEqual(len(words), 10)
        for word in words:
            self.assertNotIn(word, kept)
        with owner_of_second_factor(self.other), self.assertRaises(SealBroken):
            codes.generate_codes()

    def test_a_seal_is_strict(self) -> None:
        """One changed byte, another owner or another version: refused; control: it opens."""
        sealed = seal(b"plain", "session:a")
        self.assertEqual(open_sealed(sealed, "session:a"), b"plain")
        flipped = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
        for text, owner in (
            (sealed, "session:b"),
            (flipped, "session:a"),
            ("AA" + sealed[2:], "session:a"),
            ("", "session:a"),
            ("é", "session:a"),
        ):
            with self.subTest(text[:8]), self.assertRaises(SealBroken):
                open_sealed(text, owner)


class OnceTests(CommittingTestCase):
    """RFC 6238 §5.2: a code is accepted once, by the database and not by a cache."""

    def setUp(self) -> None:
        """Make an account with an application."""
        email = f"{self._testMethodName.replace('_', '.')}@exemple.invalid"
        self.person = cast.member(email)
        self.seed = cast.give_code(self.person)

    def attempt(self, code: str) -> bool:
        """Try a whole login with a code, in a new browser."""
        client = Client()
        cast.type_passphrase(client, self.person.email)
        cast.type_code(client, code)
        return cast.is_in(client)

    def test_a_code_opens_once(self) -> None:
        """The second use fails, an older code as well; the next one opens (control)."""
        moment = time.time()
        code = current_code(self.seed, moment)
        self.assertTrue(self.attempt(code))
        self.assertFalse(self.attempt(code))
        self.assertFalse(self.attempt(current_code(self.seed, moment - STEP_SECONDS)))
        self.assertTrue(self.attempt(current_code(self.seed, moment + STEP_SECONDS)))

    def test_two_at_once_open_one_session(self) -> None:
        """The condition of the UPDATE lets one through."""
        code = current_code(self.seed)
        start = threading.Barrier(2)
        opened: list[bool] = []

        def come() -> None:
            client = Client()
            cast.type_passphrase(client, self.person.email)
            start.wait()
            cast.type_code(client, code)
            opened.append(cast.is_in(client))
            connections.close_all()

        threads = [threading.Thread(target=come) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(opened), [False, True])

    def test_emptying_the_cache_frees_no_code(self) -> None:
        """At its limit a cache forgets used codes; the step stands with the authenticator."""
        from django.core.cache import cache

        code = current_code(self.seed)
        self.assertTrue(self.attempt(code))
        cache.clear()
        self.assertFalse(self.attempt(code))

    def test_a_recovery_code_opens_once(self) -> None:
        """Control: another of the same list opens."""
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        with owner_of_second_factor(self.person):
            first, second, *_ = RecoveryCodes.activate(self.person).generate_codes()
        self.assertTrue(self.attempt(first))
        self.assertFalse(self.attempt(first))
        self.assertTrue(self.attempt(second))

    def test_wrong_codes_stop_the_tries(self) -> None:
        """After five wrong codes, the right one waits as well (T-50)."""
        client = Client()
        cast.type_passphrase(client, self.person.email)
        for _ in range(5):
            cast.type_code(client, "000000")
        cast.type_code(client, current_code(self.seed))
        self.assertFalse(cast.is_in(client))

    def test_the_enrolment_code_opens_no_login(self) -> None:
        """The code that proved the application is used; control: the next one opens."""
        person = cast.member("nouvelle@exemple.invalid")
        client = Client()
        cast.type_passphrase(client, person.email)
        page = client.get(reverse("mfa_activate_totp"))
        seed = page.context["form"].secret
        moment = time.time()
        code = current_code(seed, moment)
        answer = client.post(reverse("mfa_activate_totp"), {"code": code})
        self.assertEqual(answer.status_code, 302)
        self.person, self.seed = person, seed
        self.assertFalse(self.attempt(code))
        self.assertTrue(self.attempt(current_code(seed, moment + STEP_SECONDS)))

    def test_a_used_step_cannot_go_back(self) -> None:
        """The stored step never decreases, whatever order requests end in."""
        authenticator = stored(self.person)
        self.assertTrue(second_factor._advance(authenticator, 100))
        for step in (100, 99, 0):
            self.assertFalse(second_factor._advance(authenticator, step))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT data->>'last_step' FROM mfa_authenticator WHERE id = %s",
                [authenticator.pk],
            )
            self.assertEqual(cursor.fetchone(), ("100",))


class SessionTests(CommittingTestCase):
    """Sessions can be seen, ended, and end with the passphrase."""

    def test_ending_the_others(self) -> None:
        """The other browser is out; this one stays (control)."""
        person = cast.member()
        seed = cast.give_code(person)
        here, there = Client(), Client()
        for client in (here, there):
            cast.come_in(client, person, seed)
        listed = here.get(reverse("usersessions_list"))
        self.assertEqual(listed.status_code, 200)
        here.post(reverse("usersessions_list"))
        self.assertEqual(there.get(reverse("home")).status_code, 302)
        self.assertIn(reverse("account_login"), there.get(reverse("home")).headers["Location"])
        self.assertTrue(cast.is_in(here))

    def test_a_login_takes_a_new_key(self) -> None:
        """A session fixed beforehand is not the one that is opened."""
        person = cast.member("fixee@exemple.invalid")
        seed = cast.give_code(person)
        cast.type_passphrase(self.client, person.email)
        before = self.client.session.session_key
        answer: Any = cast.type_code(self.client, current_code(seed))
        self.assertEqual(answer.status_code, 302)
        self.assertTrue(cast.is_in(self.client))
        self.assertNotEqual(self.client.session.session_key, before)
