"""R19 and who tries to get round it: two persons, the very texts, every byte of them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import psycopg
from django.urls import reverse

from audit import recorder
from cases import publish
from cases.actions import releases
from cases.disclosure.period import Period
from cases.disclosure.release import paper_release
from cases.domain.exceptions import NotAllowed
from cases.domain.withdrawal import WithdrawalReason
from cases.models import ReleaseDraft
from cases.permissions import Refused
from clsm_core.observatory import interface
from deploy.privileges import COMMISSION, COMMISSION_JOBS
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import releasing
from tests.commission.raw_rows import signed_context

State = ReleaseDraft.State


class Locks(CommittingTestCase):
    """Each with a release of its own, proved and waiting for its approvals."""

    def setUp(self) -> None:
        self.cast = people.commission(f"l{uuid.uuid4().hex[:8]}")
        self.draft = releasing.audited(self.cast, size=12)

    def approve(self, name: str, seen: str | None = None) -> None:
        """Approve as somebody, what is shown unless told otherwise."""
        seen = seen or releasing.seen(self.cast, self.draft, name)
        with people.as_person(self.cast.people[name]) as viewer:
            releases.approve(viewer=viewer, draft_id=self.draft.pk, seen=seen)

    def refused(self, code: str, name: str, seen: str) -> list[Any]:
        """Demand that an approval is refused; return the events it left."""
        with recorder.observe() as events, self.assertRaises(NotAllowed) as refusal:
            self.approve(name, seen)
        self.assertEqual(refusal.exception.code, code)
        return events

    def state(self) -> str:
        """Return the state of the release."""
        return releasing.row(self.cast, self.draft.pk).state

    def made(self) -> list[Any]:
        """Return what the council has of this commission."""
        return interface.history(
            council=self.cast.commission.council, source=self.cast.commission.pk
        )

    def test_two_persons_publish(self) -> None:
        """Control of everything else: the right two persons succeed, and the council reads it."""
        self.approve("claire")
        self.assertEqual((self.state(), self.made()), (State.APPROVED_ONCE, []))
        self.approve("denis")
        row = releasing.row(self.cast, self.draft.pk)
        self.assertEqual(row.state, State.PUBLISHED)
        (one,) = self.made()
        self.assertEqual(
            (one.bundle, one.manifest, one.certificate, one.ledger_line),
            (row.bundle, row.manifest, row.certificate, row.ledger_line),
        )
        self.assertEqual(json.loads(one.manifest)["issuer"]["source"], str(row.commission_id))

    def test_the_same_person_cannot_approve_twice(self) -> None:
        """Nor by the action, nor by a row written in her name."""
        seen = releasing.seen(self.cast, self.draft)
        self.approve("claire")
        self.refused("same_person", "claire", seen)
        self.assertEqual(self.made(), [])

    def test_every_byte_changed_between_the_approvals_is_found(self) -> None:
        """Bundle, manifest, certificate, line, report, kind and period; the DPO is alerted."""
        self.approve("claire")
        seen = releasing.seen(self.cast, self.draft, "denis")
        row = releasing.row(self.cast, self.draft.pk)
        report = bytes(row.report or b"")
        edits: dict[str, tuple[Any, Any]] = {
            "bundle": (row.bundle, row.bundle.replace("1", "2", 1)),
            "manifest": (row.manifest, row.manifest + " "),
            "certificate": (row.certificate, row.certificate.replace("0", "1", 1)),
            "ledger_line": (row.ledger_line, row.ledger_line[:-1]),
            "report": (report, report[:-1] + bytes([report[-1] ^ 1])),
            "kind": ("figures", "paper"),
            "period_start": (row.period_start, row.period_start.replace(month=7)),
        }
        for column, (before, after) in edits.items():
            with self.subTest(column):
                releasing.changed(type(self), row.pk, **{column: after})
                events = self.refused("release_altered", "denis", seen)
                self.assertIn("integrity.alert", [one.action for one in events])
                page = people.client_of(self.cast.denis).get(
                    reverse("cases:release", args=[row.pk])
                )
                self.assertContains(page, "Ces chiffres ont été altérés")
                self.assertNotContains(page, "Approuver ces chiffres")
                releasing.changed(type(self), row.pk, **{column: before})
        self.assertEqual((self.state(), self.made()), (State.APPROVED_ONCE, []))
        # Control: what says nothing of the figures changes nothing, and the true ones publish.
        releasing.changed(type(self), row.pk, progress_percent=3, progress_stage="presque")
        self.approve("denis")
        self.assertEqual((self.state(), len(self.made())), (State.PUBLISHED, 1))

    def test_a_report_of_another_release_is_not_believed(self) -> None:
        """A blob sealed by the same provider opens at its own place only."""
        other = people.commission(f"l{uuid.uuid4().hex[:8]}")
        theirs = releasing.audited(other, size=12)
        seen = releasing.seen(self.cast, self.draft)
        releasing.changed(
            type(self), self.draft.pk, report=theirs.report, report_version=theirs.report_version
        )
        self.refused("release_altered", "claire", seen)

    def test_what_was_not_shown_is_not_approved(self) -> None:
        """The digest is that of the page; an approval of other figures stops the second one."""
        self.refused("stale", "claire", "0" * 64)
        self.approve("claire")
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_releaseapproval SET digest = %s WHERE draft_id = %s",
                ["0" * 64, self.draft.pk],
            )
        self.refused("stale", "denis", releasing.seen(self.cast, self.draft, "denis"))
        self.assertEqual(self.made(), [])

    def test_no_state_is_forced_by_sql(self) -> None:
        """A row without its proof cannot even be written as proved."""
        with self.assertRaises(psycopg.errors.CheckViolation):
            releasing.changed(type(self), self.draft.pk, certificate="")
        with self.assertRaises(psycopg.errors.CheckViolation):
            releasing.changed(type(self), self.draft.pk, report=None)
        with self.assertRaises(psycopg.errors.CheckViolation):
            releasing.changed(type(self), self.draft.pk, job=b"counts")

    def test_dropped_while_somebody_reads_it(self) -> None:
        """Whoever comes second is told, in both orders; and the row is held meanwhile."""
        seen = releasing.seen(self.cast, self.draft)
        with people.as_person(self.cast.claire) as viewer, self.as_administrator() as admin:
            releases.find(viewer, self.draft.pk)
            with self.assertRaises(psycopg.errors.LockNotAvailable):
                admin.execute(
                    "SELECT 1 FROM cases_releasedraft WHERE id = %s FOR UPDATE NOWAIT",
                    [self.draft.pk],
                )
        with people.as_person(self.cast.denis) as viewer:
            releases.drop(viewer=viewer, draft_id=self.draft.pk)
        self.refused("not_pending", "claire", seen)
        row = releasing.row(self.cast, self.draft.pk)
        self.assertEqual((row.state, row.report, row.job_key), (State.DROPPED, None, None))

    def test_published_is_not_dropped(self) -> None:
        """Nor approved again."""
        releasing.published(self.cast, self.draft)
        with people.as_person(self.cast.claire) as viewer, self.assertRaises(NotAllowed):
            releases.drop(viewer=viewer, draft_id=self.draft.pk)
        self.refused("not_pending", "claire", releasing.seen(self.cast, self.draft))

    def test_officers_of_another_commission_are_strangers(self) -> None:
        """404 on every page by the id, Refused by every action, no row by SQL; ours: yes."""
        other = people.commission(f"l{uuid.uuid4().hex[:8]}")
        for person, found in ((other.claire, 404), (self.cast.luc, 404), (self.cast.claire, 200)):
            client = people.client_of(person)
            page = client.get(reverse("cases:release", args=[self.draft.pk]))
            self.assertEqual(page.status_code, found)
            if found == 404:
                for name in ("approve", "drop", "resume", "withdraw"):
                    address = reverse(f"cases:release_{name}", args=[self.draft.pk])
                    self.assertEqual(client.post(address).status_code, 404, name)
        with people.as_person(other.claire) as viewer:
            for act in (
                lambda: releases.approve(viewer=viewer, draft_id=self.draft.pk, seen=""),
                lambda: releases.drop(viewer=viewer, draft_id=self.draft.pk),
                lambda: releases.resume(
                    viewer=viewer, draft_id=self.draft.pk, then=lambda pk: None
                ),
                lambda: releases.withdraw(
                    viewer=viewer, draft_id=self.draft.pk, reason=WithdrawalReason.DOUBT
                ),
            ):
                with self.assertRaises(Refused):
                    act()
        for person, number in ((other.claire, 0), (self.cast.luc, 0), (self.cast.claire, 1)):
            self.assertEqual(self.rows(person), number)

    def rows(self, person: people.Person) -> int:
        """Return how many releases a person's own context shows to raw SQL."""
        with self.as_role(COMMISSION) as raw, raw.transaction():
            raw.execute("SELECT set_config('clsm.viewer', %s, true)", [signed_context(raw, person)])
            return len(
                raw.execute(
                    "SELECT 1 FROM cases_releasedraft WHERE id = %s", [self.draft.pk]
                ).fetchall()
            )

    def test_nobody_approves_in_another_name(self) -> None:
        """By SQL, under one's own signed context; in one's own name: yes (control)."""
        for person, allowed in ((self.cast.denis, False), (self.cast.claire, True)):
            with self.as_role(COMMISSION) as raw, raw.transaction(force_rollback=True):
                raw.execute(
                    "SELECT set_config('clsm.viewer', %s, true)",
                    [signed_context(raw, self.cast.claire)],
                )
                act = (
                    "INSERT INTO cases_releaseapproval (id, draft_id, user_id, role, digest,"
                    " approved_at) VALUES (%s, %s, %s, 'dpo', '', now())"
                )
                values = [uuid.uuid4(), self.draft.pk, person.user.pk]
                if allowed:
                    self.assertEqual(raw.execute(act, values).rowcount, 1)
                else:
                    with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                        raw.execute(act, values)

    def test_the_worker_publishes_nothing(self) -> None:
        """Its role sees no release but to prove it, and leaves none approved or published."""
        releasing.published(self.cast, self.draft)
        other = people.commission(f"l{uuid.uuid4().hex[:8]}")
        releasing.entries(other, size=12)
        waiting = releasing.counted(other)
        change = "UPDATE cases_releasedraft SET state = %s WHERE id = %s"
        with self.as_role(COMMISSION_JOBS) as raw:
            found = raw.execute("SELECT id FROM cases_releasedraft").fetchall()
            self.assertNotIn((self.draft.pk,), found)
            self.assertEqual(raw.execute(change, ["audited", self.draft.pk]).rowcount, 0)
            moved = raw.execute(
                "UPDATE cases_releasedraft SET progress_percent = 1 WHERE id = %s", [waiting.pk]
            )
            self.assertEqual(moved.rowcount, 1)  # Control.
            for state in ("published", "approved_once"):
                with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                    raw.execute(change, [state, waiting.pk])
            with self.assertRaises(psycopg.errors.InsufficientPrivilege):
                raw.execute("SELECT 1 FROM cases_releaseapproval")

    def test_another_release_published_meanwhile(self) -> None:
        """What was proved without it cannot follow it."""
        paper = paper_release(
            releasing.PLAN,
            Period.year(2019),
            [{"population": "examined", "table": "", "groups": [], "lo": 33, "hi": 33}],
            [],
            issuer=publish.issuer(self.cast.commission),
        )
        texts = publish.Texts(
            paper.bundle_text, paper.manifest_text, paper.certificate_text, paper.ledger_line
        )
        with people.as_person(self.cast.claire) as viewer:
            publish.publish(commission=self.cast.commission, texts=texts, at=viewer.at)
        self.approve("claire")
        self.refused("history_moved", "denis", releasing.seen(self.cast, self.draft, "denis"))
        self.assertEqual((self.state(), len(self.made())), (State.APPROVED_ONCE, 1))
