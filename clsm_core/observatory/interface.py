"""What the publisher of figures may call, and nothing else of the observatory.

Source: decisions 3 and 37. The publisher inserts; the council's service only reads.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.observatory.models import Note, Release, ReleaseWithdrawal
from clsm_core.observatory.proof import fingerprint


class PublishedTexts(NamedTuple):
    """The texts of a release that was made, oldest first in a history."""

    bundle: str
    manifest: str


def publish(
    *, council: Council, bundle: str, manifest: str, signature: bytes, at: datetime
) -> Release:
    """Insert a signed release; its commission, population and period are read in the manifest.

    Raises:
        ValueError: the manifest names another council.
        IntegrityError: this population and period are already published.
    """
    known = json.loads(manifest)
    if known["issuer"].get("council") != council.slug:
        raise ValueError("the manifest names another council")
    release = Release(
        council=council,
        commission_label=known["issuer"]["commission"],
        population=known["population"],
        period_start=date.fromisoformat(known["period"]["start"]),
        period_end=date.fromisoformat(known["period"]["end"]),
        plan_version=known["plan"]["version"],
        bundle=bundle,
        manifest=manifest,
        signature=signature,
        previous_hash=known["previous_release_hash"] or "",
        published_at=at,
    )
    release.save(force_insert=True)
    return release


def withdraw(
    *, council: Council, commission_label: str, release_id: UUID, reason: str, at: datetime
) -> ReleaseWithdrawal:
    """Insert the withdrawal of a release: it is no longer shown, it stays in the history.

    Raises:
        Release.DoesNotExist: this commission made no such release.
        IntegrityError: it is withdrawn already.
    """
    release = Release.objects.get(pk=release_id, council=council, commission_label=commission_label)
    withdrawal = ReleaseWithdrawal(release=release, reason=reason, withdrawn_at=at)
    withdrawal.save(force_insert=True)
    return withdrawal


def publish_note(
    *,
    council: Council,
    commission_label: str,
    title: str,
    text: str,
    basis: str,
    approved_by: str,
    at: datetime,
) -> Note:
    """Insert a note approved by two people.

    Raises:
        ValidationError: a figure stands in it, or its origin is unknown.
    """
    note = Note(
        council=council,
        commission_label=commission_label,
        title=title,
        text=text,
        basis=basis,
        approved_by=approved_by,
        published_at=at,
    )
    note.full_clean()
    note.save(force_insert=True)
    return note


def latest(*, council: Council, population: str) -> Release | None:
    """Give the last release of a population that is not withdrawn."""
    return (
        Release.objects.filter(council=council, population=population, withdrawal__isnull=True)
        .order_by("-period_start")
        .first()
    )


def history(*, council: Council, commission_label: str) -> list[PublishedTexts]:
    """Give every release ever made by a commission, in order, withdrawn ones included."""
    releases = Release.objects.filter(council=council, commission_label=commission_label)
    remaining = list(releases)
    ordered: list[PublishedTexts] = []
    previous = ""
    while (found := next((r for r in remaining if r.previous_hash == previous), None)) is not None:
        remaining.remove(found)
        ordered.append(PublishedTexts(found.bundle, found.manifest))
        previous = fingerprint(found.manifest)
    # What does not follow the chain is given too: the engine then refuses to publish.
    return ordered + [PublishedTexts(one.bundle, one.manifest) for one in remaining]
