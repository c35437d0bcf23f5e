"""Several situations of a member change hands, each whole or left as it was (C-25).

Promises: what could be done is done, what could not is said with its reason, and the page may be
taken up again: only what remains is offered. A former right ends once the new one stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from cases import queries
from cases.access import recording
from cases.actions import grants, leads, wrapping
from cases.actions.milestones import note
from cases.domain.exceptions import DomainError, NotAllowed, UnknownCode
from cases.domain.rights import GrantReason, LeadReason
from cases.domain.sections import Section
from cases.models import Commission, Grant, Mandate, Situation
from cases.permissions import Role, Viewer, require_coordinator
from cases.vault.errors import VaultError

BATCH = 50
# Rights that a member has of her office or of an invitation do not change hands.
CARRIED = (Grant.Basis.LEAD, Grant.Basis.PERMANENT)


@dataclass(frozen=True)
class Carried:
    """A situation that somebody leads or holds: what may change hands."""

    situation: uuid.UUID
    code: str
    state_label: str
    is_led: bool
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one situation: the sections still lacking, or why nothing changed."""

    code: str
    lacking: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def is_done(self) -> bool:
        """Tell whether it changed hands."""
        return not self.refusal


def carried(viewer: Viewer, mandate: Mandate) -> list[Carried]:
    """Return the working situations that a member leads or holds, in the order of their codes.

    Raises: Refused.
    """
    require_coordinator(viewer, mandate.commission_id)
    held: dict[uuid.UUID, set[str]] = {}
    rows = Grant.objects.filter(
        situation__commission_id=mandate.commission_id,
        recipient_id=mandate.user_id,
        basis__in=CARRIED,
        item__isnull=True,
        revoked_at__isnull=True,
        not_after__gt=viewer.at,
        is_dormant=False,
    )
    for pk, section in rows.values_list("situation_id", "section"):
        held.setdefault(pk, set()).add(section)
    return [
        _carried(one, one.lead_id == mandate.user_id, held.get(one.pk, set()))
        for one in _working(viewer, mandate.commission)
        if one.pk in held or one.lead_id == mandate.user_id
    ]


def leaderless(viewer: Viewer, commission: Commission) -> list[Carried]:
    """Return the working situations that nobody leads. Raises: Refused."""
    require_coordinator(viewer, commission)
    return [
        _carried(one, True, set()) for one in _working(viewer, commission) if one.lead_id is None
    ]


def _working(viewer: Viewer, commission: Commission) -> list[Situation]:
    return list(
        queries.situations(viewer)
        .filter(commission=commission, state__in=queries.WORKING_STATES, is_limited=False)
        .order_by("code")
    )


def _carried(situation: Situation, is_led: bool, sections: set[str]) -> Carried:
    return Carried(
        situation=situation.pk,
        code=situation.code,
        state_label=situation.get_state_display(),
        is_led=is_led,
        sections=tuple(one.value for one in Section if one.value in sections),
    )


def reassign(
    *,
    viewer: Viewer,
    former: Mandate | None,
    commission: Commission,
    situations: Iterable[uuid.UUID],
    to: uuid.UUID,
    reason: str,
    keeps: bool = False,
) -> list[Outcome]:
    """Hand situations over to somebody; return what became of each, fifty at most at a time.

    ``former`` is who led or held them, None for those that nobody leads.

    Raises: Refused; UnknownCode; NotAllowed when she would receive her own; VaultLocked.
    """
    require_coordinator(viewer, commission)
    if reason not in LeadReason.codes():
        raise UnknownCode
    if former is not None and to == former.user_id:
        raise NotAllowed("Choisissez une autre personne.", code="same_person")
    viewer.open_identity()
    offered = carried(viewer, former) if former else leaderless(viewer, commission)
    wanted = set(situations)
    chosen = [one for one in offered if one.situation in wanted][:BATCH]
    return [_one(viewer, former, one, to, reason, keeps) for one in chosen]


def _one(
    viewer: Viewer, former: Mandate | None, one: Carried, to: uuid.UUID, reason: str, keeps: bool
) -> Outcome:
    try:
        with transaction.atomic():
            situation = (
                queries.situations(viewer).select_related("commission").get(pk=one.situation)
            )
            if one.is_led:
                lacking = leads.change_lead(
                    viewer=viewer, situation=situation, lead=to, reason=reason, keeps=keeps
                )
                return Outcome(one.code, tuple(lacking))
            assert former is not None
            return _pass_on(viewer, former, situation, one.sections, to, keeps)
    except (DomainError, VaultError) as refused:
        viewer.keys.pop(one.situation, None)
        return Outcome(one.code, refusal=refused.message)


def _pass_on(
    viewer: Viewer,
    former: Mandate,
    situation: Situation,
    sections: tuple[str, ...],
    to: uuid.UUID,
    keeps: bool,
) -> Outcome:
    """Give what a member held to another, within the agreement; end hers unless she keeps it."""
    managed = grants.require_giver(viewer, situation)
    mandate = grants.mandate_of(situation, to, viewer.at)
    if mandate.role == Role.GUEST:
        raise NotAllowed("Une personne invitée ne reprend pas une situation.", code="no_lead")
    rows = Grant.objects.filter(
        situation=situation,
        recipient_id=former.user_id,
        basis=Grant.Basis.PERMANENT,
        item__isnull=True,
        revoked_at__isnull=True,
        not_after__gt=viewer.at,
    )
    allowed = grants.allowed_sections(situation, mandate, sections, viewer.at)
    for level in (Grant.Level.CONTRIBUTE, Grant.Level.READ):
        of_level = set(rows.filter(level=level).values_list("section", flat=True))
        terms = wrapping.Terms(
            level=level,
            basis=Grant.Basis.PERMANENT,
            not_before=viewer.at,
            not_after=grants.end_of(mandate, viewer.at),
            reason=GrantReason.FOLLOW_UP.value,
        )
        given = of_level & set(allowed) & managed
        grants.give(viewer, situation, mandate, sorted(given), terms)
    held = Grant.objects.filter(
        situation=situation,
        recipient_id=to,
        revoked_at__isnull=True,
        not_before__lte=viewer.at,
        not_after__gt=viewer.at,
        is_dormant=False,
    )
    received = set(held.values_list("section", flat=True)) & set(sections)
    if not received:
        raise grants.NotShareable("L’accord, sa profession ou votre coffre ne permettent rien.")
    if not keeps:
        grants.revoke_all(viewer=viewer, situation=situation, grants=grants.settled(rows))
    note(viewer, situation, "shared")
    recording.done(
        viewer,
        "grant.given",
        commission=situation.commission_id,
        objects=(situation.pk, to, former.user_id),
        sections=received,
        purpose=GrantReason.FOLLOW_UP.value,
    )
    return Outcome(situation.code, tuple(one for one in sections if one not in received))
