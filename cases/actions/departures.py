"""A member leaves, in one act and at once (C-25; security.md §2.4; T-24).

Promises: her mandates, grants, wraps, projections, directory entry and sessions end in one
transaction that asks for no key and no vault, whatever is left behind; what is left short of
holders is flagged by the database. Handing over what she leads is apart: it gives rights, hence
needs an open vault, and never delays the departure.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from cases import queries
from cases.access import continuity, recording, sessions
from cases.actions import grants, leads
from cases.domain.exceptions import NotAllowed
from cases.domain.rights import LeadReason
from cases.models import (
    Commission,
    Grant,
    Mandate,
    MemberKey,
    Situation,
    SituationUserPermission,
    Wrap,
)
from cases.permissions import Refused, Role, Viewer, require_coordinator

INTAKE_ROLES = (Role.COORDINATOR, Role.DEPOSITARY)


@dataclass(frozen=True)
class Leaving:
    """What a departure ends, and what it leaves behind."""

    is_officer: bool
    roles: tuple[str, ...]
    held: dict[str, tuple[str, ...]]
    short: dict[str, tuple[str, ...]]
    led: tuple[Situation, ...]
    withdrawn: tuple[str, ...]
    empties: tuple[str, ...]
    keeps_login: bool


def prepare(*, viewer: Viewer, mandate: Mandate) -> Leaving:
    """Return what a departure would do; nothing is written."""
    commission, user_id = mandate.commission, mandate.user_id
    held: dict[str, set[str]] = defaultdict(set)
    for code, section in _live(commission, user_id).values_list("situation__code", "section"):
        held[code].add(section)
    counted = continuity.holdings(commission, viewer.at)
    short = {counted.codes[pk]: sections for pk, sections in counted.lost_by(user_id).items()}
    led = list(
        Situation.objects.filter(
            commission=commission, lead_id=user_id, state__in=queries.WORKING_STATES
        )
        .select_related("commission")
        .order_by("code")
    )
    roles = {one.role for one in _mandates(commission, user_id)}
    seated = continuity.in_office(commission, viewer.at)
    return Leaving(
        is_officer=continuity.is_bound(viewer, commission, user_id),
        roles=tuple(Role(role).label for role in Role.values if role in roles),
        held={code: tuple(sorted(sections)) for code, sections in sorted(held.items())},
        short=dict(sorted(short.items())),
        led=tuple(one for one in led if not _is_stuck(one)),
        withdrawn=tuple(one.code for one in led if _is_stuck(one)),
        empties=tuple(
            Role(role).label
            for role in INTAKE_ROLES
            if role in roles
            and not any(one.role == role and one.user_id != user_id for one in seated)
        ),
        keeps_login=_others(commission, user_id, viewer).exists(),
    )


def successors(*, viewer: Viewer, mandate: Mandate) -> list[Mandate]:
    """Return the members who may lead: in office, no guest, a key that the directory attests."""
    register = continuity.register_of(viewer, mandate.commission)
    attested = register.by_user if register else {}
    return [
        one
        for one in continuity.in_office(mandate.commission, viewer.at)
        if one.user_id != mandate.user_id and one.user_id in attested and one.role != Role.GUEST
    ]


def depart(
    *, viewer: Viewer, mandate: Mandate, successors: Mapping[uuid.UUID, uuid.UUID]
) -> Leaving:
    """End everything of a member in a commission; return what it left behind.

    ``successors`` names, by situation, who leads it from now on: empty, no vault is needed.

    Raises: Refused; NotAllowed for an officer, oneself, or whoever has left; with successors,
    VaultLocked and what giving a right raises.
    """
    if not viewer.holds(mandate.commission_id, *continuity.DESKS):
        raise Refused("depart", commission=mandate.commission_id)
    if mandate.user_id == viewer.user_id:
        raise NotAllowed("Votre départ s’enregistre par une autre personne.", code="own_departure")
    commission, user_id = mandate.commission, mandate.user_id
    list(_mandates(commission, user_id).select_for_update())
    leaving = prepare(viewer=viewer, mandate=mandate)
    if leaving.is_officer:
        raise NotAllowed(
            "Cette personne est officier de la commission : changez d’abord d’officier, par la "
            "cérémonie.",
            code="officer",
        )
    if not leaving.roles:
        raise NotAllowed("Cette personne a déjà quitté la commission.", code="departed")
    for situation in leaving.led:
        if (lead := successors.get(situation.pk)) is not None:
            _hand_over(viewer, situation, lead, leaver=user_id)
    _end_mandates(viewer, commission, user_id)
    _revoke(viewer, commission, user_id)
    ended = MemberKey.objects.filter(
        commission=commission, user_id=user_id, revoked_at__isnull=True
    ).update(revoked_at=viewer.at, statistics_wrap=None)
    if ended:
        recording.done(viewer, "member.key_revoked", commission=commission.pk, objects=(user_id,))
    if not leaving.keeps_login:
        sessions.end_all(user_id, viewer.at)
    recording.done(
        viewer, "member.departed", commission=commission.pk, objects=(user_id, mandate.pk)
    )
    return leaving


def _is_stuck(situation: Situation) -> bool:
    """Tell whether a situation keeps its lead: withdrawn or limited, nobody else opens it."""
    return situation.is_withdrawn or situation.is_limited


def _mandates(commission: Commission, user_id: uuid.UUID) -> queries.QuerySet[Mandate]:
    return Mandate.objects.filter(
        commission=commission,
        user_id=user_id,
        status__in=[Mandate.Status.ACTIVE, Mandate.Status.SUSPENDED],
    )


def _others(
    commission: Commission, user_id: uuid.UUID, viewer: Viewer
) -> queries.QuerySet[Mandate]:
    return Mandate.objects.filter(
        user_id=user_id, status=Mandate.Status.ACTIVE, ends_on__gte=viewer.at.date()
    ).exclude(commission=commission)


def _live(commission: Commission, user_id: uuid.UUID) -> queries.QuerySet[Grant]:
    return Grant.objects.filter(
        situation__commission=commission, recipient_id=user_id, revoked_at__isnull=True
    )


def _hand_over(viewer: Viewer, situation: Situation, lead: uuid.UUID, *, leaver: uuid.UUID) -> None:
    """Give the lead's rights to a successor, who must have received them."""
    require_coordinator(viewer, situation.commission_id)
    if lead == leaver:
        raise NotAllowed("Cette personne ne peut pas être référente.", code="no_lead")
    leads.hand_over(
        viewer=viewer,
        situation=situation,
        lead=lead,
        former=leaver,
        reason=LeadReason.LEAVING.value,
    )


def _end_mandates(viewer: Viewer, commission: Commission, user_id: uuid.UUID) -> None:
    today = viewer.at.date()
    for one in _mandates(commission, user_id):
        Mandate.objects.filter(pk=one.pk).update(
            status=Mandate.Status.ENDED, ends_on=max(one.starts_on, min(one.ends_on, today))
        )


def _revoke(viewer: Viewer, commission: Commission, user_id: uuid.UUID) -> None:
    """End every grant at once, past ones' wraps included; one event a situation."""
    ended: dict[uuid.UUID, list[Grant]] = defaultdict(list)
    held = list(_live(commission, user_id).values_list("pk", flat=True))
    # Beside a renewal of keys or a regrant: what it gives is read once it is written.
    grants.settled(Grant.objects.filter(pk__in=held, revoked_at__isnull=True))
    for grant in _live(commission, user_id):
        ended[grant.situation_id].append(grant)
    every = Grant.objects.filter(situation__commission=commission, recipient_id=user_id)
    Wrap.objects.filter(grant__in=every).delete()
    every.filter(revoked_at__isnull=True).update(revoked_at=viewer.at, revoked_by_id=viewer.user_id)
    SituationUserPermission.objects.filter(
        user_id=user_id, content_object__commission=commission
    ).delete()
    for situation, rows in ended.items():
        recording.grants_revoked(viewer, commission.pk, situation, rows)
