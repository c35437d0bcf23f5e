"""Coming in to the council: nothing tells who has an account, and trying often stops (T-50)."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core import mail
from django.db import connection
from django.urls import reverse

from audit import recorder
from deploy.privileges import COMMISSION
from tests import database
from tests.cases_of import Client, CommittingTestCase, TestCase
from tests.governance import cast

OTHER_REALM = "claire.morel@exemple.invalid"
NOBODY = "personne@exemple.invalid"


def page_text(response: Any, *typed: str) -> str:
    """Return a page without what differs by nature: tokens and what was typed."""
    text = re.sub(r'value="[^"]*"', "", response.content.decode())
    for words in typed:
        text = text.replace(words, "")
    return text


class EnumerationTests(CommittingTestCase):
    """Absent, in the other service, and present look the same."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make one account here and one in the commission's realm."""
        super().setUpClass()
        cls.person = cast.member()
        with cls.as_role(COMMISSION) as other:
            other.execute(
                "INSERT INTO clsm_accounts_user (id, reference, realm, email, password,"
                " first_name, last_name, job_title, organisation, is_active, is_ticket_only,"
                " is_superuser, created_at) VALUES (gen_random_uuid(), 'u-autre', 'commission',"
                " %s, '!', 'Claire', 'Morel', '', '', true, false, false, now())",
                [OTHER_REALM],
            )

    def test_a_wrong_login_answers_the_same(self) -> None:
        """Status, page and length; control: the right passphrase answers something else."""
        pages = {}
        for name in (cast.ELUE, OTHER_REALM, NOBODY):
            answer = cast.type_passphrase(Client(), name, "une autre phrase que la bonne")
            pages[name] = (answer.status_code, page_text(answer, name))
        self.assertEqual(len(set(pages.values())), 1)
        self.assertEqual(cast.type_passphrase(Client(), cast.ELUE).status_code, 302)

    def test_every_login_pays_for_a_derivation(self) -> None:
        """Absent accounts cost one derivation as well: time tells nothing."""
        from unittest import mock

        from clsm_core.accounts.hashers import PepperedArgon2idHasher

        counts = []
        for name in (cast.ELUE, OTHER_REALM, NOBODY):
            with mock.patch.object(
                PepperedArgon2idHasher, "_derive", autospec=True, return_value="x"
            ) as derive:
                cast.type_passphrase(Client(), name, "une autre phrase que la bonne")
            counts.append(derive.call_count)
        self.assertEqual(len(set(counts)), 1, counts)
        self.assertGreaterEqual(counts[0], 1)

    def test_a_reset_answers_the_same(self) -> None:
        """Same answer; a mail goes out to the account of this service only (control)."""
        pages, mails = set(), {}
        for name in (cast.ELUE, OTHER_REALM, NOBODY):
            mail.outbox.clear()
            answer = Client().post(reverse("account_reset_password"), {"email": name}, follow=True)
            pages.add((answer.redirect_chain[0], page_text(answer, name)))
            mails[name] = [message.body for message in mail.outbox]
        self.assertEqual(len(pages), 1)
        self.assertIn(settings.SERVICE_ORIGIN, mails[cast.ELUE][0])
        for name in (OTHER_REALM, NOBODY):
            # Nobody learns from a mail either: it says no account is known, or nothing is sent.
            self.assertFalse([body for body in mails[name] if "password/reset/key" in body], name)
        self.assertEqual(mails[OTHER_REALM], mails[NOBODY])

    def test_a_reset_mail_names_nobody(self) -> None:
        """T-54: no name, function or structure in a mail."""
        mail.outbox.clear()
        Client().post(reverse("account_reset_password"), {"email": cast.ELUE})
        (message,) = mail.outbox
        text = f"{message.subject} {message.body}"
        for word in (self.person.first_name, self.person.last_name, self.person.reference):
            self.assertNotIn(word, text)

    def test_a_reset_changes_the_passphrase_once(self) -> None:
        """The link works once, opens no session by itself, and ends the others."""
        person = cast.member("oubli@exemple.invalid")
        mail.outbox.clear()
        Client().post(reverse("account_reset_password"), {"email": person.email})
        address = re.search(r"https?://\S+", mail.outbox[0].body)
        assert address is not None
        path = "/" + address[0].split("/", 3)[3]
        client = Client()
        page = client.get(path, follow=True)
        form = page.request["PATH_INFO"]
        new = "huit bouleaux devant la gare"
        client.post(form, {"password1": new, "password2": new})
        self.assertFalse(cast.is_in(client))
        self.assertFalse(cast.is_in_with(Client(), person.email, cast.PASSPHRASE))
        self.assertTrue(cast.is_in_with(Client(), person.email, new))
        again = Client()
        answer = again.get(path, follow=True)
        self.assertNotContains(answer, 'name="password1"')

    def test_nobody_signs_up(self) -> None:
        """Accounts are made by the council's people: the form is closed."""
        new = {"email": NOBODY, "password1": cast.PASSPHRASE, "password2": cast.PASSPHRASE}
        for answer in (
            self.client.get("/compte/signup/"),
            self.client.post("/compte/signup/", new),
        ):
            self.assertNotContains(answer, 'name="password1"', status_code=answer.status_code)
        from clsm_core.accounts.models import User

        self.assertFalse(User.objects.filter(email=NOBODY).exists())


class RateLimitTests(CommittingTestCase):
    """Five failures on an account, and the right passphrase waits as well."""

    def tries(self, count: int, email: str) -> None:
        """Fail to come in some times."""
        for _ in range(count):
            cast.type_passphrase(Client(), email, "une autre phrase que la bonne")

    def test_it_stops_after_five_failures(self) -> None:
        """Control: after four, the right passphrase opens."""
        person = cast.member("presque@exemple.invalid")
        self.tries(4, person.email)
        self.assertTrue(cast.is_in_with(Client(), person.email))
        person = cast.member("trop@exemple.invalid")
        self.tries(5, person.email)
        self.assertFalse(cast.is_in_with(Client(), person.email))

    def test_it_holds_in_another_process(self) -> None:
        """The count stands in the database: another worker knows it (decision 11)."""
        person = cast.member("deux@exemple.invalid")
        witness = cast.member("temoin@exemple.invalid")
        self.tries(5, person.email)
        program = (
            "import sys; import django; django.setup();"
            "from tests import suite; suite.make_hostile();"
            "from tests.cases_of import Client; from tests.governance import cast;"
            "print([cast.is_in_with(Client(), email) for email in sys.argv[1:]])"
        )
        environment = {
            **self.place.programs_environment(),
            **self.place.environment("governance", self.database_name),
            "PASSWORD_COST": database.CHEAP,
            "SLOT_COST": database.CHEAP,
        }
        done = subprocess.run(
            [sys.executable, "-c", program, person.email, witness.email],
            env=environment,
            cwd=database.ROOT,
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.stdout.strip(), "[False, True]", done.stderr[-2000:])

    def test_a_refusal_keeps_its_count(self) -> None:
        """The limits stand on an autocommit alias: a rolled-back request still counts."""
        from django.core.cache import caches

        self.assertFalse(settings.DATABASES["cache"]["ATOMIC_REQUESTS"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM clsm_cache_governance")
            (before,) = cursor.fetchone()
        caches["default"].set("clsm:test", 1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM clsm_cache_governance")
            self.assertEqual(cursor.fetchone()[0], before + 1)


class GateTests(TestCase):
    """What is owed before the first page, in order: second factor, then charter."""

    def test_each_page_waits_for_both(self) -> None:
        """Anonymous to the login; then the code; then the charter; then the page (control)."""
        here = cast.council()
        person = cast.member(where=here)
        address = reverse("council:home", args=[here.slug])
        login = f"{reverse('account_login')}?next={address}"
        self.assertRedirects(self.client.get(address), login, fetch_redirect_response=False)
        cast.type_passphrase(self.client, person.email)
        answer = self.client.get(address)
        self.assertEqual(answer.headers["Location"], reverse("mfa_activate_totp"))
        seed = cast.give_code(person)
        other = Client()
        cast.sign_charter(cast.member("autre@exemple.invalid"))
        cast.come_in(other, person, seed)
        self.assertEqual(other.get(address).headers["Location"], reverse("accounts:charter"))
        cast.sign_charter(person)
        self.assertEqual(other.get(address).status_code, 200)

    def test_a_new_charter_is_asked_again(self) -> None:
        """BR-02: a new version closes the pages until it is accepted."""
        here = cast.council()
        person = cast.member(where=here)
        cast.sign_charter(person)
        cast.come_in(self.client, person, cast.give_code(person))
        address = reverse("council:home", args=[here.slug])
        self.assertEqual(self.client.get(address).status_code, 200)
        cast.sign_charter(cast.member("autre@exemple.invalid"), version=2)
        self.assertEqual(self.client.get(address).headers["Location"], reverse("accounts:charter"))
        page = reverse("accounts:charter")
        self.client.post(page, {"version": "1", "accept": "1"})
        self.assertEqual(self.client.get(address).status_code, 302)
        self.client.post(page, {"version": "2"})
        self.assertEqual(self.client.get(address).status_code, 302)
        with recorder.observe() as events:
            self.client.post(page, {"version": "2", "accept": "1"})
        self.assertEqual([event.action for event in events], ["member.charter_signed"])
        self.assertEqual(self.client.get(address).status_code, 200)

    def test_a_stranger_and_an_absent_council_look_the_same(self) -> None:
        """C-23: 404 for both, recorded; control: a member of the council."""
        here, elsewhere = cast.council(), cast.council("ailleurs")
        person = cast.member(where=here)
        cast.sign_charter(person)
        cast.come_in(self.client, person, cast.give_code(person))
        answers = set()
        for slug in (elsewhere.slug, "nulle-part"):
            with recorder.observe() as events:
                answer = self.client.get(reverse("council:home", args=[slug]))
            answers.add((answer.status_code, answer.content))
            self.assertEqual([event.action for event in events], ["access.denied"])
        self.assertEqual(len(answers), 1)
        self.assertEqual(answers.pop()[0], 404)
        self.assertEqual(
            self.client.get(reverse("council:home", args=[here.slug])).status_code, 200
        )
