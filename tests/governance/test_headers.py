"""What every answer of the council service carries, and what no anonymous visitor reaches."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.test import override_settings
from django.urls import path, resolve, reverse

from clsm_core.ui.headers import content_security_policy
from deploy.reports import PlainFormatter
from tests.cases_of import Client, TestCase
from tests.census import addresses
from tests.governance import cast

# Open to anybody: coming in, its own pages, what a council publishes, and the sign that the
# process serves.
OPEN = re.compile(
    r"^(account_(login|signup|reset_password|inactive|confirm_email|email_verification_sent)"
    r"|mfa_login_webauthn|alive|public_council:|public_governance:|public_reports:)"
)
# Answer something of their own to a visitor without a pending login.
OWN_ANSWER = {"mfa_authenticate", "account_logout", "accounts_council:ticket"}


@login_not_required
def explode(request: object) -> None:
    """Fail with a value in the text and in a local variable."""
    secret = "canari-7341"  # noqa: F841
    raise RuntimeError("canari-7342 in the text")


urlpatterns = [path("panne", explode, name="explode")]
handler404 = "clsm_core.ui.errors.handler404"
handler500 = "clsm_core.ui.errors.handler500"


class HeaderTests(TestCase):
    """T-15: the content security policy first."""

    def test_the_policy_is_strict(self) -> None:
        """No inline code, no third party, no frame; forms stay here."""
        policy = self.client.get(reverse("account_login")).headers["Content-Security-Policy"]
        self.assertEqual(policy, content_security_policy())
        for word in ("unsafe", "http:", "https:", "*", "blob:", "nonce"):
            self.assertNotIn(word, policy)
        for rule in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self';"):
            self.assertIn(rule, policy)

    def test_referrers_stay_here(self) -> None:
        """Decision 6: same-origin everywhere (no-referrer would break every form)."""
        for address in (reverse("account_login"), "/nulle-part", reverse("alive")):
            answer = self.client.get(address)
            self.assertEqual(answer.headers["Referrer-Policy"], "same-origin", address)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(answer.headers["Cross-Origin-Opener-Policy"], "same-origin")

    def test_pages_of_a_session_stay_in_no_cache(self) -> None:
        """no-store as soon as there is a session; control: styles may be kept."""
        here = cast.council()
        person = cast.member(where=here)
        cast.sign_charter(person)
        cast.come_in(self.client, person, cast.give_code(person))
        page = self.client.get(reverse("council:home", args=[here.slug]))
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertIn("no-store", self.client.get("/nulle-part").headers["Cache-Control"])
        self.assertNotIn(
            "no-store", Client().get(reverse("alive")).headers.get("Cache-Control", "")
        )

    def test_cookies_are_closed(self) -> None:
        """Decision 6: Lax session, no script reads it, no other host receives it."""
        person = cast.member()
        cast.type_passphrase(self.client, person.email)
        cookie = self.client.cookies[settings.SESSION_COOKIE_NAME]
        self.assertEqual(settings.SESSION_COOKIE_NAME, "clsm_g")
        self.assertEqual((cookie["samesite"], cookie["domain"]), ("Lax", ""))
        self.assertTrue(cookie["httponly"])
        self.client.get(reverse("account_login"))
        self.assertEqual(self.client.cookies[settings.CSRF_COOKIE_NAME]["samesite"], "Strict")

    def test_another_host_name_is_refused(self) -> None:
        """T-15: the commission's name, an address or a foreign host: 400."""
        for host in ("commission.localhost:8001", "127.0.0.1", "evil.example"):
            with self.assertLogs("django.security.DisallowedHost", "ERROR"):
                answer = Client(HTTP_HOST=host).get(reverse("account_login"))
            self.assertEqual(answer.status_code, 400, host)

    def test_forms_need_their_token(self) -> None:
        """Without it 403; with it the form is read (control)."""
        strict = Client(enforce_csrf_checks=True)
        with self.assertLogs("django.security.csrf", "WARNING"):
            answer = cast.type_passphrase(strict, cast.ELUE)
        self.assertEqual(answer.status_code, 403)
        page = strict.get(reverse("account_login")).content.decode()
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        answer = strict.post(
            reverse("account_login"),
            {"login": cast.ELUE, "password": "x", "csrfmiddlewaretoken": token[1]},
            headers={"Origin": settings.SERVICE_ORIGIN},
        )
        self.assertEqual(answer.status_code, 200)

    @override_settings(ROOT_URLCONF="tests.governance.test_headers")
    def test_an_error_shows_nothing(self) -> None:
        """T-55: neither the page nor the log holds the text, a value or a path of ours."""
        self.client.raise_request_exception = False
        with self.assertLogs("django.request", "ERROR") as logs:
            answer = self.client.get("/panne")
        self.assertEqual(answer.status_code, 500)
        written = " ".join(PlainFormatter().format(record) for record in logs.records)
        for canary in ("canari-7341", "canari-7342"):
            self.assertNotIn(canary, answer.content.decode())
            self.assertNotIn(canary, written)
        self.assertIn("RuntimeError at", written)  # Control: it was told, by class and place.


class CensusTests(TestCase):
    """Every address of the service, asked by a visitor."""

    def test_a_visitor_is_sent_to_the_login(self) -> None:
        """GET and POST; the few open pages are listed."""
        closed = 0
        for address in addresses():
            if OPEN.match(address.name) or address.name in OWN_ANSWER:
                continue
            for method in ("get", "post"):
                with self.subTest(f"{method} {address.name}"):
                    answer = getattr(Client(), method)(address.path)
                    self.assertEqual(answer.status_code, 302, address.path)
                    self.assertIn(reverse("account_login"), answer.headers["Location"])
            closed += 1
        self.assertGreater(closed, 15)

    def test_every_address_is_reached(self) -> None:
        """Control of the census itself: its paths lead to the views they name."""
        for address in addresses():
            with self.subTest(address.name):
                self.assertEqual(resolve(address.path).view_name, address.name)

    def test_nothing_of_the_commission_is_installed(self) -> None:
        """Promise 4: neither its applications, nor its addresses, nor its keys."""
        names = [*settings.INSTALLED_APPS, *(address.name for address in addresses())]
        self.assertFalse([name for name in names if "cases" in name])
        self.assertFalse(hasattr(settings, "KEYS"))
        import os

        leaked = {"KEY_PROVIDER", "OWNER_DATABASE_URL", "DPO_DATABASE_URL"} & set(os.environ)
        self.assertEqual(leaked, set())
