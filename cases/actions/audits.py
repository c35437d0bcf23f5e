"""Prove a release in the background: the job of a release, from its sealed counts to its texts.

Promises: each step is saved as it comes, so that the page shows it and a stop loses nothing; two
workers never prove one release; a job that ends, whatever its end, leaves neither counts nor key;
what cannot be proved in time is not publishable, and never published.

It has no viewer: it works under the worker's own role, on an opaque id, with no member's key.

Source: decisions 36-40, 42; releases.md 5.4; R21.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models import DateTimeField, Func

from audit import recorder
from audit.events import Event, Outcome
from cases import publish
from cases.access import sealed_releases
from cases.disclosure.errors import AuditTimeout, DisclosureError
from cases.disclosure.ledger import parse_ledger
from cases.disclosure.period import Period
from cases.disclosure.plan_file import parse_plan
from cases.disclosure.release import ReleaseFiles, build_release
from cases.disclosure.snapshot import Snapshot
from cases.models import ReleaseDraft
from cases.vault.errors import Tampered, VaultError

State = ReleaseDraft.State
MOST_ATTEMPTS = 5
TOO_MANY = "Le calcul s’est arrêté plusieurs fois sans finir."
TOO_LONG = "La vérification n’a pas fini dans le temps prévu."
UNVERIFIED = (
    "Le vérificateur indépendant n’accepte pas le certificat. La DPO en est alertée : prévenez "
    "aussi la personne qui administre le logiciel."
)
ALTERED = "Les comptes en attente ont été altérés. La DPO en est alertée."
CHECKING = "Contrôle par le vérificateur indépendant"
LAST_PERCENT = 97


class Taken(Exception):
    """The release was given up, or another run took it: this one stops and writes nothing."""


class Now(Func):
    """The database's clock (decision 10)."""

    function = "clsm_now"
    output_field = DateTimeField()


class Job:
    """One run at the proof of one release; every write demands that it is still its own."""

    def __init__(self, draft: ReleaseDraft, key: bytes, using: str) -> None:
        self.draft = draft
        self.key = key
        self.using = using
        self.began = time.monotonic()
        self.before = draft.spent_seconds

    @property
    def spent_seconds(self) -> int:
        """Return the time spent on this release, earlier runs included."""
        return self.before + int(time.monotonic() - self.began)

    def is_late(self) -> bool:
        """Tell whether the time allowed is over."""
        return self.spent_seconds >= int(settings.RELEASE_DEADLINE_SECONDS)

    def write(self, **values: Any) -> None:
        """Write on the row. Raises: Taken when it is no longer this run's."""
        mine = ReleaseDraft.objects.using(self.using).filter(
            pk=self.draft.pk, state=State.COMPUTING, attempt=self.draft.attempt
        )
        if not mine.update(beat_at=Now(), spent_seconds=self.spent_seconds, **values):
            raise Taken

    def progress(self, percent: int, stage: str) -> None:
        """Say how far the job is: 0 to 100, and French words."""
        # The last step is not the engine's.
        shown = min(max(0, percent), 100) * LAST_PERCENT // 100
        self.write(progress_percent=shown, progress_stage=stage[:120])

    def checkpoint(self, value: dict[str, Any]) -> None:
        """Keep where the job stands, sealed."""
        blob = sealed_releases.seal_checkpoint(self.draft.pk, self.key, value)
        self.write(job_checkpoint=blob)

    def end(self, action: str, **values: Any) -> None:
        """Leave the release in its last state, without counts or key, and record it."""
        with transaction.atomic(using=self.using):
            self.write(**values, **sealed_releases.EMPTIED)
            event = Event(
                action=action,
                commission=self.draft.commission_id,
                objects=(self.draft.pk,),
                purpose=values.get("refusal", ""),
            )
            recorder.done(event, using=self.using)

    def refuse(self, code: str, words: str) -> None:
        """Leave the release not publishable, with its reason."""
        self.end(
            "release.refused",
            state=State.NOT_PUBLISHABLE,
            refusal=code,
            refusal_words=words,
            progress_stage="",
        )

    def alert(self, code: str) -> None:
        """Put an alert on the DPO's desk, whatever becomes of this run."""
        event = Event(
            action="integrity.alert",
            outcome=Outcome.DENIED,
            commission=self.draft.commission_id,
            objects=(self.draft.pk,),
            purpose=code,
        )
        recorder.denied(event)


def run(draft_id: uuid.UUID, *, using: str = "default") -> str:
    """Prove a release; return the state it is left in, empty when there was nothing to do.

    An unknown id, a release that does not wait, one that another run holds: nothing is done. An
    error that is no refusal goes up, and the release waits for the next run.

    Raises: ProviderDown; LedgerUnavailable.
    """
    with _alone(draft_id, using) as is_alone:
        if not is_alone:
            return ""
        draft = ReleaseDraft.objects.using(using).filter(pk=draft_id, state=State.COMPUTING).first()
        if draft is None:
            return ""
        try:
            _prove(draft, using)
        except Taken:
            return ""
    found = ReleaseDraft.objects.using(using).filter(pk=draft_id).values_list("state", flat=True)
    return str(found.first() or "")


def waiting(*, using: str = "default") -> list[uuid.UUID]:
    """Return the releases that wait for their proof, oldest first: some had their worker killed."""
    rows = ReleaseDraft.objects.using(using).filter(state=State.COMPUTING).order_by("frozen_at")
    return list(rows.values_list("pk", flat=True))


@contextmanager
def _alone(draft_id: uuid.UUID, using: str) -> Iterator[bool]:
    """Hold a release for this run; the database lets go when the process dies, however it does."""
    connection = connections[using]
    number = int.from_bytes(draft_id.bytes[:8], "big", signed=True)
    # Within a transaction the lock goes with it: there is nothing to give back after a failure.
    function = "pg_try_advisory_xact_lock" if connection.in_atomic_block else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])
        (is_alone,) = cursor.fetchone()
    try:
        yield bool(is_alone)
    finally:
        if is_alone and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _prove(draft: ReleaseDraft, using: str) -> None:
    """Open the counts, build the texts, have them verified. Raises: Taken; ProviderDown."""
    job = _claimed(draft, using)
    try:
        counts = sealed_releases.open_counts(draft, job.key)
        resumed = sealed_releases.open_checkpoint(draft, job.key)
        if _period(counts) != (draft.period_start, draft.period_end):
            raise Tampered
    except (VaultError, settings.KEYS_REFUSED):
        job.alert("release_job_altered")
        job.refuse("release_job_altered", ALTERED)
        return
    if draft.attempt > MOST_ATTEMPTS:
        job.refuse("audit_failed", TOO_MANY)
        return
    try:
        files = _build(counts, job, resumed)
        job.progress(100, CHECKING)
        found = publish.failures(_texts(files), counts["ledger"], protected=files.protected)
        if job.is_late():
            raise AuditTimeout(TOO_LONG)
    except DisclosureError as refused:
        job.refuse(refused.code, refused.message)
        return
    if found:
        job.alert("release_not_verified")
        job.refuse("release_not_verified", UNVERIFIED)
        return
    draft.bundle, draft.manifest = files.bundle_text, files.manifest_text
    draft.certificate, draft.ledger_line = files.certificate_text, files.ledger_line
    job.end(
        "release.audited",
        state=State.AUDITED,
        bundle=draft.bundle,
        manifest=draft.manifest,
        certificate=draft.certificate,
        ledger_line=draft.ledger_line,
        progress_percent=100,
        progress_stage="",
        **sealed_releases.sealed_report(draft, files.report),
    )


def _claimed(draft: ReleaseDraft, using: str) -> Job:
    """Take the release for this run, one attempt more. Raises: Taken; ProviderDown."""
    try:
        key = sealed_releases.open_key(draft)
    except settings.KEYS_REFUSED:
        # A key of another row or of nobody: the counts stay shut, and so do we.
        key = b""
    rows = ReleaseDraft.objects.using(using).filter(
        pk=draft.pk, state=State.COMPUTING, attempt=draft.attempt
    )
    begun = {} if draft.started_at is not None else {"started_at": Now()}
    draft.attempt += 1
    if not rows.update(attempt=draft.attempt, beat_at=Now(), **begun):
        raise Taken
    return Job(draft, key, using)


def _period(counts: dict[str, Any]) -> tuple[Any, Any]:
    period = Period.from_dict(counts["period"])
    return period.start, period.end


def _build(counts: dict[str, Any], job: Job, resumed: dict[str, Any] | None) -> ReleaseFiles:
    """Call the engine with what the job holds. Raises: DisclosureError; Taken."""
    build: Callable[..., ReleaseFiles] = build_release
    return build(
        parse_plan(counts["plan"]),
        Snapshot.from_json(counts["snapshot"]),
        Period.from_dict(counts["period"]),
        parse_ledger(counts["ledger"]),
        issuer=counts["issuer"],
        institution=counts["institution"],
        withdrawn=frozenset(counts["withdrawn"]),
        progress=job.progress,
        checkpoint=job.checkpoint,
        resume=resumed,
        deadline=job.is_late,
    )


def _texts(files: ReleaseFiles) -> publish.Texts:
    return publish.Texts(
        files.bundle_text, files.manifest_text, files.certificate_text, files.ledger_line
    )
