"""Figures about the institution, beside those about situations: sittings, members, incidents.

They count meetings and members, never situations, and are crossed with nothing: they stand outside
the proof. What would count acts of a few persons is a band from the floor, or n.d. What a facet of
the plan counts already (objections, withdrawals) is not counted here again.

Source: decision 36; domain.md part E, E-02 and E-19.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction

from django.db.models import QuerySet
from django.utils import timezone

from cases.disclosure.bands import NOT_PUBLISHED, band_of
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan
from cases.domain.exceptional import ControlConclusion, EmergencyConclusion
from cases.domain.vocabulary import ReferrerCategory
from cases.models import (
    Commission,
    ExceptionalAccess,
    ItemAttendance,
    JointAct,
    Mandate,
    Sitting,
)
from cases.permissions import MEMBER_ROLES, Role
from clsm_core.accounts.models import Charter, CharterAcceptance

# Invited for one situation only: her presence would say that it was examined.
COUNTED_ROLES = tuple(role for role in MEMBER_ROLES if role != Role.GUEST)
BREACHES = (EmergencyConclusion.BREACH.value, ControlConclusion.BREACH.value)
ON_REQUEST = "accepted_request"
FEWEST_PRESENCES = 11
STEP_PERCENT = 5


@dataclass(frozen=True)
class Window:
    """A commission, the plan of a release and its days, ``end`` excluded."""

    commission: Commission
    plan: Plan
    start: date
    end: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the first moment and the one after the last, in local time."""
        return _midnight(self.start), _midnight(self.end)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def institution_lines(commission: Commission, period: Period, plan: Plan) -> list[dict[str, str]]:
    """Return the lines that the plan declares, in its order: id, element, label, text.

    A line whose counting this product does not know is left out. The caller reads as an approver
    of the commission: items and attendances of others are not visible.
    """
    window = Window(commission, plan, period.start, period.end)
    return [
        {
            "id": line.id,
            "element": line.element,
            "label": line.label,
            "text": LINES[line.id](window),
        }
        for line in plan.institution
        if line.id in LINES
    ]


def _sittings(window: Window) -> list[Sitting]:
    first, after = window.bounds
    return list(
        Sitting.objects.filter(
            commission=window.commission,
            state=Sitting.State.CLOSED,
            starts_at__gte=first,
            starts_at__lt=after,
        )
    )


def _mandates(window: Window) -> list[Mandate]:
    return list(Mandate.objects.filter(commission=window.commission, role__in=COUNTED_ROLES))


def _sat(mandate: Mandate, day: date) -> bool:
    return mandate.starts_on <= day <= mandate.ends_on


def _presences(window: Window) -> dict[Sitting, list[Mandate]]:
    """Return who was there at each sitting, under the mandate of that day, guests left out."""
    sittings = {sitting.pk: sitting for sitting in _sittings(window)}
    mandates = _mandates(window)
    rows = (
        ItemAttendance.objects.filter(item__sitting__in=list(sittings))
        .values_list("item__sitting_id", "user_id")
        .distinct()
    )
    found: dict[Sitting, list[Mandate]] = {sitting: [] for sitting in sittings.values()}
    for sitting_id, user_id in rows:
        sitting = sittings[sitting_id]
        day = timezone.localtime(sitting.starts_at).date()
        held = [one for one in mandates if one.user_id == user_id and _sat(one, day)]
        if held:
            found[sitting].append(min(held, key=lambda one: COUNTED_ROLES.index(Role(one.role))))
    return found


def _held(window: Window) -> str:
    return str(len(_sittings(window)))


def _participants(window: Window) -> str:
    """Return the mean number of members at a sitting, rounded to a whole."""
    numbers = [len(present) for present in _presences(window).values() if present]
    if not numbers:
        return NOT_PUBLISHED
    return str(_rounded(Fraction(sum(numbers), len(numbers)), 1))


def _presence(window: Window) -> str:
    """Return the rate of presence of each kind of structure with enough presences, by steps of 5.

    Substitutes are counted when they come, and not expected.
    """
    present: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    mandates = _mandates(window)
    for sitting, there in _presences(window).items():
        day = timezone.localtime(sitting.starts_at).date()
        present.update(one.organisation_kind for one in there)
        titular = {
            (one.user_id, one.organisation_kind)
            for one in mandates
            if one.role != Role.SUBSTITUTE and _sat(one, day)
        }
        expected.update(kind for _, kind in titular)
    told = [
        f"{kind.label} : {_percent(present[kind.value], expected[kind.value], STEP_PERCENT)}"
        for kind in ReferrerCategory
        if present[kind.value] >= FEWEST_PRESENCES and expected[kind.value]
    ]
    return " ; ".join(told) or NOT_PUBLISHED


def _charters(window: Window) -> str:
    """Return the share of the members of the last day who had signed the charter of that day."""
    last = date.fromordinal(window.end.toordinal() - 1)
    members = {one.user_id for one in _mandates(window) if _sat(one, last)}
    _, after = window.bounds
    charter = (
        Charter.objects.filter(realm="commission", published_at__lt=after)
        .order_by("-version")
        .first()
    )
    if not members or charter is None:
        return NOT_PUBLISHED
    signed = CharterAcceptance.objects.filter(
        charter=charter, user__in=members, accepted_at__lt=after
    )
    return _percent(signed.values("user").distinct().count(), len(members), 1)


def _incidents(window: Window) -> str:
    """Return how many accesses the DPO concluded were a breach."""
    return _band(window, _followed(window).filter(conclusion__in=BREACHES).count())


def _reviews(window: Window) -> str:
    """Return how many exceptional accesses the DPO examined."""
    return _band(window, _followed(window).count())


def _followed(window: Window) -> QuerySet[ExceptionalAccess]:
    first, after = window.bounds
    return ExceptionalAccess.objects.filter(
        situation__commission=window.commission,
        followed_up_at__gte=first,
        followed_up_at__lt=after,
    )


def _requests(window: Window) -> str:
    """Return how many erasures were asked because the person wished it."""
    first, after = window.bounds
    asked = JointAct.objects.filter(
        commission=window.commission,
        kind=JointAct.Kind.ERASURE,
        reason=ON_REQUEST,
        asked_at__gte=first,
        asked_at__lt=after,
    )
    return _band(window, asked.count())


def _band(window: Window, count: int) -> str:
    numbers = window.plan.parameters
    band = band_of(count, floor=numbers.floor, width=numbers.band_width)
    return NOT_PUBLISHED if band is None else band.label


def _percent(part: int, whole: int, step: int) -> str:
    return f"{min(_rounded(Fraction(100 * part, whole), step), 100)} %"


def _rounded(value: Fraction, step: int) -> int:
    """Round to a multiple of ``step``, halves up."""
    return int((value / step + Fraction(1, 2)) // 1) * step


LINES: dict[str, Callable[[Window], str]] = {
    "E-02-seances": _held,
    "E-02-participants": _participants,
    "E-02-presence": _presence,
    "E-19-charte": _charters,
    "E-19-incidents": _incidents,
    "E-19-droits": _requests,
    "E-19-revues": _reviews,
}
