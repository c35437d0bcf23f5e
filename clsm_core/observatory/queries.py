"""What of the observatory a council's pages show: proved releases only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from clsm_core.council.models import Council
from clsm_core.observatory.models import Note, Release
from clsm_core.observatory.proof import (
    ProvedRelease,
    ReleaseRefused,
    chain_is_whole,
    prove,
)


@dataclass(frozen=True)
class Reading:
    """A release and what its proof says: proved, or the reason why it is refused."""

    release: Release
    proved: ProvedRelease | None
    refusal: str = ""


def readings_of(council: Council) -> list[Reading]:
    """Give the releases of a council that are not withdrawn, newest period first."""
    releases = Release.objects.filter(council=council, withdrawal__isnull=True)
    return [_read(council, release) for release in releases.order_by("-period_start", "population")]


def reading_of(council: Council, release_id: UUID) -> Reading | None:
    """Give one release of a council, None when it is not there or was withdrawn."""
    release = Release.objects.filter(
        council=council, withdrawal__isnull=True, pk=release_id
    ).first()
    return _read(council, release) if release else None


def history_is_whole(council: Council) -> bool:
    """Tell whether every release ever made is still there, commission by commission."""
    chains: dict[str, list[str]] = {}
    for label, manifest in Release.objects.filter(council=council).values_list(
        "commission_label", "manifest"
    ):
        chains.setdefault(label, []).append(manifest)
    return all(chain_is_whole(manifests) for manifests in chains.values())


def notes_of(council: Council) -> list[Note]:
    """Give the approved notes of a council, newest first."""
    return list(Note.objects.filter(council=council))


def _read(council: Council, release: Release) -> Reading:
    key = bytes.fromhex(settings.RELEASE_PUBLIC_KEY)
    try:
        proved = prove(release, council_slug=council.slug, public_key=key)
    except ReleaseRefused as error:
        return Reading(release, None, error.reason)
    return Reading(release, proved)
