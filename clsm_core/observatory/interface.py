"""What the publisher of figures may call, and nothing else of the observatory.

The publisher inserts; the council's service only reads. `source` is the publisher's own opaque
number: it names the chain of one commission, whatever its label becomes.

Source: decisions 3 and 37.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.observatory.models import (
    Note,
    NoteWithdrawal,
    Release,
    ReleaseKind,
    ReleaseWithdrawal,
)
from clsm_core.observatory.texts import BUNDLE_NAME, CERTIFICATE_NAME, fingerprint


class PublishedTexts(NamedTuple):
    """The texts of a release that was made; the signature covers the manifest's bytes."""

    bundle: str
    manifest: str
    certificate: str
    ledger_line: str
    signature: bytes


class PublishedRelease(NamedTuple):
    """A line of the commission's own list of what it published."""

    id: UUID
    rank: int
    kind: str
    label: str
    published_at: datetime
    withdrawn_at: datetime | None
    reason: str


def publish(
    *,
    council: Council,
    bundle: str,
    manifest: str,
    certificate: str,
    ledger_line: str,
    signature: bytes,
    at: datetime,
) -> Release:
    """Insert a signed release; its commission, rank and period are read in the manifest.

    Raises:
        ValueError: the texts do not belong together, name another council, or do not follow
            the last release of their chain.
        IntegrityError: another release took this rank meanwhile.
    """
    known = json.loads(manifest)
    issuer = known["issuer"]
    if not issuer or issuer["council"] != council.slug:
        raise ValueError("the manifest names another council")
    source = UUID(issuer["source"])
    line = json.loads(ledger_line)
    named = {file["path"]: file["sha256"] for file in known["files"]}
    if named != {BUNDLE_NAME: fingerprint(bundle), CERTIFICATE_NAME: fingerprint(certificate)}:
        raise ValueError("the manifest names other files")
    if line["manifest"] != fingerprint(manifest):
        raise ValueError("the ledger line names another manifest")
    last = Release.objects.filter(source=source).order_by("-rank").first()
    previous = fingerprint(last.ledger_line) if last else None
    if (known["rank"], known["previous"]) != (last.rank + 1 if last else 1, previous):
        raise ValueError("the release does not follow the last one of its chain")
    release = Release(
        council=council,
        commission_label=issuer["commission"],
        source=source,
        kind=known["kind"],
        rank=known["rank"],
        period_start=date.fromisoformat(known["period"]["start"]),
        period_end=date.fromisoformat(known["period"]["end"]),
        plan_version=known["plan"]["version"],
        bundle=bundle,
        manifest=manifest,
        certificate=certificate,
        ledger_line=ledger_line,
        signature=signature,
        previous_hash=known["previous"] or "",
        published_at=at,
    )
    release.save(force_insert=True)
    return release


def withdraw(
    *, council: Council, source: UUID, release_id: UUID, reason: str, at: datetime
) -> ReleaseWithdrawal:
    """Insert the withdrawal of a release: it is no longer shown, it stays in the history.

    Raises:
        Release.DoesNotExist: this commission made no such release.
        IntegrityError: it is withdrawn already.
    """
    release = Release.objects.get(pk=release_id, council=council, source=source)
    withdrawal = ReleaseWithdrawal(release=release, reason=reason, withdrawn_at=at)
    withdrawal.save(force_insert=True)
    return withdrawal


def publish_note(
    *,
    council: Council,
    source: UUID,
    commission_label: str,
    title: str,
    text: str,
    basis: str,
    category: str,
    missing_offer: str = "",
    approved_by: str,
    at: datetime,
) -> Note:
    """Insert a note approved by two people.

    Raises:
        ValidationError: a figure stands in it, or its origin or its question is unknown.
    """
    note = Note(
        council=council,
        source=source,
        commission_label=commission_label,
        title=title,
        text=text,
        basis=basis,
        category=category,
        missing_offer=missing_offer,
        approved_by=approved_by,
        published_at=at,
    )
    note.full_clean()
    note.save(force_insert=True)
    return note


def withdraw_note(
    *, council: Council, source: UUID, note_id: UUID, reason: str, at: datetime
) -> NoteWithdrawal:
    """Insert the withdrawal of a note: it is no longer shown.

    Raises:
        Note.DoesNotExist: this commission wrote no such note.
        IntegrityError: it is withdrawn already.
    """
    note = Note.objects.get(pk=note_id, council=council, source=source)
    withdrawal = NoteWithdrawal(note=note, reason=reason, withdrawn_at=at)
    withdrawal.save(force_insert=True)
    return withdrawal


def latest(*, council: Council) -> Release | None:
    """Give the release of the latest period that is shown: neither withdrawn nor on paper."""
    return (
        Release.objects.filter(council=council, kind=ReleaseKind.FIGURES, withdrawal__isnull=True)
        .order_by("-period_end", "-rank")
        .first()
    )


def history(*, council: Council, source: UUID) -> list[PublishedTexts]:
    """Give every release ever made by a commission, oldest first, withdrawn and paper included."""
    rows = Release.objects.filter(council=council, source=source).order_by("rank")
    return [
        PublishedTexts(*texts, bytes(signature))
        for *texts, signature in rows.values_list(*PublishedTexts._fields)
    ]


def releases_of(*, council: Council, source: UUID) -> list[PublishedRelease]:
    """Give the commission's list of what it published, newest first."""
    rows: Any = (
        Release.objects.filter(council=council, source=source)
        .select_related("withdrawal")
        .defer("bundle", "certificate", "ledger_line", "signature")
        .order_by("-rank")
    )
    found = []
    for row in rows:
        gone = getattr(row, "withdrawal", None)
        found.append(
            PublishedRelease(
                row.pk,
                row.rank,
                row.kind,
                json.loads(row.manifest)["period"]["label"],
                row.published_at,
                gone.withdrawn_at if gone else None,
                gone.reason if gone else "",
            )
        )
    return found
