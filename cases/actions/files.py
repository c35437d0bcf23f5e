"""Deposit a file in a section, and delete one: its bytes apart, its description with the texts.

The object is on the disk before its row: a stop between the two leaves an object that no row names,
which the sweep removes; never a row without its bytes.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from cases import storage
from cases.access import recording
from cases.access.files import FILE, can_delete, description_of
from cases.access.keys import open_keys
from cases.access.situations import live_grants
from cases.access.writing import reads_text, writes_section
from cases.actions import sealing, waiting
from cases.actions.acceptance import Scanned
from cases.actions.reviews import SectionSealed
from cases.domain.exceptions import DomainError
from cases.domain.files import QUOTA_BYTES, FileSort
from cases.domain.sections import InformationCategory, Section
from cases.models import Agreement, Attachment, SealedDocument, Situation
from cases.permissions import Refused, Viewer
from cases.policies import require_writable
from cases.vault import files

SECTIONS = [section.value for section in Section]
A_SECTION = 100


class NoRoom(DomainError):
    """The situation holds as many bytes of files as it may."""

    code = "file_quota"
    message = (
        f"Les pièces de cette situation atteignent {QUOTA_BYTES // 2**20} Mo. Supprimez celles qui "
        "ne servent plus, ou réduisez celle-ci."
    )


class ProofKept(DomainError):
    """The file proves what the person said: it lasts as long as that (C-15)."""

    code = "proof_kept"
    message = "Cette pièce prouve un accord de la personne : elle est gardée avec lui."


def deposit(
    *,
    viewer: Viewer,
    situation: Situation,
    section: str,
    category: str,
    sort: str,
    title: str,
    scanned: Scanned,
    agreement: Agreement | None = None,
) -> Attachment:
    """Seal a file in a section of the situation.

    ``agreement`` makes it the proof of an expression: it then goes with the identity (C-15).

    Raises: Refused; SituationLimited, AgreementWithdrawn, NotAllowed; SectionSealed; NoRoom;
    VaultLocked.
    """
    require_writable(situation)
    received = scanned.received
    if agreement is not None:
        if agreement.situation_id != situation.pk:
            raise Refused("agreement", commission=situation.commission_id, objects=(situation.pk,))
        category = InformationCategory.IDENTITY.value
    where = InformationCategory(category).section.value if category else section
    keys = open_keys(viewer, situation)
    if where not in keys.sections() or not writes_section(viewer, situation, where):
        raise SectionSealed
    _require_room(situation, received.length)
    pk = uuid.uuid4()
    description = sealing.write_document(
        viewer=viewer,
        situation=situation,
        keys=keys,
        section=where,
        kind=FILE,
        category=category,
        payload={
            "file": str(pk),
            "section": where,
            "category": category,
            "title": title.strip(),
            "sort": FileSort(sort).value,
            "number": _number(situation, where),
            "extension": received.kind.extension,
            "length": received.length,
            "sha256": received.original_sha256,
        },
    )
    # A renewal in passing may have changed the version that was read before.
    version, dek = keys.latest(where)
    attachment = Attachment(
        pk=pk,
        situation=situation,
        section=where,
        category=category,
        document=description,
        agreement=agreement,
        key_version=version,
        stored_as=uuid.uuid4(),
        created_by_id=viewer.user_id,
        created_at=viewer.at,
    )
    context = files.FileContext(pk, situation.pk, where, version)
    sealed = files.seal_stream(dek, received.pieces(), context, received.length)
    attachment.digest = storage.write(attachment.stored_as, sealed)
    try:
        with transaction.atomic():
            attachment.save(force_insert=True)
            recording.file_written(viewer, situation, attachment)
            if received.waiting is not None:
                waiting.drop(viewer=viewer, situation=situation, pk=received.waiting)
    except BaseException:
        storage.remove(attachment.stored_as)
        raise
    return attachment


def _number(situation: Situation, section: str) -> int:
    """Return a number for a new file: its section's rank, then its own; never used again."""
    written = SealedDocument.objects.filter(situation=situation, section=section, kind=FILE)
    return (SECTIONS.index(section) + 1) * A_SECTION + written.count() + 1


def _require_room(situation: Situation, length: int) -> None:
    """Demand room for one more file, among those the viewer's sections hold. Raises: NoRoom."""
    names = Attachment.objects.filter(situation=situation).values_list("stored_as", flat=True)
    if sum(map(storage.size_of, names)) + files.sealed_length(length) > QUOTA_BYTES:
        raise NoRoom


def delete(*, viewer: Viewer, situation: Situation, attachment: Attachment) -> None:
    """Delete a file: its row now, its bytes at the commit; its description is emptied.

    By its author or whoever manages the section. Raises: Refused; SituationLimited,
    AgreementWithdrawn, NotAllowed; ProofKept; SectionSealed; VaultLocked.
    """
    require_writable(situation)
    grants = live_grants(viewer, situation)
    if not can_delete(viewer, attachment, grants.get(attachment.section)):
        raise Refused(FILE, commission=situation.commission_id, objects=(attachment.pk,))
    if attachment.agreement_id is not None:
        raise ProofKept
    keys = open_keys(viewer, situation)
    description: Any = description_of(attachment)
    if not reads_text(viewer, situation, description):
        raise Refused(FILE, commission=situation.commission_id, objects=(attachment.pk,))
    sealing.rewrite_document(
        viewer=viewer,
        document=description,
        keys=keys,
        payload={"deleted": True},
        version=description.row_version,
    )
    # Under its lock: a renewal may have sealed it again since.
    row = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
    if row is None:
        raise sealing.StaleEdit
    name = row.stored_as
    Attachment.objects.filter(pk=row.pk).delete()
    recording.done(
        viewer,
        "file.deleted",
        commission=situation.commission_id,
        objects=(situation.pk, row.pk),
        sections=[row.section],
    )
    transaction.on_commit(lambda: storage.remove(name))
