"""Mandates, always reached through the council and the body."""

from __future__ import annotations

from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.governance.models import BodyMandate


def mandate_of(council: Council, body_id: UUID, mandate_id: UUID) -> BodyMandate | None:
    """Return one mandate of a body of the council, None when it is not there."""
    return (
        BodyMandate.objects.filter(body__council=council, body=body_id, pk=mandate_id)
        .select_related("body__council", "contact__organisation", "stands_in_for__contact")
        .first()
    )
