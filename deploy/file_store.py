"""Sealed objects and the rows that name them: each row has its object, no object is left over.

Nothing here opens a file: bytes are compared with the digest written when they were sealed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from cases import storage
from cases.keystore.models import SectionKey
from cases.models import Attachment, FileDraft, Situation
from deploy.projection import seeing_everything

# A row is committed within the request that writes its object: an hour is long.
SPARED_SECONDS = 3600


@dataclass(frozen=True)
class Swept:
    """What a sweep did: objects that a row names, those removed, those too young to judge."""

    named: int
    removed: int
    spared: int


def sweep(alias: str, *, spared_seconds: float = SPARED_SECONDS) -> Swept:
    """Remove the objects that no row names, older than an hour; those unfinished too.

    Objects are listed before the rows are read: one written meanwhile is not judged.
    """
    found = list(storage.stored())
    with seeing_everything(alias):
        named = set(Attachment.objects.using(alias).values_list("stored_as", flat=True))
        named |= set(FileDraft.objects.using(alias).values_list("stored_as", flat=True))
    removed = spared = 0
    now = time.time()
    for path, name, written in found:
        is_whole = path.name == name.hex
        if is_whole and name in named:
            continue
        if now - written < spared_seconds:
            spared += 1
            continue
        path.unlink(missing_ok=True)
        removed += 1
    return Swept(len(named), removed, spared)


@dataclass(frozen=True)
class Found:
    """What a check of the files says: how many there are, what is wrong, what no row names."""

    checked: int
    faults: list[tuple[str, Situation, str]]
    unnamed: int


def check(alias: str) -> Found:
    """Compare every file with its object, its description and its key.

    What looks wrong is looked at again: a renewal may have replaced an object meanwhile.
    """
    rows, keys = _rows(alias)
    suspects = [row.pk for row in rows if any(True for _ in _faults(row, keys))]
    again, keys = _rows(alias, suspects) if suspects else ([], keys)
    faults = [
        (code, row.situation, row.section) for row in again for code in sorted(_faults(row, keys))
    ]
    held = {name for path, name, _ in storage.stored() if path.name == name.hex}
    with seeing_everything(alias):
        named = set(Attachment.objects.using(alias).values_list("stored_as", flat=True))
        drafts = FileDraft.objects.using(alias).select_related("situation")
        for draft in drafts:
            named.add(draft.stored_as)
            if not storage.size_of(draft.stored_as):
                faults.append(("file_waiting_lost", draft.situation, ""))
    return Found(len(rows), faults, len(held - named))


Key = tuple[UUID, str, int]


def _rows(alias: str, only: list[UUID] | None = None) -> tuple[list[Attachment], set[Key]]:
    """Return the files' rows, or these, and the keys that stand."""
    with seeing_everything(alias):
        rows = Attachment.objects.using(alias).select_related("situation", "document")
        if only is not None:
            rows = rows.filter(pk__in=only)
        keys = SectionKey.objects.using(alias).values_list("situation", "section", "version")
        return list(rows.order_by("situation__code", "pk")), set(keys)


def _faults(row: Attachment, keys: set[Key]) -> Iterator[str]:
    try:
        if storage.digest_of(row.stored_as) != bytes(row.digest):
            yield "file_altered"
    except storage.MissingObject:
        yield "file_missing"
    described = row.document
    if (described.situation_id, described.section, described.category) != (
        row.situation_id,
        row.section,
        row.category,
    ):
        yield "file_misplaced"
    if (row.situation_id, row.section, row.key_version) not in keys:
        yield "file_without_key"
