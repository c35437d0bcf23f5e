"""Who is convened to a meeting, who came, and whether enough of those who vote were there.

Source: domain.md D.1 (émargement), D-06, D.5 (presence by college and by category).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from clsm_core.directory.models import Category, College, Contact
from clsm_core.governance.models import (
    Attendance,
    Body,
    BodyMandate,
    Meeting,
    Presence,
    Quality,
    SeatRole,
    SignedHow,
)
from clsm_core.governance.permissions import in_force

THERE = frozenset({Presence.ON_SITE, Presence.REMOTE})
# Who counts as having taken part: there, or represented by somebody who was.
COUNTED = frozenset({*THERE, Presence.REPRESENTED})
_ROLE_RANK = {role: rank for rank, role in enumerate(SeatRole.values)}


def day_of(meeting: Meeting) -> date:
    """Return the day of a meeting, in legal time."""
    return timezone.localtime(meeting.starts_at).date()


def mandates_on(body: Body, on: date, *, is_called: bool = False) -> list[BodyMandate]:
    """Return the mandates of a body on a day: presidents first, substitutes last, by name.

    Args:
        is_called: leave out who left the directory since; what was counted once is not recounted.
    """
    found = body.mandates.filter(in_force(on)).select_related(
        "contact__organisation", "stands_in_for__contact"
    )
    if is_called:
        found = found.filter(contact__is_active=True)
    return sorted(
        found,
        key=lambda one: (
            one.quality != Quality.TITULAR,
            _ROLE_RANK[one.role],
            one.contact.sort_key,
        ),
    )


@dataclass(frozen=True)
class Quorum:
    """How many of those who vote are there or represented, and how many are asked for."""

    voters: int
    counted: int
    percent: int

    @property
    def required(self) -> int:
        """Return how many are needed, rounded up; none when the body asks for none."""
        return -(-self.voters * self.percent // 100)

    @property
    def is_asked(self) -> bool:
        """Tell whether the body asks for a quorum."""
        return self.percent > 0

    @property
    def is_met(self) -> bool:
        """Tell whether enough are there."""
        return self.counted >= self.required


def quorum(
    body: Body, mandates: Iterable[BodyMandate], attendances: Iterable[Attendance]
) -> Quorum:
    """Count the voting titular members who are there, represented, or whose substitute is there.

    A substitute counts for one titular only.
    """
    held = {one.contact_id: one for one in attendances}
    seats = list(mandates)
    voting = [one for one in seats if one.quality == Quality.TITULAR and one.has_vote]
    counted = {one.pk for one in voting if _is_there(held, one.contact_id)}
    used: set[UUID] = set()
    for seat in seats:
        titular = seat.stands_in_for
        if seat.quality != Quality.SUBSTITUTE or titular is None or titular.pk in counted:
            continue
        if not any(one.pk == titular.pk for one in voting):
            continue
        here = held.get(seat.contact_id)
        if here is not None and here.presence in THERE and seat.contact_id not in used:
            used.add(seat.contact_id)
            counted.add(titular.pk)
    return Quorum(len(voting), len(counted), body.quorum_percent)


def _is_there(held: dict[UUID, Attendance], contact: UUID) -> bool:
    row = held.get(contact)
    return row is not None and row.presence in COUNTED


@dataclass(frozen=True)
class Share:
    """People of one college or category: convened, and there or represented."""

    label: str
    convened: int
    there: int

    @property
    def percent(self) -> int:
        """Return the rate of presence, rounded."""
        return round(100 * self.there / self.convened) if self.convened else 0


def colleges_of(
    meetings: Iterable[Meeting], attendances: Iterable[Attendance]
) -> dict[tuple[UUID, UUID], str]:
    """Return the college in which somebody sat, by meeting and contact (D.5).

    It is that of the mandate held on the day, else the person's own. One query.
    """
    days = {one.pk: (one.body_id, day_of(one)) for one in meetings}
    rows = list(attendances)
    found = BodyMandate.objects.filter(
        body__in={body for body, _ in days.values()}, contact__in={one.contact_id for one in rows}
    )
    seats: dict[tuple[UUID, UUID], list[BodyMandate]] = defaultdict(list)
    for seat in found.order_by("starts_on", "pk"):
        seats[seat.body_id, seat.contact_id].append(seat)
    colleges = {}
    for row in rows:
        body, on = days[row.meeting_id]
        colleges[row.meeting_id, row.contact_id] = next(
            (
                seat.college
                for seat in reversed(seats[body, row.contact_id])
                if seat.starts_on <= on and (seat.ends_on is None or seat.ends_on >= on)
            ),
            row.contact.college,
        )
    return colleges


def by_college(
    colleges: Mapping[tuple[UUID, UUID], str], attendances: Iterable[Attendance]
) -> list[Share]:
    """Count presence by the college in which each person sat (D.5)."""
    pairs = [(colleges[one.meeting_id, one.contact_id], one) for one in attendances]
    return _shares(pairs, College)


def by_category(attendances: Iterable[Attendance]) -> list[Share]:
    """Count presence by category of organisation; people without one are apart (D.5)."""
    pairs = [
        (one.contact.organisation.category if one.contact.organisation else "", one)
        for one in attendances
    ]
    return _shares(pairs, Category)


def _shares(pairs: Iterable[tuple[str, Attendance]], labels: Any) -> list[Share]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, row in pairs:
        counts[code][0] += 1
        counts[code][1] += row.presence in COUNTED
    order = [*labels.values, ""]
    return [
        Share(labels(code).label if code else "sans structure", *counts[code])
        for code in order
        if code in counts
    ]


def unsigned(attendances: Iterable[Attendance]) -> list[Attendance]:
    """Return who is noted as there and did not sign nor answer a call (D-06).

    Somebody at a distance signs nothing: the call attests the presence.
    """
    return [one for one in attendances if one.presence in THERE and one.signed == SignedHow.NOT]


def unnoted(attendances: Iterable[Attendance]) -> list[Attendance]:
    """Return whose presence was not noted at all."""
    return [one for one in attendances if not one.presence]


def possible_guests(meeting: Meeting) -> Any:
    """Return the contacts of the council who may be invited: neither members nor guests yet."""
    seated = [one.contact_id for one in mandates_on(meeting.body, day_of(meeting))]
    known = meeting.attendances.values("contact")
    contacts = Contact.objects.filter(council=meeting.body.council_id, is_active=True)
    return contacts.exclude(pk__in=seated).exclude(pk__in=known).select_related("organisation")
