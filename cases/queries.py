"""What is visible: actor first. The first lock's lists; the database's rules narrow them again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.domain.lifecycle import ReferralState, SituationState
from cases.models import (
    Agreement,
    Commission,
    CouncilAccount,
    Mandate,
    ReferralAnswer,
    Sitting,
    Situation,
    SituationUserPermission,
)
from cases.permissions import REFERRING_ROLES, MandateFacts, Role, Viewer
from clsm_core.accounts.clock import now

WORKING_STATES = (
    SituationState.PREPARING,
    SituationState.INSCRIBED,
    SituationState.REVIEWED,
    SituationState.RESTITUTED,
    SituationState.FOLLOW_UP,
)


def live_mandates(user: Any) -> tuple[MandateFacts, ...]:
    """Return the account's mandates in force today (BR-02, C-25)."""
    today = now().date()
    rows = Mandate.objects.filter(
        user=user, status=Mandate.Status.ACTIVE, starts_on__lte=today, ends_on__gte=today
    )
    return tuple(
        MandateFacts(
            id=row.pk,
            commission=row.commission_id,
            role=row.role,
            profession=row.profession,
            organisation=row.organisation,
            organisation_kind=row.organisation_kind,
            ends_on=row.ends_on,
        )
        for row in rows
    )


def first_commission(mandates: Iterable[MandateFacts]) -> Commission | None:
    """Return the commission shown in the frame."""
    ids = [mandate.commission for mandate in mandates]
    return Commission.objects.select_related("council").filter(pk__in=ids).order_by("name").first()


def council_account(user: Any) -> uuid.UUID | None:
    """Return the council row of an account, None when it has none."""
    row = CouncilAccount.objects.filter(user=user).first()
    return row.council_user if row else None


def commissions(viewer: Viewer, roles: Iterable[str]) -> QuerySet[Commission]:
    """Return the commissions in which the viewer holds one of the roles."""
    return (
        Commission.objects.filter(pk__in=viewer.commissions_with(roles))
        .select_related("council")
        .order_by("name")
    )


def _permitted(viewer: Viewer) -> Q:
    """Return the first lock's filter: a guardian row, or the coordinator's desk."""
    rows = SituationUserPermission.objects.filter(
        content_object=OuterRef("pk"), user_id=viewer.user_id
    )
    desks = viewer.commissions_with([Role.COORDINATOR, Role.DPO])
    return Q(Exists(rows)) | Q(commission_id__in=desks)


def situations(viewer: Viewer) -> QuerySet[Situation]:
    """Return the admitted situations whose metadata the viewer may see (C-21).

    Withdrawn: gone for everybody but the lead, who must close it (C-04, promise 5).
    """
    if not viewer.charter_signed:
        return Situation.objects.none()
    withdrawn = Q(is_withdrawn=False) | Q(lead_id=viewer.user_id)
    return (
        Situation.objects.filter(_permitted(viewer), withdrawn, state__isnull=False)
        .exclude(state=SituationState.ERASED)
        .select_related("commission", "lead")
    )


def referrals(viewer: Viewer) -> QuerySet[Situation]:
    """Return the referrals that the viewer screens (BR-07: nobody else sees them)."""
    desks = viewer.commissions_with([Role.COORDINATOR])
    return (
        Situation.objects.filter(commission_id__in=desks, state__isnull=True)
        .exclude(referral_state=ReferralState.TAKEN_BACK)
        .select_related("commission")
        .order_by("created_at")
    )


def answers(viewer: Viewer) -> QuerySet[ReferralAnswer]:
    """Return what the viewer sent, as answers only."""
    return ReferralAnswer.objects.filter(
        created_by_id=viewer.user_id, commission_id__in=viewer.commissions_with(REFERRING_ROLES)
    ).order_by("-created_at")


def sittings(viewer: Viewer) -> QuerySet[Sitting]:
    """Return the sittings of the viewer's commissions."""
    from_roles = [role for role in Role.values if role not in (Role.REFERRER, Role.DPO)]
    return Sitting.objects.filter(
        commission_id__in=viewer.commissions_with(from_roles)
    ).select_related("commission")


def agreements(situation: Situation) -> list[Agreement]:
    """Return the history of the person's agreement, oldest first."""
    return list(Agreement.objects.filter(situation=situation).order_by("recorded_at"))


def members(commission: Commission, at: Any) -> list[Mandate]:
    """Return the mandates in force in a commission, referrers and DPO left out."""
    today = at.date()
    return list(
        Mandate.objects.filter(
            commission=commission,
            status=Mandate.Status.ACTIVE,
            starts_on__lte=today,
            ends_on__gte=today,
        )
        .exclude(role__in=[Role.REFERRER, Role.DPO])
        .select_related("user")
        .order_by("role", "user__last_name")
    )
