"""Write sealed documents, under keys that are renewed in passing when they are due."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cases.access import recording
from cases.access.keys import OpenKeys, seal
from cases.actions import rotation
from cases.actions.milestones import StaleSituation
from cases.domain.exceptions import DomainError
from cases.models import SealedDocument, Situation
from cases.permissions import Viewer


class SectionSealed(DomainError):
    """A line belongs to a section whose key the writer does not hold."""

    code = "section_sealed"
    message = "Vous ne pouvez pas écrire dans ce volet : il est scellé pour vous."


class StaleEdit(DomainError):
    """Somebody changed the text meanwhile: both are shown, nothing is lost (style 22)."""

    code = "stale"
    message = StaleSituation.message


def write_document(
    *,
    viewer: Viewer,
    situation: Situation,
    keys: OpenKeys,
    section: str,
    kind: str,
    payload: Mapping[str, Any],
    category: str = "",
) -> SealedDocument:
    """Seal and insert a document of a section the viewer (or this very request) holds.

    A key that is due is renewed first when the viewer manages the section: the text is sealed under
    the new one, and the section's other texts follow, twenty at a time. Whoever only contributes
    writes under the present key; it waits for somebody who manages (security.md §2.4).

    Raises: SectionSealed when no key of the section is open.
    """
    is_claimed = rotation.prepare(viewer=viewer, situation=situation, keys=keys, section=section)
    if section not in keys.sections():
        raise SectionSealed
    row = uuid.uuid4()
    version, blob = seal(
        keys=keys,
        situation_id=situation.pk,
        section=section,
        row=row,
        row_version=1,
        payload=dict(payload),
    )
    document = SealedDocument(
        pk=row,
        situation=situation,
        section=section,
        kind=kind,
        category=category,
        row_version=1,
        key_version=version,
        blob=blob,
        created_by_id=viewer.user_id,
        created_at=viewer.at,
        changed_at=viewer.at,
    )
    document.save(force_insert=True)
    recording.document_written(viewer, situation, document)
    if is_claimed:
        rotation.advance(viewer=viewer, situation=situation, section=section)
    return document


def rewrite_document(
    *,
    viewer: Viewer,
    document: SealedDocument,
    keys: OpenKeys,
    payload: Mapping[str, Any],
    version: int,
) -> None:
    """Seal a new version of a document; keys are renewed as in ``write_document``.

    Raises: StaleEdit when ``version`` is no longer its own; SectionSealed when its key is not open.
    """
    situation, section = document.situation, document.section
    is_claimed = rotation.prepare(viewer=viewer, situation=situation, keys=keys, section=section)
    if section not in keys.sections():
        raise SectionSealed
    key_version, blob = seal(
        keys=keys,
        situation_id=document.situation_id,
        section=section,
        row=document.pk,
        row_version=version + 1,
        payload=dict(payload),
    )
    rows = SealedDocument.objects.filter(pk=document.pk, row_version=version)
    # Read under the row's lock: a renewal may have sealed it again since the caller read it.
    former = rows.select_for_update().values_list("blob", flat=True).first()
    changed = rows.update(
        row_version=version + 1, key_version=key_version, blob=blob, changed_at=viewer.at
    )
    if changed != 1 or former is None:
        raise StaleEdit
    document.row_version, document.key_version, document.blob = version + 1, key_version, blob
    recording.document_written(viewer, situation, document, bytes(former))
    if is_claimed:
        rotation.advance(viewer=viewer, situation=situation, section=section)
