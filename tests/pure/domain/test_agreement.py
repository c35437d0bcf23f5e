"""Status and perimeter of the agreement over its history (C-01…C-10, decision 30)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.agreement import AgreementKind, Expression, Member
from cases.domain.agreement_history import (
    in_force,
    perimeter,
    readable_categories,
    status,
)
from cases.domain.lifecycle import AgreementStatus
from cases.domain.sections import InformationCategory, ProfessionCategory, Section
from tests.pure.domain.expressions import (
    ALL_CATEGORIES,
    TEAM,
    anonymous,
    day,
    named,
    on,
    stop,
    urgency,
)

NURSE = Member(ProfessionCategory.HEALTH_PROFESSIONAL, "CMP des Lilas", "psychiatrie_publique")
LANDLORD = Member(ProfessionCategory.NONE, "Habitat Moselle", "bailleur_social")


def at_day(history: list[Expression], number: int, *, closed: bool = False) -> AgreementStatus:
    """Return the status on the n-th day."""
    return status(history, day(number), closed=closed)


@pytest.mark.parametrize(
    ("history", "number", "expected"),
    [
        ([], 1, "absent"),
        ([named(1)], 0, "absent"),
        ([named(1)], 1, "valid"),
        ([named(1, categories=ALL_CATEGORIES - {InformationCategory.FAMILY})], 2, "restricted"),
        ([named(1, excluded_organisations=frozenset({"Mairie"}))], 2, "restricted"),
        ([named(1, expires_on=on(5))], 5, "valid"),
        ([named(1, expires_on=on(5))], 6, "expired"),
        ([named(1), stop(2)], 2, "withdrawn"),
        ([stop(1, objection=True)], 2, "withdrawn"),
        ([named(1), stop(2), named(3)], 3, "valid"),
        ([urgency(1, until=4)], 4, "exception"),
        ([urgency(1, until=4)], 5, "expired"),
        ([urgency(1, until=4), named(3)], 3, "valid"),
        ([named(1, expires_on=on(3)), urgency(4, until=8)], 5, "exception"),
        ([named(1), stop(2), urgency(3, until=9)], 4, "withdrawn"),
        ([anonymous(1)], 2, "absent"),
        ([named(1), anonymous(2)], 3, "absent"),
        ([anonymous(2), urgency(3, until=9)], 4, "absent"),
        ([named(1, is_disputed=True)], 2, "absent"),
        ([named(1), named(2, is_disputed=True)], 3, "absent"),
    ],
)
def test_status_by_example(history: list[Expression], number: int, expected: str) -> None:
    """Decision 30, C-04, C-10, C-11, one line a case."""
    assert at_day(history, number) == expected


def test_a_closed_situation_has_no_agreement_in_force() -> None:
    """C-09; control: it was valid just before. A withdrawal stays a withdrawal."""
    assert at_day([named(1)], 2) == "valid"
    assert at_day([named(1)], 2, closed=True) == "expired"
    assert at_day([urgency(1, until=9)], 2, closed=True) == "expired"
    assert at_day([named(1), stop(2)], 2, closed=True) == "withdrawn"
    assert at_day([], 2, closed=True) == "absent"


def test_a_withdrawal_recorded_late_still_stops() -> None:
    """C-04: by either date; a new agreement must be later by both."""
    late = stop(2, recorded_at=day(6))
    assert at_day([named(1), late], 5) == "valid"
    assert at_day([named(1), late], 6) == "withdrawn"
    assert at_day([named(1), late, named(4)], 6) == "withdrawn"
    assert at_day([named(1), late, named(7)], 7) == "valid"


def test_a_later_agreement_replaces_the_earlier_one() -> None:
    """A person may narrow what she gave."""
    narrow = named(3, categories=frozenset({InformationCategory.HOUSING}))
    assert perimeter([named(1), narrow], day(4), closed=False).categories == {
        InformationCategory.HOUSING
    }


def test_the_last_day_is_counted_in_legal_time() -> None:
    """Half past ten at night in UTC is already the next day in Paris in summer."""
    expiring = named(1, expires_on=datetime(2026, 7, 10, tzinfo=UTC).date())
    last = datetime(2026, 7, 10, 21, 59, tzinfo=UTC)
    assert status([expiring], last, closed=False) == "valid"
    assert status([expiring], last + timedelta(minutes=1), closed=False) == "expired"


def test_who_is_in_the_perimeter() -> None:
    """C-07: by profession, by kind of structure, by name; excluded by name wins."""
    history = [named(1)]
    assert readable_categories(history, day(2), NURSE) == ALL_CATEGORIES
    assert readable_categories(history, day(2), LANDLORD) == frozenset()
    by_kind = [named(1, professions=frozenset({"bailleur_social"}))]
    by_name = [named(1, organisations=frozenset({"habitat  MOSELLE"}))]
    for agreed in (by_kind, by_name):
        readable = readable_categories(agreed, day(2), LANDLORD)
        assert InformationCategory.HOUSING in readable
        assert all(category.section is not Section.HEALTH for category in readable)  # C-22
    excluded = [named(1, excluded_organisations=frozenset({"cmp des lilas"}))]
    assert readable_categories(excluded, day(2), NURSE) == frozenset()


def test_being_outside_the_list_is_not_a_recipient() -> None:
    """C-07: 'hors de la liste' in an agreement must not open it to everybody else."""
    agreed = [named(1, professions=TEAM | {ProfessionCategory.NONE.value})]
    assert readable_categories(agreed, day(2), NURSE)
    assert readable_categories(agreed, day(2), LANDLORD) == frozenset()


def test_a_withdrawal_closes_the_perimeter() -> None:
    """C-04; control: it was open the day before."""
    history = [named(1), stop(3)]
    assert readable_categories(history, day(2), NURSE)
    assert readable_categories(history, day(3), NURSE) == frozenset()


# Random histories, against a second reading of the rules written apart.

numbers = st.integers(0, 12)


@st.composite
def expressions(draw: st.DrawFn) -> Expression:
    """Draw one expression of any kind, recorded the same day or later."""
    first = draw(numbers)
    later = day(first + draw(st.integers(0, 3)))
    kind = draw(st.sampled_from(["named", "stop", "objection", "urgency", "anonymous"]))
    expires = draw(st.none() | st.integers(first, first + 6))
    if kind == "named":
        return named(
            first,
            recorded_at=later,
            expires_on=None if expires is None else on(expires),
            is_disputed=draw(st.booleans()),
        )
    if kind == "urgency":
        return urgency(first, until=first + draw(st.integers(0, 6)), recorded_at=later)
    if kind == "anonymous":
        return anonymous(first)
    return stop(first, objection=kind == "objection", recorded_at=later)


histories = st.lists(expressions(), max_size=7)


def oracle(history: list[Expression], moment: datetime, *, closed: bool) -> str:
    """Say the rules again, sentence by sentence."""
    said = [e for e in history if max(e.expressed_at, e.recorded_at) <= moment]
    stops = [e for e in said if e.kind in (AgreementKind.OBJECTION, AgreementKind.WITHDRAWAL)]

    def after_stops(e: Expression) -> bool:
        return not any(
            e.expressed_at <= s.expressed_at or e.recorded_at <= s.recorded_at for s in stops
        )

    order = lambda e: (e.expressed_at, e.recorded_at)  # noqa: E731
    own = [
        e
        for e in said
        if e.kind in (AgreementKind.NAMED_SHARING, AgreementKind.ANONYMOUS_EVOCATION)
        and after_stops(e)
    ]
    exceptions = [e for e in said if e.kind is AgreementKind.URGENCY and after_stops(e)]
    if stops and not own:
        return "withdrawn"
    own.sort(key=order)
    exceptions.sort(key=order)
    last = own[-1] if own else None
    today = moment.date()
    if last and (last.kind is AgreementKind.ANONYMOUS_EVOCATION or last.is_disputed):
        return "absent"
    if not last and not exceptions:
        return "absent"
    if closed:
        return "expired"
    if last and (last.expires_on is None or today <= last.expires_on):
        return "valid"
    if exceptions and exceptions[-1].regularise_by and today <= exceptions[-1].regularise_by:
        return "exception"
    return "expired"


@given(history=histories, number=st.integers(0, 20), closed=st.booleans())
def test_status_equals_the_oracle(history: list[Expression], number: int, closed: bool) -> None:
    """T-28, first half."""
    assert status(history, day(number), closed=closed) == oracle(
        history, day(number), closed=closed
    )


@given(history=histories, number=st.integers(0, 20))
def test_after_a_stop_nothing_is_readable(history: list[Expression], number: int) -> None:
    """C-04 over any history: a withdrawal today closes everything at once."""
    stopped = [*history, stop(number)]
    assert status(stopped, day(number), closed=False) == "withdrawn"
    assert readable_categories(stopped, day(number), NURSE) == frozenset()


@given(history=histories, number=st.integers(0, 20))
def test_nothing_in_force_nothing_readable(history: list[Expression], number: int) -> None:
    """The perimeter and the status never disagree; the order of rows does not matter."""
    moment = day(number)
    is_open = in_force(history, moment, closed=False) is not None
    assert status(history, moment, closed=False).allows_naming is is_open
    if not is_open:
        assert readable_categories(history, moment, NURSE) == frozenset()


@given(history=histories, number=st.integers(0, 20), extra=histories)
def test_the_past_does_not_change(
    history: list[Expression], number: int, extra: list[Expression]
) -> None:
    """C-15: rows recorded afterwards change no answer about before."""
    later = [e for e in extra if e.recorded_at > day(number)]
    assert status([*history, *later], day(number), closed=False) == status(
        history, day(number), closed=False
    )
