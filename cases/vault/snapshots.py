"""Counts that wait to be proved (EF): a release's job, and where it stopped, under the job's key.

Promises: a job opens only as itself, at its own place and under its own key, so that the counts of
one release never stand for another's; its length tells a bucket only. The key is made for one
release, wrapped by the server, and destroyed with the blobs when the job ends.

Source: decision 40.
"""

from __future__ import annotations

from uuid import UUID

from cases.vault.encoding import lp, pad, unpad
from cases.vault.envelope import seal, unseal

JOB = 0xEF
COUNTS, CHECKPOINT = "counts", "checkpoint"


def seal_job(key: bytes, release: UUID, place: str, text: str) -> bytes:
    """Seal a job's text under its 32-byte key; `place` is COUNTS or CHECKPOINT.

    Raises: InvalidValue when the key is not 32 bytes or the text is above 16 MiB.
    """
    return seal(JOB, key, pad(text.encode()), _associated(release, place))


def open_job(key: bytes, release: UUID, place: str, blob: bytes) -> str:
    """Return a job's text.

    Raises: UnknownFormat when it is not EF; Tampered when bytes, key, release or place differ.
    """
    return unpad(unseal(JOB, key, blob, _associated(release, place))).decode()


def _associated(release: UUID, place: str) -> bytes:
    return lp("clsm/release-job/v1", release, place)
