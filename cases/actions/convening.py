"""The rights of a point of an agenda: prepared as one list, given together, ended with the point.

Promises (C-21, C-24; product.md): an inscribed situation opens, for its sitting, to the permanent
members, to the users' representatives and to whoever stands in for them, as far as the one rule of
reading lets each; what is left out is in the list with its reason, and so is what the coordinator's
vault cannot hand on. Nothing given here outlives the point's window, and all of it ends at once
when the point leaves its agenda.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cases.access import readers, recording
from cases.access.agreements import Standing
from cases.access.directory import Directory, directory_of
from cases.access.keys import open_keys
from cases.access.readers import Seat
from cases.access.situations import live_grants
from cases.actions import grants, wrapping
from cases.actions.milestones import note
from cases.domain.reading import GrantBasis
from cases.domain.rights import GrantReason, item_window
from cases.domain.sections import Section
from cases.keystore.models import SectionKey
from cases.models import AgendaItem, Grant, Invitation, Mandate, Sitting, Situation
from cases.permissions import Role, Viewer, require_coordinator
from cases.vault.errors import VaultError

CONVENED_ROLES = frozenset({Role.PERMANENT, Role.USERS_REPRESENTATIVE})
# Reasons of this list that are none of the reading rule's.
KEY_UNSIGNED, MANDATE_ENDS = "key_unsigned", "mandate_ends"


@dataclass(frozen=True)
class Line:
    """What one member receives for one point, and what she does not, with the reason's code."""

    user_id: uuid.UUID
    name: str
    function: str
    organisation: str
    stands_in_for: str
    given: tuple[str, ...]
    already: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    refusal: str = ""


@dataclass(frozen=True)
class ItemPlan:
    """What one point of an agenda opens, from when to when, and what the vault cannot hand on."""

    item: uuid.UUID
    situation: uuid.UUID
    code: str
    opens: datetime
    closes: datetime
    lines: tuple[Line, ...]
    shut: tuple[str, ...]

    @property
    def gives(self) -> bool:
        """Tell whether somebody receives something."""
        return any(line.given for line in self.lines)


@dataclass(frozen=True)
class _Called:
    """A member whom a point calls: by which mandate, on what ground, in whose place."""

    seat: Seat
    mandate: Mandate
    basis: GrantBasis
    reason: GrantReason
    titular: Seat | None = None


def prepare(viewer: Viewer, sitting: Sitting) -> list[ItemPlan]:
    """Return what convening a sitting would give, point by point; nothing is written.

    Raises: Refused; VaultLocked.
    """
    require_coordinator(viewer, sitting.commission_id)
    viewer.open_identity()
    seated = readers.seats(sitting.commission, viewer.at)
    return [_plan(viewer, item, seated) for item in items(sitting)]


def give(viewer: Viewer, sitting: Sitting, only: uuid.UUID | None = None) -> list[ItemPlan]:
    """Give the rights of the points of a sitting, or of one of them; return what was given.

    May be called again: nobody receives twice, and who could not receive then may now.

    Raises: Refused; VaultLocked; StaleSituation.
    """
    require_coordinator(viewer, sitting.commission_id)
    viewer.open_identity()
    seated = readers.seats(sitting.commission, viewer.at)
    done = []
    for item in items(sitting):
        if only is None or item.pk == only:
            plan = _plan(viewer, item, seated)
            _give(viewer, item, plan, seated)
            done.append(plan)
    return done


def items(sitting: Sitting) -> list[AgendaItem]:
    """Return the standing points of a sitting, in order."""
    rows = sitting.items.filter(removed_at__isnull=True)
    return list(rows.select_related("sitting", "situation__commission").order_by("rank"))


def window(viewer: Viewer, item: AgendaItem) -> tuple[datetime, datetime]:
    """Return from when to when the rights of a point last."""
    commission = item.situation.commission
    return item_window(
        starts_at=item.sitting.starts_at,
        at=viewer.at,
        opens_days=commission.item_opens_days,
        closes_days=commission.item_closes_days,
    )


def end_items(*, viewer: Viewer, situation: Situation, ids: Iterable[uuid.UUID]) -> None:
    """End everything that points of an agenda gave: rights, keys, invitations (T-24)."""
    wanted = list(ids)
    rows = Grant.objects.filter(situation=situation, item__in=wanted, revoked_at__isnull=True)
    grants.revoke_all(viewer=viewer, situation=situation, grants=grants.settled(rows))
    waiting = Invitation.objects.filter(
        situation=situation, item__in=wanted, state__in=grants.OPEN_INVITATIONS
    )
    ended = list(waiting.values_list("pk", flat=True))
    if ended:
        Invitation.objects.filter(pk__in=ended).update(
            state=Invitation.State.CANCELLED, answered_at=viewer.at
        )
        recording.done(
            viewer,
            "invitation.cancelled",
            commission=situation.commission_id,
            objects=(situation.pk, *ended),
        )


def _called(seated: dict[uuid.UUID, Seat], sitting: Sitting, at: datetime) -> list[_Called]:
    """Return whom a point calls: permanent members, users' representatives, their substitutes."""
    found, substitutes = [], []
    on = sitting.starts_at.astimezone(at.tzinfo).date()
    for seat in seated.values():
        for mandate in seat.mandates:
            if mandate.role in CONVENED_ROLES:
                found.append(_Called(seat, mandate, GrantBasis.PERMANENT, GrantReason.EXAMINATION))
                break
        for mandate in seat.mandates:
            if mandate.role == Role.SUBSTITUTE and stands_in(mandate, on):
                substitutes.append((seat, mandate))
                break
    by_mandate = {one.mandate.pk: one.seat for one in found}
    called = {one.seat.viewer.user_id for one in found}
    for seat, mandate in substitutes:
        titular = by_mandate.get(mandate.substitute_of_id)
        if titular is not None and seat.viewer.user_id not in called:
            found.append(
                _Called(seat, mandate, GrantBasis.SUBSTITUTE, GrantReason.SUBSTITUTION, titular)
            )
    return found


def stands_in(mandate: Mandate, on: object) -> bool:
    """Tell whether a substitute stands in for her titular on a day."""
    first, last = mandate.substitutes_from, mandate.substitutes_until
    return first is not None and last is not None and first <= on <= last


def _plan(viewer: Viewer, item: AgendaItem, seated: dict[uuid.UUID, Seat]) -> ItemPlan:
    situation = item.situation
    agreed = readers.standing_of(situation, viewer.at)
    aside = readers.aside(situation)
    register = directory_of(viewer, situation.commission)
    opened = _handed_on(viewer, situation)
    opens, closes = window(viewer, item)
    lines, wanted = [], set()
    for called in _called(seated, item.sitting, viewer.at):
        if called.seat.viewer.user_id == situation.lead_id:
            continue
        terms = _terms(called, item, opens, closes, viewer.at)
        line, asked = _line(called, item, agreed, aside, register, opened, terms)
        lines.append(line)
        wanted |= asked
    has_key = set(
        SectionKey.objects.filter(situation=situation.pk).values_list("section", flat=True)
    )
    return ItemPlan(
        item=item.pk,
        situation=situation.pk,
        code=situation.code,
        opens=opens,
        closes=closes,
        lines=tuple(lines),
        shut=_ordered((wanted & has_key) - opened),
    )


def _handed_on(viewer: Viewer, situation: Situation) -> set[str]:
    """Return the sections that the coordinator manages with an open key."""
    managed = {
        code
        for code, grant in live_grants(viewer, situation).items()
        if grant.level.rank == 2 and grant.is_current(viewer.at) and not grant.is_dormant
    }
    return managed & open_keys(viewer, situation).sections()


def _terms(
    called: _Called, item: AgendaItem, opens: datetime, closes: datetime, at: datetime
) -> wrapping.Terms:
    return wrapping.Terms(
        level=Grant.Level.READ,
        basis=called.basis.value,
        not_before=opens,
        not_after=grants.end_of(called.mandate, at, closes),
        reason=called.reason.value,
        item=item.pk,
    )


def _line(
    called: _Called,
    item: AgendaItem,
    agreed: Standing,
    aside: frozenset[uuid.UUID],
    register: Directory,
    opened: set[str],
    terms: wrapping.Terms,
) -> tuple[Line, set[str]]:
    """Return a member's line, and the sections that the rule opens to her."""
    situation, seat = item.situation, called.seat
    user_id = seat.viewer.user_id
    refusal = ""
    allowed: list[str] = []
    left_out: list[tuple[str, str]] = []
    for section in Section:
        if section is Section.IDENTITY and item.mode == AgendaItem.Mode.ANONYMOUS:
            left_out.append((section.value, "anonymous"))
            continue
        decisions = [
            readers.would_read(
                one, situation, section, agreed, basis=called.basis, is_aside=user_id in aside
            )
            for one in (seat, called.titular)
            if one is not None
        ]
        refused = next((one for one in decisions if not one.allow), None)
        if refused is None:
            allowed.append(section.value)
        else:
            left_out.append((section.value, refused.reason))
    if not allowed:
        refusal, left_out = left_out[-1][1], []
    elif not _has_key(register, user_id, terms):
        refusal, allowed, left_out = KEY_UNSIGNED, [], []
    elif terms.not_after <= terms.not_before:
        refusal, allowed, left_out = MANDATE_ENDS, [], []
    held = {section for section, _ in grants.held_already(situation, user_id, terms)}
    line = Line(
        user_id=user_id,
        name=seat.name,
        function=seat.function,
        organisation=seat.organisation,
        stands_in_for=called.titular.name if called.titular else "",
        given=_ordered((set(allowed) & opened) - held),
        already=_ordered(set(allowed) & held),
        left_out=tuple(left_out),
        refusal=refusal,
    )
    return line, set(allowed) - held


def _has_key(register: Directory, user_id: uuid.UUID, terms: wrapping.Terms) -> bool:
    try:
        wrapping.holders(register, [user_id], terms.not_before, basis=terms.basis)
    except VaultError:
        return False
    return True


def _ordered(sections: Iterable[str]) -> tuple[str, ...]:
    held = set(sections)
    return tuple(one.value for one in Section if one.value in held)


def _give(viewer: Viewer, item: AgendaItem, plan: ItemPlan, seated: dict[uuid.UUID, Seat]) -> None:
    called = {one.seat.viewer.user_id: one for one in _called(seated, item.sitting, viewer.at)}
    for line in plan.lines:
        if line.given:
            one = called[line.user_id]
            terms = _terms(one, item, plan.opens, plan.closes, viewer.at)
            grants.give(viewer, item.situation, one.mandate, line.given, terms)
    if plan.gives:
        note(viewer, item.situation, "opened_for_sitting")
