"""Imports of a council: the latest, one of them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from clsm_core.council.models import Council
from clsm_core.directory.models import Batch

SHOWN = 20


def batches_of(council: Council) -> QuerySet[Batch]:
    """Return the latest imports of a council."""
    return Batch.objects.filter(council=council).select_related("made_by")[:SHOWN]


def batch_of(council: Council, batch_id: UUID) -> Batch | None:
    """Return one import of the council, None when it is not there."""
    return Batch.objects.filter(council=council, pk=batch_id).select_related("made_by").first()
