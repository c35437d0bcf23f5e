"""Files that somebody may read: those of meetings she reads whole, and of framework documents."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from clsm_core.council.access import Member
from clsm_core.governance.models import Document
from clsm_core.governance.permissions import visible_bodies, visible_framework


def document_of(member: Member, pk: UUID) -> Document | None:
    """Return a file that is not withdrawn, of a meeting or a framework document one may read."""
    readable = Q(meeting__body__in=visible_bodies(member)) | Q(
        framework__in=visible_framework(member)
    )
    found = Document.objects.filter(readable, council=member.council, is_withdrawn=False, pk=pk)
    return found.first()
