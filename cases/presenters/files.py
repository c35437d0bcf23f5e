"""Files as pages show them: what each is, who deposited it, when, how large."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cases.access.files import FileLine
from cases.actions.acceptance import without_antivirus

_MEGA, _KILO = 10**6, 10**3


@dataclass(frozen=True)
class FileSheet:
    """A file on a page."""

    id: uuid.UUID
    title: str
    details: str
    author: str
    deposited_at: datetime | None
    url: str
    delete_url: str
    is_altered: bool
    is_proof: bool
    unscanned: str


def unscanned() -> str:
    """Say by which decision files are not scanned, nothing when they are (decision 53c)."""
    decision = without_antivirus()
    if not decision:
        return ""
    return (
        "Les pièces ne sont pas examinées par un antivirus. Décision de la DPO : "
        f"{decision}. N’ouvrez que ce que vous attendiez."
    )


def size_in_words(length: int) -> str:
    """Say a length as people do: 840 octets, 12 Ko, 1,4 Mo."""
    if length >= _MEGA:
        return f"{length / _MEGA:.1f} Mo".replace(".", ",")
    if length >= _KILO:
        return f"{length // _KILO} Ko"
    return f"{length} octet{'s' if length > 1 else ''}"


def sheets(code: str, lines: Iterable[FileLine]) -> list[FileSheet]:
    """Return the files of a section, newest first."""
    return [sheet(code, line) for line in reversed(tuple(lines))]


def sheet(code: str, line: FileLine) -> FileSheet:
    """Return one file ready for a page."""
    details = (
        line.category_label,
        line.sort_label,
        f"pièce {line.number}",
        f"{line.extension.upper()}, {size_in_words(line.length)}",
    )
    return FileSheet(
        id=line.id,
        title=line.title,
        details=" · ".join(filter(None, details)),
        author=line.author,
        deposited_at=line.deposited_at,
        url=reverse("cases:file", args=[code, line.id]),
        delete_url=reverse("cases:file_delete", args=[code, line.id]) if line.can_delete else "",
        is_altered=line.is_altered,
        is_proof=line.is_proof,
        unscanned=unscanned(),
    )


def waiting_words(name: str, length: int, expires_at: datetime) -> str:
    """Name a file that waits."""
    until = f"gardée jusqu’au {timezone.localtime(expires_at):%d/%m à %H h %M}"
    if not name:
        return f"Pièce scellée, {until}"
    return f"{name} – {size_in_words(length)}, {until}"
