"""Let a file in: understood apart from the service, then scanned; each refusal is recorded.

Only ``scan`` makes a ``Scanned``, and only a ``Scanned`` can be deposited (decision 53c). What is
scanned is what will be sealed, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from cases.access import recording
from cases.files import antivirus
from cases.files.apart import inspect_apart
from cases.files.kinds import FileKind
from cases.files.refusals import FileRefused, NoScanner, NotScanned
from cases.files.verdicts import require_announced
from cases.models import Situation
from cases.permissions import Viewer

CLAMD, NONE = "clamd", "none"
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Received:
    """A file that was understood: its type, length and origin; ``pieces`` gives its bytes anew.

    ``waiting`` names the sealed draft from which it is taken up. The name is its sender's own and
    stays under seals.
    """

    kind: FileKind
    name: str = field(repr=False)
    length: int
    original_sha256: str = field(repr=False)
    pieces: Callable[[], Iterable[bytes]] = field(repr=False)
    waiting: UUID | None = None


@dataclass(frozen=True)
class Scanned:
    """A file in which the antivirus found nothing, or that a decision lets in without one."""

    received: Received


def without_antivirus() -> str:
    """Return the decision by which files are not scanned, empty when they are."""
    return settings.ANTIVIRUS_DECISION if settings.ANTIVIRUS == NONE else ""


def examine(
    *, viewer: Viewer, situation: Situation, name: str, size: int, content: bytes
) -> Received:
    """Understand a file that was sent; ``size`` counts what came, ``content`` what was kept of it.

    Raises: FileRefused, once it is recorded.
    """
    try:
        kind = require_announced(name, size)
        accepted = inspect_apart(kind.extension, content)
    except FileRefused as refused:
        record_refusal(viewer, situation, refused.code)
        raise
    kept = accepted.content

    def pieces() -> Iterable[bytes]:
        view = memoryview(kept)
        return (bytes(view[at : at + _PIECE]) for at in range(0, len(kept), _PIECE))

    return Received(kind, name, len(kept), accepted.original_sha256, pieces)


def scan(*, viewer: Viewer, situation: Situation, received: Received) -> Scanned:
    """Ask the antivirus. Raises: FileRefused when it knows the file; NotScanned otherwise."""
    try:
        if settings.ANTIVIRUS == CLAMD:
            antivirus.scan(settings.CLAMD_SOCKET, received.pieces())
        elif not without_antivirus():
            raise NoScanner
    except (FileRefused, NotScanned) as refused:
        record_refusal(viewer, situation, refused.code)
        raise
    return Scanned(received)


def record_refusal(viewer: Viewer, situation: Situation, code: str) -> None:
    """Record that a file did not come in, by the code of its reason."""
    recording.denied(
        viewer,
        "file.refused",
        commission=situation.commission_id,
        objects=(situation.pk,),
        purpose=code,
    )
