"""What a release keeps sealed on its way: its counts while it is proved, then its report.

The counts are sealed under a key made for this release alone, wrapped by the server's provider; the
report under the provider's own key, with the digest of the texts that it speaks of: whoever changes
a figure, a certificate or the report by SQL is found before anybody approves (R19).

Source: decisions 36-40.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from cases.models import ReleaseDraft
from cases.vault import snapshots
from cases.vault.envelope import new_key

PURPOSE = "release-job"
# What a row's two blobs are bound to, after its id: one never stands for the other.
JOB_KEY, REPORT = b"job", b"report"
# Set together, in one statement, when the job ends in any way.
EMPTIED: dict[str, Any] = {
    "job": None,
    "job_checkpoint": None,
    "job_key": None,
    "job_key_version": None,
}


class ReportAltered(Exception):
    """The report does not open, or speaks of other texts than those of the row."""


def seal_counts(draft: ReleaseDraft, text: str) -> None:
    """Seal a release's job on its row under a new key; nothing is saved.

    Raises: ProviderDown; InvalidValue above 16 MiB.
    """
    key = new_key()
    draft.job = snapshots.seal_job(key, draft.pk, snapshots.COUNTS, text)
    draft.job_key_version, draft.job_key = settings.KEYS.wrap(
        PURPOSE, key, draft.pk.bytes + JOB_KEY
    )


def open_key(draft: ReleaseDraft) -> bytes:
    """Return the key of a release's job (32 bytes).

    Raises: KeyRefused when the row was changed; ProviderDown.
    """
    key: bytes = settings.KEYS.unwrap(
        PURPOSE, draft.job_key_version, bytes(draft.job_key or b""), draft.pk.bytes + JOB_KEY
    )
    return key


def open_counts(draft: ReleaseDraft, key: bytes) -> dict[str, Any]:
    """Return a release's job. Raises: VaultError when the row was changed."""
    text = snapshots.open_job(key, draft.pk, snapshots.COUNTS, bytes(draft.job or b""))
    job: dict[str, Any] = json.loads(text)
    return job


def seal_checkpoint(draft: uuid.UUID, key: bytes, value: Mapping[str, Any]) -> bytes:
    """Seal where a job stands, to go on from there after a stop."""
    return snapshots.seal_job(key, draft, snapshots.CHECKPOINT, json.dumps(value))


def open_checkpoint(draft: ReleaseDraft, key: bytes) -> dict[str, Any] | None:
    """Return where a job stopped, None at its beginning. Raises: VaultError."""
    if draft.job_checkpoint is None:
        return None
    blob = bytes(draft.job_checkpoint)
    value: dict[str, Any] = json.loads(
        snapshots.open_job(key, draft.pk, snapshots.CHECKPOINT, blob)
    )
    return value


def texts_digest(draft: ReleaseDraft) -> str:
    """Return the SHA-256 (hexadecimal) of every text that would be published, and of the period."""
    said = [
        draft.kind,
        draft.period_start.isoformat(),
        draft.period_end.isoformat(),
        draft.bundle,
        draft.manifest,
        draft.certificate,
        draft.ledger_line,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def sealed_report(draft: ReleaseDraft, report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a report, bound to the texts that the row holds now."""
    text = json.dumps({"report": dict(report), "texts": texts_digest(draft)}, sort_keys=True)
    version, blob = settings.KEYS.wrap(PURPOSE, text.encode(), draft.pk.bytes + REPORT)
    return {"report": blob, "report_version": version}


def opened_report(draft: ReleaseDraft) -> dict[str, Any]:
    """Return the report of a release.

    Raises: ReportAltered when it, or a text of the row, is not what the job left; ProviderDown.
    """
    if draft.report is None:
        raise ReportAltered
    try:
        text = settings.KEYS.unwrap(
            PURPOSE, draft.report_version, bytes(draft.report), draft.pk.bytes + REPORT
        )
    except settings.KEYS_REFUSED:
        raise ReportAltered from None
    said = json.loads(text)
    if said["texts"] != texts_digest(draft):
        raise ReportAltered
    report: dict[str, Any] = said["report"]
    return report


def digest(draft: ReleaseDraft, report: Mapping[str, Any]) -> str:
    """Return what an approval approves: the SHA-256 of all the texts and of the report."""
    said = json.dumps([texts_digest(draft), dict(report)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
