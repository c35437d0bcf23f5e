"""When the person must be asked again (C-09, C-10, C-18)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.agreement import Expression
from cases.domain.agreement_history import status
from cases.domain.agreement_reminders import REPEAT_DAYS, DueKind, due
from cases.domain.lifecycle import AgreementStatus
from cases.domain.retention import add_months
from tests.pure.domain.expressions import anonymous, day, named, on, stop, urgency

NOTICE = 30


def kind(history: list[Expression], number: int) -> DueKind | None:
    """Return what is due on the n-th day."""
    found = due(history, day(number), notice_days=NOTICE)
    return None if found is None else found.kind


@pytest.mark.parametrize(
    ("history", "number", "expected"),
    [
        ([], 1, DueKind.MISSING),
        ([named(1)], 2, None),
        ([named(1, expires_on=on(100))], 69, None),
        ([named(1, expires_on=on(100))], 70, DueKind.ENDING),
        ([named(1, expires_on=on(100))], 100, DueKind.ENDING),
        ([named(1, expires_on=on(100))], 101, DueKind.OVER),
        ([named(1)], 366, None),
        ([named(1)], 367, DueKind.OLD),
        ([named(1), named(300)], 367, None),
        ([urgency(1, until=50)], 19, None),
        ([urgency(1, until=50)], 20, DueKind.REGULARISE),
        ([urgency(1, until=50)], 51, DueKind.OVERDUE),
        ([urgency(1, until=50), named(40)], 60, None),
        ([named(1), stop(2)], 400, None),
        ([named(1, is_disputed=True)], 2, DueKind.MISSING),
        ([anonymous(1)], 2, None),
        ([anonymous(1)], 367, DueKind.OLD),
        ([named(1, is_emergency_only=True, professions=frozenset())], 2, None),
        ([named(1, is_emergency_only=True, expires_on=on(10))], 11, DueKind.OVER),
    ],
)
def test_what_is_due(history: list[Expression], number: int, expected: DueKind | None) -> None:
    """One line a case."""
    assert kind(history, number) is expected


def test_a_mail_on_the_first_day_then_once_a_week() -> None:
    """Nothing before; nothing is mailed for what was never asked."""
    history = [named(1, expires_on=on(100))]
    found = due(history, day(80), notice_days=NOTICE)
    assert found is not None
    assert found.since == on(70)
    told = [number for number in range(60, 100) if found.is_told_on(on(number))]
    assert told == list(range(70, 100, REPEAT_DAYS))
    missing = due([], day(1), notice_days=NOTICE)
    assert missing is not None
    assert not any(missing.is_told_on(on(number)) for number in range(30))


def test_a_year_is_counted_from_the_last_time_she_said_it() -> None:
    """C-18: the day after the anniversary."""
    found = due([named(1)], day(400), notice_days=NOTICE)
    assert found is not None
    assert found.since == add_months(on(1), 12) + timedelta(days=1)


@given(
    first=st.integers(0, 5),
    until=st.none() | st.integers(5, 60),
    number=st.integers(0, 500),
    notice=st.integers(0, 90),
)
def test_what_is_over_is_always_due(
    first: int, until: int | None, number: int, notice: int
) -> None:
    """Whatever the notice, an agreement that no longer holds is never forgotten."""
    history = [named(first, expires_on=None if until is None else on(until))]
    now = status(history, day(number), closed=False)
    if now in (AgreementStatus.EXPIRED, AgreementStatus.ABSENT):
        assert due(history, day(number), notice_days=notice) is not None
