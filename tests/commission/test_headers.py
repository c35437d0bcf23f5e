"""What every answer of the commission carries, and what no anonymous visitor reaches."""

from __future__ import annotations

import re

from django.conf import settings
from django.urls import resolve, reverse

from tests.cases_of import Client, TestCase
from tests.census import addresses

OPEN = re.compile(
    r"^(account_(login|signup|reset_password|inactive|confirm_email|email_verification_sent)"
    r"|mfa_login_webauthn|alive)"
)
OWN_ANSWER = {"mfa_authenticate", "account_logout"}


class CensusTests(TestCase):
    """Every address of the service, asked by a visitor."""

    def test_a_visitor_is_sent_to_the_login(self) -> None:
        """GET and POST; the few open pages are listed, and nothing may be kept by a cache."""
        closed = 0
        for address in addresses():
            if OPEN.match(address.name) or address.name in OWN_ANSWER:
                continue
            for method in ("get", "post"):
                with self.subTest(f"{method} {address.name}"):
                    answer = getattr(Client(), method)(address.path)
                    self.assertEqual(answer.status_code, 302, address.path)
                    self.assertIn(reverse("account_login"), answer.headers["Location"])
                    self.assertEqual(answer.headers["Cache-Control"], "no-store, private")
            closed += 1
        self.assertGreater(closed, 35)

    def test_every_address_is_reached(self) -> None:
        """Control of the census itself: its paths lead to the views they name."""
        for address in addresses():
            with self.subTest(address.name):
                self.assertEqual(resolve(address.path).view_name, address.name)

    def test_addresses_hold_opaque_words_only(self) -> None:
        """Style rule 18: a code or an id, never a name, in an address."""
        from django.urls import get_resolver

        words = set(re.findall(r"<(?:\w+:)?(\w+)>", str(shapes(get_resolver().url_patterns))))
        self.assertIn("code", words)
        self.assertFalse(words & {"name", "email", "person", "user", "last_name", "text"})


def shapes(patterns: list[object], prefix: str = "") -> list[str]:
    """Return every address as it is written in the URL configuration."""
    found = []
    for pattern in patterns:
        shape = prefix + str(getattr(pattern, "pattern", ""))
        found.append(shape)
        found += shapes(getattr(pattern, "url_patterns", []), shape)
    return found


class HeaderTests(TestCase):
    """Decision 6."""

    def test_pages_stay_in_no_cache(self) -> None:
        """Not even those of a visitor."""
        for address in (reverse("account_login"), "/nulle-part", reverse("alive")):
            answer = self.client.get(address)
            self.assertEqual(answer.headers["Cache-Control"], "no-store, private", address)
            self.assertEqual(answer.headers["Referrer-Policy"], "same-origin", address)

    def test_the_services_share_no_cookie_name(self) -> None:
        """Cookies do not separate ports."""
        names = {
            settings.SESSION_COOKIE_NAME,
            settings.CSRF_COOKIE_NAME,
            settings.VAULT_COOKIE_NAME,
            settings.PENDING_VAULT_COOKIE_NAME,
            settings.DRAFT_COOKIE_NAME,
        }
        self.assertEqual(len(names), 5)
        self.assertFalse(names & {"clsm_g", "clsm_g_csrf"})
        self.assertEqual(settings.SESSION_COOKIE_SAMESITE, "Lax")

    def test_another_host_name_is_refused(self) -> None:
        """The council's name, an address or a foreign host: 400."""
        for host in ("conseil.localhost:8002", "127.0.0.1", "evil.example"):
            with self.assertLogs("django.security.DisallowedHost", "ERROR"):
                answer = Client(HTTP_HOST=host).get(reverse("account_login"))
            self.assertEqual(answer.status_code, 400, host)
