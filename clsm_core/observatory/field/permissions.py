"""Who may do what with what the council observes; every query starts from the council.

All roles read needs, diagnoses and series; who follows the commission's figures reads what cites
them; who proposes may correct her own need until somebody takes it up; the coordination does the
rest.

Source: decisions 46; domain.md D.3.
"""

from __future__ import annotations

from django.db.models import QuerySet

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.models import BodyKind, Decision, DecisionKind, DecisionState, Meeting
from clsm_core.governance.permissions import visible_decisions, visible_meetings
from clsm_core.observatory.models import Need, NeedState


def may_correct(member: Member, need: Need) -> bool:
    """Tell whether a member may correct a need: the coordination, or who proposed it, early on."""
    if member.may(Act.MANAGE):
        return True
    return (
        member.may(Act.PROPOSE)
        and need.proposed_by_id == member.user.pk
        and need.state == NeedState.SEEN
    )


def steering_decisions(council: Council, *kinds: str) -> QuerySet[Decision]:
    """Return the decisions of the steering committee that stand, of some kinds or of all."""
    decisions = Decision.objects.filter(
        council=council, meeting__body__kind=BodyKind.STEERING
    ).exclude(state=DecisionState.DROPPED)
    return decisions.filter(kind__in=kinds) if kinds else decisions


def readable_orientations(member: Member) -> QuerySet[Decision]:
    """Return the orientations that a member may read and that stand."""
    return (
        visible_decisions(member)
        .filter(kind=DecisionKind.ORIENTATION)
        .exclude(state=DecisionState.DROPPED)
    )


def readable_meetings(member: Member) -> QuerySet[Meeting]:
    """Return the meetings that were held and that a member may read, the latest first."""
    return (
        visible_meetings(member).filter(state="held").select_related("body").order_by("-starts_at")
    )
