"""Who writes the roadmap: the coordination everything, others the sheet that they propose.

Every role of the council reads. Whoever may propose writes a sheet in the state « proposée », and
goes on writing it, alone with the coordination, until the committee decides. A roadmap that is over
is read: only what became of its actions is still written, by the coordination.

Source: decisions 46; domain.md D.3, D-04.
"""

from __future__ import annotations

from clsm_core.council.access import Member
from clsm_core.council.permissions import Act
from clsm_core.roadmap.models import ActionSheet, Roadmap, RoadmapState, SheetStatus

READ = Act.READ
PROPOSE = Act.PROPOSE
MANAGE = Act.MANAGE


def may_manage(member: Member) -> bool:
    """Tell whether this account writes what the coordination writes."""
    return member.may(MANAGE)


def is_open(roadmap: Roadmap) -> bool:
    """Tell whether a roadmap may still change."""
    return roadmap.state != RoadmapState.CLOSED


def may_propose(member: Member, roadmap: Roadmap) -> bool:
    """Tell whether this account may propose a sheet in a roadmap."""
    return member.may(PROPOSE) and is_open(roadmap)


def may_write(member: Member, sheet: ActionSheet) -> bool:
    """Tell whether this account may write what a sheet says."""
    if not is_open(sheet.axis.roadmap):
        return False
    if may_manage(member):
        return True
    return (
        member.may(PROPOSE)
        and sheet.status == SheetStatus.PROPOSED
        and sheet.proposed_by_id == member.user.pk
    )


def may_follow(member: Member, sheet: ActionSheet) -> bool:
    """Tell whether this account may write what becomes of an action, even once its plan is over."""
    return may_manage(member) or may_write(member, sheet)
