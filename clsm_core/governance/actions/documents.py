"""Files of meetings and of framework documents: kept as received, withdrawn but never deleted."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.governance.filetypes import FileKind, safe_name
from clsm_core.governance.models import Document, FrameworkDocument, Meeting


@transaction.atomic
def add(
    *,
    council: Council,
    title: str,
    name: str,
    kind: FileKind,
    content: bytes,
    by: Any,
    meeting: Meeting | None = None,
    framework: FrameworkDocument | None = None,
) -> Document:
    """Keep a file whose type was checked.

    Args:
        name: as it was received; what is unsafe in it is left out.

    Raises: Refusal when the same file is there already; ValidationError.
    """
    digest = hashlib.sha256(content).hexdigest()
    same = Document.objects.filter(
        council=council, meeting=meeting, framework=framework, sha256=digest, is_withdrawn=False
    )
    if same.exists():
        raise Refusal("Ce fichier est déjà là, à l’octet près.", field="file")
    document = Document(
        council=council,
        meeting=meeting,
        framework=framework,
        title=title,
        file_name=safe_name(name, kind),
        media_type=kind.media_type,
        size=len(content),
        sha256=digest,
        content=content,
        added_by=by,
    )
    document.full_clean()
    document.save()
    return document


@transaction.atomic
def withdraw(*, document: Document) -> Document:
    """Stop showing a file; its bytes and who added it stay. Raises: Refusal."""
    if document.is_withdrawn:
        raise Refusal("Ce document est déjà retiré.")
    document.is_withdrawn = True
    document.save(update_fields=["is_withdrawn"])
    return document
