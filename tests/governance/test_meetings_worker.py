"""The mails of meetings leave from the worker, under its own role (decision 42)."""

from __future__ import annotations

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connections, transaction
from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.governance.actions import minutes
from clsm_core.governance.models import Letter, Meeting, ValidatedMinutes
from deploy.privileges import GOVERNANCE, GOVERNANCE_JOBS
from tests.cases_of import CommittingTestCase
from tests.governance.council_people import council, member
from tests.governance.governance_rows import body, contact, decision, mandate, user_of
from tests.governance.meeting_rows import (
    convened,
    held,
    meeting,
    point,
    seen_of,
    validated,
    written,
)
from tests.governance.working import work


class Worker(CommittingTestCase):
    """Asked by the service, sent by the worker, which may read and mark, and nothing else."""

    def work(self, **more: str) -> str:
        """Run the worker until nothing waits; return what it printed."""
        done = work(self.place, self.database_name, EMAIL_URL=f"filemail:///{self.folder}", **more)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        return done.stdout + done.stderr

    def mails(self) -> str:
        """Return everything that was sent."""
        return "\n".join(path.read_text() for path in sorted(Path(self.folder).iterdir()))

    def setUp(self) -> None:
        """Open a council."""
        self.folder = tempfile.mkdtemp(prefix="clsm-mails-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.council = council(f"metz-{os.getpid()}-{self._testMethodName[-6:].strip('_')}")
        self.user = user_of(member(self.council, "coordinator", self._testMethodName[-12:]))
        self.body = body(self.council)
        for name in ("Weber", "Muller"):
            who = contact(self.council, name, email=f"{name.lower()}@exemple.invalid")
            mandate(self.body, who)

    def test_convened_circulated_and_sent_once(self) -> None:
        with transaction.atomic():
            one = meeting(self.body, title="Bilan")
            point(one, "Budget")
            convened(one, by=self.user)
            other = held(self.body)
            row = point(other, "Point")
            decision(other, "Adopter", point=row, voices=VOICES)
            validated(other, by=self.user)
            minutes.circulate(meeting=other, by=self.user, at=now())
        said = self.work()
        letters = list(Letter.objects.filter(meeting__body=self.body))
        self.assertEqual(len(letters), 4)
        self.assertTrue(all(one.sent_at for one in letters), said)
        sent = self.mails()
        for words in (
            "To: weber@exemple.invalid",
            "To: muller@exemple.invalid",
            "compte-rendu.pdf",
        ):
            self.assertIn(words, sent)
        for name in ("Weber", "weber@", "Muller"):
            self.assertNotIn(name, said)
        before = sent.count("To: ")
        self.work()
        self.assertEqual(self.mails().count("To: "), before)

    def test_the_worker_reads_and_marks_and_nothing_else(self) -> None:
        with transaction.atomic():
            one = convened(meeting(self.body), by=self.user)
        with self.as_role(GOVERNANCE_JOBS) as connection:
            found = connection.execute(
                "SELECT count(*) FROM clsm_governance_letter WHERE meeting_id = %s", [one.pk]
            ).fetchone()
            self.assertEqual(found, (2,))
            for statement in (
                "DELETE FROM clsm_governance_letter",
                "INSERT INTO clsm_governance_letter (id) VALUES (gen_random_uuid())",
                "UPDATE clsm_governance_meeting SET title = 'x'",
                "SELECT 1 FROM clsm_accounts_user",
                "SELECT content FROM clsm_governance_document",
                "INSERT INTO clsm_governance_validatedminutes (id) VALUES (gen_random_uuid())",
            ):
                with self.subTest(statement), self.assertRaises(psycopg.errors.Error) as refused:
                    connection.execute(statement)
                self.assertEqual(refused.exception.sqlstate, "42501")
        self.assertEqual(Meeting.objects.get(pk=one.pk).state, "convened")

    def test_the_worker_sends_the_bytes_that_were_kept(self) -> None:
        """D-06: a name corrected between the validation and the mail does not show in it."""
        with transaction.atomic():
            one = validated(held(self.body), by=self.user)
            seat = self.body.mandates.select_related("contact").first()
            seat.contact.last_name = "Corrigée"
            seat.contact.save()
            minutes.circulate(meeting=one, by=self.user, at=now())
        self.work()
        kept = bytes(ValidatedMinutes.objects.get(meeting=one).content)
        files = [
            part.get_payload(decode=True)
            for path in Path(self.folder).iterdir()
            for part in message_from_bytes(path.read_bytes()).walk()
            if part.get_filename() == "compte-rendu.pdf"
        ]
        self.assertEqual(set(files), {kept})

    def test_kept_bytes_are_changed_by_no_service(self) -> None:
        with transaction.atomic():
            one = validated(held(self.body), by=self.user)
        for role in (GOVERNANCE, GOVERNANCE_JOBS):
            with self.as_role(role) as connection:
                found = connection.execute(
                    "SELECT edition FROM clsm_governance_validatedminutes WHERE meeting_id = %s",
                    [one.pk],
                ).fetchall()
                self.assertEqual(found, [(1,)])
                for statement in (
                    "UPDATE clsm_governance_validatedminutes SET content = 'x'",
                    "DELETE FROM clsm_governance_validatedminutes",
                ):
                    with self.subTest(role=role, statement=statement):
                        with self.assertRaises(psycopg.errors.Error) as refused:
                            connection.execute(statement)
                        self.assertEqual(refused.exception.sqlstate, "42501")

    def test_two_people_who_validate_at_once_keep_one(self) -> None:
        with transaction.atomic():
            one = written(held(self.body))
        url = reverse("governance:minutes_validate", args=[self.council.slug, one.pk])
        browsers = [
            member(self.council, "president", f"{self._testMethodName[-8:]}{n}") for n in (1, 2)
        ]
        seen, together = seen_of(one), Barrier(2)

        def sign(browser: Any) -> int:
            together.wait(10)
            try:
                data = {"seen": seen, "idempotency_key": str(uuid4())}
                return int(browser.post(url, data).status_code)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(sign, browsers))
        self.assertEqual(answers, [200, 302])
        self.assertEqual(ValidatedMinutes.objects.filter(meeting=one).count(), 1)


VOICES = {
    "rule": "simple",
    "is_secret": False,
    "voters": 2,
    "in_favour": 2,
    "against": 0,
    "abstained": 0,
}
