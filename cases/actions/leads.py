"""Who leads a situation: changed in one act, for one situation or for many (C-04, C-25).

Promises: the new lead holds the keys before the act ends, or nothing changes; the former lead's
rights as lead end with it, unless some are kept on purpose, as any member's within the agreement.
"""

from __future__ import annotations

import uuid

from cases.access import recording
from cases.actions import grants, wrapping
from cases.actions.milestones import change, note
from cases.domain.exceptions import NotAllowed, UnknownCode
from cases.domain.rights import GrantReason, LeadReason
from cases.domain.sections import Section
from cases.models import Grant, Situation
from cases.permissions import Role, Viewer, require_coordinator


def change_lead(
    *,
    viewer: Viewer,
    situation: Situation,
    lead: uuid.UUID,
    reason: str,
    keeps: bool = False,
) -> list[str]:
    """Give a situation another lead, by the animation; return the sections that she lacks.

    ``keeps``: the former lead goes on contributing, as a member, within the agreement.

    Raises: Refused; UnknownCode; NotAllowed for a guest, the same lead, or when the viewer's vault
    could hand no key on; SteppedAside, NotShareable; VaultLocked; StaleSituation.
    """
    require_coordinator(viewer, situation.commission_id)
    if reason not in LeadReason.codes():
        raise UnknownCode
    if situation.state is None:
        raise NotAllowed("Cette saisine n’est pas encore admise.", code="no_lead")
    former = situation.lead_id
    if lead == former:
        raise NotAllowed("Cette personne est déjà référente.", code="no_lead")
    lacking = hand_over(viewer=viewer, situation=situation, lead=lead, former=former, reason=reason)
    if former is not None:
        end_lead_rights(viewer=viewer, situation=situation, user_id=former)
        if keeps:
            _keep(viewer, situation, former)
    return lacking


def hand_over(
    *,
    viewer: Viewer,
    situation: Situation,
    lead: uuid.UUID,
    former: uuid.UUID | None,
    reason: str,
) -> list[str]:
    """Make somebody the lead and give her the keys; return the sections that she lacks.

    Raises: as ``change_lead``.
    """
    mandate = grants.mandate_of(situation, lead, viewer.at)
    if mandate.role == Role.GUEST:
        raise NotAllowed("Cette personne ne peut pas être référente.", code="no_lead")
    viewer.open_identity()
    change(viewer, situation, lead_id=lead)
    grants.give_lead(viewer=viewer, situation=situation, lead=lead)
    managed = _managed(viewer, situation, lead)
    if not managed:
        raise NotAllowed(
            f"{situation.code} : votre coffre n’a pas pu en transmettre les clés. Partez sans "
            "successeur, puis redonnez les accès.",
            code="keys_not_held",
        )
    note(viewer, situation, "lead_changed", reason)
    recording.done(
        viewer,
        "lead.changed",
        commission=situation.commission_id,
        objects=(situation.pk, lead, *([former] if former else [])),
        purpose=reason,
    )
    readable = set(grants.lead_sections(mandate))
    return [one.value for one in Section if one.value in readable - managed]


def leave_without(*, viewer: Viewer, situation: Situation) -> None:
    """Leave a situation without a lead, by the animation; no vault is asked for.

    Raises: Refused; StaleSituation.
    """
    require_coordinator(viewer, situation.commission_id)
    change(viewer, situation, lead_id=None)
    note(viewer, situation, "lead_left")


def end_lead_rights(*, viewer: Viewer, situation: Situation, user_id: uuid.UUID) -> None:
    """End the rights that somebody held as the lead."""
    rows = Grant.objects.filter(
        situation=situation,
        recipient_id=user_id,
        basis=Grant.Basis.LEAD,
        revoked_at__isnull=True,
    )
    grants.revoke_all(viewer=viewer, situation=situation, grants=grants.settled(rows))


def _keep(viewer: Viewer, situation: Situation, former: uuid.UUID) -> None:
    """Give the former lead what any member may contribute to, within the agreement."""
    mandate = grants.mandate_of(situation, former, viewer.at)
    every = [section.value for section in Section]
    terms = wrapping.Terms(
        level=Grant.Level.CONTRIBUTE,
        basis=Grant.Basis.PERMANENT,
        not_before=viewer.at,
        not_after=grants.end_of(mandate, viewer.at),
        reason=GrantReason.FOLLOW_UP.value,
    )
    allowed = grants.allowed_sections(situation, mandate, every, viewer.at)
    grants.give(viewer, situation, mandate, allowed, terms)


def _managed(viewer: Viewer, situation: Situation, user_id: uuid.UUID) -> set[str]:
    return set(
        Grant.objects.filter(
            situation=situation,
            recipient_id=user_id,
            level=Grant.Level.MANAGE,
            revoked_at__isnull=True,
            not_after__gt=viewer.at,
            is_dormant=False,
        ).values_list("section", flat=True)
    )
