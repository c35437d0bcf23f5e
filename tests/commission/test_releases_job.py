"""The proof in the background: seen while it goes, resumed after a kill, emptied at its end."""

from __future__ import annotations

import json
import signal
import time
import uuid
from dataclasses import replace
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import override_settings
from django.urls import reverse

from audit import recorder
from cases import publish, tasks
from cases.access import sealed_releases
from cases.actions import audits, releases
from cases.disclosure.canonical import canonical
from cases.disclosure.release import build_release
from cases.models import ReleaseDraft
from cases.vault import snapshots
from deploy.keys.provider import KeyRefused, ProviderDown
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import releasing

State = ReleaseDraft.State
LEFT = ("job", "job_checkpoint", "job_key", "job_key_version")
KILL_WITHIN_SECONDS = 60


class Jobs(CommittingTestCase):
    """Each with its own commission."""

    def setUp(self) -> None:
        self.cast = people.commission(f"j{uuid.uuid4().hex[:8]}")

    def queued(self) -> ReleaseDraft:
        """Freeze a year, its proof asked as the page asks it."""
        with people.as_person(self.cast.claire) as viewer:
            return releases.freeze(
                viewer=viewer,
                commission=self.cast.commission,
                then=tasks.ask_for_audit,
                **releasing.year_of(),
            )

    def stored(self, pk: uuid.UUID, *columns: str) -> tuple[Any, ...]:
        """Return columns of a release, as a superuser reads them."""
        with self.as_administrator() as admin:
            row = admin.execute(
                f"SELECT {', '.join(columns)} FROM cases_releasedraft WHERE id = %s", [pk]
            ).fetchone()
        assert row is not None
        return row

    def assert_emptied(self, pk: uuid.UUID) -> None:
        """Demand that nothing of the counts is left."""
        self.assertEqual(self.stored(pk, *LEFT), (None,) * len(LEFT))

    def work(self, **environment: str) -> None:
        """Let one pass of the worker end."""
        process = releasing.worker(type(self), **environment)
        _, said = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0, said[-2000:])

    def test_the_worker_proves_and_leaves_nothing(self) -> None:
        """In its own process and role; the counts are sealed before, and gone after."""
        releasing.entries(self.cast)
        draft = self.queued()
        job, wrapped, version = self.stored(draft.pk, "job", "job_key", "job_key_version")
        self.assertNotIn(b"examined", job)  # A population's code stands in every snapshot.
        key = settings.KEYS.unwrap(
            sealed_releases.PURPOSE, version, wrapped, draft.pk.bytes + sealed_releases.JOB_KEY
        )
        text = snapshots.open_job(key, draft.pk, snapshots.COUNTS, job)
        self.assertIn("examined", text)  # Control.
        self.assertNotIn('"rows"', json.loads(text)["snapshot"])
        self.work()
        row = releasing.row(self.cast, draft.pk)
        self.assertEqual((row.state, row.refusal_words), (State.AUDITED, ""))
        self.assertEqual((row.progress_percent, row.attempt), (100, 1))
        self.assert_emptied(draft.pk)
        texts = publish.Texts(row.bundle, row.manifest, row.certificate, row.ledger_line)
        self.assertEqual(publish.failures(texts, ""), [])
        releasing.published(self.cast, row)

    def test_killed_then_resumed(self) -> None:
        """SIGKILL in the middle: nothing is lost, the next run goes on, with the same figures."""
        releasing.entries(self.cast)
        draft = self.queued()
        process = releasing.worker(type(self))
        limit = time.monotonic() + KILL_WITHIN_SECONDS
        while True:
            state, checkpoint, percent = self.stored(
                draft.pk, "state", "job_checkpoint", "progress_percent"
            )
            if checkpoint is not None and percent > 0:
                break
            self.assertLess(time.monotonic(), limit)
            self.assertEqual(state, State.COMPUTING)
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL)
        state, key, percent = self.stored(draft.pk, "state", "job_key", "progress_percent")
        self.assertEqual(state, State.COMPUTING)
        self.assertIsNotNone(key)
        self.assertGreater(percent, 0)
        # The job that was killed is nobody's now; the worker's clock asks for what waits.
        with self.as_administrator() as admin:
            admin.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
                " VALUES ('commission', 'resume_release_audits', '{\"timestamp\": 0}')"
            )
        self.work()
        row = releasing.row(self.cast, draft.pk)
        self.assertEqual((row.state, row.attempt), (State.AUDITED, 2))
        self.assert_emptied(draft.pk)
        # Control: the same entries, never stopped, give the same bytes.
        other = people.commission(f"j{uuid.uuid4().hex[:8]}")
        self.assertEqual(releasing.audited(other).bundle, row.bundle)

    def test_resumed_from_the_page(self) -> None:
        """« Reprendre la vérification » is shown when nothing moves, and queues the job again."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)  # As if the queue had lost its job.
        claire = people.client_of(self.cast.claire)
        address = reverse("cases:release", args=[draft.pk])
        self.assertNotContains(claire.get(address), "Reprendre la vérification")
        with people.later(minutes=5):
            self.assertContains(claire.get(address), "Reprendre la vérification")
        claire.post(
            reverse("cases:release_resume", args=[draft.pk]),
            {"idempotency_key": str(uuid.uuid4())},
        )
        self.work()
        self.assertEqual(releasing.row(self.cast, draft.pk).state, State.AUDITED)

    def test_it_goes_on_from_its_checkpoint(self) -> None:
        """What was decided is sealed, and given back to the engine by the next run."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)

        def stopped(*args: Any, **kwargs: Any) -> Any:
            kwargs["progress"](40, "Examinées : recherche")
            kwargs["checkpoint"]({"examined": [3, 7]})
            raise MemoryError

        with (
            people.as_person(self.cast.claire),
            mock.patch.object(audits, "build_release", stopped),
            self.assertRaises(MemoryError),
        ):
            audits.run(draft.pk)
        state, checkpoint, percent, stage = self.stored(
            draft.pk, "state", "job_checkpoint", "progress_percent", "progress_stage"
        )
        self.assertEqual((state, percent), (State.COMPUTING, 38))
        self.assertEqual(stage, "Examinées : recherche")
        self.assertNotIn(b"examined", checkpoint)
        given = []

        def resumed(*args: Any, **kwargs: Any) -> Any:
            given.append(kwargs["resume"])
            return build_release(*args, **{**kwargs, "resume": None})

        with mock.patch.object(audits, "build_release", resumed):
            row = releasing.proved(self.cast, draft)
        self.assertEqual(given, [{"examined": [3, 7]}])
        self.assertEqual((row.state, row.attempt), (State.AUDITED, 2))

    def test_too_long_is_never_published(self) -> None:
        """R21: at the deadline the release is not publishable, and nothing is left."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)
        with override_settings(RELEASE_DEADLINE_SECONDS=0):
            row = releasing.proved(self.cast, draft)
        self.assertEqual((row.state, row.refusal), (State.NOT_PUBLISHABLE, "audit_timeout"))
        self.assertEqual((row.bundle, row.report), ("", None))
        self.assert_emptied(draft.pk)
        page = people.client_of(self.cast.claire).get(reverse("cases:release", args=[draft.pk]))
        self.assertContains(page, "ne sont pas publiables")
        self.assertContains(page, "Que faire")
        # Control: the same entries, in time.
        self.assertEqual(
            releasing.proved(self.cast, releasing.counted(self.cast)).state, State.AUDITED
        )

    def test_time_spent_before_a_stop_counts(self) -> None:
        """The limit is of the release, not of a run."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)
        releasing.changed(type(self), draft.pk, spent_seconds=100_000)
        self.assertEqual(releasing.proved(self.cast, draft).refusal, "audit_timeout")

    def test_a_job_that_kills_its_workers_ends(self) -> None:
        """After so many runs none is tried: it would stop the whole queue for ever."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)
        releasing.changed(type(self), draft.pk, attempt=audits.MOST_ATTEMPTS - 1)
        other = people.commission(f"j{uuid.uuid4().hex[:8]}")
        releasing.entries(other, size=12)
        theirs = releasing.counted(other)
        releasing.changed(type(self), theirs.pk, attempt=audits.MOST_ATTEMPTS)
        self.assertEqual(releasing.proved(self.cast, draft).state, State.AUDITED)  # Control.
        row = releasing.proved(other, theirs)
        self.assertEqual((row.state, row.refusal), (State.NOT_PUBLISHABLE, "audit_failed"))
        self.assert_emptied(theirs.pk)

    def test_counts_of_another_release_do_not_open(self) -> None:
        """Swapped by SQL, with their key or without: refused, emptied, and the DPO alerted."""
        pairs = []
        for columns in (("job",), ("job", "job_key", "job_key_version"), ("job_checkpoint",)):
            first, second = (
                people.commission(f"j{uuid.uuid4().hex[:8]}"),
                people.commission(f"j{uuid.uuid4().hex[:8]}"),
            )
            drafts = []
            for cast in (first, second):
                releasing.entries(cast, size=12)
                draft = releasing.counted(cast)
                key = sealed_releases.open_key(draft)
                blob = sealed_releases.seal_checkpoint(draft.pk, key, {"examined": []})
                releasing.changed(type(self), draft.pk, job_checkpoint=blob)
                drafts.append(draft)
            values = dict(zip(columns, self.stored(drafts[1].pk, *columns), strict=True))
            releasing.changed(type(self), drafts[0].pk, **values)
            pairs.append((columns, first, drafts[0], second, drafts[1]))
        for columns, first, changed, second, kept in pairs:
            with self.subTest(columns):
                with recorder.observe() as events:
                    row = releasing.proved(first, changed)
                self.assertEqual(
                    (row.state, row.refusal), (State.NOT_PUBLISHABLE, "release_job_altered")
                )
                alerts = [one for one in events if one.action == "integrity.alert"]
                self.assertEqual([one.objects for one in alerts], [(changed.pk,)])
                self.assert_emptied(changed.pk)
                self.assertEqual(releasing.proved(second, kept).state, State.AUDITED)  # Control.

    def test_the_period_of_the_row_is_not_believed(self) -> None:
        """The counts say their own."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)
        releasing.changed(type(self), draft.pk, period_start=draft.period_start.replace(year=2001))
        self.assertEqual(releasing.proved(self.cast, draft).refusal, "release_job_altered")

    def test_an_unknown_release_is_nothing_to_do(self) -> None:
        """Unknown, already proved, published or given up: the row stays as it is."""
        draft = releasing.audited(self.cast, size=12)
        before = self.stored(draft.pk, "state", "attempt", "bundle")
        with people.as_person(self.cast.claire) as viewer:
            self.assertEqual(audits.run(uuid.uuid4()), "")
            self.assertEqual(audits.run(draft.pk), "")
            releases.drop(viewer=viewer, draft_id=draft.pk)
            self.assertEqual(audits.run(draft.pk), "")
        self.assertEqual(self.stored(draft.pk, "attempt", "bundle"), before[1:])

    def test_given_up_while_it_goes(self) -> None:
        """The job finds its row taken from it and stops; nothing comes back."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)

        def dropped(*args: Any, **kwargs: Any) -> Any:
            with people.as_person(self.cast.denis) as viewer:
                releases.drop(viewer=viewer, draft_id=draft.pk)
            return build_release(*args, **kwargs)

        with mock.patch.object(audits, "build_release", dropped):
            row = releasing.proved(self.cast, draft)
        self.assertEqual((row.state, row.bundle), (State.DROPPED, ""))
        self.assert_emptied(draft.pk)

    def test_two_workers_never_prove_one_release(self) -> None:
        """The second finds it held; once the first is gone, however it went, it is free."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)
        number = int.from_bytes(draft.pk.bytes[:8], "big", signed=True)
        with self.as_role("clsm_commission_jobs") as other:
            other.execute("SELECT pg_advisory_lock(%s)", [number])
            self.assertEqual(releasing.proved(self.cast, draft).state, State.COMPUTING)
        self.assertEqual(releasing.proved(self.cast, draft).state, State.AUDITED)

    def test_a_certificate_that_is_not_accepted(self) -> None:
        """The verifier decides, not the engine: one failure and the DPO is told."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)

        def forged(*args: Any, **kwargs: Any) -> Any:
            files = build_release(*args, **kwargs)
            cells = json.loads(files.certificate_text)
            worlds = next(one for one in cells["populations"] if one["worlds"])["worlds"]
            worlds[0][0]["total"] += 1
            return replace(files, certificate_text=canonical(cells))

        with mock.patch.object(audits, "build_release", forged), recorder.observe() as events:
            row = releasing.proved(self.cast, draft)
        self.assertEqual((row.state, row.refusal), (State.NOT_PUBLISHABLE, "release_not_verified"))
        self.assertIn("release_not_verified", [one.purpose for one in events])
        self.assert_emptied(draft.pk)

    def test_a_small_cell_that_could_be_proved_small_stops_it(self) -> None:
        """The list of protected cells reaches the verifier: one it cannot find is a failure."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)

        def narrowed(*args: Any, **kwargs: Any) -> Any:
            files = build_release(*args, **kwargs)
            return replace(files, protected=(*files.protected, "examined/0/sex/nobody"))

        with mock.patch.object(audits, "build_release", narrowed):
            self.assertEqual(releasing.proved(self.cast, draft).refusal, "release_not_verified")

    def test_without_the_provider_it_waits(self) -> None:
        """Nothing is lost and nothing is refused: the next run does it."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)
        down = mock.Mock(side_effect=ProviderDown("away"))
        with (
            people.as_person(self.cast.claire),
            mock.patch.object(settings.KEYS, "unwrap", down),
            self.assertRaises(ProviderDown),
        ):
            audits.run(draft.pk)
        self.assertEqual(releasing.row(self.cast, draft.pk).state, State.COMPUTING)
        self.assertEqual(releasing.proved(self.cast, draft).state, State.AUDITED)

    def test_the_key_is_of_one_release_and_one_purpose(self) -> None:
        """The provider opens it for its own row only, and lends it to no other purpose."""
        releasing.entries(self.cast, size=12)
        draft = releasing.counted(self.cast)
        wrapped, version = bytes(draft.job_key or b""), draft.job_key_version
        place = draft.pk.bytes + sealed_releases.JOB_KEY
        settings.KEYS.unwrap(sealed_releases.PURPOSE, version, wrapped, place)  # Control.
        for purpose, where in (
            (sealed_releases.PURPOSE, uuid.uuid4().bytes + sealed_releases.JOB_KEY),
            (sealed_releases.PURPOSE, draft.pk.bytes + sealed_releases.REPORT),
            ("situation-keys", place),
        ):
            with self.assertRaises(KeyRefused):
                settings.KEYS.unwrap(purpose, version, wrapped, where)
