"""A substitute stands in for a member between two days, and no longer (domain.md B.3).

Promises: she receives what her titular reads of the situations in work, inside the person's
agreement and her own profession, for reading alone; all of it bears its end. Ended before, it ends
at once. A situation that could not be passed on is said, and the act may be taken up again.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from cases import queries
from cases.access import continuity, recording
from cases.actions import grants, wrapping
from cases.domain.exceptions import DomainError, NotAllowed
from cases.domain.rights import GrantReason
from cases.domain.sections import Section
from cases.models import Grant, Mandate, Situation
from cases.permissions import Refused, Role, Viewer, require_coordinator
from cases.vault.errors import VaultError

TITULAR_ROLES = (Role.PERMANENT, Role.USERS_REPRESENTATIVE, Role.DEPOSITARY)
HELD = (Grant.Basis.LEAD, Grant.Basis.PERMANENT)


@dataclass(frozen=True)
class Outcome:
    """What a substitute received in one situation, or why nothing."""

    code: str
    given: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    refusal: str = ""


def titulars(viewer: Viewer, mandate: Mandate) -> list[Mandate]:
    """Return whom a substitute of this commission may stand in for."""
    return [
        one
        for one in continuity.in_office(mandate.commission, viewer.at)
        if one.user_id != mandate.user_id and one.role in TITULAR_ROLES
    ]


def start(
    *, viewer: Viewer, mandate: Mandate, titular: Mandate, first: date, last: date
) -> list[Outcome]:
    """Make somebody the substitute of a member between two days; return what she received.

    Raises: Refused; NotAllowed for anybody but a substitute, or for days that do not fit;
    VaultLocked.
    """
    _require(viewer, mandate)
    if titular.pk not in {one.pk for one in titulars(viewer, mandate)}:
        raise NotAllowed("Cette personne ne peut pas être suppléée.", code="no_titular")
    today = viewer.at.date()
    if not max(first, today) <= last <= min(mandate.ends_on, titular.ends_on):
        raise NotAllowed(
            "Ces jours ne tiennent pas dans les deux mandats, ou sont passés.",
            code="substitution_dates",
        )
    viewer.open_identity()
    _end_rights(viewer, mandate)
    Mandate.objects.filter(pk=mandate.pk).update(
        substitute_of=titular, substitutes_from=first, substitutes_until=last
    )
    mandate.refresh_from_db()
    recording.done(
        viewer,
        "role.given",
        commission=mandate.commission_id,
        objects=(mandate.user_id, titular.user_id),
        purpose=GrantReason.SUBSTITUTION.value,
    )
    return _give_all(viewer, mandate, titular)


def complete(*, viewer: Viewer, mandate: Mandate) -> list[Outcome]:
    """Give a substitute what she lacks of her titular's situations; return what became of each.

    Raises: Refused; NotAllowed when she stands in for nobody; VaultLocked.
    """
    _require(viewer, mandate)
    titular = mandate.substitute_of
    if titular is None or mandate.substitutes_until < viewer.at.date():
        raise NotAllowed("Aucune suppléance n’est en cours.", code="no_titular")
    viewer.open_identity()
    return _give_all(viewer, mandate, titular)


def end(*, viewer: Viewer, mandate: Mandate) -> None:
    """End a substitution and everything it gave, at once; no vault is asked for.

    Raises: Refused; NotAllowed when there is none.
    """
    _require(viewer, mandate)
    if mandate.substitute_of_id is None:
        raise NotAllowed("Aucune suppléance n’est en cours.", code="no_titular")
    former = mandate.substitute_of.user_id
    Mandate.objects.filter(pk=mandate.pk).update(
        substitute_of=None, substitutes_from=None, substitutes_until=None
    )
    _end_rights(viewer, mandate)
    recording.done(
        viewer,
        "role.withdrawn",
        commission=mandate.commission_id,
        objects=(mandate.user_id, former),
        purpose=GrantReason.SUBSTITUTION.value,
    )


def _require(viewer: Viewer, mandate: Mandate) -> None:
    require_coordinator(viewer, mandate.commission_id)
    if mandate.role != Role.SUBSTITUTE or mandate.status != Mandate.Status.ACTIVE:
        raise Refused("substitution", commission=mandate.commission_id)


def _give_all(viewer: Viewer, mandate: Mandate, titular: Mandate) -> list[Outcome]:
    held: dict[uuid.UUID, set[str]] = defaultdict(set)
    rows = Grant.objects.filter(
        situation__commission_id=mandate.commission_id,
        recipient_id=titular.user_id,
        basis__in=HELD,
        revoked_at__isnull=True,
        not_after__gt=viewer.at,
        is_dormant=False,
    )
    for pk, section in rows.values_list("situation_id", "section"):
        held[pk].add(section)
    visible = (
        queries.situations(viewer)
        .filter(pk__in=list(held), state__in=queries.WORKING_STATES, is_limited=False)
        .exclude(lead_id=mandate.user_id)
        .order_by("code")
    )
    return [_one(viewer, mandate, situation, held[situation.pk]) for situation in visible]


def _one(viewer: Viewer, mandate: Mandate, situation: Situation, held: set[str]) -> Outcome:
    try:
        with transaction.atomic():
            managed = grants.require_giver(viewer, situation)
            allowed = set(grants.allowed_sections(situation, mandate, sorted(held), viewer.at))
            terms = _terms(viewer, mandate)
            grants.give(viewer, situation, mandate, sorted(allowed & managed), terms)
            received = {
                section for section, _ in grants.held_already(situation, mandate.user_id, terms)
            }
    except (DomainError, VaultError) as refused:
        viewer.keys.pop(situation.pk, None)
        return Outcome(situation.code, refusal=refused.message)
    except Refused:
        return Outcome(situation.code, refusal="Votre coffre n’ouvre pas cette situation.")
    return Outcome(situation.code, _ordered(held & received), _ordered(held - received))


def _terms(viewer: Viewer, mandate: Mandate) -> wrapping.Terms:
    """Return the terms of a substitute: reading, between the two days of her substitution."""
    zone = viewer.at.tzinfo
    first = datetime.combine(mandate.substitutes_from, time(0), zone)
    return wrapping.Terms(
        level=Grant.Level.READ,
        basis=Grant.Basis.SUBSTITUTE,
        not_before=max(first, viewer.at),
        not_after=grants.end_of(mandate, viewer.at, mandate.substitutes_until),
        reason=GrantReason.SUBSTITUTION.value,
    )


def _end_rights(viewer: Viewer, mandate: Mandate) -> None:
    """End every right that a substitution gave, those of points of an agenda included."""
    rows = Grant.objects.filter(
        situation__commission_id=mandate.commission_id,
        recipient_id=mandate.user_id,
        basis=Grant.Basis.SUBSTITUTE,
        revoked_at__isnull=True,
    ).select_related("situation")
    by_situation: dict[Situation, list[Grant]] = defaultdict(list)
    for row in grants.settled(rows):
        by_situation[row.situation].append(row)
    for situation, ended in by_situation.items():
        grants.revoke_all(viewer=viewer, situation=situation, grants=ended)


def _ordered(sections: set[str]) -> tuple[str, ...]:
    return tuple(one.value for one in Section if one.value in sections)
