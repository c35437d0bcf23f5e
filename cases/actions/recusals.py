"""A member steps aside from a situation, or is set aside: at once, and asking for no vault.

Promises: from the act's own transaction she holds no key and no right there, and none can be given
to her; the lead is replaced in the same act, or the situation is left without one and says so. Only
the animation lifts it, never the person herself; lifting gives nothing back.

Source: product.md (a declaration of interest per item); decision 23; security.md §2.4.
"""

from __future__ import annotations

import uuid

from django.db import connection

from cases import queries
from cases.access import continuity, recording
from cases.actions import grants, leads, wrapping
from cases.actions.milestones import note
from cases.domain.exceptions import NotAllowed, UnknownCode
from cases.domain.rights import DeclineReason, InterestReason, LeadReason
from cases.models import Grant, Invitation, ItemAttendance, Mandate, Recusal, Situation
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer, require_coordinator


def declare(*, viewer: Viewer, situation: Situation, reason: str) -> Recusal:
    """Step aside from a situation that one may see (T-24).

    A withdrawn situation that she leads goes to the animation, since a lead alone may close it.

    Raises: Refused for whoever is no member there; UnknownCode; NotAllowed when she stands aside
    already, or when a withdrawn situation would be left to nobody.
    """
    if not viewer.holds(situation.commission_id, *MEMBER_ROLES, Role.DPO):
        raise Refused("recusal", commission=situation.commission_id)
    _require_reason(reason)
    _hold(situation, viewer.user_id)
    _require_not_aside(situation, viewer.user_id)
    leads_it = situation.lead_id == viewer.user_id
    if leads_it and not situation.is_withdrawn:
        # While she still may write there: the chronology says that nobody leads it.
        note(viewer, situation, "lead_left")
    _leave_items(situation, viewer.user_id)
    row = _insert(viewer, situation, viewer.user_id, Recusal.Kind.DECLARED, reason)
    if leads_it and not _leave_lead(situation.pk):
        raise NotAllowed(
            "L’accord est retiré et personne d’autre n’anime la commission : vous seul pouvez "
            "clore cette situation.",
            code="nobody_carries_on",
        )
    _end_rights(viewer, situation, viewer.user_id)
    Invitation.objects.filter(
        situation=situation, user_id=viewer.user_id, state__in=grants.OPEN_INVITATIONS
    ).update(
        state=Invitation.State.DECLINED,
        decline_reason=DeclineReason.INTEREST.value,
        answered_at=viewer.at,
    )
    _record(viewer, situation, viewer.user_id, "interest.declared", reason)
    return row


def set_aside(
    *,
    viewer: Viewer,
    situation: Situation,
    user_id: uuid.UUID,
    reason: str,
    successor: uuid.UUID | None = None,
) -> Recusal:
    """Set a member aside, as the animation; name who leads from now on when she leads.

    Without a successor the situation is left without a lead, and no vault is asked for: ending a
    right is never delayed.

    Raises: Refused; UnknownCode; NotAllowed; with a successor, VaultLocked and what giving a right
    raises.
    """
    require_coordinator(viewer, situation.commission_id)
    _require_reason(reason)
    if user_id == viewer.user_id:
        raise NotAllowed("Pour vous-même, déclarez votre déport.", code="own_recusal")
    known = Mandate.objects.filter(commission_id=situation.commission_id, user_id=user_id).exclude(
        role=Role.REFERRER
    )
    if not known.exists():
        raise NotAllowed("Cette personne ne siège pas dans la commission.", code="no_mandate")
    _hold(situation, user_id)
    _require_not_aside(situation, user_id)
    if situation.lead_id == user_id:
        if successor is not None:
            leads.change_lead(
                viewer=viewer,
                situation=situation,
                lead=successor,
                reason=LeadReason.STEPPED_ASIDE.value,
            )
        else:
            leads.leave_without(viewer=viewer, situation=situation)
    _leave_items(situation, user_id)
    row = _insert(viewer, situation, user_id, Recusal.Kind.SET_ASIDE, reason)
    _end_rights(viewer, situation, user_id)
    Invitation.objects.filter(
        situation=situation, user_id=user_id, state__in=grants.OPEN_INVITATIONS
    ).update(state=Invitation.State.CANCELLED, answered_at=viewer.at)
    _record(viewer, situation, user_id, "interest.set_aside", reason)
    return row


def lift(*, viewer: Viewer, recusal: Recusal) -> None:
    """Lift a recusal; nothing is given back by it.

    Raises: Refused for anybody but the animation, and for the person herself.
    """
    commission = recusal.situation.commission_id
    if recusal.user_id == viewer.user_id:
        raise Refused("recusal", commission=commission, objects=(recusal.situation_id,))
    require_coordinator(viewer, commission)
    changed = Recusal.objects.filter(pk=recusal.pk, lifted_at__isnull=True).update(
        lifted_at=viewer.at, lifted_by_id=viewer.user_id
    )
    if changed != 1:
        raise NotAllowed("Ce déport est déjà levé.", code="decided")
    _record(viewer, recusal.situation, recusal.user_id, "interest.lifted", recusal.reason)


def carriers(situation: Situation, viewer: Viewer) -> list[str]:
    """Name who carries a situation on without the viewer: the animation, else the depositary."""
    aside = set(queries.standing_recusals(situation.pk).values_list("user_id", flat=True))
    seated = [
        one
        for one in continuity.in_office(situation.commission, viewer.at)
        if one.user_id != viewer.user_id and one.user_id not in aside
    ]
    for role in (Role.COORDINATOR, Role.DEPOSITARY):
        names = [one.user.full_name for one in seated if one.role == role]
        if names:
            return names
    return []


def _require_reason(reason: str) -> None:
    if reason not in InterestReason.codes():
        raise UnknownCode


def _hold(situation: Situation, user_id: uuid.UUID) -> None:
    """Wait for whoever is giving her a right, who keeps her mandates until it is written.

    What was given meanwhile is then found and ended; whoever gives later finds her aside.
    """
    rows = Mandate.objects.filter(commission_id=situation.commission_id, user_id=user_id)
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _require_not_aside(situation: Situation, user_id: uuid.UUID) -> None:
    if wrapping.is_aside(situation, user_id):
        raise NotAllowed("Le déport est déjà enregistré.", code="already_aside")


def _insert(
    viewer: Viewer, situation: Situation, user_id: uuid.UUID, kind: str, reason: str
) -> Recusal:
    row = Recusal(
        pk=uuid.uuid4(),
        situation=situation,
        user_id=user_id,
        kind=kind,
        reason=reason,
        declared_by_id=viewer.user_id,
        declared_at=viewer.at,
    )
    row.save(force_insert=True)
    return row


def _leave_items(situation: Situation, user_id: uuid.UUID) -> None:
    """Take her off the lists of those present, points already examined left as they were."""
    ItemAttendance.objects.filter(
        item__situation=situation, item__review__isnull=True, user_id=user_id
    ).delete()


def _leave_lead(situation_id: uuid.UUID) -> bool:
    """Leave the lead; the database does it, for whoever sees nothing more. False: nobody could."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clsm_leave_lead(%s)", [situation_id])
        return bool(cursor.fetchone()[0])


def _end_rights(viewer: Viewer, situation: Situation, user_id: uuid.UUID) -> None:
    """End all her rights there, sleeping ones included."""
    rows = Grant.objects.filter(situation=situation, recipient_id=user_id, revoked_at__isnull=True)
    grants.revoke_all(viewer=viewer, situation=situation, grants=grants.settled(rows))
    viewer.keys.pop(situation.pk, None)


def _record(
    viewer: Viewer, situation: Situation, user_id: uuid.UUID, action: str, reason: str
) -> None:
    recording.done(
        viewer,
        action,
        commission=situation.commission_id,
        objects=(situation.pk, user_id),
        purpose=reason,
    )
