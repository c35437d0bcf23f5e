"""What of the observatory a council's pages show: proved releases only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from clsm_core.council.models import Council
from clsm_core.observatory.models import Note, Release, ReleaseKind
from clsm_core.observatory.proof import ProvedRelease, ReleaseRefused, prove


@dataclass(frozen=True)
class Reading:
    """A release and what its proof says: proved, or the reason why it is refused."""

    release: Release
    proved: ProvedRelease | None
    refusal: str = ""

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether the commission took it back."""
        return getattr(self.release, "withdrawal", None) is not None

    @property
    def is_paper(self) -> bool:
        """Tell whether it stands for an earlier paper report."""
        return self.release.kind == ReleaseKind.PAPER


def readings_of(council: Council) -> list[Reading]:
    """Give every release of a council, the latest period first, withdrawn and paper included."""
    releases = list(
        Release.objects.filter(council=council).select_related("withdrawal").order_by("rank")
    )
    chains: dict[UUID, list[str]] = {}
    found = []
    for release in releases:
        lines = chains.setdefault(release.source, [])
        lines.append(release.ledger_line)
        found.append(_read(council, release, tuple(lines)))
    found.sort(key=lambda reading: (reading.release.period_end, reading.release.rank), reverse=True)
    return found


def shown_reading(council: Council, release_id: UUID) -> Reading | None:
    """Give one release of a council whose figures may be shown, None otherwise."""
    for reading in readings_of(council):
        if reading.release.pk == release_id:
            is_shown = reading.proved and not reading.is_withdrawn and not reading.is_paper
            return reading if is_shown else None
    return None


def notes_of(council: Council) -> list[Note]:
    """Give the approved notes of a council that were not withdrawn, newest first."""
    return list(Note.objects.filter(council=council, withdrawal__isnull=True))


def _read(council: Council, release: Release, lines: Sequence[str]) -> Reading:
    key = bytes.fromhex(settings.RELEASE_PUBLIC_KEY)
    try:
        proved = prove(release, lines, council_slug=council.slug, public_key=key)
    except ReleaseRefused as error:
        return Reading(release, None, error.reason)
    return Reading(release, proved)
