"""Members and rights: given with dates, ended, kept; who has an account elsewhere is not told."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from threading import Barrier, BrokenBarrierError
from typing import Any
from unittest import mock

from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from lxml import html

from clsm_core.accounts.clock import now
from clsm_core.accounts.models import User
from clsm_core.accounts.posting import Refusal
from clsm_core.council.actions import members as actions
from clsm_core.council.models import Council, CouncilMembership
from clsm_core.council.queries import members
from clsm_core.directory.models import Contact
from tests.cases_of import CommittingTestCase, TestCase
from tests.governance import cast
from tests.governance.council_people import council, member
from tests.governance.council_place import errors_of, fields_of, fill

PAGE = "/conseils/metz/membres/"
INVITE = f"{PAGE}inviter/"
NADIA = "nadia.canari@exemple.invalid"
TYPED = {
    "email": NADIA,
    "first_name": "Nadia",
    "last_name": "Canari",
    "job_title": "Assistante canari",
    "organisation": "CCAS canari",
    "role": "contributor",
}


def in_words(page: Any) -> str:
    """Return the text of a page, spaces made single."""
    return " ".join(" ".join(html.fromstring(page.content.decode()).itertext()).split())


def held_by(email: str, of: Council) -> CouncilMembership:
    """Give the role of an address."""
    return CouncilMembership.objects.get(user__email=email, council=of)


class Giving(TestCase):
    """A role to a new address, to an account of another council, to a member."""

    def setUp(self) -> None:
        """Open two councils, a coordinator each."""
        self.council = council()
        self.other = council("autre", "Autre CLSM")
        self.claire = member(self.council, "coordinator", "claire")
        self.paul = member(self.other, "coordinator", "paul")

    def invite(self, **typed: Any) -> Any:
        """Invite, and let the mails leave."""
        with self.captureOnCommitCallbacks(execute=True):
            return fill(self.claire, INVITE, **{**TYPED, **typed})

    def test_a_new_person_gets_an_account_a_role_and_a_link(self) -> None:
        """Every field is on the page; the account has no passphrase yet; the mail names nobody."""
        self.assertRedirects(self.invite(ends_on="2100-12-31"), PAGE)
        user = User.objects.get(email=NADIA)
        self.assertEqual((user.realm, user.has_usable_password()), ("council", False))
        self.assertTrue(EmailAddress.objects.get(user=user).verified)
        text = in_words(self.claire.get(PAGE))
        for words in (
            "Nadia Canari",
            "Assistante canari, CCAS canari",
            NADIA,
            "contribution",
            "31 déc. 2100",
        ):
            self.assertIn(words, text)
        (sent,) = mail.outbox
        self.assertEqual(sent.to, [NADIA])
        for word in ("Nadia", "Canari", "Claire", "Metz"):
            self.assertNotIn(word, sent.subject + sent.body)
        self.assertIn("/compte/password/reset/key/", sent.body)

    def test_the_link_opens_the_login_once(self) -> None:
        """The person chooses a passphrase by the link; the second time it is dead."""
        self.invite()
        found = re.search(r"https?://\S+", mail.outbox[0].body)
        assert found is not None
        path = re.sub(r"^https?://[^/]+", "", found[0])
        # Each a browser of its own: the first look keeps the key in its session.
        visitor = self.client_class()
        page = visitor.get(path, follow=True)
        words = "sept tilleuls au bord de l’eau"
        address = page.redirect_chain[-1][0]
        visitor.post(address, {"password1": words, "password2": words})
        self.assertTrue(User.objects.get(email=NADIA).has_usable_password())
        again = self.client_class().get(path, follow=True)
        self.assertNotContains(again, 'name="password1"')
        # Control: the passphrase is taken at the login.
        answer = cast.type_passphrase(self.client_class(), NADIA, words)
        self.assertEqual(answer.status_code, 302)

    def test_an_account_of_another_council_is_not_told(self) -> None:
        """Same answer, same list, as for a new address: neither name nor function comes through."""
        User.objects.create_user(
            realm="council",
            email=NADIA,
            password="une phrase de passe à elle",
            first_name="Secret-prénom",
            last_name="Secret-nom",
            job_title="Secret-fonction",
            organisation="Secret-structure",
        )
        CouncilMembership.objects.create(
            user=User.objects.get(email=NADIA),
            council=self.other,
            role="president",
            starts_on=dt.date(2024, 1, 1),
        )
        known = self.invite()
        new = self.invite(email="neuve@exemple.invalid")
        self.assertEqual((known.status_code, known.url), (new.status_code, new.url))
        page = self.claire.get(PAGE)
        text = in_words(page)
        self.assertIn("Nadia Canari", text)
        self.assertIn("Assistante canari", text)
        for url in (
            PAGE,
            f"{PAGE}role/",
            INVITE,
            f"{PAGE}{held_by(NADIA, self.council).pk}/terminer/",
        ):
            self.assertNotIn("Secret", self.claire.get(url).content.decode())
        # Nor where an account is linked with a contact, before and after.
        linked = Contact.objects.create(council=self.council, last_name="Canari", college="users")
        for _ in range(2):
            for more in ("", "modifier/"):
                page = self.claire.get(f"/conseils/metz/annuaire/contacts/{linked.pk}/{more}")
                self.assertNotIn("Secret", page.content.decode())
            self.assertContains(page, "Nadia Canari")
            linked.account = User.objects.get(email=NADIA)
            linked.save()
        self.assertNotIn("présidence 1er", text)
        user = User.objects.get(email=NADIA)
        self.assertEqual((user.first_name, user.has_usable_password()), ("Secret-prénom", True))
        first, second = mail.outbox
        self.assertNotIn("reset", first.body)
        self.assertIn("reset", second.body)
        self.assertNotIn("Secret", first.body + first.subject)
        # Control: her own council still knows her by her name.
        self.assertIn("Secret-nom", in_words(self.paul.get("/conseils/autre/membres/")))

    def test_an_address_in_capitals_is_the_same_account(self) -> None:
        """One account an address."""
        self.invite()
        self.invite(email=NADIA.upper(), role="reader")
        self.assertEqual(User.objects.filter(email__iexact=NADIA).count(), 1)
        self.assertEqual(CouncilMembership.objects.filter(user__email=NADIA).count(), 2)

    def test_the_same_role_twice_is_refused(self) -> None:
        """Overlapping dates are; the same role after the first is not."""
        self.invite(ends_on="2099-06-30")
        self.assertIn("a déjà ce rôle", errors_of(self.invite()))
        later = self.invite(starts_on="2099-07-01")
        self.assertRedirects(later, PAGE)
        self.assertContains(self.claire.get(PAGE), "à venir")

    def test_an_invitation_sent_twice_makes_one(self) -> None:
        """Decision 50: one account, one role, one mail."""
        sent = {**fields_of(self.claire.get(INVITE)), **TYPED}
        with self.captureOnCommitCallbacks(execute=True):
            for _ in range(2):
                self.assertRedirects(self.claire.post(INVITE, sent), PAGE)
        self.assertEqual(CouncilMembership.objects.filter(user__email=NADIA).count(), 1)
        self.assertEqual(len(mail.outbox), 1)

    def test_a_mail_that_cannot_leave_loses_nothing(self) -> None:
        """The role stands; the failure is logged; the message can be sent again."""
        with (
            mock.patch.object(actions, "get_adapter", side_effect=OSError),
            self.assertLogs("django.test", "ERROR"),
        ):
            self.assertRedirects(self.invite(), PAGE)
        self.assertEqual(len(mail.outbox), 0)
        url = reverse("council:member_invite", args=["metz", held_by(NADIA, self.council).pk])
        with self.captureOnCommitCallbacks(execute=True):
            self.assertRedirects(fill(self.claire, url), PAGE)
        self.assertEqual(len(mail.outbox), 1)

    def test_dates_and_roles_are_checked(self) -> None:
        """An end before the beginning, an end past, no such role."""
        for typed in (
            {"starts_on": "2099-02-01", "ends_on": "2099-01-01"},
            {"starts_on": "2020-01-01", "ends_on": "2020-02-01"},
            {"role": "superuser"},
            {"email": "pas une adresse"},
        ):
            with self.subTest(typed):
                page = self.invite(**typed)
                self.assertTrue(errors_of(page))
                self.assertContains(page, "Assistante canari")
        self.assertFalse(User.objects.filter(email=NADIA).exists())

    def test_a_member_gets_another_role(self) -> None:
        """From the list of this council, under the name that this council wrote."""
        self.invite()
        user = User.objects.get(email=NADIA)
        answer = fill(self.claire, f"{PAGE}role/", user=str(user.pk), role="reader")
        self.assertRedirects(answer, PAGE)
        given = CouncilMembership.objects.get(user=user, role="reader")
        self.assertEqual(given.person_name, "Nadia Canari")

    def test_the_account_of_another_council_cannot_be_picked(self) -> None:
        """Tenancy in the form: a neighbour's id is refused; a member's is taken (control above)."""
        paul = User.objects.get(email__startswith="paul")
        page = fill(self.claire, f"{PAGE}role/", user=str(paul.pk), role="coordinator")
        self.assertIn("n’est pas de ce conseil", errors_of(page))
        with self.assertRaises(Refusal):
            actions.give_role(
                council=self.council, user=paul, role="reader", starts_on=now().date()
            )
        self.assertEqual(CouncilMembership.objects.filter(user=paul).count(), 1)

    def test_queries_do_not_grow_with_the_members(self) -> None:
        """One member or twenty: the same number of queries."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        counts = []
        for last in (1, 20):
            for rank in range(last):
                self.invite(email=f"p{last}-{rank}@exemple.invalid")
            self.claire.get(PAGE)
            with CaptureQueriesContext(connection) as seen:
                self.claire.get(PAGE)
            counts.append(len(seen))
        self.assertEqual(counts[0], counts[1])


class Ending(TestCase):
    """A role is ended, never removed; somebody always coordinates."""

    def setUp(self) -> None:
        """Open a council with a coordinator and a reader."""
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.lea = member(self.council, "reader", "lea")

    def end(self, browser: Client, of: str, **typed: Any) -> Any:
        """Send the form that ends a role."""
        row = CouncilMembership.objects.get(user__email__startswith=of, council=self.council)
        return fill(browser, f"{PAGE}{row.pk}/terminer/", **typed)

    def test_at_once_the_next_page_is_closed(self) -> None:
        """Closed the same minute, kept in the list of past roles, with who closed it."""
        self.assertEqual(self.lea.get("/conseils/metz/").status_code, 200)
        self.assertRedirects(self.end(self.claire, "lea"), PAGE)
        self.assertEqual(self.lea.get("/conseils/metz/").status_code, 404)
        row = CouncilMembership.objects.get(role="reader")
        assert row.ended_by is not None
        self.assertTrue(row.ended_by.email.startswith("claire"))
        self.assertIn("Rôles terminés", in_words(self.claire.get(PAGE)))

    def test_on_a_day_it_stays_open_until_then(self) -> None:
        """The last day is a whole day; a day before today is refused."""
        today = now().date()
        page = self.end(self.claire, "lea", when="day", ends_on="2021-01-01")
        self.assertIn("précéder", errors_of(page))
        self.assertTrue(errors_of(self.end(self.claire, "lea", when="day", ends_on="")))
        self.end(self.claire, "lea", when="day", ends_on=today.isoformat())
        self.assertEqual(self.lea.get("/conseils/metz/").status_code, 200)

    def test_an_ended_role_is_not_ended_again(self) -> None:
        """Nor is somebody without a role written to; a role given again opens again."""
        self.end(self.claire, "lea")
        self.assertIn("déjà pris fin", errors_of(self.end(self.claire, "lea")))
        row = CouncilMembership.objects.get(role="reader")
        page = fill(self.claire, f"{PAGE}{row.pk}/invitation/")
        self.assertIn("pris fin", errors_of(page))
        answer = fill(self.claire, f"{PAGE}role/", user=str(row.user_id), role="reader")
        self.assertRedirects(answer, PAGE)
        self.assertEqual(self.lea.get("/conseils/metz/").status_code, 200)

    def test_the_last_coordinator_stays(self) -> None:
        """Alone, or with others whose role has an end or begins too late: refused."""
        self.assertIn("toujours une coordination", errors_of(self.end(self.claire, "claire")))
        other = member(self.council, "coordinator", "paul")
        row = CouncilMembership.objects.get(user__email__startswith="paul")
        for fields in (
            {"ends_on": dt.date(2099, 1, 1)},
            {"ends_on": None, "starts_on": dt.date(2099, 1, 1)},
        ):
            CouncilMembership.objects.filter(pk=row.pk).update(**fields)
            with self.subTest(fields):
                page = self.end(self.claire, "claire")
                self.assertIn("toujours une coordination", errors_of(page))
        CouncilMembership.objects.filter(pk=row.pk).update(starts_on=dt.date(2020, 1, 1))
        User.objects.filter(pk=row.user_id).update(is_active=False)
        self.assertTrue(errors_of(self.end(self.claire, "claire")))
        User.objects.filter(pk=row.user_id).update(is_active=True)
        answer = self.end(self.claire, "claire")
        self.assertRedirects(answer, reverse("home"), fetch_redirect_response=False)
        self.assertEqual(self.claire.get(PAGE).status_code, 404)
        self.assertEqual(other.get(PAGE).status_code, 200)

    def test_a_hand_over_on_a_day_is_possible(self) -> None:
        """The former leaves on the eve of the new one's first day."""
        member(self.council, "coordinator", "paul")
        row = CouncilMembership.objects.get(user__email__startswith="paul")
        tomorrow = now().date() + dt.timedelta(days=1)
        CouncilMembership.objects.filter(pk=row.pk).update(starts_on=tomorrow)
        today = now().date().isoformat()
        self.assertRedirects(self.end(self.claire, "claire", when="day", ends_on=today), PAGE)

    def test_people_who_came_by_ticket_are_listed_without_an_address(self) -> None:
        """A row without a login has no message to be sent, and its role can be ended."""
        User.objects.filter(email__startswith="lea").update(email="")
        page = self.claire.get(PAGE)
        self.assertContains(page, "entre par billet")
        row = CouncilMembership.objects.get(role="reader")
        self.assertEqual(self.claire.get(f"{PAGE}{row.pk}/invitation/").status_code, 404)
        self.assertEqual(self.claire.get(f"{PAGE}{row.pk}/terminer/").status_code, 200)


class Together(CommittingTestCase):
    """Two acts at the same time: one coordinator stays, one role is given."""

    def test_only_one_of_two_leaves(self) -> None:
        """The second waits for the first, and is refused."""
        from concurrent.futures import ThreadPoolExecutor

        from django.db import connections

        here = cast.council()
        users = [
            cast.member(f"{name}@exemple.invalid", where=here, role="coordinator")
            for name in ("claire", "paul")
        ]
        rows = [CouncilMembership.objects.get(user=user) for user in users]
        at = now()

        def leave(row: CouncilMembership) -> str:
            try:
                actions.end_role(membership=row, by=users[0], at=at)
            except Refusal as refused:
                return refused.code
            else:
                return "ended"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            codes = sorted(pool.map(leave, rows))
        self.assertEqual(codes, ["ended", "last_coordinator"])

    def test_a_role_is_given_once_by_two(self) -> None:
        """Two first days, hence two rows that no constraint holds apart."""
        from concurrent.futures import ThreadPoolExecutor

        from django.db import connections

        here = cast.council()
        user = cast.member("elise@exemple.invalid", where=here, role="reader")
        together, meanwhile = Barrier(2), members.overlapping

        def slow(*args: Any) -> Any:
            found = meanwhile(*args)
            seen = [one.pk for one in found]
            # Both have looked before one of them writes, unless one waits for the other.
            with contextlib.suppress(BrokenBarrierError):
                together.wait(1)
            return found.filter(pk__in=seen)

        def give(day: int) -> str:
            try:
                actions.give_role(
                    council=here, user=user, role="contributor", starts_on=dt.date(2026, 1, day)
                )
            except Refusal as refused:
                return refused.code
            else:
                return "given"
            finally:
                connections.close_all()

        with mock.patch.object(members, "overlapping", slow), ThreadPoolExecutor(2) as pool:
            codes = sorted(pool.map(give, (1, 2)))
        self.assertEqual(codes, ["given", "twice"])
