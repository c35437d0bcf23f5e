"""Questions to the ledger, asked through the DPO's own connection and role."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from audit.catalogue import ACTIONS, Kind
from audit.events import Outcome
from audit.models import AuditHead, AuditProjection, AuditSeal

_SHOWINGS = [action.code for action in ACTIONS.values() if action.kind is Kind.SHOWN]


_LANE_LABELS = {
    "commission": "service de la commission",
    "governance": "service du conseil",
    "owner": "commandes d’administration",
}


@dataclass(frozen=True)
class LaneState:
    """Where one lane stands."""

    lane: str
    seq: int
    h: str
    sealed_at: datetime | None

    @property
    def label(self) -> str:
        """Name the lane in French."""
        return _LANE_LABELS.get(self.lane, self.lane)


def who_saw(object_id: UUID) -> QuerySet[AuditProjection]:
    """List the showings and the refusals of one object, newest first."""
    return (
        AuditProjection.objects.using(settings.DPO_ALIAS)
        .filter(Q(action__in=_SHOWINGS) | Q(outcome=Outcome.DENIED.value), object=object_id)
        .order_by("-at", "-seq")
    )


def showings_between(
    object_id: UUID, *, actor: UUID, start: datetime, end: datetime, purpose: str
) -> QuerySet[AuditProjection]:
    """List what one account was shown of one object in a period, on one ground."""
    return AuditProjection.objects.using(settings.DPO_ALIAS).filter(
        action__in=_SHOWINGS,
        object=object_id,
        actor=actor,
        at__gte=start,
        at__lte=end,
        purpose=purpose,
    )


def events_of(actor: UUID) -> QuerySet[AuditProjection]:
    """List everything one account did, saw or was refused, newest first."""
    return (
        AuditProjection.objects.using(settings.DPO_ALIAS)
        .filter(actor=actor)
        .order_by("-at", "-seq")
    )


def events_about(object_id: UUID) -> QuerySet[AuditProjection]:
    """List every event about one object, newest first."""
    return (
        AuditProjection.objects.using(settings.DPO_ALIAS)
        .filter(object=object_id)
        .order_by("-at", "-seq")
    )


def alerts(commissions: Collection[UUID], *, most: int) -> list[AuditProjection]:
    """List the last alerts of these commissions and of none, one row an object, newest first.

    Args:
        commissions: those of which the reader is DPO.
        most: how many rows at most.
    """
    return list(
        AuditProjection.objects.using(settings.DPO_ALIAS)
        .filter(Q(commission__in=list(commissions)) | Q(commission=None), action="integrity.alert")
        .order_by("-at", "-seq", "rank")[:most]
    )


def ledger_state() -> list[LaneState]:
    """Tell the last number, its hash in hexadecimal and its time, for each lane."""
    states = []
    for head in AuditHead.objects.using(settings.DPO_ALIAS).order_by("lane"):
        seal = (
            AuditSeal.objects.using(settings.DPO_ALIAS)
            .filter(lane=head.lane, seq=head.seq)
            .values("sealed_at")
            .first()
        )
        states.append(
            LaneState(
                lane=head.lane,
                seq=head.seq,
                h=bytes(head.h).hex(),
                sealed_at=seal["sealed_at"] if seal else None,
            )
        )
    return states


def last_verification() -> AuditProjection | None:
    """Return the last recorded verification of the ledger, whatever it found."""
    return (
        AuditProjection.objects.using(settings.DPO_ALIAS)
        .filter(action="ledger.verified")
        .order_by("-at", "-seq")
        .first()
    )
