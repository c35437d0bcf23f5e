"""What awaits the desks: acts to confirm, keys to sign, accesses to give back."""

from __future__ import annotations

from django.urls import reverse

from cases import queries
from cases.access import continuity
from cases.models import JointAct, KeyShortage
from cases.permissions import Role, Viewer
from clsm_core.ui.components import Tile

DESKS = (Role.COORDINATOR, Role.DPO)


def tiles(viewer: Viewer) -> list[Tile]:
    """Return a counted tile for each thing that waits; nothing when nothing does."""
    commissions = list(queries.commissions(viewer, DESKS))
    if not commissions:
        return []
    of_desks = {"commission__in": commissions, "decided_at__isnull": True}
    asked = JointAct.objects.filter(**of_desks).exclude(asked_by_id=viewer.user_id)
    erasures = asked.filter(
        kind=JointAct.Kind.ERASURE, commission__in=viewer.commissions_with([Role.DPO])
    ).count()
    resets = asked.filter(kind=JointAct.Kind.FACTOR_RESET).count()
    keys = sum(
        len(continuity.waiting_keys(viewer, one))
        for one in commissions
        if continuity.is_officer(viewer, one)
    )
    short = (
        KeyShortage.objects.filter(situation__commission__in=commissions)
        .values("situation")
        .distinct()
        .count()
    )
    found = (
        ("effacement à confirmer", "effacements à confirmer", erasures, "cases:erasures"),
        (
            "second facteur à réinitialiser",
            "seconds facteurs à réinitialiser",
            resets,
            "cases:members",
        ),
        ("clé de membre à signer", "clés de membre à signer", keys, "cases:sign_keys"),
        ("situation à redonner", "situations à redonner", short, "cases:continuity"),
    )
    return [
        Tile(one if count == 1 else many, count, reverse(name), kind="attention")
        for one, many, count, name in found
        if count
    ]
