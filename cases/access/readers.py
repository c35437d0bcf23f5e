"""Who may read a situation, why, until when: what the one rule says for every member.

Promises: nothing here decides. Each answer is that of ``cases.domain.reading.readable`` on the
facts of the member it is about, so that this screen, a convocation and the pages never disagree
(C-21). A right that nobody signed is shown as refused, and raises its alert. Opens no key.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from cases import queries
from cases.access import agreements, exceptional, keys, situations
from cases.access.agreements import Standing
from cases.access.directory import Directory, directory_of
from cases.access.situations import PERSONAL, Personal
from cases.domain.lifecycle import SituationState
from cases.domain.reading import (
    Decision,
    GrantBasis,
    GrantFacts,
    GrantLevel,
    ReadingFacts,
    readable,
)
from cases.domain.rights import GrantReason
from cases.domain.sections import Section
from cases.models import AgendaItem, Commission, Grant, Mandate, Situation
from cases.permissions import MandateFacts, Role, Viewer
from cases.queries import GrantRow
from cases.vault.errors import VaultError
from clsm_core.accounts.gate import charter_in_force
from clsm_core.accounts.models import CharterAcceptance, User

LIVE, COMING, DORMANT, REFUSED = "live", "coming", "dormant", "refused"


@dataclass(frozen=True)
class Seat:
    """A member as the rule sees her: her mandates of today, her charter."""

    viewer: Viewer
    name: str
    function: str
    organisation: str
    roles: frozenset[str]
    mandates: tuple[Mandate, ...] = ()


@dataclass(frozen=True)
class Right:
    """Sections that one act gave somebody, and what the rule makes of them now."""

    sections: tuple[str, ...]
    status: str
    reason: str
    rules: tuple[str, ...]
    basis: str
    why: str
    level: str
    since: datetime
    until: datetime
    given_by: str
    sitting_on: date | None
    grants: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Reader:
    """Somebody who holds at least one right, of whatever standing."""

    user_id: uuid.UUID
    name: str
    function: str
    organisation: str
    is_lead: bool
    rights: tuple[Right, ...]


@dataclass(frozen=True)
class Outside:
    """A member in office who reads nothing, and the rule's reason."""

    user_id: uuid.UUID
    name: str
    function: str
    organisation: str
    reason: str


def seats(commission: Commission, at: datetime) -> dict[uuid.UUID, Seat]:
    """Return everybody who holds a mandate in a commission today, by account; three questions."""
    today = at.date()
    rows = (
        Mandate.objects.filter(
            commission=commission,
            status=Mandate.Status.ACTIVE,
            starts_on__lte=today,
            ends_on__gte=today,
        )
        .select_related("user")
        .order_by("user__last_name", "user__first_name")
    )
    by_user: dict[uuid.UUID, list[Mandate]] = defaultdict(list)
    for row in rows:
        by_user[row.user_id].append(row)
    signed = _signed(by_user)
    return {pk: _seat(held, at, pk in signed) for pk, held in by_user.items()}


def _signed(users: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return who accepted the charter in force; everybody when none is published (BR-02)."""
    charter = charter_in_force("commission")
    if charter is None:
        return set(users)
    rows = CharterAcceptance.objects.filter(charter=charter, user__in=list(users))
    return set(rows.values_list("user_id", flat=True))


def _seat(held: list[Mandate], at: datetime, is_signed: bool) -> Seat:
    user = held[0].user
    viewer = Viewer(
        user_id=user.pk,
        user=user,
        mandates=tuple(facts_of(one) for one in held),
        at=at,
        charter_signed=is_signed and user.is_active,
    )
    own = viewer.mandate_in(held[0].commission_id)
    return Seat(
        viewer=viewer,
        name=user.full_name,
        function=user.job_title,
        organisation=own.organisation if own else held[0].organisation,
        roles=frozenset(one.role for one in held),
        mandates=tuple(held),
    )


def facts_of(mandate: Mandate) -> MandateFacts:
    """Return what rules need of a mandate's row."""
    return MandateFacts(
        mandate.pk,
        mandate.commission_id,
        mandate.role,
        mandate.profession,
        mandate.organisation,
        mandate.organisation_kind,
        mandate.ends_on,
    )


def would_read(
    seat: Seat,
    situation: Situation,
    section: Section,
    agreed: Standing,
    *,
    basis: GrantBasis,
    is_aside: bool,
) -> Decision:
    """Say what a member would read of a section, had she a right to it, in a sitting.

    The situation is taken as inscribed, and a guest as having accepted.
    """
    at = seat.viewer.at
    supposed = GrantFacts(
        section, GrantLevel.READ, basis, at, datetime.max.replace(tzinfo=at.tzinfo)
    )
    seat.viewer.keys[PERSONAL, situation.pk] = Personal(
        is_aside=is_aside, welcome=frozenset({section.value})
    )
    facts = situations.reading_facts(
        seat.viewer, situation, {section.value: supposed}, section, agreed
    )
    return readable(
        replace(facts, situation_state=SituationState.INSCRIBED, is_lead=False, grant=supposed)
    )


def readers(
    viewer: Viewer, situation: Situation, agreed: Standing, held: dict[uuid.UUID, Seat]
) -> list[Reader]:
    """Return everybody who holds a right that has not ended, the lead first, then by name."""
    rows = [row for row in queries.grants(situation) if row.not_after > viewer.at]
    names = _names(rows, held)
    register = _register(viewer, situation)
    sittings = dict(
        AgendaItem.objects.filter(pk__in={row.item_id for row in rows if row.item_id}).values_list(
            "pk", "sitting__starts_at"
        )
    )
    by_user: dict[uuid.UUID, dict[tuple[object, ...], list[GrantRow]]] = defaultdict(
        lambda: defaultdict(list)
    )
    verdicts: dict[uuid.UUID, tuple[str, Decision]] = {}
    for row in rows:
        seat = held.get(row.recipient_id) or _former(row, viewer.at)
        if register is not None:
            # Verified once, whoever it is asked for.
            seat.viewer.keys["directory", situation.commission_id] = register
        if _is_signed(viewer, situation, row, register):
            verdicts[row.pk] = _verdict(seat, situation, row, agreed)
        else:
            verdicts[row.pk] = REFUSED, UNSIGNED
        status, decision = verdicts[row.pk]
        act = (
            status,
            decision.reason,
            decision.rules,
            row.basis,
            row.reason,
            row.item_id,
            row.level,
            row.not_before,
            row.not_after,
            row.granted_by_id,
        )
        by_user[row.recipient_id][act].append(row)
    found = []
    for user, acts in by_user.items():
        first = next(iter(acts.values()))[0]
        rights = [_right(own, verdicts[own[0].pk], names, sittings) for own in acts.values()]
        found.append(
            Reader(
                user_id=user,
                name=first.name,
                function=first.function,
                organisation=first.organisation,
                is_lead=user == situation.lead_id,
                rights=tuple(sorted(rights, key=lambda one: (ORDER.index(one.status), one.since))),
            )
        )
    return sorted(found, key=lambda one: (not one.is_lead, one.name))


# Who may be asked to a sitting; the reception of referrals reads by its office.
CALLED = frozenset({Role.PERMANENT, Role.USERS_REPRESENTATIVE, Role.SUBSTITUTE, Role.GUEST})
ORDER = (LIVE, COMING, DORMANT, REFUSED)
UNSIGNED = Decision(allow=False, rules=("C-21",), reason=keys.GRANT)


def _register(viewer: Viewer, situation: Situation) -> Directory | None:
    try:
        return directory_of(viewer, situation.commission)
    except VaultError:
        return None  # The directory's own alert is raised.


def _is_signed(
    viewer: Viewer, situation: Situation, row: GrantRow, register: Directory | None
) -> bool:
    """Tell whether a row says what somebody attested signed; one that does not raises its alert."""
    if register is None:
        return False
    try:
        keys.verified(row, register)
    except VaultError:
        keys.alert(viewer, situation, keys.GRANT, row)
        return False
    return True


def _former(row: GrantRow, at: datetime) -> Seat:
    """Return the seat of a holder without any mandate today."""
    viewer = Viewer(user_id=row.recipient_id, user=None, mandates=(), at=at, charter_signed=False)
    return Seat(viewer, row.name, row.function, row.organisation, frozenset())


def _verdict(
    seat: Seat, situation: Situation, row: GrantRow, agreed: Standing
) -> tuple[str, Decision]:
    """Ask the rule about one grant; one that is to come is asked at its first instant."""
    section = Section(row.section)
    seat.viewer.keys[PERSONAL, situation.pk] = Personal(
        is_aside=row.is_aside,
        welcome=frozenset({row.section}) if row.is_welcome else frozenset(),
    )
    facts: ReadingFacts = situations.reading_facts(
        seat.viewer, situation, {row.section: grant_facts(row)}, section, agreed
    )
    # A sleeping right that stands awake opens, and the screen says so.
    facts = exceptional.with_emergency(seat.viewer, situation, [row], facts)
    is_coming = row.not_before > seat.viewer.at
    decision = readable(replace(facts, at=max(facts.at, row.not_before)))
    if decision.allow:
        return (COMING if is_coming else LIVE), decision
    return (DORMANT if decision.reason == "grant_dormant" else REFUSED), decision


def grant_facts(row: GrantRow) -> GrantFacts:
    """Return a grant as the rule reads it."""
    return GrantFacts(
        section=Section(row.section),
        level=GrantLevel(row.level),
        basis=GrantBasis(row.basis),
        not_before=row.not_before,
        not_after=row.not_after,
        is_dormant=row.is_dormant,
    )


def _names(rows: list[GrantRow], held: dict[uuid.UUID, Seat]) -> dict[uuid.UUID, str]:
    """Name who gave: members by their seat, others in one question."""
    names = {user: seat.name for user, seat in held.items()}
    missing = {row.granted_by_id for row in rows} - set(names)
    if missing:
        names |= {user.pk: user.full_name for user in User.objects.filter(pk__in=missing)}
    return names


def _right(
    rows: list[GrantRow],
    verdict: tuple[str, Decision],
    names: dict[uuid.UUID, str],
    sittings: dict[uuid.UUID, datetime],
) -> Right:
    first = rows[0]
    status, decision = verdict
    order = [section.value for section in Section]
    sitting = sittings.get(first.item_id) if first.item_id else None
    return Right(
        sections=tuple(sorted({row.section for row in rows}, key=order.index)),
        status=status,
        reason=decision.reason,
        rules=decision.rules,
        basis=Grant.Basis(first.basis).label,
        why=GrantReason(first.reason).label if first.reason in GrantReason.codes() else "",
        level=Grant.Level(first.level).label,
        since=first.not_before,
        until=first.not_after,
        given_by=_giver(first, names),
        sitting_on=timezone.localdate(sitting) if sitting else None,
        grants=tuple(row.pk for row in rows),
    )


def _giver(row: GrantRow, names: dict[uuid.UUID, str]) -> str:
    if row.basis in (GrantBasis.INTAKE, GrantBasis.DEPOSITARY):
        return "le service, à la saisine"
    if row.granted_by_id == row.recipient_id:
        return "la clé de secours"
    return names.get(row.granted_by_id, "")


def outside(
    viewer: Viewer,
    situation: Situation,
    agreed: Standing,
    held: dict[uuid.UUID, Seat],
    aside: frozenset[uuid.UUID],
) -> list[Outside]:
    """Return the members in office to whom the rule gives nothing of the core, and why."""
    found = []
    for user, seat in held.items():
        if not seat.roles & CALLED or user in aside or user == situation.lead_id:
            continue
        basis = GrantBasis.PERMANENT
        decision = would_read(seat, situation, Section.CORE, agreed, basis=basis, is_aside=False)
        if not decision.allow:
            found.append(
                Outside(user, seat.name, seat.function, seat.organisation, decision.reason)
            )
    return found


def standing_of(situation: Situation, at: datetime) -> Standing:
    """Return the agreement as it stands, read once for every member."""
    return agreements.standing(situation, at)


def aside(situation: Situation) -> frozenset[uuid.UUID]:
    """Return who stands aside from a situation, as far as the viewer may know."""
    return frozenset(queries.standing_recusals(situation.pk).values_list("user_id", flat=True))
