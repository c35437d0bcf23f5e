"""Seal files again when their section's key is renewed: a new object, proved, then its row (T-31).

The former object stays until the commit: killed anywhere, a row names an object that opens, and
the other is swept. Files are taken one after the other, within a weight a request can bear.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction

from cases import storage
from cases.access import recording
from cases.access.files import ALTERED
from cases.access.keys import OpenKeys
from cases.models import Attachment, Situation
from cases.permissions import Viewer
from cases.vault import files
from cases.vault.errors import Tampered, VaultError

BATCH_BYTES = 32 * 2**20


def under(situation: Situation, section: str, versions: Iterable[int]) -> int:
    """Count the files of a section sealed under these versions."""
    return Attachment.objects.filter(
        situation=situation, section=section, key_version__in=list(versions)
    ).count()


def reseal(
    *, viewer: Viewer, situation: Situation, section: str, keys: OpenKeys, latest: int
) -> int:
    """Seal again the files under a former version, within ``BATCH_BYTES``; return how many.

    At least one, however large. One whose bytes do not open is left, with its alert, and its key
    stays. The caller manages the section and holds its latest key.
    """
    done, spent, after = 0, 0, uuid.UUID(int=0)
    while spent < BATCH_BYTES:
        row = (
            Attachment.objects.select_for_update(skip_locked=True)
            .filter(situation=situation, section=section, pk__gt=after)
            .exclude(key_version=latest)
            .order_by("pk")
            .first()
        )
        if row is None:
            break
        after = row.pk
        spent += storage.size_of(row.stored_as)
        done += _reseal_one(viewer, situation, row, keys, latest)
    return done


def _reseal_one(
    viewer: Viewer, situation: Situation, row: Attachment, keys: OpenKeys, latest: int
) -> bool:
    former = keys.deks.get((row.section, row.key_version))
    if former is None:
        return False
    name, context = uuid.uuid4(), _context(row, latest)
    digest_before, name_before = bytes(row.digest), row.stored_as
    try:
        with storage.open_object(name_before) as source:
            plain = files.open_stream(former, source, _context(row, row.key_version))
            length = files.plain_length(source)
            digest = storage.write(
                name, files.seal_stream(keys.deks[row.section, latest], plain, context, length)
            )
    except (VaultError, storage.MissingObject):
        recording.alert(
            viewer,
            ALTERED,
            commission=situation.commission_id,
            objects=(situation.pk, row.pk),
            sections=[row.section],
        )
        return False
    try:
        _require_opens(name, digest, keys.deks[row.section, latest], context)
        with transaction.atomic():
            changed = Attachment.objects.filter(
                pk=row.pk, key_version=row.key_version, stored_as=name_before
            ).update(key_version=latest, stored_as=name, digest=digest)
            if changed != 1:
                raise Tampered("resealed")
            row.digest = digest
            recording.file_written(viewer, situation, row, digest_before)
    except BaseException:
        storage.remove(name)
        raise
    transaction.on_commit(lambda: storage.remove(name_before))
    return True


def _require_opens(name: uuid.UUID, digest: bytes, dek: bytes, context: files.FileContext) -> None:
    """Demand that an object opens whole, before anything points to it. Raises: Tampered."""
    with storage.open_object(name) as source:
        files.open_stream(dek, source, context)
    if storage.digest_of(name) != digest:
        raise Tampered("resealed")


def _context(row: Attachment, version: int) -> files.FileContext:
    return files.FileContext(row.pk, row.situation_id, row.section, version)
