"""Reminders: on the lists of who must act, and by mails that say nothing (C-09, C-10, C-18)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import psycopg
from django.core import mail
from django.urls import reverse

from cases.actions import agreements
from cases.domain.agreement import AgreementKind, ExceptionReason, Expression
from cases.domain.agreement_rules import PersonFacts
from cases.domain.sections import InformationCategory
from cases.models import Mandate, Situation
from cases.presenters import listing
from cases.tasks import remind_of_agreements
from deploy.privileges import COMMISSION, COMMISSION_JOBS
from tests import people
from tests.cases_of import ALIASES, CommittingTestCase


class Reminders(CommittingTestCase):
    """The worker runs as its own role."""

    databases = ALIASES | {"jobs"}

    def setUp(self) -> None:
        self.slug = f"rap{uuid.uuid4().hex[:6]}"
        self.cast = people.commission(self.slug)

    def agreed(self, days: int | None = None, **changes: Any) -> Situation:
        """Return a situation shared with Sophie whose agreement ends so many days from now."""
        with people.as_person(self.cast.luc) as viewer:
            until = None if days is None else viewer.at.date() + timedelta(days=days)
        return people.shared(self.cast, "sophie", **{"expires_on": until, **changes})

    def remind(self) -> set[str]:
        """Run the night's task; return to whom of this commission it wrote, by first names."""
        mail.outbox.clear()
        number = remind_of_agreements(timestamp=0)
        self.assertEqual(number, len(mail.outbox))
        told = [message.to[0] for message in mail.outbox if self.slug in message.to[0]]
        self.assertEqual(len(told), len(set(told)))
        return {address.split(".")[0] for address in told}

    def test_before_the_end_then_each_week(self) -> None:
        """Thirty days before by default; not the next day; again a week later; after the end."""
        self.agreed(60)
        expected = {29: set(), 30: {"luc", "claire"}, 31: set(), 37: {"luc", "claire"}}
        for days, told in expected.items():
            with people.later(days=days):
                self.assertEqual(self.remind(), told, days)
        with people.later(days=61):
            self.assertEqual(self.remind(), {"luc", "claire"})

    def test_the_mail_says_nothing(self) -> None:
        """No code, no number, no name: one mail a person, whatever waits; a link to the list."""
        first, second = self.agreed(60), self.agreed(60)
        with people.later(days=30):
            self.assertEqual(self.remind(), {"luc", "claire"})
        for message in mail.outbox:
            self.assertEqual(message.subject, "Une situation demande votre attention")
            text = message.subject + str(message.message())
            for secret in (first.code, second.code, "Morel", "Perrin", "SIT-", "accord de"):
                self.assertNotIn(secret, text)
            self.assertIn("/situations/?suivi=accord", message.body)

    def test_a_year_after_and_an_exception_to_put_right(self) -> None:
        """C-18 the day after the anniversary, C-10 before and after its date."""
        pk = self.agreed().pk
        with people.later(days=365):
            self.assertEqual(self.remind(), set())
        with people.later(days=366):
            found = self.remind()
        with people.later(days=367):
            found |= self.remind()
        self.assertEqual(found, {"luc", "claire"})
        with people.later(days=400):
            with people.as_person(self.cast.luc) as viewer:
                agreements.record(
                    viewer=viewer,
                    situation=people.fresh(self.cast, pk),
                    expression=people.expression(viewer),
                    person=PersonFacts(age=58),
                )
            self.assertEqual(self.remind(), set())
        other = people.admitted(self.cast).pk
        with people.as_person(self.cast.luc) as viewer:
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, other),
                expression=Expression(
                    kind=AgreementKind.IMPOSSIBILITY,
                    expressed_at=viewer.at,
                    recorded_at=viewer.at,
                    reason=ExceptionReason.HOSPITALISED,
                    categories=frozenset({InformationCategory.HOUSING}),
                    professions=frozenset({"professionnel_sante"}),
                    regularise_by=viewer.at.date() + timedelta(days=50),
                ),
                person=PersonFacts(age=58),
            )
        for days in (20, 51):
            with people.later(days=days):
                self.assertEqual(self.remind(), {"luc", "claire"}, days)

    def test_nobody_is_told_of_what_is_gone(self) -> None:
        """Withdrawn: silence. A lead who left: the coordinator alone; control: both before."""
        situation = self.agreed(60)
        with people.later(days=30):
            self.assertEqual(self.remind(), {"luc", "claire"})
            Mandate.objects.filter(pk=self.cast.luc.mandate.pk).update(status="ended")
            self.assertEqual(self.remind(), {"claire"})
            Mandate.objects.filter(pk=self.cast.luc.mandate.pk).update(status="active")
            with people.as_person(self.cast.luc) as viewer:
                row = people.fresh(self.cast, situation.pk)
                agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal")
            self.assertEqual(self.remind(), set())

    def test_the_worker_reads_dates_and_nothing_else(self) -> None:
        """Its role calls two functions and sees no row; the service calls neither."""
        situation = self.agreed(60)
        with self.as_role(COMMISSION_JOBS) as jobs:
            rows = jobs.execute("SELECT * FROM clsm_agreement_dates()").fetchall()
            self.assertIn(situation.pk, [row[0] for row in rows])
            self.assertNotIn(situation.code, str(rows))
            self.assertNotIn("logement", str(rows))
            for table in ("cases_agreement", "cases_situation", "account_emailaddress"):
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    jobs.execute(f"SELECT * FROM {table}")
        with self.as_role(COMMISSION) as service:
            for call in ("clsm_agreement_dates()", "clsm_reminded_addresses('{}'::uuid[])"):
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    service.execute(f"SELECT * FROM {call}")

    def test_the_lists_of_who_must_act(self) -> None:
        """Lead and coordinator find it on their lists; a mere reader, who can do nothing, not."""
        situation = self.agreed(60)
        for days, expected in ((0, False), (31, True)):
            with people.later(days=days):
                for name in ("luc", "claire", "sophie"):
                    with people.as_person(self.cast.people[name]) as viewer:
                        found = situation.pk in listing.agreements_to_renew(viewer)
                    self.assertEqual(found, expected and name != "sophie", (name, days))
        with people.later(days=31):
            luc = people.client_of(self.cast.luc)
            page = luc.get(reverse("cases:situations") + "?suivi=accord")
            self.assertContains(page, situation.code)
            page = luc.get(reverse("cases:situation", args=[situation.code]))
            self.assertContains(page, "accord à renouveler")
            self.assertContains(luc.get(reverse("home")), "accords à recueillir ou renouveler")
