"""Find what an address names among what the viewer may know of; anything else is absent."""

from __future__ import annotations

import uuid

from cases import queries
from cases.access import exceptional, situations, summaries
from cases.models import AgendaItem, Commission, ReleaseDraft, Sitting, Situation
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer


def situation_for(viewer: Viewer, code: str, act: str) -> Situation:
    """Return a situation on which the viewer may do an act now, by its clear metadata.

    No content is opened: the action checks again. Raises: Refused.
    """
    situation = situations.find(viewer, code)
    if act not in acts(viewer, situation):
        raise Refused(act, commission=situation.commission_id, objects=(situation.pk,))
    return situation


def acts(viewer: Viewer, situation: Situation) -> frozenset[str]:
    """Return what the viewer may do now, by what she may read; the vault may be closed."""
    grants = situations.live_grants(viewer, situation)
    verdicts, _ = situations.decisions(viewer, situation, grants)
    held = {
        code
        for code, verdict in verdicts.items()
        # A control reads, and does nothing else.
        if verdict.allow and not exceptional.ground_of([verdict])
    }
    writes = {code for code in held if grants[code].level.rank >= 1}
    return summaries.acts(viewer, situation, held, writes)


def referral(viewer: Viewer, code: str) -> Situation:
    """Return a referral that the viewer screens. Raises: Refused."""
    found = queries.referrals(viewer).filter(code=code).first()
    if found is None:
        raise Refused("referral")
    return found


def sitting(viewer: Viewer, pk: uuid.UUID, *, coordinates: bool = False) -> Sitting:
    """Return a sitting of the viewer's commissions. Raises: Refused."""
    found = queries.sittings(viewer).filter(pk=pk).first()
    if found is None or (coordinates and not viewer.holds(found.commission_id, Role.COORDINATOR)):
        raise Refused("sitting")
    return found


def item(viewer: Viewer, pk: uuid.UUID) -> AgendaItem:
    """Return a point of an agenda whose situation the viewer may know of. Raises: Refused."""
    found = (
        AgendaItem.objects.filter(
            pk=pk,
            removed_at__isnull=True,
            situation__in=queries.situations(viewer).values("pk"),
            sitting__in=queries.sittings(viewer).values("pk"),
        )
        .select_related("sitting", "situation__commission", "situation__lead")
        .first()
    )
    if found is None:
        raise Refused("item")
    return found


def commission(viewer: Viewer, chosen: str | None, *roles: str) -> Commission:
    """Return the commission chosen among those where a role is held, the only one if so.

    Raises: Refused.
    """
    held = list(queries.commissions(viewer, roles or MEMBER_ROLES))
    if chosen:
        held = [one for one in held if str(one.pk) == chosen]
    if not held:
        raise Refused("commission")
    return held[0]


def release(viewer: Viewer, pk: uuid.UUID) -> ReleaseDraft:
    """Return a release of the viewer's commissions. Raises: Refused."""
    found = (
        ReleaseDraft.objects.filter(
            pk=pk, commission__in=viewer.commissions_with([Role.COORDINATOR, Role.DPO])
        )
        .select_related("frozen_by")
        .first()
    )
    if found is None:
        raise Refused("release")
    return found
