"""Search before creating, duplicates, and the few bits kept of an identity (decision 25)."""

from __future__ import annotations

import io
import itertools
import logging
import uuid
from dataclasses import replace
from typing import Any
from unittest import mock

from django.conf import settings

from audit import recorder
from cases.access import search
from cases.access.search import Asked
from cases.actions import agreements, referrals
from cases.domain.sections import InformationCategory
from cases.models import Situation
from tests import people
from tests.cases_of import CommittingTestCase, TestCase
from tests.commission import unnamed
from tests.commission.test_pages_journey import url

CANARY = "Canaripervenche"
NO_IDENTITY = frozenset(InformationCategory) - {InformationCategory.IDENTITY}
KNOWN = Asked("Marchandeau-Fictif", "Hélène", 1961)


def step(**changes: Any) -> dict[str, Any]:
    """Return the first screen of a referral, as posted."""
    return {
        "identification": "named",
        "last_name": "Marchandeau-Fictif",
        "first_name": "Hélène",
        "birth_year": "1961",
        "person_informed": "informee",
        "age_band": "56-65",
        "action": "next",
        "idempotency_key": str(uuid.uuid4()),
        **changes,
    }


class ByName(TestCase):
    """A member compares a name with what she may reveal, and with nothing else."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"r{uuid.uuid4().hex[:8]}")

    def codes(self, name: str, *asked: Any) -> list[str]:
        """Return the codes found by somebody."""
        with people.as_person(self.cast.people[name]) as viewer:
            found = search.by_name(viewer, Asked(*asked))
            self.assertEqual(found.ask, ())
            return [one.code for one in found.situations]

    def test_names_as_people_write_them(self) -> None:
        """Accents, order, hyphens, slips, a year apart; another name finds nothing."""
        code = people.shared(self.cast, "sophie").code
        for asked in (
            ("dupont-fictif", "CAMILLE", 1968),
            ("Camille", "Dupont", None),
            ("Dupond", "", 1969),
            ("Fictif", "Camile", None),
        ):
            with self.subTest(asked):
                self.assertEqual(self.codes("sophie", *asked), [code])
        for asked in (("Durand", "", None), ("Dupont", "Camille", 1950), ("Dupont", "Paul", None)):
            with self.subTest(asked):
                self.assertEqual(self.codes("sophie", *asked), [])

    def test_only_what_may_be_revealed(self) -> None:
        """C-08, C-21: no grant, a section she closed, another commission, a withdrawal."""
        code = people.agreed(self.cast, categories=NO_IDENTITY).code
        self.assertEqual(self.codes("luc", "Dupont"), [code])  # Control: the lead.
        with people.as_person(self.cast.claire) as viewer:
            Situation.objects.filter(code=code).update(state="inscribed")
        for name in ("sophie", "marc", "claire"):
            with self.subTest(name):
                self.assertEqual(self.codes(name, "Dupont"), [])
        other = people.commission(f"o{uuid.uuid4().hex[:8]}")
        with people.as_person(other.claire) as viewer:
            self.assertFalse(search.by_name(viewer, Asked("Dupont")))
        with people.as_person(self.cast.luc) as viewer:
            row = Situation.objects.select_related("commission").get(code=code)
            agreements.withdraw(viewer=viewer, situation=row, kind="objection")
        self.assertEqual(self.codes("claire", "Dupont"), [])

    def test_what_is_compared_is_recorded_first(self) -> None:
        """The situations opened and no other, at most two hundred an event."""
        shared = {people.shared(self.cast, "sophie").pk for _ in range(3)}
        people.agreed(self.cast)
        with (
            people.as_person(self.cast.sophie) as viewer,
            recorder.observe() as events,
            mock.patch.object(search, "MOST_OBJECTS", 2),
        ):
            found = search.by_name(viewer, Asked("Personne"))
        self.assertEqual((found.situations, found.compared), ((), 3))
        told = [event for event in events if event.action == "identity.searched"]
        self.assertEqual(sorted(len(event.objects) for event in told), [1, 2])
        self.assertEqual({pk for event in told for pk in event.objects}, shared)
        self.assertEqual({event.sections for event in told}, {("identity",)})

    def test_a_ledger_that_is_down_compares_nothing(self) -> None:
        """T-33: the record comes before the comparison."""
        people.shared(self.cast, "sophie")
        client = people.client_of(self.cast.sophie)
        with (
            mock.patch.object(recorder, "shown", side_effect=recorder.LedgerUnavailable),
            mock.patch.object(search, "_alike") as compared,
        ):
            answer = client.post(url("search"), {"last_name": "Dupont"})
        self.assertEqual(answer.status_code, 503)
        self.assertFalse(compared.called)

    def test_the_page(self) -> None:
        """By post only; codes, states and leads; nothing of the name but in its own field."""
        code = people.shared(self.cast, "sophie").code
        client = people.client_of(self.cast.sophie)
        self.assertNotContains(client.get(url("search")), code)
        self.assertNotContains(client.get(f"{url('search')}?last_name=Dupont"), code)
        with recorder.observe() as events:
            page = client.post(url("search"), {"last_name": "Dupont", "first_name": "Camille"})
        self.assertContains(page, code)
        self.assertContains(page, "Luc Perrin")
        self.assertNotContains(page, "Dupont-Fictif")
        self.assertNotContains(page, "rue Inventée")
        self.assertNotIn("Dupont", " ".join(repr(event) for event in events))
        # Posted again, it compares again and says so again: nothing is written.
        with recorder.observe() as events:
            client.post(url("search"), {"last_name": "Dupont", "first_name": "Camille"})
        self.assertEqual([e.action for e in events], ["identity.searched"])

    def test_who_has_no_page(self) -> None:
        """A referrer, the DPO: 404 whatever the method; without a vault, its opening first."""
        for name in ("julie", "denis"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.get(url("search")).status_code, 404)
            self.assertEqual(client.post(url("search"), {"last_name": "D"}).status_code, 404)
        closed = people.client_of(self.cast.luc, vault=False)
        self.assertEqual(closed.get(url("search")).status_code, 302)
        page = closed.post(url("search"), {"last_name": CANARY})
        self.assertContains(page, "Votre coffre s’est refermé")
        self.assertContains(page, CANARY)

    def test_what_is_typed_is_kept_nowhere(self) -> None:
        """Neither in ledger nor log, address, title or cookie; control: its own field."""
        people.shared(self.cast, "sophie")
        client = people.client_of(self.cast.sophie)
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        for name in ("", "django", "cases"):
            logger = logging.getLogger(name)
            logger.addHandler(handler)
            self.addCleanup(logger.removeHandler, handler)
            self.addCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.DEBUG)
        with recorder.observe() as events:
            page = client.post(url("search"), {"last_name": CANARY, "birth_year": "abc"})
            again = client.post(url("search"), {"last_name": CANARY})
        logging.getLogger("cases").debug("control")
        self.assertIn("control", stream.getvalue())
        for answer in (page, again):
            text = answer.content.decode()
            self.assertEqual(text.count(CANARY), 1)
            self.assertNotIn(CANARY, text[text.index("<title>") : text.index("</title>")])
            self.assertNotIn(CANARY, answer.request["PATH_INFO"] + answer.request["QUERY_STRING"])
        told = " ".join(repr(event) for event in events) + stream.getvalue() + str(client.cookies)
        self.assertNotIn(CANARY, told)
        self.assertNotIn(CANARY, repr(Asked(CANARY)))


class Duplicates(CommittingTestCase):
    """Before somebody is referred twice: exact where one may look, a colleague's name elsewhere."""

    @classmethod
    def setUpClass(cls) -> None:
        """Eight situations, and Hélène's, whose identity nobody but the lead opens."""
        super().setUpClass()
        cls.cast = people.commission("doublons")
        unnamed.many(cls.cast)
        cls.situation = unnamed.coded(cls.cast)
        unnamed.agree(cls.cast, cls.situation.pk)
        unnamed.write(cls.cast, cls.situation.pk)
        # She then keeps her identity to the lead; the hint was kept with her agreement.
        unnamed.agree(cls.cast, cls.situation.pk, categories=NO_IDENTITY)
        with cls.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_situation SET state = 'follow_up' WHERE id = %s", [cls.situation.pk]
            )

    def found(self, name: str, asked: Asked = KNOWN) -> search.Found:
        """Return what somebody is answered."""
        with people.as_person(self.cast.people[name]) as viewer:
            return search.duplicates(viewer, self.cast.commission, asked)

    def test_the_lead_finds_and_others_are_told_whom_to_ask(self) -> None:
        """Decision 25: « demandez à Luc Perrin », and not a code more."""
        self.assertEqual([one.code for one in self.found("luc").situations], [self.situation.code])
        self.assertEqual(self.found("luc").ask, ())
        for name in ("claire", "sophie", "marc"):
            with self.subTest(name):
                answered = self.found(name)
                self.assertEqual(answered.situations, ())
                self.assertEqual(answered.ask, ("Luc Perrin",))

    def test_a_mere_referrer_learns_nothing(self) -> None:
        """Nothing is even asked in her name; and the database would answer nothing."""
        with (
            mock.patch.object(search, "_leads") as asked,
            mock.patch.object(search, "_open") as opened,
        ):
            self.assertFalse(self.found("julie"))
            self.assertFalse(self.found("denis"))
        self.assertFalse(asked.called or opened.called)
        with people.as_person(self.cast.julie):
            self.assertEqual(search._leads(self.cast.commission.pk, KNOWN, []), ())
        with people.as_person(self.cast.sophie):  # Control.
            self.assertNotEqual(search._leads(self.cast.commission.pk, KNOWN, []), ())

    def test_her_page_is_the_same_whatever_exists(self) -> None:
        """Same answer, same event, for a person who is known and for one who is not."""
        answers = []
        for name in ("Marchandeau-Fictif", "Inconnue-Fictif"):
            client = people.client_of(self.cast.julie)
            client.post(
                url("referral_new"), {"urgency": "non", "idempotency_key": str(uuid.uuid4())}
            )
            with recorder.observe() as events:
                answer = client.post(url("referral_step", "personne"), step(last_name=name))
            answers.append((answer.status_code, answer["Location"], [e.action for e in events]))
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0][0], 302)
        # Control: a build that asked in her name, and answered, would show it.
        with (
            mock.patch.object(search, "ASKING_ROLES", search.REFERRING_ROLES),
            mock.patch.object(search, "_leads", return_value=("Luc Perrin",)),
        ):
            weak = client.post(url("referral_step", "personne"), step())
        self.assertContains(weak, "Luc Perrin")

    def test_a_member_is_warned_once_before_she_refers(self) -> None:
        """Her vault closed or open; what she typed is kept; she may go on."""
        for vault in (True, False):
            with self.subTest(vault=vault):
                client = people.client_of(self.cast.sophie, vault=vault)
                client.post(
                    url("referral_new"), {"urgency": "non", "idempotency_key": str(uuid.uuid4())}
                )
                page = client.post(url("referral_step", "personne"), step())
                self.assertContains(page, "Une situation existe peut-être")
                self.assertContains(page, "Luc Perrin")
                self.assertContains(page, "Marchandeau-Fictif")
                self.assertNotContains(page, self.situation.code)
                on = client.post(url("referral_step", "personne"), step(known="1"))
                self.assertRedirects(
                    on, url("referral_step", "situation"), fetch_redirect_response=False
                )
        # Control: nobody bears either name; one has the same hint, hence the same page.
        for unknown, status in (
            (self.unknown(shared=False), 302),
            (self.unknown(shared=True), 200),
        ):
            with self.subTest(unknown):
                answer = client.post(url("referral_step", "personne"), step(last_name=unknown))
                self.assertEqual(answer.status_code, status)

    def unknown(self, *, shared: bool) -> str:
        """Return a name that nobody bears, with Hélène's hint at every length, or at none."""

        def first_byte(last_name: str) -> int:
            said = search._message(self.cast.commission.pk, replace(KNOWN, last_name=last_name))
            assert said is not None
            return settings.KEYS.hmac(search.HINTS, said, 1)[0]

        true = first_byte(KNOWN.last_name)
        # The first bit differs, or all eight are the same.
        kept = range(1) if shared else range(128, 256)
        letters = itertools.product("abcdefghijklmnopqrstuvwxyz", repeat=3)
        names = (f"Inconnue{''.join(one)}-Fictif" for one in letters)
        return next(name for name in names if first_byte(name) ^ true in kept)

    def test_screening_compares_the_referral(self) -> None:
        """The coordinator's desk: recorded, by post, for her alone."""
        referral = people.referred(self.cast, identity=unnamed.IDENTITY)
        address = url("referral_duplicates", referral.code)
        claire = people.client_of(self.cast.claire)
        with recorder.observe() as events:
            page = claire.post(address)
        self.assertContains(page, "Luc Perrin")
        self.assertNotContains(page, "Marchandeau")
        told = [event for event in events if event.action == "identity.searched"]
        self.assertIn(referral.pk, {pk for event in told for pk in event.objects})
        self.assertNotIn(self.situation.pk, {pk for event in told for pk in event.objects})
        for name in ("luc", "sophie", "julie", "denis"):
            client = people.client_of(self.cast.people[name])
            self.assertEqual(client.post(address).status_code, 404)
        self.assertEqual(claire.get(address).status_code, 405)
        twin = people.referred(self.cast, identity=unnamed.IDENTITY)
        page = claire.post(url("referral_duplicates", twin.code))
        self.assertContains(page, referral.code)
        self.assertNotContains(page, f'{url("referral", twin.code)}">{twin.code}')
        for one in (referral, twin):
            with people.as_person(self.cast.julie) as viewer:
                referrals.take_back(viewer=viewer, situation_id=one.pk)

    def test_what_ends_is_not_told_any_more(self) -> None:
        """Withdrawn, limited or erased; another commission never; control first."""
        self.assertTrue(self.found("sophie").ask)
        columns = {
            "is_withdrawn = true": "is_withdrawn = false",
            "is_limited = true": "is_limited = false",
            "state = 'erased'": "state = 'follow_up'",
        }
        for ended, back in columns.items():
            with self.subTest(ended), self.as_administrator() as admin:
                admin.execute(
                    f"UPDATE cases_situation SET {ended} WHERE id = %s", [self.situation.pk]
                )
                try:
                    self.assertEqual(self.found("sophie").ask, ())
                finally:
                    admin.execute(
                        f"UPDATE cases_situation SET {back} WHERE id = %s", [self.situation.pk]
                    )
        other = people.commission(f"d{uuid.uuid4().hex[:8]}")
        with people.as_person(other.claire) as viewer:
            self.assertFalse(search.duplicates(viewer, other.commission, KNOWN))
            self.assertFalse(search.duplicates(viewer, self.cast.commission, KNOWN))
            self.assertEqual(search._leads(self.cast.commission.pk, KNOWN, []), ())

    def test_whoever_stepped_aside_is_told_nothing(self) -> None:
        """A declared interest closes this door too."""
        with self.as_administrator() as admin:
            admin.execute(
                "INSERT INTO cases_recusal (id, situation_id, user_id, kind, reason,"
                " declared_by_id, declared_at) VALUES (gen_random_uuid(), %s, %s, 'declared', '',"
                " %s, now())",
                [self.situation.pk, self.cast.marc.user.pk, self.cast.marc.user.pk],
            )
            try:
                self.assertEqual(self.found("marc").ask, ())
                self.assertTrue(self.found("sophie").ask)
            finally:
                admin.execute(
                    "DELETE FROM cases_recusal WHERE user_id = %s", [self.cast.marc.user.pk]
                )
