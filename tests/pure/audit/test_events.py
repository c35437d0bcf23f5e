"""The closed list of actions, and events that hold codes only (C-40, C-41, decision 32)."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.catalogue import ACTIONS, Kind
from audit.events import MAXIMUM_OBJECTS, Event, InvalidEvent, Outcome, label_of
from audit.ledger import canonical_body, seal

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_every_action_has_a_french_label_and_a_kind() -> None:
    """Codes are dotted, labels are words, kinds are the four of the design."""
    for code, action in ACTIONS.items():
        assert code == action.code
        assert code.count(".") == 1
        assert code == code.lower()
        assert action.label[0].isupper()
        assert isinstance(action.kind, Kind)


def test_an_unknown_action_is_refused() -> None:
    """Control: a listed one is accepted."""
    assert Event(action="situation.shown").kind is Kind.SHOWN
    with pytest.raises(InvalidEvent):
        Event(action="situation.peeked")
    assert label_of("situation.peeked") == "situation.peeked"


def test_a_denial_cannot_be_recorded_as_a_success() -> None:
    """A `.denied` action has the outcome DENIED only."""
    assert Event(action="situation.denied", outcome=Outcome.DENIED).outcome is Outcome.DENIED
    with pytest.raises(InvalidEvent):
        Event(action="situation.denied")


@pytest.mark.parametrize(
    "text",
    ["Mme Durand", "12 rue des Lilas", "core\n", "‮core", "né le 3 mars", "a" * 65, ""],
)
def test_free_text_cannot_enter_the_ledger(text: str) -> None:
    """T-46: names, addresses, line ends and direction marks are not codes."""
    Event(action="situation.shown", sections=("core",), fields=("clsm_council.council",))
    with pytest.raises(InvalidEvent):
        Event(action="situation.shown", sections=(text,))
    with pytest.raises(InvalidEvent):
        Event(action="situation.shown", fields=(text,))
    if text:
        with pytest.raises(InvalidEvent):
            Event(action="situation.shown", role=text)
        with pytest.raises(InvalidEvent):
            Event(action="situation.shown", purpose=text)


def test_objects_are_identifiers_and_at_most_two_hundred() -> None:
    """Decision 32."""
    Event(action="list.shown", objects=tuple(uuid4() for _ in range(MAXIMUM_OBJECTS)))
    with pytest.raises(InvalidEvent):
        Event(action="list.shown", objects=tuple(uuid4() for _ in range(MAXIMUM_OBJECTS + 1)))
    with pytest.raises(InvalidEvent):
        Event(action="list.shown", objects=("SIT-7K3Q",))


def test_the_canonical_body_is_fixed() -> None:
    """T-15: this exact text must stay readable for ever."""
    event = Event(
        action="situation.shown",
        actor=UUID(int=1),
        role="member",
        commission=UUID(int=2),
        objects=(UUID(int=3),),
        sections=("health", "core"),
        request_id="r-1",
        session_h8="0a1b2c3d",
    )
    assert canonical_body(event, event_id=UUID(int=4), at=AT) == (
        b'{"action":"situation.shown","actor":"00000000-0000-0000-0000-000000000001",'
        b'"commission":"00000000-0000-0000-0000-000000000002","fields":[],'
        b'"id":"00000000-0000-0000-0000-000000000004",'
        b'"objects":["00000000-0000-0000-0000-000000000003"],"outcome":"ok","purpose":"",'
        b'"request":"r-1","role":"member","sections":["health","core"],'
        b'"session":"0a1b2c3d","ts":"2026-03-02T09:00:00.000000+00:00","v":1}'
    )


@given(
    objects=st.lists(st.uuids(), max_size=20),
    sections=st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True), max_size=7),
)
def test_a_body_reads_back_as_written(objects: list[UUID], sections: list[str]) -> None:
    """Canonical JSON is ASCII, without spaces, and loses nothing."""
    event = Event(action="list.shown", objects=tuple(objects), sections=tuple(sections))
    body = canonical_body(event, event_id=uuid4(), at=AT)
    fields = json.loads(body)
    assert [UUID(text) for text in fields["objects"]] == objects
    assert fields["sections"] == sections
    assert b" " not in body
    assert body.isascii()


def test_time_is_aware_and_the_key_long_enough() -> None:
    """A naive time or a short key is refused."""
    event = Event(action="list.shown")
    seal(event, key=b"k" * 32, at=AT)
    with pytest.raises(ValueError, match="aware"):
        seal(event, key=b"k" * 32, at=AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="32"):
        seal(event, key=b"k" * 31, at=AT)
