"""The ticket from the commission opens a session here, once, and nothing else does (decision 2)."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta
from typing import Any
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connections
from django.urls import reverse

from audit import recorder
from clsm_core.accounts import tickets
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import CouncilSession, User
from clsm_core.council.models import CouncilMembership, CouncilRole
from tests.cases_of import Client, CommittingTestCase
from tests.governance import cast


class TicketTests(CommittingTestCase):
    """Each refusal changes one thing of a ticket that opens."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make the council row of a member, with its role."""
        super().setUpClass()
        cls.row = cast.ticket_row(cls.place, cls.database_name)
        cls.council = cast.council()
        cast.sign_charter(cls.row)
        CouncilMembership.objects.create(
            user=cls.row,
            council=cls.council,
            role=CouncilRole.COORDINATOR,
            starts_on=date(2024, 1, 1),
        )

    def ticket(self, **changes: Any) -> str:
        """Return a good ticket, with something changed."""
        said = {
            "council_user": self.row.pk,
            "audience": settings.SERVICE_ORIGIN,
            "at": now(),
            "sign": cast.signer(self.place),
            **changes,
        }
        return tickets.issue(**said)

    def present(self, ticket: str, origin: str | None = None, client: Any = None) -> Any:
        """Post a ticket as the commission's page does."""
        origin = settings.COMMISSION_ORIGIN if origin is None else origin
        headers = {"Origin": origin} if origin else {}
        client = client or self.client
        return client.post(reverse("accounts_council:ticket"), {"ticket": ticket}, headers=headers)

    def refused(self, ticket: str, why: str, origin: str | None = None) -> None:
        """Check a refusal: no session, and the reason in the ledger only."""
        client = Client()
        with recorder.observe() as events:
            response = self.present(ticket, origin, client)
        self.assertEqual(response.status_code, 403)
        self.assertFalse(cast.is_in(client))
        self.assertEqual([(e.action, e.purpose) for e in events], [("ticket.refused", why)])
        self.assertNotIn(why, response.content.decode())

    def test_it_opens_the_council(self) -> None:
        """Control: a session, without a second factor of its own, on the council's page."""
        with recorder.observe() as events:
            response = self.present(self.ticket())
        self.assertRedirects(response, reverse("home"), fetch_redirect_response=False)
        self.assertTrue(cast.is_in(self.client))
        self.assertIn("ticket.used", [event.action for event in events])
        page = self.client.get(reverse("home"), follow=True)
        self.assertEqual(page.status_code, 200)
        self.assertContains(page, self.council.name)

    def test_it_serves_once(self) -> None:
        """Used twice: refused, even from the same browser."""
        ticket = self.ticket()
        self.assertEqual(self.present(ticket).status_code, 302)
        self.refused(ticket, "used")
        self.assertEqual(self.present(ticket).status_code, 403)

    def test_it_serves_once_when_posted_at_the_same_time(self) -> None:
        """Two at once: the UNIQUE lets one through."""
        ticket = self.ticket()
        start = threading.Barrier(2)
        answers: list[int] = []

        def post() -> None:
            start.wait()
            answers.append(self.present(ticket, client=Client()).status_code)
            connections.close_all()

        threads = [threading.Thread(target=post) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(answers), [302, 403])

    def test_it_lasts_sixty_seconds(self) -> None:
        """After 61 s: refused; at 58 s it opens. Nor may it come from the future."""
        self.refused(self.ticket(at=now() - timedelta(seconds=61)), "expired")
        self.refused(self.ticket(at=now() + timedelta(seconds=30)), "future")
        answer = self.present(self.ticket(at=now() - timedelta(seconds=50)))
        self.assertEqual(answer.status_code, 302)

    def test_it_is_for_this_service(self) -> None:
        """A ticket for another audience is refused."""
        for other in (settings.COMMISSION_ORIGIN, "http://conseil.localhost:9999", ""):
            self.refused(self.ticket(audience=other), "audience")

    def test_it_comes_from_the_commission_page(self) -> None:
        """Another Origin, the council's own included, or none at all: refused."""
        for other in (settings.SERVICE_ORIGIN, "null", "http://evil.localhost"):
            self.refused(self.ticket(), "origin", origin=other)
        client = Client()
        answer = client.post(reverse("accounts_council:ticket"), {"ticket": self.ticket()})
        self.assertEqual((answer.status_code, cast.is_in(client)), (403, False))

    def test_only_the_commission_can_make_one(self) -> None:
        """A ticket signed by any other key, altered or cut, opens nothing."""
        self.refused(self.ticket(sign=Ed25519PrivateKey.generate().sign), "forged")
        good = self.ticket()
        for wrong in (good[:-8] + "AAAAAAA=", "", "é", good[:40], "AAAA"):
            answer = self.present(wrong, client=(client := Client()))
            self.assertEqual((answer.status_code, cast.is_in(client)), (403, False))

    def test_it_names_a_ticket_only_row_that_is_active(self) -> None:
        """Unknown, ordinary and deactivated rows are refused alike."""
        self.refused(self.ticket(council_user=uuid.uuid4()), "unknown")
        ordinary = cast.member("ordinaire@exemple.invalid")
        self.refused(self.ticket(council_user=ordinary.pk), "unknown")
        left = cast.ticket_row(self.place, self.database_name, "Partie")
        self.assertEqual(self.present(self.ticket(council_user=left.pk)).status_code, 302)
        User.objects.filter(pk=left.pk).update(is_active=False)
        self.refused(self.ticket(council_user=left.pk), "unknown")

    def test_no_ticket_travels_in_an_address(self) -> None:
        """GET is refused, and a ticket in the query is not read."""
        address = reverse("accounts_council:ticket")
        self.assertEqual(self.client.get(address, {"ticket": self.ticket()}).status_code, 405)
        answer = self.client.post(
            f"{address}?ticket={self.ticket()}", headers={"Origin": settings.COMMISSION_ORIGIN}
        )
        self.assertEqual(answer.status_code, 403)

    def test_the_former_session_ends(self) -> None:
        """Whoever was in is out, and the session has a new key."""
        person = cast.member("avant@exemple.invalid")
        cast.sign_charter(person)
        cast.come_in(self.client, person, cast.give_code(person))
        before = self.client.session.session_key
        self.assertEqual(self.client.session["_auth_user_id"], str(person.pk))
        self.present(self.ticket())
        self.assertNotEqual(self.client.session.session_key, before)
        self.assertEqual(self.client.session["_auth_user_id"], str(self.row.pk))

    def test_a_deactivated_member_is_out_at_the_next_page(self) -> None:
        """The session of a row that was deactivated opens nothing more."""
        row = cast.ticket_row(self.place, self.database_name, "Sortante")
        self.present(self.ticket(council_user=row.pk))
        self.assertEqual(self.client.get(reverse("accounts:charter")).status_code, 200)
        User.objects.filter(pk=row.pk).update(is_active=False)
        answer = self.client.get(reverse("accounts:charter"))
        self.assertRedirects(
            answer,
            f"{reverse('account_login')}?next={reverse('accounts:charter')}",
            fetch_redirect_response=False,
        )

    def test_no_ledger_no_entry(self) -> None:
        """If the entry cannot be recorded, it does not happen (T-33)."""
        ticket, before = self.ticket(), CouncilSession.objects.count()
        with (
            mock.patch.object(recorder, "_insert", side_effect=recorder.LedgerUnavailable),
            self.assertRaises(recorder.LedgerUnavailable),
        ):
            self.present(ticket)
        self.assertEqual(CouncilSession.objects.count(), before)
        # Control: the ticket was not used up by the failure.
        self.assertEqual(self.present(ticket).status_code, 302)
        self.assertEqual(CouncilSession.objects.count(), before + 1)


class TicketOnlyTests(CommittingTestCase):
    """A row that came by ticket has no other way in (decision 1)."""

    def setUp(self) -> None:
        """Make such a row, and try with an address it could have had."""
        self.row = cast.ticket_row(self.place, self.database_name)

    def test_no_passphrase_opens_it(self) -> None:
        """By e-mail, reference or id: the same refusal as for nobody; control: a council user."""
        for name in ("", self.row.reference, str(self.row.pk), "claire.morel@exemple.invalid"):
            cast.type_passphrase(self.client, name, "!")
            self.assertFalse(cast.is_in(self.client), name)
        person = cast.member("temoin@exemple.invalid")
        cast.type_passphrase(self.client, person.email)
        self.assertTrue(cast.is_in(self.client))

    def test_nothing_can_be_attached_to_it(self) -> None:
        """No e-mail, authenticator or passphrase enters the row, by the service's own role."""
        from allauth.account.models import EmailAddress
        from allauth.mfa.models import Authenticator
        from django.db import DatabaseError, transaction

        person = cast.member("attache@exemple.invalid")
        acts = {
            "email": lambda user: EmailAddress.objects.create(user=user, email="x@y.invalid"),
            "code": cast.give_code,
            "passkey": lambda user: Authenticator.objects.create(
                user=user, type=Authenticator.Type.WEBAUTHN, data={}
            ),
            "passphrase": lambda user: User.objects.filter(pk=user.pk).update(password="x"),
            "address": lambda user: User.objects.filter(pk=user.pk).update(email="x@y.invalid"),
            "freed": lambda user: User.objects.filter(pk=user.pk).update(is_ticket_only=False),
        }
        for name, act in acts.items():
            with self.subTest(name):
                act(person)  # Control: an ordinary council user's row can be changed.
                with self.assertRaises(DatabaseError), transaction.atomic():
                    act(self.row)

    def test_no_reset_reaches_it(self) -> None:
        """It has no address, and a link made for it by hand does not work."""
        from allauth.account.forms import default_token_generator
        from allauth.account.utils import user_pk_to_url_str

        key = f"{user_pk_to_url_str(self.row)}-{default_token_generator.make_token(self.row)}"
        uid, _, token = key.partition("-")
        address = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        page = self.client.get(address, follow=True)
        new = {"password1": cast.PASSPHRASE, "password2": cast.PASSPHRASE}
        from django.db import DatabaseError

        try:
            self.client.post(page.request["PATH_INFO"], new)
        except DatabaseError:
            connections["default"].close()
        self.row.refresh_from_db()
        self.assertTrue(self.row.password.startswith("!"))
        self.assertFalse(self.row.has_usable_password())
