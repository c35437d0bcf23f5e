"""Give a member her rights again under her new key, as one act prepared and shown first.

Promises: gives back what she held and no more: same section, level, basis and end; what the
agreement, her profession or her mandate no longer allow is left out and said. The signed
statement names the grant that it replaces, which ends in the same transaction (security.md §2.4).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from cases.access import continuity, recording
from cases.access.directory import Directory, directory_of
from cases.access.keys import open_keys, situation_key, verified
from cases.access.situations import live_grants
from cases.actions import grants, wrapping
from cases.domain.exceptions import NotAllowed
from cases.domain.sections import ProfessionCategory, Section
from cases.keystore.models import SectionKey
from cases.models import Grant, Mandate, Situation, Wrap
from cases.permissions import Refused, Role, Viewer
from cases.vault import outer
from cases.vault.errors import VaultError
from cases.vault.grants import GrantStatement

# The roles that a right of reception or of deposit comes with.
BY_ROLE: dict[str, str] = {
    Grant.Basis.INTAKE: Role.COORDINATOR,
    Grant.Basis.DEPOSITARY: Role.DEPOSITARY,
}


@dataclass(frozen=True)
class Line:
    """What a regrant does in one situation: sections given, left out, and held by others."""

    situation: uuid.UUID
    code: str
    given: tuple[str, ...]
    forbidden: tuple[str, ...]
    not_mine: tuple[str, ...]
    ask: tuple[uuid.UUID, ...]


def prepare(*, viewer: Viewer, mandate: Mandate) -> list[Line]:
    """Return what the viewer could give back to a member, situation by situation.

    Nothing is written and no key is opened. Raises: Refused.
    """
    _require_other(viewer, mandate)
    return [
        line for line, _ in _plan(viewer, mandate) if line.given or line.forbidden or line.not_mine
    ]


def give_back(*, viewer: Viewer, mandate: Mandate, situations: Iterable[uuid.UUID]) -> list[Line]:
    """Give back, in the situations that were shown; return what each received.

    Raises: Refused; VaultLocked; NotAllowed when nothing could be given; BadSignature, Expired
    when her key is not attested; StaleSituation.
    """
    _require_other(viewer, mandate)
    viewer.open_identity()
    wanted = set(situations)
    done = []
    for line, rows in _plan(viewer, mandate):
        if line.situation not in wanted:
            continue
        given = _give(viewer, mandate, rows) if rows else ()
        left = tuple(sorted({*line.not_mine, *(set(line.given) - set(given))}))
        done.append(Line(line.situation, line.code, given, line.forbidden, left, line.ask))
    if not any(line.given for line in done):
        raise NotAllowed("Aucun accès n’a pu être redonné.", code="nothing_given")
    recording.done(
        viewer,
        "member.rekeyed",
        commission=mandate.commission_id,
        objects=(mandate.user_id, *[line.situation for line in done if line.given][:199]),
    )
    return done


def _require_other(viewer: Viewer, mandate: Mandate) -> None:
    if mandate.user_id == viewer.user_id:
        raise Refused("own_rights", commission=mandate.commission_id)


def _plan(viewer: Viewer, mandate: Mandate) -> list[tuple[Line, list[Grant]]]:
    """Sort her grants to renew by what the viewer may do of each."""
    own = [
        one
        for one in continuity.in_office(mandate.commission, viewer.at)
        if one.user_id == mandate.user_id
    ]
    if mandate.pk not in {one.pk for one in own}:
        # A former mandate: its profession, its structure and its end give nothing any more.
        return []
    renewed = continuity.grants_to_renew(viewer, mandate.commission).get(mandate.user_id, [])
    by_situation: dict[uuid.UUID, list[Grant]] = defaultdict(list)
    for grant in renewed:
        by_situation[grant.situation_id].append(grant)
    visible = Situation.objects.select_related("commission").in_bulk(list(by_situation))
    roles = {one.role for one in own}
    held = continuity.holdings(mandate.commission, viewer.at) if by_situation else None
    found = []
    for pk, rows in by_situation.items():
        situation = visible.get(pk)
        if situation is None or held is None:
            continue
        managed = _managed(viewer, situation)
        allowed = [row for row in rows if _is_allowed(situation, mandate, roles, row, viewer.at)]
        mine = [row for row in allowed if row.section in managed]
        others = _sections(row for row in allowed if row.section not in managed)
        line = Line(
            situation=pk,
            code=situation.code,
            given=_sections(mine),
            forbidden=_sections(row for row in rows if row not in allowed),
            not_mine=others,
            ask=tuple(
                user
                for user in held.holders_of(pk, others)
                if user not in (viewer.user_id, mandate.user_id)
            ),
        )
        found.append((line, mine))
    return sorted(found, key=lambda one: one[0].code)


def _sections(rows: Iterable[Grant]) -> tuple[str, ...]:
    return tuple(sorted({row.section for row in rows}))


def _managed(viewer: Viewer, situation: Situation) -> set[str]:
    """Return the sections in which the viewer gives rights: lead or coordinator, and manager."""
    gives = situation.lead_id == viewer.user_id or viewer.holds(
        situation.commission_id, Role.COORDINATOR
    )
    if not gives or situation.is_limited:
        return set()
    return {
        code
        for code, grant in live_grants(viewer, situation).items()
        if grant.level.rank == 2 and grant.is_current(viewer.at) and not grant.is_dormant
    }


def _is_allowed(
    situation: Situation, mandate: Mandate, roles: set[str], grant: Grant, at: datetime
) -> bool:
    """Tell whether the rule that gave a right would give it today (C-07, C-08, C-22)."""
    if wrapping.is_aside(situation, mandate.user_id):
        return False
    if needed := BY_ROLE.get(grant.basis):
        return needed in roles
    if not roles:
        return False
    if grant.basis == Grant.Basis.LEAD:
        reads_health = ProfessionCategory(mandate.profession).reads_health
        is_lead = situation.lead_id == mandate.user_id
        return is_lead and (grant.section != Section.HEALTH.value or reads_health)
    if situation.is_withdrawn:
        return False
    return grant.section in grants.allowed_sections(situation, mandate, [grant.section], at)


def _give(viewer: Viewer, mandate: Mandate, rows: list[Grant]) -> tuple[str, ...]:
    situation = Situation.objects.select_related("commission").get(pk=rows[0].situation_id)
    given = _repeat(viewer, situation, mandate, rows)
    if given:
        recording.done(
            viewer,
            "grant.given",
            commission=situation.commission_id,
            objects=(situation.pk, mandate.user_id),
            sections=given,
        )
    return given


def extend(
    *,
    viewer: Viewer,
    situation: Situation,
    mandates: list[Mandate],
    rows: list[Grant],
    until: datetime,
) -> tuple[str, ...]:
    """Repeat a member's grants in one situation until a later date; return the sections.

    Only what the rule that gave them would give today, and what the viewer manages.

    Raises: Refused for her own; VaultLocked; BadSignature, Expired; StaleSituation.
    """
    mandate = max(mandates, key=lambda one: one.ends_on)
    _require_other(viewer, mandate)
    roles = {one.role for one in mandates}
    managed = _managed(viewer, situation)
    mine = [
        row
        for row in rows
        if row.section in managed and _is_allowed(situation, mandate, roles, row, viewer.at)
    ]
    return _repeat(viewer, situation, mandate, mine, until) if mine else ()


def _repeat(
    viewer: Viewer,
    situation: Situation,
    mandate: Mandate,
    rows: list[Grant],
    until: datetime | None = None,
) -> tuple[str, ...]:
    """Give the new grants of one situation, then end those that they replace."""
    register = directory_of(viewer, situation.commission)
    keys = open_keys(viewer, situation)
    _, server_key = situation_key(situation.pk)
    last = datetime.combine(mandate.ends_on, time(23, 59, 59), viewer.at.tzinfo)
    replaced = []
    # Beside a revocation or another regrant: what ended meanwhile is not given again.
    alive = Grant.objects.filter(pk__in=[row.pk for row in rows], revoked_at__isnull=True)
    for row in sorted(grants.settled(alive), key=lambda one: (one.section, one.key_version)):
        dek = keys.deks.get((row.section, row.key_version))
        statement = _proved(viewer, situation, register, row, server_key)
        (holder,) = wrapping.holders(register, [mandate.user_id], viewer.at, basis=row.basis)
        end = min(row.not_after if until is None else until, last)
        begins = max(row.not_before, viewer.at)
        # Beside a renewal of keys: the version stays until this transaction ends.
        wrapping.hold(situation.pk, row.section)
        lives = SectionKey.objects.filter(
            situation=situation.pk, section=row.section, version=row.key_version
        ).exists()
        if dek is None or statement is None or end <= begins or not lives:
            continue
        wrapping.give(
            viewer=viewer,
            situation=situation,
            holder=holder,
            section=row.section,
            version=row.key_version,
            dek=dek,
            server_key=server_key,
            terms=wrapping.Terms(
                level=row.level,
                basis=row.basis,
                not_before=begins,
                not_after=end,
                agreement=statement.agreement,
                is_dormant=row.is_dormant,
                reason=row.reason,
                item=row.item_id,
            ),
            previous=row,
        )
        replaced.append(row)
    grants.revoke_all(viewer=viewer, situation=situation, grants=replaced)
    return _sections(replaced)


def _proved(
    viewer: Viewer, situation: Situation, register: Directory, row: Grant, server_key: bytes
) -> GrantStatement | None:
    """Return what a grant's signature says with the wrap it was made with, None otherwise.

    A row written or revived by SQL gives nothing, and raises an alert.
    """
    wrap = Wrap.objects.filter(grant=row).first()
    try:
        statement = verified(row, register)
        sealed = bytes(wrap.blob) if wrap else b""
        statement.require_wrap(
            outer.outer_open(server_key, sealed, situation.pk, row.pk, outer.OUTER_VERSION)
        )
    except VaultError:
        recording.alert(
            viewer,
            "grant_not_verified",
            commission=situation.commission_id,
            objects=(situation.pk, row.recipient_id),
            sections=[row.section],
        )
        return None
    return statement
