"""What a guest sees of her own invitations: when, where, which commission (C-24).

The database tells nothing more before she accepts: no situation, no code, no content.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from cases.models import Invitation
from cases.permissions import Role, Viewer


@dataclass(frozen=True)
class OwnInvitation:
    """One's own invitation; ``code`` only once accepted, in its window."""

    id: uuid.UUID
    commission: str
    starts_at: datetime
    place: str
    state: str
    opens_at: datetime
    closes_at: datetime
    is_standing: bool
    code: str

    @property
    def waits(self) -> bool:
        """Tell whether an answer is expected."""
        return self.is_standing and self.state == Invitation.State.PROPOSED

    @property
    def is_accepted(self) -> bool:
        """Tell whether it was accepted and still stands."""
        return self.is_standing and self.state == Invitation.State.ACCEPTED

    @property
    def state_label(self) -> str:
        """Return what became of it, in French; a point taken off its agenda cancels it."""
        if not self.is_standing and self.state == Invitation.State.PROPOSED:
            return "passée"
        return str(Invitation.State(self.state).label)


def own(viewer: Viewer) -> list[OwnInvitation]:
    """Return the viewer's invitations, the latest sitting first; none without a guest's mandate."""
    if not viewer.commissions_with([Role.GUEST]):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, commission, starts_at, place, state, opens_at, closes_at, is_standing,"
            " code FROM clsm_own_invitations()"
        )
        rows = cursor.fetchall()
    return [
        OwnInvitation(
            pk,
            commission,
            timezone.localtime(starts_at),
            place,
            state,
            timezone.localtime(opens_at),
            timezone.localtime(closes_at),
            is_standing,
            code,
        )
        for pk, commission, starts_at, place, state, opens_at, closes_at, is_standing, code in rows
    ]


def waiting(viewer: Viewer) -> int:
    """Count the invitations that wait for the viewer's answer."""
    return sum(one.waits for one in own(viewer))
