"""What the record of a situation says it must be (T-11, decision 29)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cases.domain.lifecycle import SITUATION_TRANSITIONS, SituationState
from cases.domain.recorded import STATE_AFTER, is_stopped_after, states_after
from tests.pure.domain.expressions import day, named, stop, urgency

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def steps(*acts: str) -> list[tuple[datetime, str]]:
    """Return dated steps, an hour apart."""
    return [(START + timedelta(hours=rank), act) for rank, act in enumerate(acts)]


S = SituationState


@pytest.mark.parametrize(
    ("acts", "states"),
    [
        ((), {None}),
        (("sent",), {None}),
        (("sent", "information_requested", "completed"), {None}),
        (("sent", "admitted"), {S.PREPARING}),
        (("sent", "admitted", "agreement", "shared"), {S.PREPARING}),
        (("sent", "admitted", "inscribed"), {S.INSCRIBED}),
        (("sent", "admitted", "inscribed", "withdrawn"), {S.INSCRIBED, S.PREPARING}),
        (("sent", "admitted", "inscribed", "postponed"), {S.PREPARING}),
        (("sent", "admitted", "inscribed", "reviewed"), {S.REVIEWED}),
        (("sent", "admitted", "inscribed", "reviewed", "withdrawn"), {S.REVIEWED}),
        (("sent", "admitted", "inscribed", "reviewed", "restituted"), {S.RESTITUTED}),
        (("sent", "admitted", "closed"), {S.CLOSED}),
        (("sent", "admitted", "closed", "agreement", "reopened"), {S.PREPARING}),
    ],
)
def test_the_last_step_tells_the_state(
    acts: tuple[str, ...], states: set[SituationState | None]
) -> None:
    """Whatever the order in which the rows come."""
    told = steps(*acts)
    assert states_after(told) == states
    assert states_after(reversed(told)) == states


def test_every_state_has_a_step() -> None:
    """A state that no step leads to would raise an alert for nobody's fault; erased keeps none."""
    reached = {state for state in STATE_AFTER.values() if state is not None}
    assert reached == {line.target for line in SITUATION_TRANSITIONS} - {S.ERASED}


def test_only_a_voice_said_later_lifts_a_stop() -> None:
    """C-04, C-10: no exception pleads against a refusal, no agreement given before it either."""
    assert not is_stopped_after([])
    assert not is_stopped_after([named(1)])
    assert is_stopped_after([named(1), stop(2)])
    assert is_stopped_after([stop(1, objection=True), urgency(2, until=9)])
    assert not is_stopped_after([stop(1), named(2)])
    assert is_stopped_after([stop(1), named(2), stop(3)])
    late = named(1, recorded_at=day(4))
    assert is_stopped_after([stop(2), late])
